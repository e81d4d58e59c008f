"""Text that any terminal, pipe, file and locale can take."""


def plain(text: str) -> str:
    """Turn everything but printable ASCII into escapes, so that text from outside cannot steer a terminal."""
    ascii_text = text.encode("ascii", "backslashreplace").decode("ascii")
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in ascii_text)
