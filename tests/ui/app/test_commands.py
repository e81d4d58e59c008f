"""Commands of the runbook: filled in, looked at, run, and written into the incident log."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from support.cockpit import Opened, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop

from cockpit.config import Config, RunbookConfig
from cockpit.incident.entry import EntryKind
from cockpit.session import Session
from cockpit.ui.app import CockpitApp

RUNBOOK = """# Ours

## Look

- [ ] Say hello

```sh
echo hello from <pod>
```

- [ ] See who runs

```sh
kubectl get pods
```

- [ ] Wait

```sh
echo waiting; sleep 60
```

- [ ] Take it away

```sh
rm -f gone-{file}
```

- [ ] Read the secret

```sh
kubectl get secret db -o yaml
```

- [ ] Write it down

```sh
echo kept > noted.txt
```
"""
Open = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.fixture
def opened(config: Config, tmp_path: Path) -> Open:
    """Open a cockpit with a runbook of its own, on the view of the incident."""
    file = tmp_path / "runbook.md"
    file.write_text(RUNBOOK)
    settings = msgspec.structs.replace(config, runbook=RunbookConfig(file=file))

    @asynccontextmanager
    async def open_cockpit(*, size: tuple[int, int] = (160, 45), write: bool = False) -> AsyncIterator[Opened]:
        shop = Shop(BROKEN_SHOP)
        app = CockpitApp(settings, Session(settings, lambda: NOW, shop.connect), lambda: NOW, write=write)
        async with app.run_test(size=size) as pilot:
            await settle(pilot, lambda: arrived(app))
            cockpit = Opened(app, shop, pilot)
            await cockpit.press("0")
            yield cockpit

    return open_cockpit


async def choose(cockpit: Opened, step: str, typed: str) -> None:
    """Open the sheet of a step, and choose from it."""
    table = cockpit.app.cockpit.checklist.table
    while step not in cockpit.pane(cockpit.app.cockpit.checklist).splitlines()[1 + table.cursor]:
        await cockpit.press("j")
    await cockpit.press("enter", *typed)
    await cockpit.press("enter")


async def test_a_command_is_filled_in_shown_run_and_recorded(opened: Open) -> None:
    async with opened() as cockpit:
        await cockpit.press("j", "enter")
        await cockpit.shows("run: echo hello from <pod>", "reads")
        await cockpit.press("enter")
        await cockpit.shows("pod: echo hello from <pod>", "api-7f9c4-x2k4p", "of what is selected")
        await cockpit.press("enter")
        await cockpit.shows("Run this · reads", "echo hello from api-7f9c4-x2k4p", "enter runs it")
        assert not cockpit.entries
        await cockpit.press("enter")
        await cockpit.shows(" hello from api-7f9c4-x2k4p", "exit 0 in 0.0 s · 1 lines")
        await cockpit.press("escape")
        record = cockpit.app.record
        assert record is not None
        await cockpit.until(lambda: record.entries and record.entries[-1].kind is EntryKind.COMMAND)
        entry = record.entries[-1]
        assert entry.text.splitlines() == [
            "ran echo hello from api-7f9c4-x2k4p \N{EM DASH} exit 0 in 0.0 s",
            "hello from api-7f9c4-x2k4p",
        ]
        assert entry.data["risk"] == "read"
        assert entry.data["exit"] == "0"
        assert entry.data["sha256"]
