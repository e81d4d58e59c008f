r"""Masks secrets in text, before it reaches the disk, a hash or the clipboard.

A rule looks for the shape of a secret, or for the name that it is given. What merely looks random (commit ids, image
digests, UUIDs, names of pods) stays readable: it is what an incident log is about. No rule can be made to read the same
long text again and again, so that the time grows with the length of the text and no faster.
"""

import re
from functools import partial
from typing import Final

MASK: Final = "[redacted:"
"""What every mask begins with."""

_SHAPES: Final = {
    "aws-key": r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9_])",
    "github-token": r"gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_\w{22,}",
    "gitlab-token": r"glpat-[\w-]{20,}",
    "slack-token": r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}",
    "stripe-key": r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{16,}",
    "google-key": r"AIza[\w-]{35}(?![\w-])|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}",
    "npm-token": r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])",
    "pypi-token": r"pypi-[\w-]{50,}",
    "docker-token": r"dckr_pat_[\w-]{20,}",
    "digitalocean-token": r"do[opr]_v1_[a-f0-9]{64}(?![A-Za-z0-9_])",
    "vault-token": r"hv[bsr]\.[\w-]{24,}",
    "sendgrid-key": r"SG\.[\w-]{16,}\.[\w-]{16,}",
    "huggingface-token": r"hf_[A-Za-z0-9]{30,}",
    # OpenAI and Anthropic; names of pods may begin alike, but have no capital letters.
    "ai-key": r"sk-(?=[\w-]{0,60}[A-Z])(?=[\w-]{0,60}\d)[\w-]{20,}",
    # Not after a hyphen: a run of `-eyJ` would be read once from each of them.
    "jwt": r"(?<!-)eyJ[\w-]{8,}(?:\.[\w-]*){2,4}",
}
"""Secrets that tell by their prefix what they are."""

_NAMES_A_PASSWORD: Final = r"(?i:pass(?:word|wd|phrase)|(?<=[_.-])(?:pass|pwd))"  # noqa: S105  (a pattern)
_NAMES_A_SECRET: Final = (
    r"(?:(?i:secret(?:[_-]?key[_-]?base)?|token|credentials?|x-amz-signature|(?<=[?&])sig|(?<=\")auth(?=\")"  # noqa: S105  (a pattern)
    r"|(?:access|account|api|auth|client|encryption|license|master|private|secret|service|session|shared|signing"
    r"|storage)[ _-]?key)|(?<=[A-Z0-9]_)KEY)"
)
_NAME_END: Final = r"(?:_?\d{1,3})?(?:\\?[\"'])?[ \t]{0,4}"
_ASSIGNED: Final = r"(?>=>|:=|==?)[ \t]{0,4}+"
_COLON: Final = r":(?!=)[ \t]{0,4}+"
_COLON_NO_PROSE: Final = _COLON + r"(?!(?:[a-z]+|\d{1,4})(?![\w./+=-]))"
"""`token: expired` and `token: 401` are what a log says about a token, not the token."""

_STANDS_FOR_A_VALUE: Final = (
    r"(?:\[redacted:|\$\{|\$\(|\$[A-Za-z_]+(?!\w)|<[\w -]{1,40}>|\{\{|\*{2}|(?i:true|false|null|none|nil)(?!\w))"
)
"""Masked already, a variable, a placeholder, asterisks, a word of YAML or JSON."""

_VALUE: Final = rf"(?:\\?[\"'])?+(?!{_STANDS_FOR_A_VALUE})(?P<secret>(?<=\")[^\"\n]+|(?<=')[^'\n]+|[^\s\"'&`]+)"

_PRIVATE_KEY: Final = (
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY[A-Z ]{0,8}-----"
    r"(?:(?:[^-]|-(?!----))*+-----END [A-Z ]{0,20}PRIVATE KEY[A-Z ]{0,8}-----"
    # The end is cut off; before each line may stand when and where it was logged.
    r"|(?:(?:\s|\\[rn])*[A-Za-z0-9+/=]{16,}|\n[^\n]{1,200}[ \t][A-Za-z0-9+/=]{48,76}(?!\S))*+)"
)
_PASSWORD_IN_URL: Final = r"://[^\s/:@\[]{0,256}:(?!\d{1,5}[/?#])(?P<secret>[^\s@]{1,256}(?:@[^\s/@]*)*)@"  # noqa: S105  (a pattern)
"""user:password@host, where the password may hold slashes and at signs; host:port/path is none."""

_AUTHORIZATION: Final = (
    r"(?i:authorization(?:\\?[\"'])?[ \t]{0,4}[:=][ \t]{0,4}(?:\\?[\"'])?"
    r"(?:apikey|basic|bearer|bot|negotiate|token)[ \t]+)(?!\[redacted:)(?P<secret>[^\s\"',]{4,})"
)
_BEARER: Final = r"\b(?i:bearer)[ \t]+(?P<secret>(?=[\w.~+/-]*?(?:\d|[a-z][A-Z]))[\w.~+/-]{16,}=*)"
_BASIC: Final = (
    r"\b(?i:basic)[ \t]+(?P<secret>(?=[A-Za-z0-9+/]*?(?:\d|[a-z][A-Z]))(?:[A-Za-z0-9+/]{4}){3,}"
    r"(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)(?![A-Za-z0-9+/=])"
)
_CURL_USER: Final = rf"\bcurl\b[^\n|]{{0,200}}?[ \t](?:-u|--user)[ =]?[\"']?[^\s:\"']{{1,64}}:{_VALUE}"
_SQL_PASSWORD: Final = r"(?i:password|identified[ \t]+by)[ \t]+'(?!\[redacted:)(?P<secret>[^'\n]+)'"  # noqa: S105  (a pattern)
_FLAG: Final = rf"(?<![\w-])--[\w-]{{0,40}}?(?:{_NAMES_A_PASSWORD}|{_NAMES_A_SECRET})[ \t]+(?!-){_VALUE}"
_NAME_AND_VALUE: Final = (
    rf"(?<![A-Za-z])name\"?:[ \t]{{0,4}}+[\"']?[\w.-]{{0,60}}?(?:{_NAMES_A_PASSWORD}|{_NAMES_A_SECRET})(?:_?\d{{1,3}})?"
    rf"[\"']?[\s,]{{1,80}}+[\"']?value\"?:[ \t]{{0,4}}+{_VALUE}"
)
"""A variable of a container, as YAML and JSON write it on two lines."""

_RULES: Final = [
    (kind, re.compile(pattern))
    for kind, pattern in [
        ("private-key", _PRIVATE_KEY),
        ("password", _PASSWORD_IN_URL),
        ("slack-webhook", r"hooks\.slack\.com/(?:services|triggers|workflows)/(?P<secret>[\w/]{10,})"),
        *((kind, rf"(?<![A-Za-z0-9_])(?:{shape})") for kind, shape in _SHAPES.items()),
        ("authorization", _AUTHORIZATION),
        ("bearer", _BEARER),
        ("basic", _BASIC),
        ("password", _CURL_USER),
        ("password", rf"{_NAMES_A_PASSWORD}{_NAME_END}(?:{_ASSIGNED}|{_COLON}){_VALUE}"),
        ("password", _SQL_PASSWORD),
        ("secret", rf"{_NAMES_A_SECRET}{_NAME_END}(?:{_ASSIGNED}|{_COLON_NO_PROSE}){_VALUE}"),
        ("secret", _FLAG),
        ("secret", _NAME_AND_VALUE),
    ]
]
"""Kind and pattern; what the group `secret` matched is masked, or everything where a rule has no such group."""


def redact(text: str) -> str:
    """Replace every secret in `text` by `[redacted:kind]`; names, hosts and everything around it stay."""
    for kind, pattern in _RULES:
        text = pattern.sub(partial(_masked, mask=f"{MASK}{kind}]"), text)
    return text


def redact_lines(text: str) -> str:
    """Replace every secret in `text` as `redact` does, but let each line stay: one that is all secret is a mask."""
    for kind, pattern in _RULES:
        text = pattern.sub(partial(_masked, mask=f"{MASK}{kind}]", each_line=True), text)
    return text


def secrets_in(text: str) -> dict[str, str]:
    """Give every secret in `text`, and what `redact` would put in its place."""
    found: dict[str, str] = {}

    def take(match: re.Match[str], *, mask: str) -> str:
        start, end = _place(match)
        found[match[0][start:end]] = mask
        return _masked(match, mask=mask)

    for kind, pattern in _RULES:
        text = pattern.sub(partial(take, mask=f"{MASK}{kind}]"), text)
    return found


def _masked(match: re.Match[str], *, mask: str, each_line: bool = False) -> str:
    start, end = _place(match)
    lines = match[0].count("\n", start, end) if each_line else 0
    return match[0][:start] + mask + f"\n{mask}" * lines + match[0][end:]


def _place(match: re.Match[str]) -> tuple[int, int]:
    """Tell where in what was matched the secret stands."""
    if "secret" not in match.re.groupindex:
        return 0, len(match[0])
    return match.start("secret") - match.start(), match.end("secret") - match.start()
