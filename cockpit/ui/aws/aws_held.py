"""The newest readings of all AWS accounts, and what of the cluster may stand behind their targets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final, Self

from cockpit.diagnosis.aws.backing import Backing
from cockpit.diagnosis.aws.kinds import CLUSTER
from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.twins import hosts_of, is_at
from cockpit.diagnosis.view import View
from cockpit.reading import Reading, State
from cockpit.sources.aws.model import AWS, AwsLook, TargetGroup
from cockpit.sources.kubernetes.kind_names import NODES, SERVICES
from cockpit.sources.kubernetes.model import PODS
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import POSTGRES, PostgresLook
from cockpit.ui.aws import account_page
from cockpit.ui.aws.aws_view import AwsView, gap_words
from cockpit.ui.paged.held import Outlook
from cockpit.ui.paged.newest import Newest
from cockpit.ui.paged.trust import is_old, trust_spans
from cockpit.ui.state_text import state_span, trouble_text
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span

_OF_CLUSTER: Final = {PODS: "pods", NODES: "nodes", SERVICES: "services"}
"""Which fact of the diagnosis a reading of the cluster is."""


Groups = Mapping[str, Sequence[TargetGroup]]
"""The target groups of each balancer, by its ARN."""


class AwsHeld:
    """Keeps what the panes are drawn from."""

    def __init__(self, zone: tzinfo, policy: Policy) -> None:
        self.zone = zone
        self._policy = policy
        self._readings = Newest[AwsLook](AWS)
        self._cluster: dict[str, Any] = {}
        self._servers = Newest[PostgresLook](POSTGRES)
        self._found: dict[str, tuple[AwsLook, Backing, Groups]] = {}
        """Found once for each look, and anew when the cluster has changed."""

    def take(self, reading: Reading[Any]) -> bool:
        """Take over a reading; False when it is nothing that is drawn here."""
        if (fact := _OF_CLUSTER.get(reading.source)) is not None:
            self._cluster[fact] = reading.data
            self._found.clear()
            return bool(self.names)
        if self._servers.take(reading):
            return bool(self.names)
        return self._readings.take(reading)

    @property
    def names(self) -> Sequence[str]:
        """The accounts that are read."""
        return self._readings.names

    def reading(self, name: str) -> Reading[AwsLook] | None:
        """Give the newest reading of an account."""
        return self._readings.get(name)

    def view(self, name: str, now: datetime) -> AwsView | None:
        """Look at an account, at the moment of the last look when that is old; None before it."""
        reading = self._readings.get(name)
        if reading is None or reading.data is None:
            return None
        look = reading.data
        seen_at = reading.taken_at if is_old(reading, now) and reading.taken_at is not None else now
        backing, groups = self._behind(name, look, seen_at)
        return AwsView(name, look, seen_at, self.zone, backing, groups, self._policy, self._counted(look, now))

    def server_of(self, about: ObjectRef) -> str:
        """Name the Postgres server that an instance or a cluster is; empty: none that is read."""
        account, _, name = about.name.partition("/")
        look = reading.data if (reading := self._readings.get(account)) is not None else None
        clusters = {each.name: each for each in look.clusters} if look is not None else {}
        for instance in look.instances if look is not None else ():
            if name != (instance.cluster if about.kind == CLUSTER else instance.name):
                continue
            hosts = hosts_of(instance, clusters.get(instance.cluster or ""))
            for server, known in self._servers.by_name.items():
                if known.data is not None and is_at(known.data.server, hosts, instance.port):
                    return server
        return ""

    def outlook(self, name: str, tab: str, now: datetime) -> Outlook:  # noqa: ARG002  (every page rests on one look)
        """Say as whom and where we look, and how far it can be trusted."""
        reading = self._readings.get(name)
        if reading is None:
            return Outlook(nothing="nothing is read: [aws] in cockpit.toml, or --region, says where to look")
        loading = reading.state(now) is State.LOADING
        return Outlook(
            self._identity(name, now),
            self.state(name, now),
            self._brief(reading, now),
            trouble_text(reading, self.zone),
            is_old(reading, now),
            "asking AWS …" if loading else "nothing read yet",
        )

    def state(self, name: str, now: datetime) -> list[Span]:
        """Say how old it is, and which parts of it are missing."""
        reading = self._readings.get(name)
        spans = trust_spans(reading, now, self.zone)
        gaps = reading.data.gaps if reading is not None and reading.data is not None else ()
        if gaps and not is_old(reading, now):
            more = f" +{len(gaps) - 1}" if len(gaps) > 1 else ""
            first = min(gaps, key=lambda gap: not gap.denied)
            spans = [Span(f"{gap_words(first)}{more}", "doubtful"), Span(" · ", "dim"), *spans]
        return spans

    def _brief(self, reading: Reading[AwsLook], now: datetime) -> list[Span]:
        """Say it in a few words: what failed, and what to type, stands below the title anyhow."""
        if is_old(reading, now):
            return [state_span(reading, now, self.zone)]
        gaps = len(reading.data.gaps) if reading.data is not None else 0
        if gaps:
            return [Span(f"{gaps} part{'s' if gaps > 1 else ''} missing", "doubtful")]
        return trust_spans(reading, now, self.zone)

    def copy(self) -> Self:
        """Hold what is held now."""
        other = type(self)(self.zone, self._policy)
        other._readings = self._readings.copy()  # noqa: SLF001  (of the same class)
        other._cluster = dict(self._cluster)  # noqa: SLF001
        other._servers = self._servers.copy()  # noqa: SLF001
        return other

    def _identity(self, name: str, now: datetime) -> list[Span]:
        view = self.view(name, now)
        if view is None:
            return []
        who = view.look.identity
        spans = [Span(f" · {who.account} {who.role} {who.region}")]
        if who.expires_at is not None:
            gone = who.expires_at <= now
            left = f"ended {age(who.expires_at, now)} ago" if gone else f"ends in {age(now, who.expires_at)}"
            spans.append(Span(f" {left}", account_page.expiry_tone(view) or "dim"))
        return spans

    def _counted(self, look: AwsLook, now: datetime) -> dict[str, int]:
        """Give how many connections Postgres itself counts on the instances that are servers which are read now."""
        read = self._servers.by_name.values()
        servers = [each.data for each in read if each.data is not None and not is_old(each, now)]
        clusters = {each.name: each for each in look.clusters} if servers else {}
        return {
            instance.name: server.activity.slots.used
            for server in servers
            for instance in look.instances
            if is_at(server.server, hosts_of(instance, clusters.get(instance.cluster or "")), instance.port)
        }

    def _behind(self, name: str, look: AwsLook, now: datetime) -> tuple[Backing, Groups]:
        known = self._found.get(name)
        if known is None or known[0] is not look:
            facts = Facts(**{fact: data for fact, data in self._cluster.items() if data is not None})
            groups: dict[str, list[TargetGroup]] = defaultdict(list)
            for group in look.groups:
                for arn in group.balancers:
                    groups[arn].append(group)
            known = self._found[name] = look, Backing(look.groups, View(facts, now, self._policy)), groups
        return known[1], known[2]
