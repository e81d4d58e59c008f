"""Log text cleaned at the door, a block at a time: what is kept is what a search sees and what is drawn."""

import re

_CONTROL = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in b"\t\n")

# A sequence that is not ended within its line loses only its first bytes: the text after it must not vanish.
_ESCAPE = re.compile(
    rb"""
      \x1b\[ [0-?]* [\ -/]* [@-~]?                       # CSI: colours, cursor movement
    | \x1b\] [^\x07\x1b\n]* (?: \x07 | \x1b\\ )          # OSC: titles, links, the clipboard
    | \x1b[PX^_] [^\x1b\n]* \x1b\\                       # DCS, SOS, PM, APC
    | \x1b [\ -/]* [0-~]?                                # all other escapes
    """,
    re.VERBOSE,
)
_LINE_END = re.compile(rb"\r+$", re.MULTILINE)
_OVERWRITTEN = re.compile(rb"^.*\r", re.MULTILINE)


def scrub(text: bytes) -> bytes:
    r"""Take out of log text what steers a terminal; the number of lines stays the same.

    Escape sequences and control bytes are removed (tabs stay), of a progress line (`10 %\r20 %\r`) the last state
    is kept, and what is not UTF-8 becomes `U+FFFD`, so that all kept text can be decoded and searched as UTF-8.
    """
    if len(text.translate(None, _CONTROL)) != len(text):
        text = _ESCAPE.sub(b"", text)
        text = _OVERWRITTEN.sub(b"", _LINE_END.sub(b"", text))
        text = text.translate(None, _CONTROL)
    if text.isascii():
        return text
    return text.decode("utf-8", "replace").encode()
