"""A comparison on a page: what is compared, the comparison itself, and what can be taken along."""

from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.compare.data.conditions import Conditions
from sim.services.comparison.handover import (
    Compared,
    ReportExport,
    make_file_stem,
    write_json,
    write_report,
    write_tables,
)
from sim.ui.page.page_state import find_zone, make_file
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.team import team_wording as wording
from sim.ui.team.before_after import draw_before_after


class Compare(Protocol):
    """Makes the comparison of a page, under one console and options: the usual ones if None."""

    def __call__(self, *, conditions: Conditions | None = None, are_different: bool = False) -> Compared:
        """Return the comparison; `are_different` when people who look like one person are known not to be."""
        ...


def draw_compared(compare: Compare, *, shown: DeltaGenerator, key: str, file_stem: str) -> None:
    """Draw a comparison and its downloads; the choice of console and options where drills were given on several."""
    found = compare()
    with shown:
        are_different = bool(found.same_people) and _ask_different(found.same_people, key=key)
        if are_different:
            found = compare(are_different=True)
        if len(found.choices) > 1:
            found = _choose_compared(compare, found, key=key, are_different=are_different)
        draw_before_after(found.comparison, file_stem=file_stem)
    draw_downloads(found.handover, key=key)
    st.download_button(
        wording.EXPORT,
        data=make_file(lambda _, __: found.export_csv),
        file_name="attempts.csv",
        mime="text/csv",
        key="export",
        on_click="ignore",
    )
    draw_quiet(wording.EXPORT_NOTE.format(people=found.people))


def _ask_different(same_people: str, *, key: str) -> bool:
    """Draw who may be one person under two ids; return whether they are said to be different people."""
    st.warning(escape_markdown(wording.SAME_PEOPLE.format(who=same_people)))
    return st.checkbox(wording.ARE_DIFFERENT, key=f"different-{key}")


def _choose_compared(compare: Compare, found: Compared, *, key: str, are_different: bool) -> Compared:
    """Draw the choice of the console and options whose drills are compared; return that comparison."""
    cards = {card.name: card for card in found.choices}
    names = list(cards)
    chosen = st.selectbox(
        wording.COMPARED_CONSOLE,
        names,
        index=names.index(found.compared) if found.compared in names else 0,
        format_func=lambda name: cards[name].title,
        key=f"compared-{key}",
    )
    if chosen == found.compared:
        return found
    return compare(conditions=cards[chosen].conditions, are_different=are_different)


def draw_downloads(handover: ReportExport, *, key: str) -> None:
    """Draw the buttons; each file is made only when its button is pressed."""
    stem = make_file_stem(handover.title)
    zone = find_zone()
    st.subheader(wording.TAKE, anchor=False)
    draw_quiet(wording.TAKE_NOTE.format(people=wording.BY_NAME if handover.by_name else wording.BY_PSEUDONYM))
    with st.container(horizontal=True, key=f"take-{key}"):
        st.download_button(
            wording.REPORT,
            data=make_file(lambda app, _: write_report(handover, made_at=app.clock.read().wall, zone=zone)),
            file_name=f"{stem}-report.pdf",
            mime="application/pdf",
            type="primary",
            key=f"report-{key}",
            on_click="ignore",
        )
        st.download_button(
            wording.BUNDLE,
            data=make_file(lambda app, _: write_tables(handover, made_at=app.clock.read().wall)),
            file_name=f"{stem}-tables.zip",
            mime="application/zip",
            key=f"bundle-{key}",
            on_click="ignore",
        )
        st.download_button(
            wording.JSON,
            data=make_file(lambda _, __: write_json(handover)),
            file_name=f"{stem}.json",
            mime="application/json",
            key=f"json-{key}",
            on_click="ignore",
        )
