"""Places to be filled in, and what only looks like them."""

import subprocess

import pytest

from cockpit.runbooks.placeholders import check_value, fill, fill_sql, find_placeholders, is_secret, neutral

FOUND = {
    "kubectl describe pod <pod-name> -n <namespace>": ["pod-name", "namespace"],
    "kubectl scale deployment/<service> --replicas=5": ["service"],
    "kubectl logs -l app=<service>": ["service"],
    "ssh <host>:/tmp": ["host"],
    "kill -9 [PID]": ["PID"],
    "git push origin hotfix/incident-[id]": ["id"],
    "cat agents/[agent-name].md": ["agent-name"],
    "./rollback.sh [environment] [commit-hash]": ["environment", "commit-hash"],
    'psql -h "[db-host]"': ["db-host"],
    "curl https://{service}.shop.test/{path}/health": ["service", "path"],
    "curl -H 'X-Key: YOUR_API_KEY' https://your-service.test": ["YOUR_API_KEY", "your-service"],
    "kubectl logs api-xxx-yyy": ["api-xxx-yyy"],
    "aws elbv2 describe-target-health --target-group-arn arn:aws:elb:us-west-2:1:targetgroup/...": [
        "arn:aws:elb:us-west-2:1:targetgroup/..."
    ],
    "psql $DATABASE_URL -c 'SELECT 1'": ["DATABASE_URL"],
    "kubectl -n ${NAMESPACE} get pods": ["NAMESPACE"],
    "kubectl -n $NS delete pod <pod>": ["NS", "pod"],
    "echo kept > $FILE": ["FILE"],
}
NOT_FOUND = """
sort <input.txt >output.txt
cat <<EOF >file
diff <(ls a) <(ls b)
cmd 2>&1 >/dev/null </dev/null
cmd <in>out
kubectl get pods | grep '<none>'
kubectl get svc | grep "<pending>"
psql -c "SELECT 1 WHERE query != '<IDLE>'"
echo '<b>bold</b>'
[ -f file ] && [[ -n x ]]
[[ $HOME == x ]]
ls *.[ch] report[abc].txt
ls [a-z]*
grep "[error]" x
echo "[INCIDENT] Service degradation"
arr=(1 2); echo ${arr[0]} ${arr[i]}
curl -d '{"test": true}' https://shop.test
kubectl get pods -o jsonpath='{.items[*].metadata.name}'
kubectl get pods -o jsonpath='{range .items[*]}{.metadata.name}{"\\n"}{end}'
docker ps --format '{{.Names}}'
awk '{print $1}' x
awk '{print}' x
find . -exec ls {} +
cp x.{old,new}
curl -w '%{http_code}' https://shop.test
git show HEAD@{upstream}
for f in a b; do cat $f; done
NAME=x; echo $NAME; ls ${NAME}
read -r LINE; ls $LINE
ls $HOME $PWD $1 $? $$
kubectl exec x -- sh -c 'psql $DATABASE_URL'
echo $NODE_ENV
ls ${DIR:-/tmp}
price=\\$COST
"""


@pytest.mark.parametrize(("text", "names"), FOUND.items())
def test_a_place_to_be_filled_is_found(text: str, names: list[str]) -> None:
    assert [place.name for place in find_placeholders(text)] == names


@pytest.mark.parametrize("text", NOT_FOUND.strip().split("\n"))
def test_what_belongs_to_the_shell_or_to_data_is_left_alone(text: str) -> None:
    assert find_placeholders(text) == []
    assert neutral(text) == text


def test_a_variable_that_the_environment_has_is_left_to_it() -> None:
    assert find_placeholders("ls $RUNBOOKS", {"RUNBOOKS"}) == []


@pytest.mark.parametrize("value", ["a b", "it's", "$(touch x)", "`id`", '"', "\\", "a;b", "*", "$HOME", "x'y\"z"])
@pytest.mark.parametrize(
    "text",
    [
        "printf %s {value}",
        "printf %s '{value}'",
        'printf %s "{value}"',
        "printf %s a{value}",
        "cat <<EOF\n{value}\nEOF",
    ],
)
def test_whatever_is_filled_in_arrives_as_it_is(text: str, value: str) -> None:
    filled = fill(text, find_placeholders(text), {"value": value})
    told = subprocess.run(["bash", "-c", filled], capture_output=True, text=True, check=True, timeout=10).stdout
    assert told.removesuffix("\n") == ("a" + value if "a{" in text else value)


def test_only_what_is_known_is_filled_in() -> None:
    text = "kubectl -n <ns> delete pod <pod>"
    assert fill(text, find_placeholders(text), {"ns": "shop"}) == "kubectl -n shop delete pod <pod>"


@pytest.mark.parametrize(
    ("sql", "value", "filled"),
    [
        ("SELECT pg_cancel_backend([PID])", "4711", "SELECT pg_cancel_backend(4711)"),
        ("SELECT * FROM jobs WHERE name = '<name>'", "it's", "SELECT * FROM jobs WHERE name = 'it''s'"),
        ("SELECT * FROM <name>", "public.jobs", "SELECT * FROM public.jobs"),
        ("SELECT <name>", "1; DROP TABLE jobs", "SELECT '1; DROP TABLE jobs'"),
    ],
)
def test_a_statement_is_filled_in_by_the_rules_of_sql(sql: str, value: str, filled: str) -> None:
    places = find_placeholders(sql)
    assert fill_sql(sql, places, {place.name: value for place in places}) == filled


@pytest.mark.parametrize("value", ["", "  ", "--all", "a\nb", "a\x1b[31m"])
def test_a_value_that_would_be_something_else_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="value"):
        check_value(value)


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "SLACK_TOKEN", "PGPASSWORD", "OPENAI_API_KEY", "JWT_SECRET", "DB_DSN"]
)
def test_a_variable_with_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["NAMESPACE", "POD", "SERVICE_URL", "MONKEY", "NODE_ENV", "KEYSPACE"])
def test_other_variables_are_no_secrets(name: str) -> None:
    assert not is_secret(name)
