"""HTTP to the API server: what each way of failing is called, and what to type."""

import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.api_server import ScriptedServer

import cockpit
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.api_errors import ApiError, ExpiredVersion, Unanswered
from cockpit.sources.kubernetes.cluster_source import ClusterSource
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.metrics import MetricsSource
from cockpit.sources.kubernetes.model import Usage
from cockpit.sources.kubernetes.namespaces import list_namespaces

PODS = "/api/v1/namespaces/shop/pods"
POD = f"{PODS}/api-1"
EVICTION = f"{POD}/eviction"
METRICS = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"
HEALTH = "kubectl get --raw '/readyz?verbose'"
LOG_IN = "the API server does not accept the credentials"
Write = Callable[..., Path]


def failure(cluster: Cluster, path: str = PODS, timeout: float = 5) -> SourceError:
    with pytest.raises(SourceError) as caught:
        cluster.get(path, timeout=timeout)
    assert "s3cret" not in caught.value.message
    return caught.value


def test_a_request_says_who_asks(server: ScriptedServer, cluster: Cluster) -> None:
    server.text(PODS, "{}")
    cluster.get(PODS, {"labelSelector": "app=a b"})
    asked = server.asked[0]
    assert asked.query == {"labelSelector": "app=a b"}
    assert asked.headers["User-Agent"] == f"cockpit/{cockpit.__version__}"
    assert asked.headers["Authorization"] == "Bearer s3cret-token"
    assert asked.headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (401, "Unauthorized", (TroubleKind.EXPIRED, LOG_IN, "kubectl auth whoami")),
        (
            403,
            'User "system:anonymous" cannot',
            (TroubleKind.EXPIRED, LOG_IN, "kubectl auth whoami"),
        ),
        (
            403,
            'User "ana" cannot list resource "pods"',
            (
                TroubleKind.DENIED,
                'may not list pods in shop: User "ana" cannot list resource "pods"',
                "kubectl auth can-i list pods -n shop",
            ),
        ),
        (404, "could not find it", (TroubleKind.MISSING, "could not find it", None)),
        (410, "too old", (TroubleKind.REFUSED, "too old", None)),
        (429, "slow down", (TroubleKind.THROTTLED, "the API server is busy: slow down", HEALTH)),
        (500, "no leader", (TroubleKind.REFUSED, "HTTP 500 from the API server: no leader", HEALTH)),
        (
            500,
            'Get "https://10.0.0.7:10250/containerLogs/shop/api-1/api?follow=true": dial tcp: i/o timeout',
            (
                TroubleKind.REFUSED,
                "the API server cannot reach the kubelet at 10.0.0.7:10250: dial tcp: i/o timeout",
                "kubectl get nodes -o wide",
            ),
        ),
    ],
)
def test_errors_of_the_server(
    server: ScriptedServer, cluster: Cluster, code: int, message: str, expected: tuple[TroubleKind, str, str | None]
) -> None:
    server.status(PODS, code, message)
    error = failure(cluster)
    assert isinstance(error, ApiError)
    kind, text, remedy = expected
    assert (error.kind, error.message) == (kind, text)
    assert error.remedy == (f"{remedy}{cluster.kubectl.options}" if remedy else None)
    assert error.status == code
    assert isinstance(error, ExpiredVersion) == (code == 410)


@pytest.mark.parametrize(
    ("path", "shown", "remedy"),
    [
        ("/api/v1/pods", "may not list pods in all namespaces", "kubectl auth can-i list pods -A"),
        (f"{PODS}/a/log", "may not get pods/log in shop", "kubectl auth can-i get pods/log -n shop"),
        (
            METRICS,
            "may not list pods.metrics.k8s.io in shop",
            "kubectl auth can-i list pods.metrics.k8s.io -n shop",
        ),
        ("/api/v1/nodes/n1", "may not get nodes", "kubectl auth can-i get nodes"),
    ],
)
def test_what_is_denied_is_said_as_kubectl_would(
    server: ScriptedServer, cluster: Cluster, path: str, shown: str, remedy: str
) -> None:
    server.status(path, 403, "forbidden")
    error = failure(cluster, path)
    assert error.message == f"{shown}: forbidden"
    assert error.remedy == remedy + cluster.kubectl.options


def test_a_change_is_sent_as_it_was_given(server: ScriptedServer, cluster: Cluster) -> None:
    server.text(POD, '{"kind": "Pod"}')
    answer = cluster.send("PATCH", POD, b"{}", "application/merge-patch+json", {"dryRun": "All"})
    assert answer == b'{"kind": "Pod"}'
    asked = server.asked[0]
    assert (asked.method, asked.body, asked.query) == ("PATCH", b"{}", {"dryRun": "All"})
    assert asked.headers["Content-Type"] == "application/merge-patch+json"
    assert asked.headers["Authorization"] == "Bearer s3cret-token"


def test_a_change_is_sent_again_after_a_login_only(
    server: ScriptedServer, write_kubeconfig: Write, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("one\n")
    server.status(POD, 401, "Unauthorized")
    server.text(POD, "{}")
    Cluster(write_kubeconfig(server.url, {"tokenFile": str(token)})).send("DELETE", POD, b"{}")
    assert [asked.body for asked in server.asked] == [b"{}", b"{}"]


WEBHOOK = 'admission webhook "policy.example" denied the request: no :latest'


@pytest.mark.parametrize(
    ("code", "message", "kind", "expected"),
    [
        (403, "no", TroubleKind.DENIED, "may not patch pods in shop: no"),
        (403, WEBHOOK, TroubleKind.REFUSED, WEBHOOK),
        (409, "the object has been modified", TroubleKind.REFUSED, "the object has been modified"),
        (422, 'Pod "api-1" is invalid: spec', TroubleKind.REFUSED, 'Pod "api-1" is invalid: spec'),
        (429, "slow down", TroubleKind.THROTTLED, "the API server is busy: slow down"),
        (504, "too late", TroubleKind.REFUSED, "HTTP 504 from the API server: too late"),
    ],
)
def test_refusals_of_a_change(
    server: ScriptedServer, cluster: Cluster, code: int, message: str, kind: TroubleKind, expected: str
) -> None:
    server.status(POD, code, message)
    with pytest.raises(ApiError) as caught:
        cluster.send("PATCH", POD, b"{}")
    assert (caught.value.status, caught.value.kind, caught.value.message) == (code, kind, expected)


def test_an_eviction_that_a_budget_forbids_names_it(server: ScriptedServer, cluster: Cluster) -> None:
    cause = {"reason": "DisruptionBudget", "message": "The disruption budget api needs 2 healthy pods and has 2"}
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    server.status(EVICTION, 429, message, details={"causes": [cause]})
    with pytest.raises(ApiError) as caught:
        cluster.send("POST", EVICTION, b"{}")
    assert (caught.value.kind, caught.value.message) == (TroubleKind.REFUSED, f"{message} {cause['message']}")


@pytest.mark.parametrize("after_headers", [False, True])
def test_a_change_without_an_answer_may_have_been_carried_out(
    server: ScriptedServer, cluster: Cluster, after_headers: bool
) -> None:
    server.hang(POD, after_headers=after_headers)
    with pytest.raises(Unanswered) as caught:
        cluster.send("DELETE", POD, timeout=0.1)
    assert (caught.value.kind, len(server.asked)) == (TroubleKind.TIMEOUT, 1)


def test_a_change_whose_connection_is_lost_is_not_sent_again(server: ScriptedServer, cluster: Cluster) -> None:
    server.reset(POD)
    with pytest.raises(Unanswered) as caught:
        cluster.send("DELETE", POD)
    assert (caught.value.kind, len(server.asked)) == (TroubleKind.UNREACHABLE, 1)


def test_a_change_that_found_nobody_was_not_carried_out(write_kubeconfig: Write) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SourceError) as caught:
        Cluster(write_kubeconfig(f"http://127.0.0.1:{port}")).send("DELETE", POD)
    assert not isinstance(caught.value, Unanswered)


def test_retry_after_is_told(server: ScriptedServer, cluster: Cluster) -> None:
    server.json(PODS, {"message": "slow down"}, 429, {"Retry-After": "7"})
    assert failure(cluster).message.endswith("it asks to wait 7 s")


def test_an_error_that_is_no_status_object(server: ScriptedServer, cluster: Cluster) -> None:
    server.text(PODS, "<html>\n  Bad gateway" + "x" * 1000, 502)
    error = failure(cluster)
    assert error.message.startswith("HTTP 502 from the API server: <html> Bad gateway")
    assert len(error.message) < 350


def test_redirects_are_not_followed(server: ScriptedServer, cluster: Cluster) -> None:
    server.text(PODS, "", 302, {"Location": "https://login.example"})
    assert failure(cluster).message == "HTTP 302 from the API server: Found"


@pytest.mark.parametrize("after_headers", [False, True])
def test_a_server_that_hangs(server: ScriptedServer, cluster: Cluster, after_headers: bool) -> None:
    server.hang(PODS, after_headers=after_headers)
    error = failure(cluster, timeout=0.1)
    assert (error.kind, error.message) == (TroubleKind.TIMEOUT, f"no answer from {server.url} in time")
    assert error.remedy == f"curl -k --max-time 5 {server.url}/readyz"


def test_a_request_is_answered_beside_many_streams(server: ScriptedServer, cluster: Cluster) -> None:
    live = server.live(PODS)
    server.text(POD, "{}")
    with ExitStack() as streams:
        for _ in range(75):  # some twenty kinds are watched, and fifty logs followed
            streams.enter_context(cluster.open(PODS, {"watch": "1"}, read_timeout=5))
        assert cluster.get(POD, timeout=5) == b"{}"
        for _ in range(75):
            live.end()


def test_nobody_listens(write_kubeconfig: Write) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure(Cluster(write_kubeconfig(f"http://127.0.0.1:{port}")))
    assert error.kind is TroubleKind.UNREACHABLE
    assert error.message == f"cannot connect to http://127.0.0.1:{port}: Connection refused"


def test_a_name_that_does_not_exist(write_kubeconfig: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure(Cluster(write_kubeconfig("https://nowhere.invalid")))
    assert error.message == "cannot connect to https://nowhere.invalid: the name cannot be resolved"


def test_a_server_that_does_not_speak_tls(server: ScriptedServer, write_kubeconfig: Write) -> None:
    error = failure(Cluster(write_kubeconfig(server.url.replace("http:", "https:"))))
    assert error.kind is TroubleKind.UNREACHABLE


def test_a_certificate_that_cannot_be_verified_is_said_plainly(
    write_kubeconfig: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        error = ssl.SSLCertVerificationError(1, "certificate verify failed")
        error.verify_message = "unable to get local issuer certificate"
        raise error

    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(ssl.SSLContext, "wrap_socket", refuse)
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        error = failure(Cluster(write_kubeconfig(url)))
    assert error.kind is TroubleKind.UNREACHABLE
    assert error.message == f"the certificate of {url} cannot be verified: unable to get local issuer certificate"


def test_a_client_certificate_that_is_no_certificate(write_kubeconfig: Write) -> None:
    path = write_kubeconfig("https://127.0.0.1:1", {"client-certificate-data": "%%", "client-key-data": "%%"})
    assert failure(Cluster(path)).kind in (TroubleKind.MALFORMED, TroubleKind.UNREACHABLE)


def test_a_file_that_the_kubeconfig_names_is_missing(write_kubeconfig: Write) -> None:
    error = failure(Cluster(write_kubeconfig("https://a", {"tokenFile": "/nowhere/token"})))
    assert error.kind is TroubleKind.MALFORMED
    assert "/nowhere/token" in error.message


def test_a_token_file_is_read_again_after_a_minute(
    server: ScriptedServer, write_kubeconfig: Write, tmp_path: Path
) -> None:
    from datetime import timedelta

    from cockpit.clock import utc_now

    moment = utc_now()
    token = tmp_path / "token"
    token.write_text("one\n")
    server.text(PODS, "{}")
    cluster = Cluster(write_kubeconfig(server.url, {"tokenFile": str(token)}), clock=lambda: moment)
    cluster.get(PODS)
    token.write_text("two\n")
    cluster.get(PODS)
    moment += timedelta(seconds=60)
    cluster.get(PODS)
    assert [asked.headers["Authorization"] for asked in server.asked] == ["Bearer one", "Bearer one", "Bearer two"]


async def test_the_cluster_as_a_reading_needs_no_network(write_kubeconfig: Write) -> None:
    source = ClusterSource(Cluster(write_kubeconfig("http://127.0.0.1:1")))
    assert [info.context async for info in source.stream()] == ["shop-prod"]


def test_namespaces_are_listed_over_pages(server: ScriptedServer, cluster: Cluster) -> None:
    path = "/api/v1/namespaces"
    server.json(path, {"metadata": {"continue": "x"}, "items": [{"metadata": {"name": "shop"}}]})
    server.json(path, {"metadata": {}, "items": [{"metadata": {"name": "ops"}}]})
    assert list_namespaces(cluster) == ["ops", "shop"]


async def test_usage_is_summed_over_containers(server: ScriptedServer, cluster: Cluster) -> None:
    containers = [{"usage": {"cpu": "1500000n", "memory": "10Mi"}}, {"usage": {"cpu": "250m", "memory": "34Ki"}}, {}]
    pod = {"metadata": {"name": "a", "namespace": "shop"}, "containers": containers}
    server.json(METRICS, {"metadata": {}, "items": [pod]})
    (read,) = [usage async for usage in MetricsSource(cluster, "shop").stream()]
    assert read.usage == {"shop/a": Usage(252, 10 * 2**20 + 34 * 2**10)}


@pytest.mark.parametrize("code", [404, 503])
async def test_without_the_metrics_api_there_are_no_numbers(
    server: ScriptedServer, cluster: Cluster, code: int
) -> None:
    server.text(METRICS, "404 page not found", code)
    with pytest.raises(SourceError, match="not installed") as caught:
        await anext(MetricsSource(cluster, "shop").stream())
    assert caught.value.kind is TroubleKind.MISSING


async def test_numbers_that_are_none_are_malformed(server: ScriptedServer, cluster: Cluster) -> None:
    pod = {"metadata": {"name": "a", "namespace": "shop"}, "containers": [{"usage": {"cpu": "lots"}}]}
    server.json(METRICS, {"metadata": {}, "items": [pod]})
    with pytest.raises(SourceError) as caught:
        await anext(MetricsSource(cluster, "shop").stream())
    assert caught.value.kind is TroubleKind.MALFORMED
