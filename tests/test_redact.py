"""Secrets are masked; what only looks random is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.secrets import ALNUM, PEM, PEM_END, WHOLE

from cockpit.redact import redact

SHAPES = WHOLE | {"private-key": f"{PEM}\nMIIEowIBAAKCAQEA\n{PEM_END}"}


@pytest.mark.parametrize(("kind", "secret"), SHAPES.items(), ids=SHAPES)
def test_a_known_shape_is_masked_wherever_it_stands(kind: str, secret: str) -> None:
    assert redact(f"found {secret} in the log") == f"found [redacted:{kind}] in the log"
    assert redact(f"'{secret}'") == f"'[redacted:{kind}]'"
    assert redact(secret) == f"[redacted:{kind}]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("github_pat_" + ALNUM, "[redacted:github-token]"),
        ("postgresql://app:hunter2@db:5432/shop", "postgresql://app:[redacted:password]@db:5432/shop"),
        ("redis://:p@ss@cache", "redis://:[redacted:password]@cache"),
        ("amqp://u:p/w@mq/vhost", "amqp://u:[redacted:password]@mq/vhost"),
        ("hooks.slack.com/services/T000/B000/" + ALNUM[:24], "hooks.slack.com/services/[redacted:slack-webhook]"),
        ("Authorization: Bearer opaque", "Authorization: Bearer [redacted:authorization]"),
        ('"authorization": "token abcdef"', '"authorization": "token [redacted:authorization]"'),
        ("bearer " + ALNUM, "bearer [redacted:bearer]"),
        ("Basic dXNlcjpwYXNz", "Basic [redacted:basic]"),
        ("curl -s -u ana:hunter2 https://x", "curl -s -u ana:[redacted:password] https://x"),
        ("DB_PASSWORD=hunter2 psql", "DB_PASSWORD=[redacted:password] psql"),
        ("PGPASSWORD='two words' psql", "PGPASSWORD='[redacted:password]' psql"),
        ("password: hunter", "password: [redacted:password]"),
        ('{"password":"hun ter2","a":1}', '{"password":"[redacted:password]","a":1}'),
        (r"{\"db_pass\":\"hunter2\"}", r"{\"db_pass\":\"[redacted:password]" + '"}'),
        ("host=db password=x,y;z dbname=shop", "host=db password=[redacted:password] dbname=shop"),
        ("ALTER ROLE app PASSWORD 'hunter2'", "ALTER ROLE app PASSWORD '[redacted:password]'"),
        ("mysql: IDENTIFIED BY 'hunter2'", "mysql: IDENTIFIED BY '[redacted:password]'"),
        (
            "JWT_SECRET=abc SLACK_SIGNING_SECRET=def",
            "JWT_SECRET=[redacted:secret] SLACK_SIGNING_SECRET=[redacted:secret]",
        ),
        ("export API_KEY=abc", "export API_KEY=[redacted:secret]"),
        ("SENTRY_KEY=abc", "SENTRY_KEY=[redacted:secret]"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7", "aws_secret_access_key = [redacted:secret]"),
        ("x-api-key: 9f8e7d", "x-api-key: [redacted:secret]"),
        ("accessToken: 'abc'", "accessToken: '[redacted:secret]'"),
        ("GET /hook?token=abc&x=1", "GET /hook?token=[redacted:secret]&x=1"),
        ("?X-Amz-Signature=abc&x=1", "?X-Amz-Signature=[redacted:secret]&x=1"),
        ('{"auth": "dXNlcjpwYXNz"}', '{"auth": "[redacted:secret]"}'),
        ("login --token abc --host x", "login --token [redacted:secret] --host x"),
        ("--from-literal=password=hunter2", "--from-literal=password=[redacted:password]"),
        (f"{PEM}\nMIIEowIBAAKCAQEA\nMIIEowIBAAKCAQEA", "[redacted:private-key]"),
        (f"{PEM}\\nMIIEowIBAAKCAQEA\\n{PEM_END}\\n", "[redacted:private-key]\\n"),
    ],
)
def test_a_secret_is_masked_and_what_surrounds_it_stays(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "revision 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "pod uid 0d3f1b1e-8a55-4c0e-9d6c-1b7f3a1c9e42",
        "image shop/api@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "pod api-7f9c6d5b8-x2x4z and sk-service-worker-7d9f8c6b5-x2x4z",
        "pod-template-hash=7f9c6d5b8",
        "eyJhbGciOiJIUzI1NiJ9 alone is no token",
        "http://api:8080/healthz?to=ana@example.com",
        "oci://registry:5000/api@sha256:9f86d081",
        "http://[::1]:8080/x@y",
        "git+ssh://git@github.com:shop/api@v1",
        "https://example.com/a:b",
        "ana@example.com: please look",
        "PWD=/home/ana OLDPWD=/tmp",
        "partition_key=5 monkey=banana keyboard: none",
        "max_tokens=512",
        "token expired at 14:02",
        "invalid token: expired, secret: missing, token: 401",
        "secretName: shop-db-tls",
        "automountServiceAccountToken: false",
        "kubectl get secret shop-db -o yaml",
        "secret/shop-db created",
        "DATABASE_PASSWORD=$DB_PASSWORD psql; password=${PASS}; token=<your token>",
        "password=***",
        "pk_live_" + ALNUM[:24],
        "AKIA is a prefix, AKIA" + "1234 is too short",
        "Basic authentication configuration, basic troubleshooting, bearer tokens",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIE\n-----END CERTIFICATE-----",
        "docker run -u 1000:1000 api",
        "DATABASE_URL not set",
    ],
)
def test_near_misses_survive(text: str) -> None:
    assert redact(text) == text


def test_the_text_after_a_key_that_was_cut_off_survives() -> None:
    assert redact(f"{PEM} was in the log - rotate it") == "[redacted:private-key] was in the log - rotate it"


MARKS = [" ", "\n", '"', "'", "\\", "-", "--", "_", ".", ":", "=", "@", "/", "$", "[", "]", "://", "://u:p@h"]
NAMES = ["password", "token", "SECRET", "API_KEY", "Bearer ", "Basic ", "Authorization: ", PEM, "[redacted:x]"]
FRAGMENTS = st.sampled_from([*SHAPES.values(), *MARKS, *NAMES])


@given(st.lists(FRAGMENTS | st.text(st.characters(), max_size=5), max_size=12).map("".join))
def test_it_never_fails_and_a_second_pass_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "-eyJ",
        "eyJ.",
        "://",
        "://a:b",
        "sk-",
        "password",
        "token: ",
        PEM,
        "curl -u ",
        "-----",
        "@",
        "SG.",
        "\\n",
        '"',
    ],
)
def test_the_time_grows_no_faster_than_the_text(piece: str) -> None:
    """A quadratic rule would take minutes here, far beyond the time limit of any run."""
    text = piece * (200_000 // len(piece))
    assert len(redact(text)) > 0
