"""Commands in a fence: cut where one ends, with the comments that number, explain and expect."""

import re

import msgspec

from cockpit.runbooks.blocks import Fence
from cockpit.runbooks.model import Command

_SHELLS = frozenset(("", "bash", "sh", "shell", "zsh", "console", "shell-session", "terminal"))
_COMMENTS = {"sql": "--"}
_NUMBERED = re.compile(r"(?:step\s)?\d{1,3}[.)]\s+(\S.*)", re.IGNORECASE)
_EXPECTED = re.compile(r"(?:expected(?: output| result)?|expect|returns)\s{0,3}:\s*(.*)", re.IGNORECASE)
_SHOULD = re.compile(r"\bshould\b|[<>]=?\s{0,3}\d", re.IGNORECASE)
_TABLE = re.compile(r"[A-Z][A-Z()%-]+(?: {2,}[A-Z][A-Z()%-]+)+\s*")
_OPENING = re.compile(r"(?:while|for|until|if|case)\b")
_CLOSING = re.compile(r"(?:done|fi|esac)\b")
_HEREDOC = re.compile(r"<<-?\s{0,3}['\"]?(\w{1,40})['\"]?(?![\w>-])")


class Script(msgspec.Struct):
    """A stretch of a fence that does one thing."""

    title: str | None
    """Of a comment such as `# 2. Check the logs`; None: not numbered."""
    line: int
    commands: list[Command] = msgspec.field(default_factory=list)
    expect: list[str] = msgspec.field(default_factory=list)
    notes: list[str] = msgspec.field(default_factory=list)


def is_shell(fence: Fence) -> bool:
    """Tell whether the fence has what is typed into a shell."""
    return fence.language in _SHELLS


def scripts_of(fence: Fence) -> list[Script]:
    """Cut a fence at its numbered comments. Snippets in a language that nobody types stay in one piece."""
    if not is_shell(fence) and fence.language not in _COMMENTS:
        return [
            Script(None, fence.line, [Command(fence.text.strip("\n"), fence.language, fence.attributes, fence.line)])
        ]
    return [
        script for script in _Cutter(fence).cut() if script.title or script.commands or script.expect or script.notes
    ]


class _Cutter:
    """Goes through the lines of a fence once."""

    def __init__(self, fence: Fence) -> None:
        self._fence = fence
        self._language = fence.language if fence.language in _COMMENTS else "sh"
        self._comment = _COMMENTS.get(fence.language, "#")
        self._scripts = [Script(None, fence.line)]
        self._open: list[str] = []
        self._opened_at = 0
        self._state = _Openness()
        self._output = False
        self._joins = True

    def cut(self) -> list[Script]:
        for number, line in enumerate(self._fence.text.split("\n"), self._fence.line + 1):
            self._take(number, line)
        if self._open:  # never closed, as by the apostrophe of `echo don't`: then every line is a command
            rest, number = self._open, self._opened_at
            self._open, self._joins = [], False
            for at, line in enumerate(rest, number):
                self._take(at, line)
        return self._scripts

    def _take(self, number: int, line: str) -> None:
        bare = line.strip()
        if self._open:
            self._go_on(line)
        elif not bare:
            self._output = False
        elif bare.startswith(self._comment):
            self._output = False
            self._explain(number, bare.removeprefix(self._comment).strip())
        elif self._output or (self._scripts[-1].commands and _TABLE.fullmatch(bare)):
            self._output = True
            self._scripts[-1].expect.append(line.rstrip())
        else:
            self._opened_at = number
            self._go_on(line.removeprefix("$ ") if self._language == "sh" else line)

    def _explain(self, number: int, text: str) -> None:
        script = self._scripts[-1]
        if numbered := _NUMBERED.fullmatch(text):
            self._scripts.append(Script(numbered[1], number))
        elif expected := _EXPECTED.fullmatch(text):
            script.expect += [expected[1]] if expected[1] else []
            self._output = True
        elif _SHOULD.search(text) and (script.title or script.commands):
            script.expect.append(text)
        elif text:
            script.notes.append(text)

    def _go_on(self, line: str) -> None:
        self._open.append(line.rstrip())
        ended = line.rstrip().endswith(";") if self._language == "sql" else not self._state.after(line)
        if ended or not self._joins:
            self._end()

    def _end(self) -> None:
        text = "\n".join(self._open).strip()
        self._scripts[-1].commands.append(Command(text, self._language, self._fence.attributes, self._opened_at))
        self._open = []
        self._state = _Openness()


class _Openness:
    """Whether a shell would wait for more: an open quote, bracket, loop or here-document, or a backslash at the end."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._until: str | None = None

    def after(self, line: str) -> bool:
        """Take one more line, and tell whether the command goes on after it."""
        if self._until is not None:
            self._until = None if line.strip() == self._until else self._until
            return self._until is not None
        quoted_before = bool(self._quote)
        escaped = self._scan(line)
        if not quoted_before:
            bare = line.strip()
            self._depth += bool(_OPENING.match(bare)) - bool(_CLOSING.match(bare))
            if not self._quote and (heredoc := _HEREDOC.search(line)) and "<<<" not in line:
                self._until = heredoc[1]
        return escaped or bool(self._quote) or self._depth > 0 or self._until is not None

    def _scan(self, line: str) -> bool:
        """Count quotes and braces, and tell whether the line ends in a backslash."""
        escaped = False
        before = " "
        for character in line:
            if escaped:
                escaped = False
            elif character == "\\" and self._quote != "'":
                escaped = True
            elif self._quote:
                self._quote = "" if character == self._quote else self._quote
            elif character in "'\"":
                self._quote = character
            elif character == "#" and before.isspace():
                return False
            else:
                self._depth += (character == "{") - (character == "}" and self._depth > 0)
            before = character
        return escaped
