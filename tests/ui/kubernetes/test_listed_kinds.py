"""Kinds that are listed when a person chooses them by name."""

from typing import Any

from support.cockpit import Opened, OpenOn
from support.furnished import OTHERS, PODS
from support.objects import ago, meta
from support.shop import Shop, Told

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.listed_kinds import QUOTAS, SECRETS, Listed
from cockpit.sources.kubernetes.model import NODE_METRICS, NodeUsage, Usage
from cockpit.sources.kubernetes.objects import Objects


def secret(name: str, **facts: Any) -> Listed:
    return Listed(**{"meta": meta(name), "changed_at": ago(days=3), **facts})


class Stocked(Shop):
    """A shop of which more is told when somebody asks."""

    def __init__(self) -> None:
        super().__init__(PODS, OTHERS)
        self.asked: list[str] = []
        self.on_demand = {name: Told(name) for name in (SECRETS.name, QUOTAS.name, NODE_METRICS)}
        self.list(SECRETS.name, secret("db", changed_at=ago(minutes=2), changed_by="kubectl-edit"), secret("tls"))

    def list(self, name: str, *objects: Listed) -> None:
        """Let these be all objects of a kind."""
        self.on_demand[name].tell(Objects("shop", {each.meta.key: each for each in objects}, "1"))

    def connect(self, *wanted: Any) -> Any:
        """Stand in for the cluster."""

        def ask(name: str) -> Told:
            self.asked.append(name)
            return self.on_demand[name]

        sources = {name: lambda _, name=name: ask(name) for name in self.on_demand}
        return super().connect(*wanted)._replace(on_demand=sources)


async def to(cockpit: Opened, kind: str) -> None:
    await cockpit.press("2", "K")
    await cockpit.shows("─ Kind ─")
    await cockpit.press(*kind, "enter")
    await cockpit.shows(f"─ {kind} ", f"[{kind}]")


async def test_secrets_are_listed_by_name_with_who_changed_them_last(open_on: OpenOn) -> None:
    shop = Stocked()
    async with open_on(shop) as cockpit:
        assert shop.asked == []
        await to(cockpit, "Secrets")
        await cockpit.shows("─ Secrets 2 · newest change first", "as of 14:23:07 · R lists again")
        rows = [line.split() for line in cockpit.objects.splitlines()[2:4]]
        assert rows == [["db", "2m", "kubectl-edit", "3d"], ["tls", "3d", "3d"]]
        assert shop.asked == [SECRETS.name]
        assert "secrets" not in cockpit.screen().splitlines()[0]


async def test_a_kind_that_was_chosen_stays_among_those_that_the_arrows_lead_through(open_on: OpenOn) -> None:
    async with open_on(Stocked()) as cockpit:
        await to(cockpit, "Secrets")
        await cockpit.press("right")
        await cockpit.shows("─ Pods 4")
        await cockpit.press("left")
        await cockpit.shows("[Secrets]", "─ Secrets 2")
        await cockpit.press("left")
        await cockpit.shows("[Events]", "─ Events 3")


async def test_a_right_that_is_missing_is_named_where_it_is_missed(open_on: OpenOn) -> None:
    shop = Stocked()
    shop.on_demand[QUOTAS.name].tell(
        SourceError(TroubleKind.DENIED, "may not list resourcequotas in shop", "kubectl auth can-i list resourcequotas")
    )
    async with open_on(shop) as cockpit:
        await to(cockpit, "Quotas")
        await cockpit.shows("─ Quotas unknown", "may not list resourcequotas in shop", "try: kubectl auth can-i list")


async def test_nothing_there_is_said(open_on: OpenOn) -> None:
    shop = Stocked()
    shop.list(QUOTAS.name)
    async with open_on(shop) as cockpit:
        await to(cockpit, "Quotas")
        await cockpit.shows("─ Quotas 0", "no quotas in shop")


async def test_a_secret_opens_on_what_may_be_known_of_it(open_on: OpenOn) -> None:
    shop = Stocked()
    shop.documents["/api/v1/namespaces/shop/secrets/db"] = {
        "kind": "Secret",
        "metadata": {"name": "db", "namespace": "shop"},
        "data": {"password": "aHVudGVyMg=="},
    }
    async with open_on(shop) as cockpit:
        await to(cockpit, "Secrets")
        await cockpit.press("enter")
        await cockpit.shows("─ secret/db ─", "keys and values of secrets are not read")
        assert "aHVudGVyMg==" not in cockpit.screen()
        await cockpit.press("escape")
        await cockpit.shows("─ Secrets 2")


async def test_what_nodes_use_is_read_once_somebody_looks_at_them(open_on: OpenOn) -> None:
    shop = Stocked()
    shop.on_demand[NODE_METRICS].tell(NodeUsage({"node-1": Usage(2000, 8 * 2**30)}))
    async with open_on(shop) as cockpit:
        assert shop.asked == []
        await to(cockpit, "Nodes")
        await cockpit.shows("2000m 50%", "8192Mi 50%")
        assert shop.asked == [NODE_METRICS]


async def test_a_cluster_without_the_metrics_api_shows_its_nodes_all_the_same(open_on: OpenOn) -> None:
    shop = Stocked()
    shop.on_demand[NODE_METRICS].tell(SourceError(TroubleKind.MISSING, "the metrics API is not installed"))
    async with open_on(shop) as cockpit:
        await to(cockpit, "Nodes")
        await cockpit.shows("─ Nodes 1", "node-1")
        assert "not installed" not in cockpit.screen()
