"""Shows AWS: in a strip of the overview, and over the whole width."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from textual.screen import Screen

from cockpit.clock import Clock
from cockpit.diagnosis.aws import kinds
from cockpit.diagnosis.policy import Policy
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.aws import aws_tabs, targets_page
from cockpit.ui.aws.aws_held import AwsHeld
from cockpit.ui.aws.aws_summary import summary
from cockpit.ui.aws.aws_view import AwsView
from cockpit.ui.aws.commands import commands_about
from cockpit.ui.paged.paged_desk import PagedDesk
from cockpit.ui.paged.paged_pane import PagedPane
from cockpit.ui.paged.strip import Summary
from cockpit.ui.paged.title import Title

_TITLE: Final = Title(
    "AWS", ("AWS is not looked at", 'cockpit --region us-west-2, or [aws] with region = "us-west-2" in cockpit.toml')
)
_TABS: Final = {
    kinds.AWS: aws_tabs.ACCOUNT,
    kinds.RDS: aws_tabs.RDS,
    kinds.CLUSTER: aws_tabs.RDS,
    kinds.BALANCER: aws_tabs.BALANCERS,
    kinds.TARGET_GROUP: aws_tabs.TARGETS,
    kinds.ALARM: aws_tabs.ALARMS,
}
"""On which page the objects of findings are."""


class AwsDesk(PagedDesk[AwsView]):
    """Knows what findings call the objects of an account."""

    held: AwsHeld

    def __init__(self, screen: Screen[Any], clock: Clock, zone: tzinfo, policy: Policy) -> None:
        """Arrange panes on `screen`."""
        held = AwsHeld(zone, policy)

        def say(now: datetime) -> Summary:
            return summary(held, now)

        super().__init__(
            screen, held, PagedPane(_TITLE, held, aws_tabs.TABS, clock, id="aws"), say, clock, above=("web",)
        )
        self._clock = clock

    def selected_pods(self) -> Sequence[Pod]:
        """Give the pods behind the target that is opened, or the one under the cursor."""
        place, view = self.pane.selected, self.held.view(self.pane.subject_name, self._clock())
        if view is None or not isinstance(place, targets_page.Place) or place.target is None:
            return ()
        return targets_page.pods_behind(place.group, place.target, view)

    @property
    def selected(self) -> ObjectRef | None:
        """The instance, the cluster or the target group of the row under the cursor, as findings call it."""
        chosen = self.pane.selected
        if isinstance(chosen, targets_page.Place):
            return kinds.aws_ref(kinds.TARGET_GROUP, self.pane.subject_name, chosen.group.name)
        return chosen if isinstance(chosen, ObjectRef) else None

    def server_of(self, about: ObjectRef) -> str:
        """Name the Postgres server that an instance or a cluster is; empty: it is none that is read."""
        return self.held.server_of(about) if about.kind in (kinds.RDS, kinds.CLUSTER) else ""

    def commands_about(self, about: ObjectRef) -> list[tuple[str, str]]:
        """Give what to type to see more of an object, each command with what it tells."""
        view = self.held.view(about.name.partition("/")[0], self._clock())
        return [] if view is None else commands_about(about, view)

    def find(self, about: ObjectRef) -> bool:
        """Show an object of a finding; False when it is nothing of AWS."""
        if about.kind not in _TABS:
            return False
        account, _, name = about.name.partition("/")
        row = f"cluster {name}" if about.kind == kinds.CLUSTER else name
        if about.kind == kinds.TARGET_GROUP:
            view = self.held.view(account, self._clock())
            row = targets_page.first_of(view, name) if view is not None else ""
        self.open(account, _TABS[about.kind], row)
        return True
