"""What the terminal can do, and what tmux lets through."""

import subprocess
from collections.abc import Mapping

from cockpit.doctor.result import Probe, Result, broken, ok, warning
from cockpit.ui.terminal.capabilities import MIN_COLUMNS, MIN_LINES, Capabilities, Colours, output_stream, this_terminal

_TIME_OUT = 3.0


def terminal_probe(environ: Mapping[str, str]) -> Probe:
    """Judge the terminal that the doctor was started on."""

    def probe() -> list[Result]:
        if not output_stream().isatty():
            return [warning("terminal", "none here to judge; without one, use `cockpit check --watch`")]
        return judge(this_terminal(environ), set_clipboard(environ))

    return probe


def judge(terminal: Capabilities, clipboard: str) -> list[Result]:
    """Say what the screen will have to do without.

    Args:
        terminal: What the environment tells.
        clipboard: What tmux does with a copy (`on`, `external`, `off`); empty outside of tmux.
    """
    if terminal.trouble is not None:
        return [broken("terminal", terminal.trouble)]
    return [_size(terminal), _colours(terminal), _encoding(terminal), _copying(terminal, clipboard), _mouse(terminal)]


def set_clipboard(environ: Mapping[str, str]) -> str:
    """Ask tmux what it does with a copy; empty when there is no tmux, or it does not say."""
    if not environ.get("TMUX"):
        return ""
    try:
        answer = subprocess.run(
            ["tmux", "show-options", "-sv", "set-clipboard"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIME_OUT,
            check=False,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def _size(terminal: Capabilities) -> Result:
    size = f"{terminal.columns}x{terminal.lines}"
    if terminal.small:
        return warning("terminal size", f"{size}; below {MIN_COLUMNS}x{MIN_LINES} only findings and clocks are shown")
    return ok("terminal size", size)


def _colours(terminal: Capabilities) -> Result:
    if terminal.colours is Colours.NONE:
        return warning("colours", "none; signs and words say the same", "unset NO_COLOR; export TERM=xterm-256color")
    names = {Colours.SIXTEEN: "16", Colours.PALETTE: "256", Colours.TRUECOLOR: "16 million"}
    return ok("colours", names[terminal.colours])


def _encoding(terminal: Capabilities) -> Result:
    if terminal.utf8:
        return ok("signs", "UTF-8")
    return warning("signs", f"{terminal.encoding} only; what it cannot show is replaced", "export LANG=C.UTF-8")


def _copying(terminal: Capabilities, clipboard: str) -> Result:
    if clipboard == "on" or terminal.clipboard:
        return ok("copying", "through the terminal (OSC 52)")
    if terminal.multiplexer == "tmux":
        setting = f"tmux drops it (set-clipboard {clipboard or 'unknown'}); copies can be saved to a file"
        return warning("copying", setting, "tmux set-option -s set-clipboard on")
    return warning("copying", "this terminal is not known to take it (OSC 52); copies can be saved to a file")


def _mouse(terminal: Capabilities) -> Result:
    return ok("mouse", "reported, used when [ui] mouse = true" if terminal.mouse else "not reported, and not needed")
