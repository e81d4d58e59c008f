"""Login programs: run away from the terminal, renewed in time, and explained when they fail."""

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.api_server import NOW, ScriptedServer, Time

from cockpit.clock import rfc3339
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.exec_plugin import ExecPlugin
from cockpit.sources.kubernetes.login_programs import LONGEST_OUTPUT, LoginPrograms

Write = Callable[..., Path]


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Make a plugin of a shell script, and give the kubeconfig's `exec` part."""

    def make(script: str, **more: Any) -> dict[str, Any]:
        path = tmp_path / "get-token"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "./get-token", **more}

    return make


@pytest.fixture
def run(tmp_path: Path, plugin: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    def run(script: str, profile: str | None = None, time_out: float = 5, **more: Any) -> Any:
        prepared = ExecPlugin(plugin(script, **more), tmp_path, {"server": "https://a"}, profile, time_out)
        return prepared.run(LoginPrograms())

    return run


def credential(**status: Any) -> str:
    answer = {"apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "status": status}
    return f"echo '{json.dumps(answer)}'"


def failure(run: Callable[..., Any], script: str, **more: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        run(script, **more)
    return caught.value


def test_a_token_with_its_end(run: Callable[..., Any]) -> None:
    answered = run(credential(token="t", expirationTimestamp="2026-11-21T08:15:00Z"))
    assert (answered.token, answered.expires_at) == ("t", NOW + timedelta(minutes=15))


def test_it_gets_no_input(run: Callable[..., Any]) -> None:
    """Not even when the cockpit's own input has something to read: that is the person's typing."""
    typed, typing = os.pipe()
    os.write(typing, b"typed")
    own = os.dup(0)
    os.dup2(typed, 0)
    try:
        assert run('test -z "$(head -c 5)" || exit 3; ' + credential(token="t")).token == "t"
    finally:
        os.dup2(own, 0)
        for descriptor in (own, typed, typing):
            os.close(descriptor)


def test_it_has_a_session_of_its_own_and_so_no_terminal(run: Callable[..., Any]) -> None:
    alone = f"{sys.executable} -c 'import os; raise SystemExit(os.getsid(0) != os.getppid())'"
    assert run(f"{alone} || exit 4; " + credential(token="t")).token == "t"


def test_its_environment(run: Callable[..., Any]) -> None:
    script = 'echo "{\\"status\\": {\\"token\\": \\"$AWS_PROFILE $REGION\\"}}"'
    answered = run(
        script, profile="prod", env=[{"name": "REGION", "value": "west"}, {"name": "AWS_PROFILE", "value": "x"}]
    )
    assert answered.token == "prod west"


def test_cluster_info_is_given_to_those_who_ask(run: Callable[..., Any]) -> None:
    script = (
        'case "$KUBERNETES_EXEC_INFO" in *\'"cluster":{"server":"https://a"}\'*) '
        + credential(token="yes")
        + ";; *) "
        + credential(token="no")
        + ";; esac"
    )
    assert run(script, provideClusterInfo=True).token == "yes"
    assert run(script).token == "no"


def test_a_failure_says_the_last_line_and_the_command(run: Callable[..., Any]) -> None:
    error = failure(run, "echo warning >&2; echo 'token has ended' >&2; echo >&2; exit 1", args=["--cluster", "shop"])
    assert error.kind is TroubleKind.EXPIRED
    assert error.message == "./get-token said: token has ended"
    assert error.remedy == "./get-token --cluster shop"


def test_a_silent_failure(run: Callable[..., Any]) -> None:
    assert failure(run, "exit 7").message == "./get-token ended with status 7 and said nothing"


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("Error when retrieving token from sso: Token has expired and refresh failed", "aws sso login --profile prod"),
        ("The SSO session associated with this profile has expired", "aws sso login --profile prod"),
        ("To log in run gcloud auth login", "gcloud auth login"),
        ("please run: az login", "az login"),
    ],
)
def test_the_login_that_the_plugin_asks_for_is_the_remedy(run: Callable[..., Any], said: str, remedy: str) -> None:
    assert failure(run, f"echo '{said}' >&2; exit 255", profile="prod").remedy == remedy


def test_secrets_in_arguments_are_not_shown(run: Callable[..., Any]) -> None:
    error = failure(run, "exit 1", args=["get-token", "--client-secret", "hunter2", "--api-key=hunter3"])
    assert error.remedy == "./get-token get-token --client-secret '***' '--api-key=***'"


def test_a_plugin_that_hangs_is_ended_with_all_its_children(run: Callable[..., Any]) -> None:
    error = failure(run, "sleep 60 & sleep 60", time_out=0.2)
    assert error.kind is TroubleKind.TIMEOUT
    assert "within 0.2 s" in error.message


def test_a_plugin_that_never_stops_printing_is_ended(run: Callable[..., Any]) -> None:
    assert failure(run, "yes", time_out=0.2).kind is TroubleKind.TIMEOUT


def test_of_what_a_plugin_prints_only_the_end_is_kept(run: Callable[..., Any]) -> None:
    kept: list[int] = []

    def note(plugin: ExecPlugin, status: int, errors: str) -> SourceError:
        kept.append(len(errors))
        return SourceError(TroubleKind.EXPIRED, errors.splitlines()[-1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExecPlugin, "_failure", note)
        error = failure(run, "yes | head -c 2000000 >&2; echo 'token has ended' >&2; exit 1")
    assert error.message == "token has ended"
    assert kept == [LONGEST_OUTPUT]


def test_a_plugin_that_is_not_there(tmp_path: Path) -> None:
    spec = {"command": "no-such-login", "installHint": "install it from the wiki\nmore"}
    with pytest.raises(SourceError) as caught:
        ExecPlugin(spec, tmp_path, {}).run(LoginPrograms())
    assert caught.value.kind is TroubleKind.MISSING
    assert "install it from the wiki" in caught.value.message


@pytest.mark.parametrize(
    "printed", ["", "garbage", "{}", '{"status": {}}', '{"status": {"clientCertificateData": "x"}}']
)
def test_an_answer_that_is_no_credential(run: Callable[..., Any], printed: str) -> None:
    error = failure(run, f"echo '{printed}'")
    assert error.kind is TroubleKind.MALFORMED


def test_the_token_is_sent_and_renewed_a_minute_before_it_ends(
    server: ScriptedServer,
    write_kubeconfig: Write,
    plugin: Callable[..., dict[str, Any]],
    time: Time,
    tmp_path: Path,
) -> None:
    ends = rfc3339(NOW + timedelta(minutes=10))
    count = f'echo x >> {tmp_path}/runs; n=$(wc -l < {tmp_path}/runs | tr -d " "); '
    spec = plugin(count + credential(token="token-N", expirationTimestamp=ends).replace("N", "'$n'"))
    server.text("/version", "{}")
    cluster = Cluster(write_kubeconfig(server.url, {"exec": spec}), clock=time)
    for minutes in (0, 8.9, 9):
        time.now = NOW + timedelta(minutes=minutes)
        cluster.get("/version")
    assert [asked.headers["Authorization"] for asked in server.asked] == [
        "Bearer token-1",
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_a_refused_token_is_renewed_once(
    server: ScriptedServer, write_kubeconfig: Write, plugin: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    spec = plugin(f"echo x >> {tmp_path}/runs; " + credential(token="s3cret-token"), args=["--cluster", "shop"])
    server.status("/version", 401, "Unauthorized")
    cluster = Cluster(write_kubeconfig(server.url, {"exec": spec}))
    with pytest.raises(SourceError) as caught:
        cluster.get("/version")
    assert caught.value.kind is TroubleKind.EXPIRED
    assert caught.value.remedy == "./get-token --cluster shop"
    assert "s3cret" not in caught.value.message
    assert len(server.asked) == 2
    assert (tmp_path / "runs").read_text().count("x") == 2


def test_a_refused_token_that_is_renewed_in_time_is_no_trouble(
    server: ScriptedServer, write_kubeconfig: Write, plugin: Callable[..., dict[str, Any]]
) -> None:
    server.status("/version", 401, "Unauthorized")
    server.text("/version", "{}")
    cluster = Cluster(write_kubeconfig(server.url, {"exec": plugin(credential(token="t"))}))
    assert cluster.get("/version") == b"{}"


def test_after_a_failed_login_the_next_request_logs_in_again(
    server: ScriptedServer, write_kubeconfig: Write, plugin: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    spec = plugin(f"test -e {tmp_path}/logged-in || exit 1; " + credential(token="t"))
    server.text("/version", "{}")
    cluster = Cluster(write_kubeconfig(server.url, {"exec": spec}))
    with pytest.raises(SourceError):
        cluster.get("/version")
    (tmp_path / "logged-in").touch()
    assert cluster.get("/version") == b"{}"


def test_nothing_reaches_the_terminal(run: Callable[..., Any], capfd: pytest.CaptureFixture[str]) -> None:
    failure(run, "echo out; echo err >&2; exit 1")
    sys.stdout.flush()
    assert capfd.readouterr() == ("", "")
