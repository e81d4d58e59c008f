"""A picture of a part of the screen as SVG: self-contained, in the colours of the theme, without secrets."""

import io
from collections.abc import Mapping, Sequence

from rich.color import Color
from rich.console import Console
from rich.segment import Segment, Segments
from rich.terminal_theme import SVG_EXPORT_THEME, TerminalTheme
from textual.strip import Strip

from cockpit.redact import secrets_in

FRAGMENT = 6
"""So many characters of a secret in a row are masked: a narrow column may have cut the rest, by which it is known."""
_HIDDEN = "•"

_FORMAT = """\
<svg viewBox="{{terminal_x}} {{terminal_y}} {{terminal_width}} {{terminal_height}}" xmlns="http://www.w3.org/2000/svg">
<style>
.{{unique_id}}-matrix {{{{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {{char_height}}px; line-height: {{line_height}}px; }}}}
{{styles}}
</style>
<defs>{{lines}}</defs>
<g transform="translate({{terminal_x}}, {{terminal_y}})">
<rect width="{{terminal_width}}" height="{{terminal_height}}" fill="{background}"/>
{{backgrounds}}
<g class="{{unique_id}}-matrix">{{matrix}}</g>
</g>
</svg>
"""


def picture(strips: Sequence[Strip], secrets: Mapping[str, str], background: str, foreground: str) -> str:
    """Draw rows of the screen.

    Args:
        strips: the rows, all of the same width.
        secrets: what is known to be secret in what the rows show, and by what it is masked.
        background: the colour behind everything, as CSS writes it.
        foreground: that of text that has none.
    """
    rows = "\n".join(strip.text for strip in strips)
    known = {**secrets, **secrets_in(rows)}
    secrets = {secret: mask for secret, mask in known.items() if len(secret) >= FRAGMENT}  # less is in many words
    width = max((strip.cell_length for strip in strips), default=1)
    console = Console(
        width=width,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
    )
    for strip in strips:
        console.print(Segments([*_masked(strip, secrets), Segment.line()]), end="")
    ansi = [_rgb(SVG_EXPORT_THEME.ansi_colors[number].hex) for number in range(16)]
    theme = TerminalTheme(_rgb(background), _rgb(foreground), ansi[:8], ansi[8:])
    return console.export_svg(title="", theme=theme, code_format=_FORMAT.format(background=background))


def _masked(strip: Strip, secrets: Mapping[str, str]) -> list[Segment]:
    """Hide what is secret in a row; every other character stays where it is."""
    text = strip.text
    masked = mask_fragments(text, {**secrets, **secrets_in(text)})
    if masked == text:
        return list(strip)
    segments, at = [], 0
    for segment in strip:
        segments.append(Segment(masked[at : at + len(segment.text)], segment.style))
        at += len(segment.text)
    return segments


def mask_fragments(text: str, secrets: Mapping[str, str]) -> str:
    """Hide every secret in a text, and every piece of one; the text keeps its length."""
    for secret, mask in secrets.items():
        length = min(FRAGMENT, len(secret))
        start = 0
        while start + length <= len(text):
            end = start + length
            if text[start:end] not in secret or not text[start:end].strip():
                start += 1
                continue
            while end < len(text) and text[end - length + 1 : end + 1] in secret:
                end += 1
            text = text[:start] + mask[: end - start].ljust(end - start, _HIDDEN) + text[end:]
            start = end
    return text


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = Color.parse(colour).get_truecolor()
    return red, green, blue
