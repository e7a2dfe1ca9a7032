"""The briefing's look around: a drawing of the console with numbers, and a sentence each, before the clock starts."""

from html import escape

import streamlit as st

from sim.ui.page import wording

DRAWN = ("wall", "submit", "plan", "controls", "found", "track")
"""Parts of the drawing in the order they lie; `controls` are drawn, and belong to the time."""


def draw_look_around(*, has_map: bool, key: str) -> None:
    """Draw the notes, folded; `has_map`: the drill's console has a plan."""
    notes = [note for note in wording.LOOK_AROUND_PARTS if has_map or note[0] != "plan"]
    numbers = {part: number for number, (part, _, _) in enumerate(notes, start=1)}
    with st.expander(wording.LOOK_AROUND, key=key):
        st.html(f'<div class="sl-look">{_write_drawing(numbers)}{_write_notes(notes)}</div>')


def _write_drawing(numbers: dict[str, int]) -> str:
    parts = "".join(
        f'<span data-part="{part}">{_write_inside(part, numbers)}</span>'
        for part in DRAWN
        if part != "plan" or part in numbers
    )
    kind = "" if "plan" in numbers else ' data-map="off"'
    return f'<div class="sl-look-drawing" aria-hidden="true"{kind}>{parts}</div>'


def _write_inside(part: str, numbers: dict[str, int]) -> str:
    if part == "wall":
        tiles = "<i></i>" * 9
        return f'{tiles}<b>{numbers["wall"]}</b><b class="large">{numbers["stage"]}</b>'
    return f"<b>{numbers[part]}</b>" if part in numbers else ""


def _write_notes(notes: list[tuple[str, str, str]]) -> str:
    items = "".join(f"<li><strong>{escape(title)}</strong> {escape(text)}</li>" for _, title, text in notes)
    return f"<ol>{items}</ol>"
