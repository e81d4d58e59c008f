"""How much care a command asks for."""

import pytest

from cockpit.runbooks.model import Command
from cockpit.runbooks.risk import judge, judge_script
from cockpit.runbooks.risk_of_sql import judge_sql

READS = """
kubectl get pods -n shop
kubectl -n shop get pods -o wide | grep -v Running
kubectl describe pod x && kubectl logs x --previous
kubectl logs -l app=api --tail=100 -f 2>/dev/null | grep -i error | wc -l
kubectl rollout status deployment/api
kubectl apply -f x.yaml --dry-run=server
kubectl exec api-1 -c api -- df -h
kubectl exec api-1 -- sh -c 'ps aux | head -3'
kubectl port-forward svc/api 8080:80
kubectl config current-context
kubectl auth can-i delete pods
helm history api -n shop
aws rds describe-db-instances --region us-west-2
aws logs tail /ecs/api --follow
aws --profile prod --region eu-west-1 s3 ls
psql -c "SELECT count(*) FROM pg_stat_activity"
psql -h db -U shop -d shop -c 'SELECT 1;'
psql -l
curl -sI https://shop.test/health -o /dev/null
curl -G -d q=up https://metrics.test/query
wget -qO- http://api/health
git log --oneline -5
docker ps -a
systemctl status nginx
sudo -u postgres systemctl is-active postgresql
journalctl -u api --since "1 hour ago"
redis-cli -h cache ping
redis-cli slowlog get 10
top -b -n 1 | head -20
kill -0 4711
find /var/log -name '*.log' -mtime -1
for p in a b; do kubectl get pod $p; done
if [ -f x ]; then cat x; fi
watch -n 5 'kubectl get pods'
timeout 5 curl https://shop.test
echo "now $(date -u +%FT%TZ)"
cat x 2>&1 | sort
awk '{print $1}' access.log | sort | uniq -c
gh issue list --label incident
env FOO=1 kubectl get pods
"""
WRITES = """
kubectl rollout restart deployment/api
kubectl scale deployment/api --replicas=5
kubectl config use-context prod
kubectl cp api-1:/tmp/heap ./heap
kubectl exec api-1 -- curl -X POST http://localhost/clear
kubectl run debug --rm -it --image=busybox -- ls
kubectl get pods > pods.txt
kubectl get pods && helm rollback api 3
aws rds create-db-snapshot --db-instance-identifier x
aws autoscaling set-desired-capacity --desired-capacity 5
psql -c "SELECT * FROM jobs FOR UPDATE"
psql -c "UPDATE jobs SET done = true WHERE id = 1"
psql -c "SELECT pg_cancel_backend(4711)"
psql -c "VACUUM ANALYZE orders"
curl -d '{}' https://hooks.test
curl -X PUT https://flags.test/x
curl -O https://shop.test/dump
git push origin main
sudo systemctl restart api
echo "$(systemctl restart api)"
sed -i s/a/b/ nginx.conf
kill -USR2 4711
(cd /tmp; touch x)
gh issue close 4
"""
DESTROYS = {
    "kubectl delete pod api-1 -n shop": "api-1",
    "kubectl -n shop delete deployment/api": "api",
    "kubectl drain node-1 --ignore-daemonsets": "node-1",
    "kubectl scale deployment api --replicas 0": "api",
    "kubectl get pods | awk '{print $1}' | xargs kubectl delete pod": "pod",
    "helm uninstall api": "api",
    "aws ec2 terminate-instances --instance-ids i-0abc": "i-0abc",
    "aws s3 rm s3://bucket/key": "s3://bucket/key",
    'psql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"': "pg_terminate_backend",
    'psql -c "WITH gone AS (DELETE FROM jobs RETURNING id) SELECT count(*) FROM gone"': "delete",
    'psql -c "DELETE FROM jobs WHERE done"': "jobs",
    'psql -c "UPDATE jobs SET done = true"': "jobs",
    "redis-cli FLUSHALL": "FLUSHALL",
    "sudo rm -rf /var/cache/app": "/var/cache/app",
    "kill -9 4711": "4711",
    "ls && (cd /tmp && rm x)": "x",
    "echo $(kubectl delete pod api-1)": "api-1",
    "bash -c 'kubectl delete pod api-1'": "api-1",
    "git push --force origin main": "main",
    "find /tmp -name '*.core' -delete": "/tmp",
    "curl -X DELETE https://api.test/flags/x": "x",
    "systemctl stop api": "api",
}
UNKNOWN = """
./deploy/rollback.sh production
python -c "import os"
$TOOL get pods
psql -f fix.sql
cat fix.sql | psql
psql -c "SELECT do_cleanup()"
curl https://metrics.test/query?query=rate(x[5m])
echo "never closed
eval "$SOMETHING"
kubectl frobnicate
sh script.sh
"""


def lines(text: str) -> list[str]:
    return text.strip().split("\n")


@pytest.mark.parametrize("text", lines(READS))
def test_what_only_asks_reads(text: str) -> None:
    assert judge_script(text).risk == "read", judge_script(text)


@pytest.mark.parametrize("text", lines(WRITES))
def test_what_changes_something_writes_and_says_why(text: str) -> None:
    judged = judge_script(text)
    assert judged.risk == "write", judged
    assert judged.reason


@pytest.mark.parametrize(("text", "target"), DESTROYS.items())
def test_what_takes_something_away_destroys_and_names_it(text: str, target: str) -> None:
    judged = judge_script(text)
    assert (judged.risk, judged.target) == ("destroy", target)


@pytest.mark.parametrize("text", lines(UNKNOWN))
def test_what_cannot_be_told_from_the_text_is_unknown(text: str) -> None:
    judged = judge_script(text)
    assert judged.risk == "unknown"
    assert judged.reason


def test_a_here_document_of_sql_is_read() -> None:
    assert judge_script("psql <<SQL\nSELECT 1;\nSQL\n").risk == "read"
    assert judge_script("psql <<'SQL'\nDROP TABLE jobs;\nSQL\n").risk == "destroy"
    assert judge_script("cat <<EOF\nkubectl delete pod $(rm x)\nEOF\n").target == "x"


@pytest.mark.parametrize(
    ("sql", "risk"),
    [
        ("SELECT 'DELETE FROM jobs'", "read"),
        ("-- DROP TABLE jobs\nSELECT 1", "read"),
        ("SELECT $$ TRUNCATE jobs $$", "read"),
        ('SELECT "delete" FROM jobs', "read"),
        ("SHOW max_connections", "read"),
        ("EXPLAIN DELETE FROM jobs", "read"),
        ("EXPLAIN ANALYZE DELETE FROM jobs", "destroy"),
        ("EXPLAIN (ANALYZE, BUFFERS) SELECT 1", "read"),
        ("SELECT 1; TRUNCATE jobs", "destroy"),
        ("SELECT * INTO copy FROM jobs", "write"),
        ("SELECT pg_catalog.pg_terminate_backend(1)", "destroy"),
        ("DO $$ BEGIN END $$", "unknown"),
        ("COPY jobs TO STDOUT", "read"),
        ("COPY jobs FROM '/tmp/x'", "write"),
        ("\\dt+ jobs", "read"),
        ("\\! rm x", "unknown"),
    ],
)
def test_sql_is_judged_by_its_words_and_not_by_what_is_quoted(sql: str, risk: str) -> None:
    assert judge_sql(sql).risk == risk


def test_what_the_fence_says_wins() -> None:
    assert judge(Command("./deploy.sh", attributes={"risk": "read"})).risk == "read"
    assert judge(Command("kubectl get pods", attributes={"risk": "destroy"})).risk == "destroy"
    assert judge(Command("kubectl get pods", attributes={"risk": "harmless"})).risk == "read"


def test_a_placeholder_is_not_taken_for_a_redirection() -> None:
    assert judge(Command("kubectl describe pod <pod-name> -n shop")).risk == "read"
    assert judge(Command("kubectl describe pod x > pod-name")).risk == "write"


def test_however_deep_or_long_it_is_it_is_judged() -> None:
    assert judge_script("$(" * 500 + "ls" + ")" * 500).risk == "unknown"
    assert judge_script("bash -c " * 5000 + "ls").risk == "unknown"
    assert judge_script("ls; " * 20_000).risk == "read"
