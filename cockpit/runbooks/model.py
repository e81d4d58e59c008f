"""What a runbook consists of. Lines are those of its Markdown file, from 1; 0: not from there."""

import msgspec


class Severity(msgspec.Struct, frozen=True):
    """One level of a severity scheme; the first of a scheme is the worst.

    Minutes are None where nothing is promised, or where what is promised is no number of minutes ("next business day");
    the words are what the team wrote. "Immediate" is 0 minutes.
    """

    name: str
    definition: str
    response_minutes: int | None = None
    update_minutes: int | None = None
    resolution_minutes: int | None = None
    response_words: str | None = None
    update_words: str | None = None
    resolution_words: str | None = None
    examples: str | None = None


class Command(msgspec.Struct, frozen=True):
    """Something to run, or a snippet to copy: what its language says. May have several lines and placeholders."""

    text: str
    language: str = "sh"
    attributes: dict[str, str] = {}
    """Of its fence: `name`, `risk`, `when` …"""
    line: int = 0


class Step(msgspec.Struct, frozen=True):
    """Something to do, and to tick."""

    id: str
    """Stable within the runbook: a slug of phase and text."""
    text: str
    commands: tuple[Command, ...] = ()
    expect: str | None = None
    """What its commands should show."""
    gate: str | None = None
    """What has to be true before anybody goes on."""
    when: tuple[str, ...] = ()
    """Names of the severities that it is for; empty: all."""
    group: str = ""
    """The heading and the label that it stands under, below the heading of its phase."""
    notes: tuple[str, ...] = ()
    proof: str = ""
    """What in the record proves it done, one of `cockpit.runbooks.proof.PROOFS`; empty: a person says so."""
    line: int = 0


class Timer(msgspec.Struct, frozen=True):
    """How long a part of a phase should take."""

    title: str
    words: str
    minutes: int | None
    """At most; None when the words give no number."""
    line: int = 0


class Phase(msgspec.Struct, frozen=True):
    """Steps that belong together, in order."""

    title: str
    steps: tuple[Step, ...]
    kind: str = "phase"
    """`phase` of every incident, `scenario` for some, or `reference` beside them."""
    timers: tuple[Timer, ...] = ()
    line: int = 0


class Escalation(msgspec.Struct, frozen=True):
    """Whom to call in, and when."""

    to: str | None
    """None: nobody further; `words` say what happens instead."""
    severity: str | None = None
    """None: any."""
    after_minutes: int | None = None
    origin: str | None = None
    """Who hands over; None: whoever works on it."""
    words: str = ""
    line: int = 0


class Contact(msgspec.Struct, frozen=True):
    """How a role is reached: first `ways[0]`, then the others."""

    role: str
    ways: tuple[str, ...]
    line: int = 0


class Message(msgspec.Struct, frozen=True):
    """A template of something to tell people."""

    name: str
    channel: str | None
    """`slack`, `status page`, `email`, `document`; None: nobody says."""
    fields: tuple[str, ...]
    """What stands before a colon in it."""
    text: str
    subject: str | None = None
    recipients: str | None = None
    line: int = 0


class Threshold(msgspec.Struct, frozen=True):
    """From when on a metric is wrong, in the words of the team."""

    metric: str
    limit: str
    notes: tuple[str, ...] = ()
    """Where it is measured, what to do about it."""
    line: int = 0


class BusinessHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a team works."""

    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    start: str = "09:00"
    end: str = "17:00"
    zone: str = "UTC"


class Note(msgspec.Struct, frozen=True):
    """Prose that asks for nothing, kept with the heading that it stands under."""

    section: str
    text: str
    line: int


class Remark(msgspec.Struct, frozen=True):
    """Something to tell about a line of the file."""

    line: int
    text: str


class Runbook(msgspec.Struct, frozen=True):
    """A checklist in phases with its severity scheme, status vocabulary, escalation and messages."""

    title: str
    severities: tuple[Severity, ...]
    statuses: tuple[str, ...]
    phases: tuple[Phase, ...]
    escalation: tuple[Escalation, ...] = ()
    messages: tuple[Message, ...] = ()
    contacts: tuple[Contact, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    business_hours: BusinessHours | None = None
    protected: tuple[str, ...] = ()
    """Name patterns that the policy protects."""
    roles: tuple[str, ...] = ()
    """What people do in an incident, as the policy calls it; empty: the usual ones."""
    decisions: tuple[str, ...] = ()
    """Decision trees, as they are drawn in the text."""
    notes: tuple[Note, ...] = ()
    fences: int = 0
    unread: tuple[Remark, ...] = ()
    """What was not understood."""
    contradictions: tuple[Remark, ...] = ()
    repaired: tuple[Remark, ...] = ()
    """Where the text was damaged, and was mended."""
