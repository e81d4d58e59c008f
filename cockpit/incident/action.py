"""How the log keeps an action: the intent before anything is sent, the receipt after, joined by a token."""

from cockpit.incident.entry import Draft, EntryKind


def intent(token: str, title: str, command: str, actor: str) -> Draft:
    """Write down what is about to be done.

    Args:
        token: joins it with its receipt.
        title: such as `rollback deployment/api to revision 11`.
        command: what a person would type to do the same.
        actor: who has confirmed it.
    """
    data: dict[str, str | None] = {"action": token, "title": title, "command": command}
    return Draft(EntryKind.ACTION, f"{title}: {command}", actor, data=data, key=f"{token}-intent")


def receipt(token: str, title: str, outcome: str, summary: str, actor: str) -> Draft:
    """Write down what became of it.

    Args:
        token: that of the intent.
        title: of the intent.
        outcome: in a word, such as `done` or `unknown`.
        summary: in a line, such as `done in 12 s`.
        actor: who has confirmed it.
    """
    data: dict[str, str | None] = {"action": token, "title": title, "outcome": outcome, "summary": summary}
    return Draft(EntryKind.RECEIPT, f"{title} \N{EM DASH} {summary}", actor, data=data, key=f"{token}-receipt")
