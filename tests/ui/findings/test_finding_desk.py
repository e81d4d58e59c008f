import pytest

from cockpit.diagnosis.aws import kinds as aws
from cockpit.diagnosis.web import kinds as web
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.findings.finding_desk import name_of


@pytest.mark.parametrize(
    ("about", "name"),
    [
        (ObjectRef("Deployment", "shop", "api"), "deployment/api"),
        (ObjectRef("Node", "", "node2"), "node/node2"),
        (ObjectRef("Postgres", "", "shop-db"), "Postgres server shop-db"),
        (aws.aws_ref(aws.RDS, "prod", "shop-db"), "RDS instance shop-db"),
        (aws.aws_ref(aws.TARGET_GROUP, "prod", "web-tg"), "target group web-tg"),
        (aws.aws_ref(aws.AWS, "prod", "prod"), "AWS account prod"),
        (web.web_ref(web.HEALTH, "shop\x1b[31m"), "health endpoint shop"),
    ],
)
def test_an_object_is_named_as_people_call_it(about: ObjectRef, name: str) -> None:
    assert name_of(about) == name
