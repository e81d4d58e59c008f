"""Text as nobody should write it."""

from hypothesis import strategies as st

NASTY = st.sampled_from(
    ["\x1b[31m", "\x1b]8;;http://x\x07", "\x1b", "\x9b", "[bold]", "日", "e\u0301", "\u0301" * 5, "\u202e", "\u200b"]
)
ANY_TEXT = st.lists(st.one_of(st.text(max_size=4), st.characters(categories=["Cc", "Cs", "Mn"]), NASTY)).map("".join)
