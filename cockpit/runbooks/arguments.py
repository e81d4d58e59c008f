"""The arguments of a program: what is an option, and what is not."""

from collections.abc import Iterable, Sequence


def positional(words: Sequence[str], takes_value: frozenset[str] = frozenset()) -> list[str]:
    """Give the words that are neither options nor the values of these options, up to `--`."""
    found: list[str] = []
    skip = False
    for word in words:
        if word == "--":
            break
        if skip:
            skip = False
        elif word.startswith("-") and word != "-":
            skip = word in takes_value
        else:
            found.append(word)
    return found


def listed(text: str) -> list[str]:
    """Give the words of a list that is written as one text."""
    return text.split()


def with_next(words: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Give each word with the one after it; the last with an empty one."""
    return zip(words, (*words[1:], ""), strict=False)
