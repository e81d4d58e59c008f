"""Whatever bytes are typed or pasted, in one go or one by one: nothing ends the program, nothing typed is lost."""

from collections.abc import Callable

import pytest
from support.terminal import PtyProcess

BAD = b"\xff"
SHOWN = "\N{REPLACEMENT CHARACTER}"


def pasted(data: bytes) -> bytes:
    """Put data between the marks that a terminal sends around a paste."""
    return b"\x1b[200~" + data + b"\x1b[201~"


@pytest.fixture
def screen(cockpit_on_shop: Callable[..., PtyProcess]) -> PtyProcess:
    """A wide screen on which the checklist has arrived."""
    opened = cockpit_on_shop(size=(160, 45))
    opened.wait_for("Acknowledge")
    return opened


@pytest.mark.parametrize("data", [BAD, pasted(b"x" + BAD), b"\xc3\x28", b"\x1b[1114112u"])
def test_a_pane_passes_invalid_bytes_over(screen: PtyProcess, data: bytes) -> None:
    screen.feed(data)
    screen.feed(b"2")
    screen.wait_until(lambda: "Wrong now" not in screen.text or "Logs" not in screen.text, "view of the pods")


@pytest.mark.parametrize("data", [b"x" + BAD + b"y", pasted(b"x" + BAD + b"y")], ids=["typed", "pasted"])
def test_the_filter_takes_invalid_bytes_for_a_sign(screen: PtyProcess, data: bytes) -> None:
    screen.feed(b"/")
    screen.feed(data)
    screen.wait_for(f"x{SHOWN}y")
    screen.wait_for("Pods 0 of")


@pytest.mark.parametrize("data", [b"x" + BAD + b"y", pasted(b"x" + BAD + b"y")], ids=["typed", "pasted"])
def test_a_note_takes_invalid_bytes_for_a_sign(
    screen: PtyProcess, recorded: Callable[[], list[str]], data: bytes
) -> None:
    screen.feed(b"i")
    screen.wait_for(" note ")
    screen.feed(data)
    screen.feed(b"\r")
    screen.wait_for(f"saved: x{SHOWN}y")
    assert recorded()[-1] == f"x{SHOWN}y"


def test_nothing_of_a_paste_of_several_lines_is_lost(screen: PtyProcess, recorded: Callable[[], list[str]]) -> None:
    screen.feed(b"i")
    screen.wait_for(" note ")
    screen.feed(pasted(b"Traceback:\r\n  at api.py\r\nKeyError\r\n"))
    screen.feed(b"\r")
    screen.wait_for("saved: Traceback:")
    assert recorded()[-1].split() == ["Traceback:", "at", "api.py", "KeyError"]


def test_keys_that_a_slow_line_delivers_in_one_go_take_effect_one_after_the_other(
    screen: PtyProcess, recorded: Callable[[], list[str]]
) -> None:
    screen.feed(b"iquick note, q is no command\rSSEV2\r/worker\r")
    screen.wait_for("severity SEV2")
    screen.wait_for("Pods 2 of")
    assert recorded()[-2:] == ["quick note, q is no command", "severity SEV2"]
