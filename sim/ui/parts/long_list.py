"""Long lists: a field that finds by name, and pages."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import streamlit as st

from sim.ui.parts.blocks import draw_quiet

T = TypeVar("T")
FEW: Final = 12
PAGE: Final = 25
FIND: Final = "Find by name"
NONE: Final = "No name here has “{words}” in it."
COUNT: Final = "{first} to {last} of {count}"


def choose_shown(items: Sequence[T], name_of: Callable[[T], str], *, key: str, page: int = PAGE) -> Sequence[T]:
    """Draw the field and the choice of a page where there are many; return the items to draw, in their order."""
    if len(items) <= FEW:
        return items
    wanted = st.text_input(FIND, key=f"find-{key}", max_chars=80, icon=":material/search:").strip()
    found = [item for item in items if wanted.casefold() in name_of(item).casefold()]
    if not found:
        draw_quiet(NONE.format(words=wanted))
        return ()
    pages = -(-len(found) // page)
    if pages == 1:
        return found
    number = st.pagination(pages, key=f"page-{key}-{wanted}")
    shown = found[(number - 1) * page : number * page]
    first = (number - 1) * page + 1
    draw_quiet(COUNT.format(first=f"{first:,}", last=f"{first + len(shown) - 1:,}", count=f"{len(found):,}"))
    return shown
