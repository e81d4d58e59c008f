"""The messages that come with the cockpit. Short and plain, so that they are read and can be written in a minute."""

from typing import Final

from cockpit.incident.messages.template import Audience, Purpose, Template

_INITIAL: Final = """\
**Incident {incident}: {title}**
Severity: {severity} · Status: {status}
Started: {started}
Impact: {impact}
Lead: {commander}

What we see:
- {finding 1}
- {finding 2}
- {finding 3}

Next update: {next update}"""

_UPDATE: Final = """\
**Update {number} on incident {incident}: {title}**
Severity: {severity} · Status: {status} · for {duration}
Impact: {impact}

What we see:
- {finding 1}
- {finding 2}
- {finding 3}

What we did:
- {action 1}
- {action 2}
- {action 3}

Next: {next step}
Next update: {next update}"""

_RESOLVED: Final = """\
**Incident {incident} is resolved: {title}**
Severity: {severity}
Started: {started}
Resolved: {resolved} (after {duration})
Impact: {impact}
Cause: {root cause}
What we did:
- {action 1}
- {action 2}
- {action 3}"""

_INVESTIGATING: Final = """\
Title: {service}: we are looking into a problem

Some users of {service} see this: {symptom}.
We have been looking into it since {started}, and will tell more by {next update}."""

_IDENTIFIED: Final = """\
Title: {service}: the cause is found

We know why some users of {service} see this: {symptom}.
We are mending it now, and will tell more by {next update}."""

_MONITORING: Final = """\
Title: {service}: mended, and being watched

{service} works again. We are watching it, to be sure that it stays so, and will tell more by {next update}."""

_PAGE_RESOLVED: Final = """\
Title: {service}: resolved

{service} has been working normally since {resolved}. Between {started} and then, some users saw this: {symptom}.
We are sorry for the trouble that this has caused."""

_STAKEHOLDERS: Final = """\
Hello,

this is about incident {incident}, {title}.

What does not work: {impact}
Since when: {started}
How things stand: {severity}, {status}, for {duration}
What we are doing: {next step}

You will hear from us again: {next update}.

{commander}"""

_ESCALATION: Final = """\
**{escalate to}: please help with incident {incident}: {title}**
Severity: {severity} · Status: {status} · for {duration}
Impact: {impact}

What we see:
- {finding 1}
- {finding 2}
- {finding 3}

What we did:
- {action 1}
- {action 2}
- {action 3}

What we need: {what we need}
Who is at it: {commander}"""

_INVITATION: Final = """\
We look back at incident {incident}, {title} ({severity}, {duration}), to learn from it. It is about how things came \
to be, not about who did what.

When: {meeting}
Where: {where}

1. What happened: the timeline
2. Why: causes, and what made it worse
3. What went well, and what we got lucky with
4. What we change: each with an owner and a date

Please read the report first: {link to the report}"""


def _page(status: str, text: str) -> Template:
    return Template(
        f"Status page: {status}", Purpose.STATUS_PAGE, text, "status page", status=status, audience=Audience.CUSTOMER
    )


BUILT_IN: Final = (
    Template("Initial message", Purpose.INITIAL, _INITIAL, "slack"),
    Template("Update", Purpose.UPDATE, _UPDATE, "slack"),
    Template("Resolved", Purpose.RESOLVED, _RESOLVED, "slack"),
    _page("investigating", _INVESTIGATING),
    _page("identified", _IDENTIFIED),
    _page("monitoring", _MONITORING),
    _page("resolved", _PAGE_RESOLVED),
    Template(
        "E-mail to stakeholders",
        Purpose.STAKEHOLDERS,
        _STAKEHOLDERS,
        "email",
        subject="{severity} incident {incident}: {title} ({status})",
    ),
    Template("Call for help", Purpose.ESCALATION, _ESCALATION, "slack"),
    Template(
        "Invitation to the post-mortem",
        Purpose.INVITATION,
        _INVITATION,
        "email",
        subject="Post-mortem of incident {incident}: {title}",
    ),
)
