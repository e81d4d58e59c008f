import pytest

from cockpit.ui.way_back import Place, WayBack

HOME, PODS, OBJECT, LOGS = Place("overview"), Place("pods"), Place("pods", opened=True), Place("logs")


@pytest.fixture
def way() -> WayBack:
    return WayBack("overview")


def test_it_leads_back_step_by_step(way: WayBack) -> None:
    for place in (HOME, PODS, OBJECT):
        way.leave(place)
    assert [way.back(LOGS), way.back(OBJECT), way.back(PODS)] == [OBJECT, PODS, HOME]


def test_who_comes_to_a_view_again_is_where_they_were_before(way: WayBack) -> None:
    way.leave(HOME)
    way.leave(PODS)
    way.leave(LOGS)
    way.arrive("pods")
    assert way.back(PODS) == HOME


def test_at_home_nothing_leads_further_back(way: WayBack) -> None:
    way.leave(HOME)
    assert way.leads_from(LOGS)
    way.arrive("overview")
    assert not way.leads_from(HOME)


def test_home_is_never_further_than_one_step(way: WayBack) -> None:
    way.leave(PODS)
    way.forget()
    assert way.leads_from(LOGS)
    assert way.back(LOGS) == HOME


def test_what_would_change_nothing_is_no_step(way: WayBack) -> None:
    way.leave(HOME)
    way.leave(PODS)
    assert way.back(PODS) == HOME
