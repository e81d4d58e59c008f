"""Resuming by whole seconds: whatever a new connection repeats, each line is seen once."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from cockpit.sources.kubernetes.log_lines import Lines
from cockpit.sources.kubernetes.log_position import LogPosition

SECOND = 1_000_000_000
WRITTEN = st.lists(st.tuples(st.integers(1, 6), st.sampled_from([b"a", b"b"])), min_size=1, max_size=30)


def lines(entries: list[tuple[int, bytes]]) -> Lines:
    return Lines([text for _, text in entries], array("q", [time for time, _ in entries]))


@given(WRITTEN, st.data())
def test_no_line_is_lost_or_repeated_over_any_number_of_connections(
    written: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    log = sorted(((time * SECOND // 2, text) for time, text in written), key=lambda entry: entry[0])
    position = LogPosition()
    seen: list[tuple[int, bytes]] = []
    for end in (*sorted(data.draw(st.lists(st.integers(1, len(log)), max_size=3))), len(log)):
        position.reconnect()
        since = seen[-1][0] // SECOND * SECOND if seen else 0
        sent = [entry for entry in log[:end] if entry[0] >= since]
        cut = data.draw(st.integers(0, len(sent)))
        for batch in (sent[:cut], sent[cut:]):
            progress = position.advance(lines(batch))
            assert progress.gap is None
            seen += zip(progress.new.times, progress.new.texts, strict=True)
    assert seen == log


def test_lines_of_the_same_second_from_before_the_tail_stay_out() -> None:
    position = LogPosition()
    position.advance(lines([(SECOND + 5, b"x")]))
    position.reconnect()
    progress = position.advance(lines([(SECOND + 1, b"older"), (SECOND + 5, b"x"), (SECOND + 6, b"y")]))
    assert (progress.new.texts, progress.gap) == ([b"y"], None)


def test_a_log_that_no_longer_has_our_last_line_has_a_gap() -> None:
    position = LogPosition()
    position.advance(lines([(SECOND, b"x")]))
    position.reconnect()
    progress = position.advance(lines([(9 * SECOND, b"y")]))
    assert (progress.new.texts, progress.gap) == ([b"y"], (SECOND, 9 * SECOND))


def test_another_run_has_no_gap_even_if_its_first_connection_broke_off_before_a_line() -> None:
    position = LogPosition()
    position.advance(lines([(SECOND, b"x")]))
    position.restart()
    position.reconnect()
    position.reconnect()
    progress = position.advance(lines([(9 * SECOND, b"y")]))
    assert (progress.new.texts, progress.gap) == ([b"y"], None)


def test_two_outputs_that_overtake_each_other_by_a_little_make_no_gap() -> None:
    position = LogPosition()
    log = [(SECOND + 7, b"stderr"), (SECOND + 5, b"stdout")]
    position.advance(lines(log))
    position.reconnect()
    progress = position.advance(lines([*log, (SECOND + 8, b"new")]))
    assert (progress.new.texts, progress.gap) == ([b"new"], None)
