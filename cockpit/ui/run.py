"""Runs the cockpit on a real terminal: what comes before the first frame, and what is said after the last."""

import sys
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from cockpit.broken_pipe import abandon
from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.ui.app import CockpitApp
from cockpit.ui.terminal.capabilities import Capabilities
from cockpit.ui.terminal.driver import CockpitDriver
from cockpit.ui.theme import Theme, ThemeError, load_theme, theme_for


def run_app(
    config: Config,
    clock: Clock,
    terminal: Capabilities,
    environ: Mapping[str, str],
    resume: Path | None,
    *,
    write: bool,
    practice: bool = False,
) -> int:
    """Run the cockpit on this terminal, and give the exit status.

    Args:
        config: What the person chose.
        clock: Where the time comes from.
        terminal: What it can do.
        environ: Names the Postgres server when the configuration names none.
        resume: The incident file to go on with.
        write: Whether what is looked at first may be changed without switching writing on.
        practice: Whether what is looked at is a practice world, which ends with the screen.
    """
    theme, problem = _theme(config.ui.theme, terminal)
    clipboard = terminal.clipboard
    app = CockpitApp(config, clock=clock, environ=environ, theme=theme, clipboard=clipboard, resume=resume, write=write)
    if problem:
        app.call_later(app.tell, problem, "doubtful")
    app.run(mouse=config.ui.mouse)
    if app.record is not None and not _terminal_lost(app):
        from cockpit.ui.incident.farewell import farewell  # noqa: PLC0415  (not needed before)

        try:
            sys.stdout.write(farewell(app.record, practice=practice))
            sys.stdout.flush()
        except OSError:  # the terminal went while another program had it
            abandon(sys.stdout)
    return app.return_code or 0


def _terminal_lost(app: CockpitApp) -> bool:
    driver = app._driver  # noqa: SLF001  (Textual tells it nowhere else)
    return isinstance(driver, CockpitDriver) and driver.output_lost


def _theme(name: str, terminal: Capabilities) -> tuple[Theme, str]:
    """Load the theme that was chosen; the dark one, and what is wrong, when it cannot be used."""
    try:
        theme, problem = load_theme(name, [platformdirs.user_config_path("cockpit") / "themes"]), ""
    except ThemeError as error:
        theme, problem = load_theme("dark"), str(error)
    return theme_for(theme, terminal.colours), problem
