"""What the benchmarks of many pods share: the plain reading of lists, and the work of a cockpit while pods change."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median

import urllib3

from cockpit.sources.kubernetes.paging import PAGE
from support.benchmark import Report, key_delays, p95, rss_mb, watch
from support.crowd import CrowdFacts
from support.terminal import PtyProcess

KEYS = 60
SCREEN_LINES = 45
_CONTINUE = re.compile(rb'"continue":"([^"]+)"')


def pages(facts: CrowdFacts, paths: Iterable[str]) -> Iterator[bytes]:
    """Read lists in the pages in which the cockpit reads them."""
    headers = {"Authorization": f"Bearer {facts.token}", "Accept-Encoding": "gzip"}
    with urllib3.PoolManager() as pool:
        for path in paths:
            query = {"limit": str(PAGE)}
            while True:
                page = pool.request("GET", facts.url + path, fields=query, headers=headers).data
                yield page
                following = _CONTINUE.search(page, 0, 1000)
                if following is None:
                    break
                query["continue"] = following[1].decode()


def delays_of_empty_app(empty_app: PtyProcess) -> list[float]:
    """Give the milliseconds that keys take in the app that the cockpit is held against."""
    empty_app.wait_for("0 keys")
    return key_delays(empty_app, "j", KEYS, lambda: empty_app.line(0))


def under_changes(
    report: Report,
    title: str,
    cockpit: PtyProcess,
    changes: Callable[[], int],
    name: re.Pattern[str],
    plain_delays: list[float],
) -> None:
    """Measure a cockpit whose pods change; the table gets a line `title` with how many did, and what that costs.

    Args:
        report: The table.
        title: Of the first line.
        cockpit: It has all its rows.
        changes: Tells how many changes there have been.
        name: Of a pod, as it stands on the screen.
        plain_delays: How long keys take in an empty app, in milliseconds.
    """

    def pod_under_cursor() -> str:
        names = (name.search(cockpit.line(y, bold=True)) for y in range(SCREEN_LINES))
        return next((found[0] for found in names if found), "")

    before, began = changes(), time.monotonic()
    use = watch(cockpit, 10)
    rate = (changes() - before) / (time.monotonic() - began)
    cockpit.feed(b"j")
    delays = key_delays(cockpit, "jjk", KEYS, pod_under_cursor)
    report.add(title, rate, "")
    report.add("  CPU", use.cpu_percent, "%", goal="≤ 30 %")
    report.add("  to the terminal", use.output_rate, "B/s")
    report.add("  key to paint, median", median(delays), "ms", baseline=median(plain_delays))
    report.add("  key to paint, p95", p95(delays), "ms", baseline=p95(plain_delays), goal="≤ 50 ms")
    report.add("  memory of the whole process", rss_mb(cockpit), "MB", goal="≤ 150 MB")
