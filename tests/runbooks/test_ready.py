"""Commands made ready to be run: filled in, judged, refused, or shown by a pane anyway."""

import pytest

from cockpit.runbooks.live import Live, live_pane
from cockpit.runbooks.model import Command
from cockpit.runbooks.printed_secrets import printed_secret
from cockpit.runbooks.ready import certain, make_ready, open_places, suggested, time_out

FACTS = {"namespace": "shop", "pod": "api-7f9-x2", "workload": "api", "database": "shop", "pid": "4711"}
PRINTS = """
kubectl get secret db -o yaml
kubectl get secrets -n shop -ojson | jq .items
kubectl get secret db -o jsonpath='{.data.URL}' | base64 -d
kubectl exec api-1 -- env
kubectl exec api-1 -- sh -c 'printenv | sort'
kubectl config view --raw
kubectl get secret db -o jsonpath='{.metadata.annotations}'
kubectl get secrets -o jsonpath='{.items[*]}'
env | grep DATABASE
printenv DATABASE_URL
echo $DATABASE_URL
echo "token: ${SLACK_TOKEN}"
echo $(kubectl get secret db -o json)
aws secretsmanager get-secret-value --secret-id db
aws ssm get-parameter --name x --with-decryption
aws ecr get-login-password --region us-west-2
cat /var/run/secrets/token
cat ~/.aws/credentials | head
vault kv get secret/db
sudo cat server.key
"""
PRINTS_NOT = """
kubectl get secret db
kubectl get secrets -o name
kubectl get secret db -o jsonpath='{.metadata.creationTimestamp}'
kubectl describe secret db
kubectl get pods -o yaml
kubectl create secret generic x --from-literal=a=b --dry-run=client -o yaml | kubectl apply -f -
aws ecr get-login-password | docker login --password-stdin registry.test
psql $DATABASE_URL -c 'SELECT 1'
echo $NODE_ENV
env FOO=1 ls
printenv HOME
cat /etc/hosts
kubectl get secret db -o yaml | kubectl apply -f -
"""


@pytest.mark.parametrize("text", PRINTS.strip().split("\n"))
def test_what_would_print_a_secret_is_refused_with_the_reason(text: str) -> None:
    assert printed_secret(text)
    assert make_ready(Command(text), {}, {"DATABASE_URL"}).refused.endswith("values of secrets are not shown here")


@pytest.mark.parametrize("text", PRINTS_NOT.strip().split("\n"))
def test_what_only_uses_a_secret_or_names_it_is_not(text: str) -> None:
    assert printed_secret(text) == ""


def test_a_variable_with_a_secret_is_left_to_the_environment_and_has_to_be_there() -> None:
    command = Command("psql $DATABASE_URL -c 'SELECT 1'")
    ready = make_ready(command, {"DATABASE_URL": "postgres://shop:hunter2@db/shop"}, {"DATABASE_URL"})
    assert (ready.text, ready.open, ready.secrets, ready.refused) == (command.text, (), ("DATABASE_URL",), "")
    assert make_ready(command, {}, {}).refused == "$DATABASE_URL is not in the environment of the cockpit"
    assert open_places(command, {}, {}) == []


def test_where_one_looks_is_filled_in_and_the_rest_is_asked_for_with_what_is_selected() -> None:
    command = Command("kubectl -n <namespace> exec <pod-name> -- kill {PID}; ls <file>; ls <file>")
    values = certain(command, FACTS, ())
    assert values == {"namespace": "shop"}
    places = open_places(command, values, ())
    assert [(place.name, suggested(place, FACTS)) for place in places] == [
        ("pod-name", "api-7f9-x2"),
        ("PID", "4711"),
        ("file", ""),
    ]
    ready = make_ready(command, {**values, "pod-name": "x"}, ())
    assert ready.text == "kubectl -n shop exec x -- kill {PID}; ls <file>; ls <file>"
    assert ready.open == ("PID", "file")


def test_an_example_of_a_name_suggests_what_is_selected_if_it_is_of_that_kind() -> None:
    (place,) = open_places(Command("kubectl logs api-xxx-yyy"), {}, ())
    assert suggested(place, FACTS) == "api-7f9-x2"
    assert suggested(place, {"pod": "worker-1"}) == ""


def test_the_fence_says_how_long_it_may_take() -> None:
    assert time_out(Command("x")) == 60
    assert time_out(Command("x", attributes={"timeout": "300"})) == 300
    assert time_out(Command("x", attributes={"timeout": "90s"})) == 90
    assert time_out(Command("x", attributes={"timeout": "soon"})) == 60


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("kubectl get pods", Live("kind", "Pods")),
        ("kubectl get pods -n shop", Live("kind", "Pods", "shop")),
        ("kubectl get po -A", Live("kind", "Pods", "*")),
        ("kubectl get events -n shop --sort-by='.lastTimestamp'", Live("kind", "Events", "shop")),
        ("kubectl top nodes", Live("kind", "Nodes")),
        ("kubectl logs -n shop deploy/api --tail=100 -f", Live("logs", "api", "shop")),
        ("kubectl describe pod api-1 -n shop", Live("describe", "api-1", "shop")),
        ('psql -c "SELECT * FROM pg_stat_activity"', Live("postgres", "")),
        ("kubectl get pods | grep api", None),
        ("kubectl get pods -o yaml", None),
        ("kubectl get pod api-1", None),
        ("kubectl --context other get pods", None),
        ("kubectl logs api-1 --previous", None),
        ("kubectl get pods; ls", None),
        ("echo hello", None),
        ("echo 'never closed", None),
    ],
)
def test_a_pane_that_shows_the_same_is_known(text: str, live: Live | None) -> None:
    assert live_pane(text) == live
