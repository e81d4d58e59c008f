"""Commands look where the cockpit does, and find no secret in their arguments."""

import shutil
import subprocess
from pathlib import Path

import pytest

from cockpit.actions.commands.environment import ClusterPlace, Place, kubeconfig, variables
from cockpit.reading import SourceError
from cockpit.sources.postgres.target import Target

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: staging
contexts:
- name: staging
  context: {cluster: staging, user: ana, namespace: default}
- name: prod
  context: {cluster: prod, user: ana, namespace: default}
clusters:
- name: staging
  cluster: {server: "https://staging.test"}
- name: prod
  cluster: {server: "https://prod.test"}
users:
- name: ana
  user: {token: hunter2}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a kubeconfig with two contexts."""
    path = tmp_path / "config"
    path.write_text(KUBECONFIG)
    return path


def kubectl(*words: str, environment: dict[str, str]) -> str:
    """Ask the real kubectl."""
    answer = subprocess.run(
        ["kubectl", *words], env=environment, capture_output=True, text=True, check=True, timeout=20
    )
    return answer.stdout.strip()


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl")
def test_kubectl_looks_at_the_context_and_namespace_of_the_cockpit(file: Path) -> None:
    with kubeconfig(ClusterPlace("prod", "shop", file)) as found:
        environment = variables(Place()) | found
        template = "{.contexts[0].context.namespace} {.clusters[0].cluster.server}"
        told = kubectl("config", "view", "--minify", "-o", f"jsonpath={template}", environment=environment)
        assert told == "shop https://prod.test"
        assert kubectl("config", "current-context", environment=environment) == "prod"


def test_the_file_in_front_holds_no_credentials_and_goes_with_the_command(file: Path) -> None:
    with kubeconfig(ClusterPlace("prod", "shop", file)) as found:
        front, behind = map(Path, found["KUBECONFIG"].split(":"))
        assert behind == file
        assert "hunter2" not in front.read_text()
        assert front.stat().st_mode & 0o077 == 0
        assert (found["HELM_KUBECONTEXT"], found["HELM_NAMESPACE"]) == ("prod", "shop")
    assert not front.exists()


def test_without_a_namespace_it_is_that_of_the_context(file: Path) -> None:
    with kubeconfig(ClusterPlace("prod", "", file)) as found:
        assert '"namespace": "default"' in Path(found["KUBECONFIG"].split(":")[0]).read_text()


def test_a_context_that_is_gone_is_said_so(file: Path) -> None:
    with pytest.raises(SourceError, match="there is no context 'gone'"), kubeconfig(ClusterPlace("gone", "", file)):
        pass


def test_without_a_cluster_nothing_is_put_in_front() -> None:
    with kubeconfig(None) as found:
        assert found == {}


def test_psql_goes_to_the_server_of_the_cockpit_and_not_to_another() -> None:
    target = Target("shop-db", {"host": "db", "port": "6432", "user": "ops", "dbname": "shop"}, "SHOP_URL")
    environ = {"SHOP_URL": "postgresql://ops:hunter2@db/shop", "PGHOST": "other", "PGSERVICE": "other", "PATH": "/bin"}
    found = variables(Place(server=target), environ)
    assert {name: value for name, value in found.items() if name.startswith("PG") and name != "PGOPTIONS"} == {
        "PGHOST": "db",
        "PGPORT": "6432",
        "PGUSER": "ops",
        "PGDATABASE": "shop",
        "PGPASSWORD": "hunter2",
    }
    assert found["PATH"] == "/bin"


def test_aws_uses_the_profile_and_region_of_the_cockpit() -> None:
    found = variables(Place(profile="prod", region="eu-west-1"), {})
    assert (found["AWS_PROFILE"], found["AWS_REGION"], found["AWS_DEFAULT_REGION"]) == (
        "prod",
        "eu-west-1",
        "eu-west-1",
    )


def test_it_is_told_where_commands_look_and_nothing_secret() -> None:
    target = Target("shop-db", {"host": "db", "user": "ops", "dbname": "shop"}, "SHOP_URL")
    place = Place(ClusterPlace("prod", "shop"), target, "prod", "eu-west-1")
    assert list(place.told()) == [
        "kubectl: context prod, namespace shop",
        "psql: ops@db:5432/shop",
        "aws: profile prod, region eu-west-1",
    ]
