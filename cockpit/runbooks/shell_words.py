"""Takes a shell script apart into simple commands, as far as it takes to tell what it would do. Runs nothing."""

import re
from collections.abc import Iterator

import msgspec

_OPERATORS = ("&&", "||", ";;", "|&", "\n", ";", "|", "&", "(", ")")
_ENDS_PIPELINE = frozenset(("&&", "||", ";;", "\n", ";", "&", "(", ")"))
_REDIRECTION = re.compile(r"(?:\d{0,3}|&)(?:<<<|<<-?|<>|>>|>\||[<>]&|[<>])")
_KEYWORDS = frozenset(("if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "!", "time"))
_HEADS = frozenset(("for", "select", "case", "esac", "function"))
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)[^}]*\}|([A-Za-z_]\w*))")
_DEEPEST = 20


class NotReadError(Exception):
    """A shell would not take this, or it is too intricate to be read here; the message says why."""


class Word(msgspec.Struct, frozen=True):
    """A word as a program would get it."""

    value: str
    """Without its quotes; variables and substitutions stand in it as they were written."""
    scripts: tuple[str, ...] = ()
    """What is run to put it together: `$(…)`, backticks, `<(…)`."""
    variables: tuple[str, ...] = ()
    """What the shell puts in its value from."""


class Redirection(msgspec.Struct, frozen=True):
    """Where input comes from or output goes."""

    operator: str
    """Without the number of the descriptor."""
    target: Word
    """A file, a descriptor, or the body of a here-document."""


class Simple(msgspec.Struct, frozen=True):
    """A program and its arguments."""

    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...] = ()
    assignments: tuple[Word, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The words without their quotes."""
        return tuple(word.value for word in self.words)

    @property
    def scripts(self) -> Iterator[str]:
        """What is run to put it together."""
        for word in (*self.words, *self.assignments, *(each.target for each in self.redirections)):
            yield from word.scripts


class Pipeline(msgspec.Struct, frozen=True):
    """Commands, each of which reads what the one before it writes."""

    commands: tuple[Simple, ...]
    in_background: bool = False


def pipelines(script: str) -> list[Pipeline]:
    """Take a script apart; loops, conditions and subshells are given as what stands in them.

    Raises:
        NotReadError: it cannot be done.
    """
    return list(_Parser(script).parse())


class _Parser:
    """Goes through a script once."""

    def __init__(self, script: str) -> None:
        self._text = script.replace("\\\n", " ")
        self._at = 0
        self._depth = 0
        self._documents: list[tuple[str, int]] = []
        """Ends of here-documents that begin after this line, and the place of each among the redirections."""
        self._words: list[Word] = []
        self._redirections: list[Redirection] = []
        self._commands: list[Simple] = []

    def parse(self) -> Iterator[Pipeline]:
        while self._at < len(self._text):
            if self._skip():
                continue
            if redirection := _REDIRECTION.match(self._text, self._at):
                self._redirect(redirection)
            elif operator := self._operator():
                yield from self._end(operator)
            else:
                self._words.append(self._word())
        if self._depth:
            raise NotReadError("a bracket is not closed")
        yield from self._end("\n")

    def _skip(self) -> bool:
        """Pass over white space and comments."""
        character = self._text[self._at]
        if character in " \t\r":
            self._at += 1
        elif character == "#":
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end
        else:
            return False
        return True

    def _operator(self) -> str:
        operator = next((each for each in _OPERATORS if self._text.startswith(each, self._at)), "")
        if operator == "(" and self._words:
            raise NotReadError("there is a bracket where a shell takes none")
        self._at += len(operator)
        self._depth += (operator == "(") - (operator == ")")
        if self._depth < 0:
            raise NotReadError("a bracket is closed that was not opened")
        return operator

    def _end(self, operator: str) -> Iterator[Pipeline]:
        if operator == "\n":
            self._read_documents()
        if (simple := self._simple()) is not None:
            self._commands.append(simple)
        self._words, self._redirections = [], []
        if operator in _ENDS_PIPELINE and self._commands:
            yield Pipeline(tuple(self._commands), operator == "&")
            self._commands = []

    def _simple(self) -> Simple | None:
        """Put a command together, without the words that belong to loops and conditions."""
        words = self._words
        while words and words[0].value in _KEYWORDS:
            words = words[1:]
        if words and words[0].value in _HEADS:
            run = tuple(Word("", word.scripts) for word in words if word.scripts)
            return Simple((), tuple(self._redirections), run) if run or self._redirections else None
        count = next((nth for nth, word in enumerate(words) if not _ASSIGNMENT.match(word.value)), len(words))
        if not words and not self._redirections:
            return None
        return Simple(tuple(words[count:]), tuple(self._redirections), tuple(words[:count]))

    def _redirect(self, found: re.Match[str]) -> None:
        self._at = found.end()
        operator = found[0].lstrip("0123456789&")
        if operator in "<>" and self._text.startswith("(", self._at):  # a process substitution is a word
            self._at = found.end() - 1
            self._words.append(self._word())
            return
        while self._at < len(self._text) and self._text[self._at] in " \t":
            self._at += 1
        target = self._word()
        if not target.value:
            raise NotReadError(f"nothing stands after {operator}")
        if operator in {"<<", "<<-"}:
            self._documents.append((target.value, len(self._redirections)))
        self._redirections.append(Redirection(operator, target))

    def _read_documents(self) -> None:
        for end, place in self._documents:
            lines: list[str] = []
            while self._at < len(self._text):
                line, _, _ = self._text[self._at :].partition("\n")
                self._at += len(line) + 1
                if line.strip() == end:
                    break
                lines.append(line)
            body = Word("\n".join(lines), tuple(_substitutions("\n".join(lines))))
            self._redirections[place] = Redirection("<<", body)
        self._documents = []

    def _word(self) -> Word:
        value: list[str] = []
        scripts: list[str] = []
        variables: list[str] = []
        text = self._text
        while self._at < len(text):
            character = text[self._at]
            if text.startswith(("$(", "`", "<(", ">("), self._at):
                piece, script = _substitution(text, self._at)
                scripts += [script] if script else []
                value.append(piece)
                self._at += len(piece)
            elif character in " \t\r\n;|&()<>":
                break
            elif character == "'":
                end = _closing(text, self._at, "'")
                value.append(text[self._at + 1 : end])
                self._at = end + 1
            elif character == '"':
                end = _closing(text, self._at, '"')
                inner = text[self._at + 1 : end]
                value.append(re.sub(r"\\([\"\\$`])", r"\1", inner))
                scripts += _substitutions(inner)
                variables += _variables(inner)
                self._at = end + 1
            elif character == "\\":
                value.append(text[self._at + 1 : self._at + 2])
                self._at += 2
            elif character == "$" and (found := _VARIABLE.match(text, self._at)):
                value.append(found[0])
                scripts += _substitutions(found[0])
                variables.append(found[1] or found[2])
                self._at = found.end()
            else:
                value.append(character)
                self._at += 1
        return Word("".join(value), tuple(scripts), tuple(variables))


def _variables(text: str) -> list[str]:
    return [found[1] or found[2] for found in _VARIABLE.finditer(re.sub(r"\\.", "  ", text))]


def _substitutions(text: str) -> list[str]:
    """Give what is run inside double quotes or a here-document."""
    scripts = []
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith(("$(", "`"), at):
            piece, script = _substitution(text, at)
            scripts += [script] if script else []
            at += len(piece)
        else:
            at += 1
    return scripts


def _substitution(text: str, at: int) -> tuple[str, str]:
    """Give a substitution as it was written, and what is run in it; nothing is run by arithmetic."""
    if text[at] == "`":
        end = _closing(text, at, "`")
        return text[at : end + 1], text[at + 1 : end]
    end = _matching_bracket(text, at + 1)
    arithmetic = text.startswith("$((", at) and text.startswith("))", end - 1)
    return text[at : end + 1], "" if arithmetic else text[at + 2 : end]


def _closing(text: str, at: int, quote: str) -> int:
    """Find where a quotation ends that begins at `at`."""
    place = at + 1
    while place < len(text):
        if text[place] == quote:
            return place
        if quote == '"' and text.startswith("$(", place):
            place = _matching_bracket(text, place + 1)
        elif text[place] == "\\" and quote != "'":
            place += 1
        place += 1
    raise NotReadError(f"a {quote} is not closed")


def _matching_bracket(text: str, at: int) -> int:
    """Find the bracket that closes the one at `at`, whatever is quoted between them."""
    depth = 0
    place = at
    while place < len(text):
        character = text[place]
        if character == "\\":
            place += 1
        elif character in "'\"":
            place = _closing(text, place, character)
        elif character in "()":
            depth += 1 if character == "(" else -1
            if depth == 0:
                return place
            if depth > _DEEPEST:
                break
        place += 1
    raise NotReadError("a bracket is not closed")
