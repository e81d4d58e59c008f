"""What a person is told of a command before it is run."""

import pytest

from cockpit.actions.commands.environment import ClusterPlace, Place
from cockpit.runbooks.model import Command
from cockpit.runbooks.ready import make_ready
from cockpit.sources.postgres.target import Target
from cockpit.ui.incident.command_preview import READ_ONLY, Preview, one_line, preview, tail

PLACE = Place(ClusterPlace("prod", "shop"), Target("shop-db", {"host": "db", "dbname": "shop"}), None, "eu-west-1")


def shown(text: str, language: str = "sh", *, writable: bool = True, protected: bool = False) -> Preview:
    """Show a command."""
    ready = make_ready(Command(text, language), {}, {"DATABASE_URL"})
    return preview(ready, PLACE, 60, writable=writable, protected=protected)


def test_a_read_is_run_with_enter_wherever_one_is() -> None:
    told = shown("kubectl get pods", writable=False, protected=True)
    assert (told.objection, told.must_type) == ("", "")


@pytest.mark.parametrize("text", ["kubectl delete pod x", "kubectl scale deploy/x --replicas=2", "./deploy.sh"])
def test_nothing_but_reads_is_run_while_the_cockpit_is_read_only(text: str) -> None:
    assert shown(text, writable=False).objection == READ_ONLY
    assert shown(text).objection == ""


def test_what_destroys_asks_for_its_target_and_what_writes_only_where_that_is_protected() -> None:
    assert shown("kubectl delete pod x").must_type == "x"
    assert shown("kubectl rollout restart deploy/x").must_type == ""
    assert shown("kubectl rollout restart deploy/x", protected=True).must_type == "prod"


@pytest.mark.parametrize(
    "text",
    [
        "kubectl --context staging delete pod x",
        "helm --kube-context=staging uninstall x",
        "kubectl --kubeconfig f delete pod x",
    ],
)
def test_what_writes_in_another_context_than_the_one_that_was_allowed_is_refused(text: str) -> None:
    assert "a context of its own" in shown(text).objection


def test_the_context_that_is_looked_at_may_be_named() -> None:
    assert shown("kubectl --context prod delete pod x").objection == ""
    assert shown("kubectl --context staging get pods").objection == ""


def test_it_says_where_the_command_looks_as_far_as_that_matters() -> None:
    assert shown("kubectl get pods").notes[0] == "kubectl: context prod, namespace shop"
    assert shown("helm list").notes[0] == "kubectl: context prod, namespace shop"
    assert shown("aws rds describe-db-instances").notes[0] == "aws: region eu-west-1"
    assert len(shown("curl https://shop.test").notes) == 1


def test_a_statement_goes_to_psql_and_the_server_is_told() -> None:
    told = shown("SELECT 'a'", "sql")
    assert told.script == """psql -X -v ON_ERROR_STOP=1 -c 'SELECT '"'"'a'"'"''"""
    assert told.notes[0] == "psql: db:5432/shop"


def test_it_warns_of_what_will_not_work_as_in_a_terminal() -> None:
    assert "asks for a terminal" in shown("kubectl exec -it x -- ls").warnings[0]
    assert "in the background" in shown("kubectl port-forward svc/x 1:2 &").warnings[0]
    assert "list of processes" in shown("psql $DATABASE_URL -c 'SELECT 1'").warnings[0]


def test_an_output_is_told_by_its_end() -> None:
    assert tail([str(nth) for nth in range(100)], 3) == "97\n98\n99"
    assert tail(["x" * 5000]) == "…" + "x" * 3000


def test_a_command_of_several_lines_is_named_on_one() -> None:
    assert one_line("kubectl get \\\n  pods\n") == "kubectl get pods"
