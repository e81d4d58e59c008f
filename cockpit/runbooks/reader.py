"""Goes through the blocks of a runbook once, and hands each to who understands it."""

import re

from cockpit.runbooks import escalation, messages, severities
from cockpit.runbooks.blocks import Block, Document, Fence, Heading, Item, Listing, Paragraph, Table
from cockpit.runbooks.commands import is_shell, scripts_of
from cockpit.runbooks.durations import minutes_of
from cockpit.runbooks.inline import Label, label_of, plain_text, severities_in, severity_heading, without_number
from cockpit.runbooks.model import Contact, Escalation, Message, Note, Remark, Threshold, Timer
from cockpit.runbooks.outline import Outline, is_contents, is_step, names_of
from cockpit.runbooks.phases import OpenPhase, OpenStep
from cockpit.runbooks.proof import PROOFS, marked

_TO_DO = re.compile(
    r"\b(?:actions?|steps|resolution|fix(?:es)?|mitigation|checklist|procedure|remediation)\b", re.IGNORECASE
)
_SCHEME = re.compile(r"severit|priorit|\blevels?\b", re.IGNORECASE)
_CADENCE = re.compile(r"update|cadence|frequency", re.IGNORECASE)
_REACHED = re.compile(r"\bcontacts?\b", re.IGNORECASE)
_ROTA = re.compile(r"contact|on-?call", re.IGNORECASE)
_TIME = re.compile(r"^(?:duration|time to \w+|estimated time|time)$", re.IGNORECASE)
_GATE = re.compile(r"^(?:validation|gate|exit criteria|done when)$", re.IGNORECASE)
_IN_HEADING = re.compile(r"\(([^()]{1,60})\)\s{0,3}$")
_LIST_ITEM = re.compile(r"\d{1,3}[.)][ ]+\S")
_DECISION = re.compile(r"decision", re.IGNORECASE)
_EXAMPLE = re.compile(r"example", re.IGNORECASE)


class Reader:
    """What was understood so far."""

    def __init__(self, document: Document) -> None:
        """Read all of `document`."""
        self.outline = Outline()
        self.scheme = severities.Scheme()
        self.phases: list[OpenPhase] = []
        self.rules: list[Escalation] = []
        self.contacts: list[Contact] = []
        self.messages: list[Message] = []
        self.thresholds: list[Threshold] = []
        self.decisions: list[str] = []
        self.notes: list[Note] = []
        self.unread: list[Remark] = list(document.unread)
        self._headings = names_of(block for block in document.blocks if isinstance(block, Heading))
        self._flat = not any(isinstance(block, Heading) and block.level > 1 for block in document.blocks)
        self._bullets_are_steps = not _asks_in_order(document.blocks)
        self._heading = ""
        self._part = ""
        self._level: str | None = None
        self._label = ""
        self._step: OpenStep | None = None
        self._letter: dict[str, str] = {}
        self._section_line = 0
        self._ways: dict[tuple[str, int], list[str]] = {}
        """How roles are reached, by role and the line of the heading or label above."""
        for block in document.blocks:
            self._take(block)
        for phase in self.phases:
            if not phase.steps and is_step(phase.title):
                phase.steps.append(OpenStep(without_number(phase.title), phase.line))
            elif not phase.steps:
                self.notes.append(Note(phase.title, phase.title, phase.line))
                self.notes += [Note(phase.title, timer.words, timer.line) for timer in phase.timers]
        self.contacts += [Contact(role, tuple(ways), line) for (role, line), ways in self._ways.items()]

    def _take(self, block: Block) -> None:
        match block:
            case Heading():
                self._enter(block)
            case Paragraph():
                self._prose(block)
            case Fence():
                self._fence(block, None)
            case Listing():
                self._listing(block)
            case Table():
                self._table(block)

    def _enter(self, heading: Heading) -> None:
        place = self.outline.enter(heading)
        self._label, self._step, self._letter = "", None, {}
        self._heading, self._section_line = place.text, heading.line
        self._level = severity_heading(place.text)
        if self._level is not None:
            self.scheme.level(self._level, heading.line)
            self._note(place.text, heading.line)
        if place.role == "title" or self._level is not None:
            return
        if place.role == "phase":
            self._part = ""
            scenario, named = self.outline.in_scenario, self.outline.in_named_phase
            self.phases.append(OpenPhase(place.text, heading.line, named=named, scenario=scenario))
        elif place.role == "part":
            self._part = place.text
            self._note(place.text, heading.line)
        else:
            self._step = self._add(without_number(place.text), heading.line)
        if (timed := _IN_HEADING.search(place.text)) and minutes_of(timed[1]) is not None:
            self._timer(timed[1], heading.line)

    def _prose(self, paragraph: Paragraph) -> None:
        prose: list[str] = []
        for number, line in enumerate(paragraph.text.split("\n"), paragraph.line):
            label = label_of(line)
            if label is None:
                prose.append(plain_text(line))
            elif label.value:
                self._labelled(label, number)
            else:
                self._open_label(label.name, number)
                if "**" not in line:
                    self._note(label.name, number)
        if prose:
            self._say(" ".join(prose), paragraph.line)

    def _open_label(self, name: str, line: int) -> None:
        self._label, self._letter, self._step = name, {}, None
        self._section_line = line
        if _LIST_ITEM.match(name) and self.phases:
            self._step = self._add(without_number(name), line)

    def _labelled(self, label: Label, line: int) -> None:
        if self._level is not None:
            if not severities.read_field(self.scheme, self._level, label, line):
                self.unread.append(Remark(line, f"{self._level}: {label.name}: {label.value}"))
        elif _GATE.match(label.name):
            self._gate(label.value, line)
        elif _TIME.match(label.name):
            self._timer(label.value, line)
        elif label.name.lower() in ("to", "subject"):
            self._letter[label.name.lower()] = label.value
        else:
            self._note(f"{label.name}: {label.value}", line)

    def _say(self, text: str, line: int) -> None:
        """Take up prose: below `P2 Notification:` in a phase it is what to do then, elsewhere it is a note."""
        if self._asked_by_severity():
            self._add(text, line)
        else:
            self._note(text, line)

    def _fence(self, fence: Fence, owner: OpenStep | None) -> None:
        name = self._label or self._heading
        if owner is None and messages.is_message(fence, name, self.outline.sections):
            self._message(fence, name)
        elif messages.is_message(fence, "", ()):
            self._message(fence, owner.text if owner else name)
        elif not fence.language and _DECISION.search(name):
            self.decisions.append(fence.text)
        elif not fence.language and _EXAMPLE.search(name):
            self._note(fence.text, fence.line)
        elif not fence.language and is_shell(fence) and _LIST_ITEM.match(fence.text):
            self._spelled_out(fence)
        else:
            self._commands(fence, owner or self._step)

    def _message(self, fence: Fence, name: str) -> None:
        subject, recipients = self._letter.get("subject"), self._letter.get("to")
        above = self.outline.sections[-1] if self.outline.sections else ""
        self.messages.append(messages.read_message(fence, name, above, subject, recipients))
        self._letter = {}
        if self._label and self._asked_by_severity():
            self._add(self._label, fence.line)

    def _spelled_out(self, fence: Fence) -> None:
        """Read a fence that holds a numbered list of things to do by hand."""
        step: OpenStep | None = None
        for number, line in enumerate(fence.text.split("\n"), fence.line + 1):
            if _LIST_ITEM.match(line):
                step = self._add(without_number(line).strip().removesuffix(":"), number)
            elif step is not None and line.strip():
                step.notes.append(line.strip())
            elif line.strip():
                self._note(line.strip(), number)

    def _commands(self, fence: Fence, step: OpenStep | None) -> None:
        for script in scripts_of(fence):
            if script.title is not None:
                step = self._add(script.title, script.line)
            elif step is None:
                step = self._step = self._add(self._label or self._part or self._heading or "Commands", fence.line)
            step.commands += script.commands
            step.expect += script.expect
            step.notes += script.notes

    def _listing(self, listing: Listing) -> None:
        if is_contents(listing.items, self._headings):
            for item in listing.items:
                self._note(plain_text(item.text), item.line)
                self._below(item, None)
            return
        for item in listing.items:
            if not (listing.ordered or item.task) and self._is_policy(item):
                continue
            self._item(item, listing.ordered)
        self._step = None

    def _is_policy(self, item: Item) -> bool:
        """Take up a bullet that defines a level, says how often to tell, when to escalate, or how to reach somebody."""
        text = plain_text(item.text)
        label = label_of(item.text)
        about = self._label or self._heading
        level = severity_heading(label.name) if label else None
        if label and label.value and level and (_CADENCE.search(about) or _SCHEME.search(about)):
            cadence = bool(_CADENCE.search(about))
            severities.read_field(
                self.scheme, level, Label("update" if cadence else "definition", label.value), item.line
            )
        elif to := escalation.target_of(self._label):
            self.rules += escalation.read_condition(to, text, None, item.line)
        elif to := escalation.target_of(text):
            self.rules += escalation.read_condition(to, text, self._heading.split(" ", 1)[0], item.line)
        elif label and label.value and label.name.lower() == "escalation" and _ROTA.search(self._heading):
            self.rules += escalation.read_chain(label.value, item.line)
        elif _REACHED.search(self._heading) or _REACHED.search(self._label):
            role = self._label if self._label and not _REACHED.search(self._label) else self._heading
            self._ways.setdefault((role, self._section_line), []).append(text)
        else:
            return False
        self._below(item, None)
        return True

    def _item(self, item: Item, ordered: bool) -> None:
        about = self._label or self._heading
        wanted = bool(_TO_DO.search(about)) or self._asked_by_severity() or self._bullets_are_steps
        has_fence = any(isinstance(child, Fence) for child in item.children)
        step = None
        placed = self.phases or item.task or self._flat
        if placed and item.text and (ordered or item.task or has_fence or (wanted and self._level is None)):
            step = self._add(plain_text(item.text).removesuffix(":"), item.line)
        elif item.text:
            self._note(plain_text(item.text), item.line)
        self._below(item, step)

    def _below(self, item: Item, step: OpenStep | None) -> None:
        """Read what is inside an item."""
        for child in item.children:
            match child:
                case Fence():
                    self._fence(child, step)
                case Paragraph():
                    self._in_item(child, step)
                case Listing():
                    for inner in child.items:
                        self._inner(inner, step)
                case _:
                    self._take(child)

    def _in_item(self, paragraph: Paragraph, step: OpenStep | None) -> None:
        label = label_of(paragraph.text)
        if step is not None and label and label.value and _GATE.match(label.name):
            step.gates.append(label.value)
        elif step is not None:
            step.notes.append(plain_text(paragraph.text))
        else:
            self._note(plain_text(paragraph.text), paragraph.line)

    def _inner(self, item: Item, step: OpenStep | None) -> None:
        """Read an item of a list in an item: a box to tick is a step of its own, all else says more about the outer."""
        text = plain_text(item.text)
        if (self.phases or item.task or self._flat) and (item.task or self._bullets_are_steps) and text:
            step = self._add(text.removesuffix(":"), item.line)
        elif step is not None and text:
            step.notes.append(text)
        elif text:
            self._note(text, item.line)
        self._below(item, step)

    def _table(self, table: Table) -> None:
        if escalation.is_escalation_table(table):
            rules, unread = escalation.read_escalation_table(table)
            self.rules += rules
            self.unread += unread
        elif severities.is_severity_table(table):
            self.unread += severities.read_severity_table(table, self.scheme)
        elif "threshold" in (heads := [plain_text(head).lower() for head in table.head]):
            self.thresholds += _thresholds(table, heads.index("threshold"))
        elif escalation.is_contact_table(table):
            self.contacts += escalation.read_contact_table(table)
        else:
            rows = ((table.line, table.head), *table.rows)
            self.unread += [Remark(line, f"table: {' | '.join(cells)}") for line, cells in rows]

    def _gate(self, text: str, line: int) -> None:
        steps = self.phases[-1].steps if self.phases else []
        if steps and steps[-1].part == self._part:
            steps[-1].gates.append(text)
        else:
            self._add(text, line).gates.append(text)

    def _timer(self, words: str, line: int) -> None:
        if self.phases:
            title = self._part or self.phases[-1].title
            self.phases[-1].timers.append(Timer(title, words, minutes_of(words), line))
        else:
            self._note(words, line)

    def _asked_by_severity(self) -> bool:
        return self.outline.in_named_phase and bool(severities_in(self._label))

    def _add(self, text: str, line: int) -> OpenStep:
        if not self.phases:
            self.phases.append(OpenPhase(self.outline.title or "Steps", line))
        when = severities_in(self._label) or severities_in(self._heading)
        text, proof = marked(text)
        if proof and proof not in PROOFS:
            self.unread.append(Remark(line, f"nothing is proven by {proof!r}; known are {', '.join(PROOFS)}"))
            proof = ""
        step = OpenStep(text, line, self._part, self._label, when, proof)
        self.phases[-1].steps.append(step)
        return step

    def _note(self, text: str, line: int) -> None:
        section = f"{self._heading}: {self._label}" if self._label else self._heading
        self.notes.append(Note(section, text, line))


def _thresholds(table: Table, at: int) -> list[Threshold]:
    read: list[Threshold] = []
    for line, cells in table.rows:
        metric, *others = (plain_text(cell) for cell in cells)
        notes = tuple(other for place, other in enumerate(others, 1) if place != at and other)
        read.append(Threshold(metric, plain_text(cells[at]), notes, line))
    return read


def _asks_in_order(blocks: tuple[Block, ...]) -> bool:
    """Tell whether a runbook has boxes to tick, numbered lists or commands; if not, its plain bullets are the steps."""
    return any(
        isinstance(block, Fence)
        or (isinstance(block, Listing) and (block.ordered or any(_asks(item) for item in block.items)))
        for block in blocks
    )


def _asks(item: Item) -> bool:
    return item.task or _asks_in_order(item.children)
