"""Typed texts for Markdown: letter by letter, no links and no pictures."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.ui.parts.blocks import escape_markdown

TURNED_LATER = (
    re.compile(r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", re.IGNORECASE),
    re.compile(r"([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)"),
    re.compile(r":(?!\d\d?:)[-+\w/]+:"),
    re.compile(r"(?:^|\s)(<->|->|<-|--|>=|<=|~=)(?:\s|$)"),
)
"""What Streamlit 1.67 makes links, pictures and arrows of once the backslashes are gone (its StreamlitMarkdown)."""
PARTS = ("www", ".", "http", "https", ":", "//", "@", "a", "b1", " ", "-", "->", "<", ">", "=", "~", "material", "\\")


def read(escaped: str) -> str:
    """Return what Markdown makes of the backslashes."""
    return re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL)


@pytest.mark.parametrize("typed", ["Ana Lopez", "8:12:40 AM", "Expected: a name. What to do: type it.", "Room B @ 2"])
def test_nothing_is_put_into_a_text_that_nothing_turns(typed: str) -> None:
    assert read(escape_markdown(typed)) == typed


@example("WWW.example.com")
@example("See HTTPS://example.com/x?y=1")
@example("Kim (kim.lee@example.com)")
@example(":material/home: :smile: :+1:")
@example("Gym -> hall <-> lot")
@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
def test_addresses_and_signs_are_drawn_as_they_were_typed(typed: str) -> None:
    drawn = read(escape_markdown(typed))
    assert not any(each.search(drawn) for each in TURNED_LATER)
    assert drawn.replace("\u2060", "") == typed
