from msgspec.structs import replace
from support.aws_screen import CHOICES, balancer, cells, failing, group, keys, look, opened, seen, target, troubled
from support.shop import BROKEN_SHOP

from cockpit.sources.aws.model import TargetState
from cockpit.sources.kubernetes.model import Pods
from cockpit.ui.aws import targets_page
from cockpit.ui.aws.reasons import meaning
from cockpit.ui.paged.page import Choices
from cockpit.ui.widgets.rows import BuiltRows

PODS = Pods("shop", {pod.key: replace(pod, ip=f"10.0.0.{21 + nth}") for nth, pod in enumerate(BROKEN_SHOP)})


def test_a_target_is_joined_to_its_pod_and_workload() -> None:
    row = cells(targets_page.draw(seen(troubled(), PODS), CHOICES), "web-tg 10.0.0.21:8080")
    assert (row["pod"], row["workload"]) == ("api-7f9c4-x2k4p", "api")
    assert row["meaning"] == "502: the application answers with the wrong code"


def test_without_a_cluster_nobody_is_named() -> None:
    row = cells(targets_page.draw(seen(troubled()), CHOICES), "web-tg 10.0.0.21:8080")
    assert (row["pod"], row["workload"]) == ("", "")


def test_those_that_fail_come_first_and_the_healthy_last() -> None:
    page = targets_page.draw(seen(troubled()), CHOICES)
    assert keys(page)[0] == "checkout-tg 10.0.0.21:8080"
    assert keys(page)[-1] == "web-tg 10.0.0.2:8080"
    assert page.told == "12 · 4 unhealthy · worst first"
    by_group = targets_page.draw(seen(troubled()), Choices(order=1))
    assert keys(by_group) == sorted(keys(by_group))


def test_a_group_without_targets_differs_from_one_that_nobody_asked_for() -> None:
    web = balancer("web")
    groups = (group("empty", of=(web,)), group("later", of=(web,), read_at=None), group("spare"))
    page = targets_page.draw(seen(look(balancers=(web,), groups=groups)), CHOICES)
    assert cells(page, "empty")["target"] == "no target is registered"
    assert cells(page, "later")["target"] == "not asked for yet: groups take turns"
    assert cells(page, "spare")["target"] == "no target, and no balancer uses it"


def test_a_reason_is_told_unless_the_state_says_it() -> None:
    assert meaning(target("a")) == ""
    assert meaning(target("a", TargetState.DRAINING, "Target.DeregistrationInProgress")) == ""
    assert meaning(target("a", TargetState.INITIAL, "Elb.InitialHealthChecking")) == "not judged yet"
    assert meaning(target("a", TargetState.UNHEALTHY, "Target.Timeout")).startswith("no answer in time")


def test_the_text_tells_the_pod_and_the_health_check() -> None:
    text = opened(targets_page.detail(seen(troubled(), PODS), "web-tg 10.0.0.21:8080"))
    assert "shop/api-7f9c4-x2k4p on node-1: CrashLoopBackOff, 0/1 ready" in text
    assert "Health checks failed with these codes: [502]" in text
    assert "2 unhealthy, 2 healthy" in text
    assert "HTTP :8080/healthz wants 200 every 10 s" in text


def test_the_worst_row_of_a_group_is_found() -> None:
    some = group("g", target("10.0.0.1"), failing("10.0.0.9"))
    view = seen(look(groups=(some,)))
    assert targets_page.first_of(view, "g") == "g 10.0.0.9:8080"
    assert targets_page.first_of(view, "gone") == ""


def test_of_many_targets_only_those_in_view_are_built() -> None:
    shop = balancer("shop")
    groups = tuple(group(f"g{n}", *(target(f"10.0.{n}.{m}") for m in range(20)), of=(shop,)) for n in range(300))
    page = targets_page.draw(seen(look(balancers=(shop,), groups=groups)), CHOICES)
    assert isinstance(page.rows, BuiltRows)
    assert len(page.rows) == 6000
    assert page.rows[5999].key.startswith("g99 10.0.99.")
