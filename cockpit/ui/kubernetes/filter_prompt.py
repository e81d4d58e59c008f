"""Asks for a filter of what is listed."""

from collections.abc import Callable

from cockpit.ui.kubernetes.pod_filter import FilterError, PodFilter, parse_filter
from cockpit.ui.widgets.prompt import Prompt


def ask_filter(prompt: Prompt, before: PodFilter, choose: Callable[[PodFilter], None]) -> None:
    """Have the list follow what is typed; escape chooses the filter of `before` again."""

    def follow(typed: str) -> str | None:
        try:
            choose(parse_filter(typed))
        except FilterError as error:
            return str(error)
        return None

    prompt.ask("filter", text=before.typed, typing=follow, leave=lambda: choose(before))
