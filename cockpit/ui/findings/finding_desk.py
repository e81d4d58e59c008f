"""From a finding to what it is about."""

from collections.abc import Mapping
from typing import Final

from cockpit.diagnosis.aws import kinds as aws_kinds
from cockpit.diagnosis.finding import Finding
from cockpit.diagnosis.postgres.server_view import KIND as POSTGRES
from cockpit.diagnosis.web import kinds as web_kinds
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.text import clean
from cockpit.ui.aws.aws_desk import AwsDesk
from cockpit.ui.kubernetes.kind_desk import KindDesk
from cockpit.ui.message_log import MessageLog
from cockpit.ui.postgres.postgres_desk import PostgresDesk
from cockpit.ui.screen import CockpitScreen
from cockpit.ui.web.web_desk import WebDesk

_WORDS: Final = {
    POSTGRES: "Postgres server",
    aws_kinds.AWS: "AWS account",
    aws_kinds.RDS: "RDS instance",
    aws_kinds.CLUSTER: "RDS cluster",
    aws_kinds.BALANCER: "load balancer",
    aws_kinds.TARGET_GROUP: "target group",
    aws_kinds.ALARM: "alarm",
    web_kinds.HEALTH: "health endpoint",
    web_kinds.PROMETHEUS: "Prometheus",
    web_kinds.ALERTMANAGER: "Alertmanager",
    web_kinds.STATUS_PAGE: "status page",
}
"""What people call the objects that are not the cluster's."""


class FindingDesk:
    """Opens what a finding is about where most of it is to be seen, and says what that is."""

    def __init__(
        self,
        screen: CockpitScreen,
        kinds: KindDesk,
        postgres: PostgresDesk,
        aws: AwsDesk,
        web: WebDesk,
        messages: MessageLog,
    ) -> None:
        """Show objects on `screen`: those of the cluster by `kinds`, all others by who shows their source."""
        self._screen = screen
        self._kinds = kinds
        self._postgres = postgres
        self._others: Mapping[str, AwsDesk | WebDesk] = {"aws": aws, "web": web}
        self._messages = messages

    def open(self, finding: Finding) -> None:
        """Show the first of the finding's objects; escape leads back to where the person is now."""
        if not finding.objects:
            self._messages.tell("this finding names no object that could be opened", "doubtful")
            return
        about = finding.objects[0]
        self._screen.leave()
        view = self._find(about, finding)
        self._screen.action_view(view)
        if view == "pods":
            self._kinds.open(about)
        how = "is under the cursor: enter tells all" if view in self._others else "is open"
        self._messages.tell_of_place(f"{name_of(about)} {how}; escape goes back")

    def _find(self, about: ObjectRef, finding: Finding) -> str:
        """Put the cursor on an object that is not the cluster's, and tell in which view it is."""
        if about.kind == POSTGRES:
            self._postgres.find(about.name, finding.scenario, finding.key)
            return "postgres"
        return next((view for view, desk in self._others.items() if desk.find(about)), "pods")


def name_of(about: ObjectRef) -> str:
    """Name an object as people do: `deployment/api`, `RDS instance shop-db`."""
    word = _WORDS.get(about.kind)
    return str(about) if word is None else clean(f"{word} {about.name.rpartition('/')[2]}")
