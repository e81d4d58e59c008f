"""What the configuration says of messages, and what it says when that cannot be used."""

from pathlib import Path

import pytest

from cockpit.config import Flags
from cockpit.config_error import ConfigError
from cockpit.config_load import load
from cockpit.message_config import (
    GithubIssue,
    HttpTarget,
    PagerDuty,
    PagerDutyEvents,
    Slack,
    SlackWebhook,
    Smtp,
)

EVERYTHING = """
[messages.hook]
kind = "slack-webhook"
token_env = "SLACK_WEBHOOK"
[messages.ops]
kind = "slack"
channel = "C0123456789"
token_command = ["pass", "show", "slack"]
[messages.page-me]
kind = "pagerduty-events"
token_env = "PD_KEY"
[messages.pd]
kind = "pagerduty"
user = "ana@shop.example"
token_env = "PD_TOKEN"
[messages.statuspage]
kind = "http"
url = "https://api.statuspage.example/v1/pages/p/incidents"
token_env = "STATUSPAGE"
token_prefix = "OAuth "
audience = "customer"
protected = true
reference = "id"
update_url = "https://api.statuspage.example/v1/pages/p/incidents/{reference}"
ca_file = "own.pem"
[messages.statuspage.body.incident]
name = "{title}"
status = "{status}"
body = "{text}"
[messages.mail]
kind = "smtp"
host = "mail.shop.example"
user = "ops"
token_env = "MAIL_PASSWORD"
sender = "Shop <ops@shop.example>"
to = ["all@shop.example", "Bo <bo@shop.example>"]
[messages.issue]
kind = "github-issue"
repo = "shop/incidents"
token_env = "GITHUB_TOKEN"
labels = ["incident"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cockpit.toml"


def test_every_kind_can_be_configured(file: Path) -> None:
    file.write_text(EVERYTHING)
    messages = load(Flags(config=file), {}).messages
    assert [type(each) for each in messages.values()] == [
        SlackWebhook,
        Slack,
        PagerDutyEvents,
        PagerDuty,
        HttpTarget,
        Smtp,
        GithubIssue,
    ]
    page = messages["statuspage"]
    assert page.protected
    assert page.ca_file == str(file.parent / "own.pem")


def test_without_any_nothing_is_sent_anywhere() -> None:
    assert load(Flags(), {"COCKPIT_CONFIG": "/dev/null"}).messages == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[messages]\nops = 1", "[messages] holds a table for each target; write [messages.NAME]"),
        ("[messages.ops]\nchannel = 'C1'", "[messages.ops] kind is missing; there is slack-webhook, slack, "),
        ("[messages.ops]\nkind = 'slak'", "[messages.ops] kind cannot be 'slak'; did you mean 'slack'?"),
        ("[messages.ops]\nkind = 'slack'\ntoken_env = 'T'", "[messages.ops] channel is missing"),
        (
            "[messages.ops]\nkind = 'slack'\nchannel = 'C'\nchanel = 'C'",
            "[messages.ops] has no setting 'chanel'; did you mean 'channel'?",
        ),
        ("[messages.ops]\nkind = 'slack'\nchannel = 'C'", "has no token: write token_env or token_command"),
        ("[messages.ops]\nkind = 'slack'\nchannel = 'C'\ntoken = 'xoxb-1'", "token: secrets are not kept in the file"),
        (
            "[messages.ops]\nkind = 'slack'\nchannel = 'C'\ntoken_env = 'xoxb-123'",
            "token_env holds the name of an environment variable, not the token itself",
        ),
        (
            "[messages.ops]\nkind = 'slack'\nchannel = 'C'\ntoken_env = 'T'\ntoken_command = ['x']",
            "exclude each other",
        ),
        ("[messages.ops]\nkind = 'slack'\nchannel = 'C'\ntoken_command = 'pass x'", "token_command: write a list"),
        (
            "[messages.ops]\nkind = 'slack'\nchannel = 'C'\ntoken_command = ['echo', 'xoxb-123456789012-abc']",
            "token_command holds a secret, which everybody sees",
        ),
        ("[messages.x]\nkind = 'http'\nurl = 'ftp://x'", "url: it is no URL of a web server"),
        ("[messages.x]\nkind = 'http'\nurl = 'https://a:b@x.test/'", "url holds a user or a password"),
        ("[messages.x]\nkind = 'http'\nurl = 'https://x.test/'\nmethod = 'GET'", "method: 'GET' is not allowed"),
        (
            "[messages.x]\nkind = 'http'\nurl = 'https://x.test/'\n[messages.x.headers]\nAuthorization = 'x'",
            "headers: Authorization is a secret",
        ),
        (
            "[messages.x]\nkind = 'http'\nurl = 'https://x.test/'\n[messages.x.body]\na = ['{titel}']",
            "body.a: there is no {titel}; did you mean 'title'?",
        ),
        (
            "[messages.x]\nkind = 'http'\nurl = 'https://x.test/'\nupdate_url = 'https://x.test/{reference}'",
            "reference has to say where the answer tells what was made",
        ),
        (
            "[messages.x]\nkind = 'http'\nurl = 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXX'",
            "url holds a secret",
        ),
        ("[messages.x]\nkind = 'http'\nurl = 'https://x.test/'\naudience = 'all'", "audience: 'all' is not allowed"),
        ("[messages.m]\nkind = 'smtp'\nhost = 'h'\nsender = 'a@b.c'\nto = []", "to is empty"),
        ("[messages.m]\nkind = 'smtp'\nhost = 'h'\nsender = 'ana'\nto = ['a@b.c']", "'ana' is no e-mail address"),
        (
            "[messages.m]\nkind = 'smtp'\nhost = 'h'\nsender = 'a@b.c'\nto = ['a@b.c']\nsecurity = 'ssl'",
            "security: 'ssl' is not allowed; there is starttls, tls, none",
        ),
        (
            "[messages.m]\nkind='smtp'\nhost='h'\nsender='a@b.c'\nto=['a@b.c']\nsecurity='none'\nuser='a'\ntoken_env='T'",
            "the password of user would be sent readable",
        ),
        ("[messages.g]\nkind = 'github-issue'\nrepo = 'shop'\ntoken_env = 'T'", "repo: write OWNER/NAME, not 'shop'"),
        ("[messages.p]\nkind = 'smtp'\nhost = 'h'\nport = 0\nsender = 'a@b.c'\nto = ['a@b.c']", "port: "),
    ],
)
def test_a_mistake_is_told_with_table_and_setting(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(Flags(config=file), {})
    assert str(caught.value).startswith(f"{file}: [messages")
    assert said in str(caught.value)
