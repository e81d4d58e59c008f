"""What the terminal can do, found out from the environment before anything is drawn on it."""

import os
import sys
import unicodedata
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Literal, TextIO

import msgspec
from rich.cells import cell_len

MIN_COLUMNS, MIN_LINES = 60, 20
"""Below this there is room for findings and clocks only."""

_PLAIN_REMEDY = "use `cockpit check --watch`, which prints changes line by line"
_TRUECOLOR_TERMS = ("direct", "truecolor", "kitty", "ghostty", "alacritty", "foot", "wezterm", "iterm2")
_UTF8 = {"utf-8", "utf8"}
_NO_CLIPBOARD_TERMS = ("linux", "vt", "screen", "tmux")


class Colours(IntEnum):
    """How many colours are to be used."""

    NONE = 0
    SIXTEEN = 16
    PALETTE = 256
    TRUECOLOR = 2**24

    @property
    def rich_name(self) -> str:
        """What Rich and Textual call it."""
        return {Colours.PALETTE: "256", Colours.TRUECOLOR: "truecolor"}.get(self, "standard")


class Capabilities(msgspec.Struct, frozen=True):
    """What the terminal can do."""

    trouble: str | None
    """Why the screen cannot be shown here, with what to use instead; None if it can."""
    colours: Colours
    encoding: str
    """What its bytes mean; "ascii" where only that is certain."""
    mouse: bool
    """Whether it reports a mouse. The product still leaves the mouse to the terminal unless asked."""
    clipboard: bool
    """Whether a copy by OSC 52 is likely to arrive."""
    multiplexer: Literal["tmux", "screen"] | None
    columns: int
    lines: int

    @property
    def utf8(self) -> bool:
        """Whether every sign can be shown."""
        return self.encoding == "utf-8"

    @property
    def small(self) -> bool:
        """Whether there is too little room for the panes."""
        return self.columns < MIN_COLUMNS or self.lines < MIN_LINES


def capabilities(
    environ: Mapping[str, str], encoding: str, *, input_tty: bool, output_tty: bool, size: tuple[int, int]
) -> Capabilities:
    """Judge a terminal.

    Args:
        environ: The environment variables.
        encoding: What Python uses to write to the terminal.
        input_tty: Whether keys come from a terminal.
        output_tty: Whether there is a terminal to draw on.
        size: Its columns and lines.
    """
    term = environ.get("TERM", "").lower()
    multiplexer = _multiplexer(environ, term)
    columns, lines = size
    return Capabilities(
        trouble=_trouble(term, input_tty=input_tty, output_tty=output_tty),
        colours=_colours(environ, term),
        encoding=output_encoding(environ, encoding),
        mouse=not term.startswith(("linux", "vt", "dumb")),
        clipboard=multiplexer is None and not term.startswith(_NO_CLIPBOARD_TERMS) and not _without_osc52(environ),
        multiplexer=multiplexer,
        columns=columns,
        lines=lines,
    )


def this_terminal(environ: Mapping[str, str]) -> Capabilities:
    """Judge the terminal that the program was started on."""
    stream = output_stream()
    output_tty = _is_tty(stream)
    size = os.get_terminal_size(stream.fileno()) if output_tty else (80, 24)
    return capabilities(
        environ, stream.encoding, input_tty=_is_tty(sys.__stdin__), output_tty=output_tty, size=(size[0], size[1])
    )


def output_stream() -> TextIO:
    """Give the stream to draw on: standard error as Textual does, unless only standard output is a terminal."""
    streams = [stream for stream in (sys.__stderr__, sys.__stdout__) if stream is not None]
    return next((stream for stream in streams if _is_tty(stream)), streams[0])


def textual_environment(found: Capabilities) -> dict[str, str]:
    """Give the variables to set before Textual is imported, so that it uses the colours that were found.

    By itself it takes a TERM without "256color" and without COLORTERM for one of 16 colours, also `alacritty`, and
    under NO_COLOR it turns colours into greys unless it starts with a theme of the terminal's own colours.
    """
    variables = {"TEXTUAL_COLOR_SYSTEM": found.colours.rich_name}
    return variables if found.colours else {**variables, "NO_COLOR": "1", "TEXTUAL_THEME": "ansi-dark"}


def output_encoding(environ: Mapping[str, str], encoding: str) -> str:
    """Give the encoding that is safe to draw with.

    Python writes UTF-8 under LANG=C, and under a locale that is not installed, and then sets LC_CTYPE (PEP 538 and
    540). A terminal in the locale C was asked for plain ASCII, and a locale that SSH brought along, `de_AT.ISO-8859-1`,
    says what the terminal understands, installed here or not. Where no locale is set at all, as in most containers,
    UTF-8 is the better guess.
    """
    name = encoding.lower().replace("_", "-")
    if name not in _UTF8:
        return name
    chosen = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if chosen == "C.UTF-8" and not environ.get("LC_ALL"):
        chosen = environ.get("LANG") or chosen
    if chosen in {"C", "POSIX"}:
        return "ascii"
    codeset = chosen.partition(".")[2].partition("@")[0].lower()
    return codeset if codeset not in _UTF8 and _extends_ascii(codeset) else "utf-8"


def _extends_ascii(encoding: str) -> bool:
    try:
        return "\x1b[0m".encode(encoding) == b"\x1b[0m"
    except LookupError:
        return False


def encoder(encoding: str) -> Callable[[str], bytes]:
    """Give what turns text into bytes of the terminal: what it cannot show becomes ASCII of the same width."""
    if encoding == "utf-8":
        return lambda text: text.encode("utf-8", errors="replace")
    twins = _Twins(encoding)
    return lambda text: text.translate(twins).encode(encoding, errors="replace")


_TWINS = dict(zip("●◐✔▶○⚿⚙↑←·—…▁▂▃▄▅▆▇█", "*~+>o#@^<--~_.-:=+*#", strict=True))
"""What stands for the cockpit's own signs; no two that tell a state apart have the same."""
_TWIN_BY_NAME = {
    "RIGHT-POINTING": ">",
    "LEFT-POINTING": "<",
    "RIGHTWARDS": ">",
    "LEFTWARDS": "<",
    "UPWARDS": "^",
    "DOWNWARDS": "v",
    "SINGLE": "'",
    "QUOTATION": '"',
    "DASH": "-",
    "MINUS": "-",
    "MULTIPLICATION": "x",
    "BULLET": "*",
}
"""What stands for a further sign, by the first of these words in its Unicode name."""


class _Twins(dict[int, str]):
    """For `str.translate`: what stands for each character, found out when the character first comes."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def __missing__(self, codepoint: int) -> str:
        character = chr(codepoint)
        try:
            character.encode(self._encoding)
            twin = character
        except UnicodeEncodeError:
            twin = _ascii_twin(character)
        self[codepoint] = twin
        return twin


def _ascii_twin(character: str) -> str:
    if character in _TWINS:
        return _TWINS[character]
    words = set(unicodedata.name(character, "").split())
    if {"BOX", "DRAWINGS"} <= words:
        across = not words.isdisjoint({"HORIZONTAL", "LEFT", "RIGHT"})
        along = not words.isdisjoint({"VERTICAL", "UP", "DOWN"})
        return "+" if across and along else "-" if across else "|"
    if words & {"BLOCK", "SHADE"}:
        return "-" if "UPPER" in words else "|" if words & {"LEFT", "RIGHT"} else "#"
    if cell_len(character) == 1:
        return next((twin for word, twin in _TWIN_BY_NAME.items() if word in words), "?")
    return "?" * cell_len(character)


def _is_tty(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _trouble(term: str, *, input_tty: bool, output_tty: bool) -> str | None:
    if not output_tty:
        return f"there is no terminal to draw on; {_PLAIN_REMEDY}"
    if not input_tty:
        return f"standard input is not a terminal, so no key can be read; {_PLAIN_REMEDY}"
    if term in {"", "dumb", "unknown"}:
        return f"TERM={term or '(not set)'} cannot move the cursor; {_PLAIN_REMEDY}"
    return None


def _multiplexer(environ: Mapping[str, str], term: str) -> Literal["tmux", "screen"] | None:
    if environ.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    return "screen" if environ.get("STY") or term.startswith("screen") else None


def _colours(environ: Mapping[str, str], term: str) -> Colours:
    """NO_COLOR (no-color.org) wins over COLORTERM, and that over what the name in TERM promises."""
    if "NO_COLOR" in environ or term in {"", "dumb", "unknown"}:
        return Colours.NONE
    if environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return Colours.TRUECOLOR
    if "256color" in term:
        return Colours.PALETTE
    if any(name in term for name in _TRUECOLOR_TERMS):
        return Colours.TRUECOLOR
    return Colours.SIXTEEN


def _without_osc52(environ: Mapping[str, str]) -> bool:
    return "VTE_VERSION" in environ or environ.get("TERM_PROGRAM") == "Apple_Terminal"
