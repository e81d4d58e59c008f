"""`[messages.NAME]` of the configuration: where messages can be sent to, and how to be let in there."""

from typing import Annotated, Any, ClassVar, Final

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0, le=120)]


class _Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What all of them have. The secret itself is never in the configuration."""

    token_env: str | None = None
    """The environment variable that holds the token: of a webhook its URL, for an e-mail the password."""
    token_command: tuple[str, ...] | None = None
    """The command that prints it, such as `["pass", "show", "slack"]`."""
    audience: str = "internal"
    """`internal` or `customer`: who reads what is sent there."""
    protected: bool = False
    """Whether its name has to be typed before something is sent."""
    timeout_seconds: Seconds = 10
    ca_file: str | None = None
    """Certificates to trust beside the system's."""


class SlackWebhook(_Target, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="slack-webhook"):
    """An incoming webhook of Slack, whose URL is the token. What it writes cannot be answered in a thread."""

    called: ClassVar[str] = "Slack webhook"


class Slack(_Target, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="slack"):
    """A channel of Slack (chat.postMessage): the first message begins a thread, to which the others go."""

    called: ClassVar[str] = "Slack"
    channel: str
    """Its id, such as `C0123456789`, or its name."""
    thread: bool = True
    url: str = "https://slack.com/api"


class PagerDutyEvents(_Target, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="pagerduty-events"):
    """An integration of PagerDuty (Events API v2), whose key is the token: triggers, acknowledges, resolves."""

    called: ClassVar[str] = "PagerDuty events"
    source: str = "cockpit"
    """What is affected, as PagerDuty shows it."""
    url: str = "https://events.pagerduty.com/v2/enqueue"


class PagerDuty(_Target, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="pagerduty"):
    """PagerDuty's REST API: writes a note on an incident, or escalates it."""

    called: ClassVar[str] = "PagerDuty"
    user: str
    """The e-mail address of a user of the account, in whose name it is done."""
    url: str = "https://api.pagerduty.com"


class HttpTarget(_Target, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="http"):
    """Any JSON API: Statuspage, Opsgenie and the like. `{text}`, `{title}` and others in it are filled in."""

    called: ClassVar[str] = "HTTP"
    url: str
    method: str = "POST"
    headers: dict[str, str] = {}
    token_header: str = "Authorization"  # noqa: S105  (the name of a header)
    token_prefix: str = "Bearer "  # noqa: S105
    """What stands before the token: `OAuth ` for Statuspage, `GenieKey ` for Opsgenie."""
    body: dict[str, Any] = {}
    """The JSON to send."""
    reference: str | None = None
    """Where the answer says what was made, such as `id`: later messages of the incident go to `update_url`."""
    update_url: str | None = None
    """With `{reference}` in it."""
    update_method: str = "PATCH"
    idempotent: bool = False
    """Whether the same request twice does no harm, so that it may be tried again."""


class Smtp(_Target, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="smtp"):
    """E-mail."""

    called: ClassVar[str] = "e-mail"
    host: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    security: str = "starttls"
    """`starttls`, `tls`, or `none` for a mail server on this machine."""
    user: str | None = None
    sender: str
    to: tuple[str, ...]


class GithubIssue(_Target, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="github-issue"):
    """An issue of GitHub: the first message opens it, the others are comments on it."""

    called: ClassVar[str] = "GitHub issue"
    repo: str
    """`OWNER/NAME`."""
    labels: tuple[str, ...] = ()
    url: str = "https://api.github.com"


MessageTarget = SlackWebhook | Slack | PagerDutyEvents | PagerDuty | HttpTarget | Smtp | GithubIssue
"""`[messages.NAME]`."""

KINDS: Final[tuple[type[MessageTarget], ...]] = (
    SlackWebhook,
    Slack,
    PagerDutyEvents,
    PagerDuty,
    HttpTarget,
    Smtp,
    GithubIssue,
)
FIELDS: Final = ("text", "title", "status", "severity", "incident", "audience", "reference")
"""What a generic target can have filled in."""


def kind_of(type_: type[MessageTarget]) -> str:
    """Give the `kind` of a type, as the configuration writes it."""
    return str(type_.__struct_config__.tag)
