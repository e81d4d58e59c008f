"""What a person is told of a command before it is run, and why it may not be."""

import re
import shlex
from collections.abc import Iterator, Sequence

import msgspec

from cockpit.actions.commands.environment import Place
from cockpit.runbooks.ready import Ready
from cockpit.runbooks.risk_levels import Risk
from cockpit.text import clean
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine

READ_ONLY = "the cockpit is read-only: escape, then W, allows it to write"
RISK_WORDS: dict[Risk, tuple[str, Tone]] = {
    Risk.READ: ("reads", "well"),
    Risk.UNKNOWN: ("may write", "doubtful"),
    Risk.WRITE: ("writes", "doubtful"),
    Risk.DESTROY: ("destroys", "wrong"),
}
_READ_LIKE = {"kubectl": "kubectl|helm|oc", "psql": "psql|pg_dump|pg_isready"}
"""Programs that look where another one does."""
_OTHER_CONTEXT = re.compile(r"--(?:kube-?)?context[= ]\s*([^\s;|&]+)")
_OTHER_FILE = re.compile(r"--kubeconfig[= ]|(?:^|[\s;])KUBECONFIG=")
_BACKGROUND = re.compile(r"[^&>]&\s*$", re.MULTILINE)
_TERMINAL = re.compile(r"\s(?:-it|-ti|--tty|--stdin|-i -t)\s")


class Preview(msgspec.Struct, frozen=True):
    """A command as it is shown before it is run."""

    script: str
    """For the shell."""
    risk: Risk
    notes: tuple[str, ...] = ()
    """Where it looks, and when it is ended."""
    warnings: tuple[str, ...] = ()
    objection: str = ""
    """Why it cannot be run; empty: it can."""
    must_type: str = ""
    """What a person types to confirm it; empty: enter is enough."""


def script_of(ready: Ready) -> str:
    """Write a command for the shell; a statement goes to psql."""
    if ready.language == "sql":
        return f"psql -X -v ON_ERROR_STOP=1 -c {shlex.quote(ready.text)}"
    return ready.text


def preview(ready: Ready, place: Place, seconds: float, *, writable: bool, protected: bool) -> Preview:
    """Put together what is told of a command.

    Args:
        ready: the command, filled in.
        place: where it looks.
        seconds: after which it is ended.
        writable: whether the person has allowed to write here.
        protected: whether here every change asks for a name.
    """
    script, risk = script_of(ready), ready.judged.risk
    context = place.cluster.context if place.cluster is not None else ""
    typed = ""
    if risk is Risk.DESTROY or (protected and risk is not Risk.READ):
        typed = ready.judged.target or (context if risk is not Risk.DESTROY else "") or script.split()[0]
    return Preview(
        script,
        risk,
        (*_places(place, ready), f"ended after {seconds:.0f} s, nobody types into it"),
        tuple(_warnings(ready, script)),
        ready.refused or _objection(risk, script, context, writable=writable),
        clean(typed),
    )


def _places(place: Place, ready: Ready) -> Iterator[str]:
    """Say where it looks, as far as it matters for what it runs."""
    for told in place.told():
        program = told.partition(":")[0]
        if re.search(rf"\b(?:{_READ_LIKE.get(program, program)})\b", script_of(ready)):
            yield told


def _objection(risk: Risk, script: str, context: str, *, writable: bool) -> str:
    if risk is Risk.READ:
        return ""
    if not writable:
        return READ_ONLY
    named = _OTHER_CONTEXT.search(script)
    if (named is not None and named[1].strip("'\"") != context) or _OTHER_FILE.search(script):
        return f"it names a context of its own, and writing is allowed in {context} only: C goes to another"
    return ""


def _warnings(ready: Ready, script: str) -> Iterator[str]:
    if ready.judged.reason and ready.judged.risk is not Risk.READ:
        yield ready.judged.reason
    for name in ready.secrets:
        yield f"${name} is taken from the environment; it may be seen in the list of processes while this runs"
    if _BACKGROUND.search(script):
        yield "what it leaves running in the background is ended with it; F keeps ports open"
    if _TERMINAL.search(script):
        yield "it asks for a terminal, and gets none; s opens a shell in a pod"


def preview_lines(shown: Preview) -> list[TextLine]:
    """Write a preview as a person reads it."""
    lines: list[TextLine] = [
        [Span(" "), Span(clean(line.expandtabs(4)), "changing")] for line in shown.script.splitlines() or [""]
    ]
    lines.append([])
    lines += [[Span(f"   {clean(note)}", "dim")] for note in shown.notes]
    lines += [[Span(" ! ", "doubtful"), Span(clean(text), "doubtful")] for text in shown.warnings]
    if shown.objection:
        lines.append([Span(" ✖ ", "wrong"), Span(clean(shown.objection), "wrong")])
    return lines


def one_line(text: str) -> str:
    """Write a command on one line."""
    return clean(" ".join(text.replace("\\\n", " ").split()))


def tail(lines: Sequence[str], most: int = 20, characters: int = 3000) -> str:
    """Give how an output ends."""
    ended = "\n".join(lines[-most:])
    return f"…{ended[-characters:]}" if len(ended) > characters else ended
