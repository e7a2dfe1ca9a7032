"""The debrief's list of moments: each opens its pictures, which are loaded only then."""

from base64 import b64encode

import streamlit as st

from sim.errors import RecordingError
from sim.services.debrief.moments import MomentsView, MomentView, load_stills
from sim.ui.page import wording
from sim.ui.page.page_state import get_app
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.fragment import fragment
from sim.ui.parts.plain_text import escape_markdown

FOLD_KEY = "moments-folded"
PAGE = 10
"""Moments listed at once."""
ALONE = (2, 1)
"""A picture that stands alone takes two thirds of the width, and all of it on a phone."""
GOOD_SIGN, LOOK_SIGN = ":material/check_circle:", ":material/search:"


@fragment()
def draw_moments_folded(view: MomentsView) -> None:
    """Draw the section, folded under a line; in it the first moment to be looked at is open."""
    label = wording.FOLDED.format(title=wording.DEBRIEF_MOMENTS, summary=_count(view))
    box = st.expander(label, key=FOLD_KEY, on_change="rerun")
    with box:
        _draw_moments(view, is_shown=bool(box.open))


def _count(view: MomentsView) -> str:
    good = sum(moment.is_good for moment in view.moments)
    if not view.moments:
        return wording.MOMENTS_NO_MISTAKE
    look = len(view.moments) - good
    return (wording.MOMENTS_COUNTED if look else wording.MOMENTS_ALL_GOOD).format(look=look, good=good)


def _draw_moments(view: MomentsView, *, is_shown: bool) -> None:
    if not view.moments:
        draw_quiet(wording.MOMENTS_NONE)
        return
    note = _write_note(view)
    if note:
        draw_quiet(note)
    _draw_page(view, is_shown=is_shown)


def _write_note(view: MomentsView) -> str:
    """Return in which order they are, where that is to be told, and that they open, where there is a picture."""
    order = ""
    if len(view.moments) > 1 and any(moment.place for moment in view.moments):
        order = wording.MOMENTS_AS_WORKED if view.is_as_worked else wording.MOMENTS_BY_TIME
    is_shown = any(moment.scenes for moment in view.moments)
    return " ".join(part for part in (order, wording.MOMENTS_OPEN if is_shown else "") if part)


@fragment()
def _draw_page(view: MomentsView, *, is_shown: bool) -> None:
    starts = range(0, len(view.moments), PAGE)
    start = 0
    if len(starts) > 1:
        total = len(view.moments)
        start = st.selectbox(
            wording.MOMENTS_PAGE,
            starts,
            format_func=lambda n: f"{n + 1} to {min(n + PAGE, total)} of {total}",
            key="moments-page",
        )
    first = next((n for n, moment in enumerate(view.moments) if not moment.is_good), 0)
    with st.container(gap="xsmall"):
        for number, moment in enumerate(view.moments[start : start + PAGE], start=start):
            _draw_moment(view, moment, number, is_open=number == first, is_shown=is_shown)


@fragment()
def _draw_moment(view: MomentsView, moment: MomentView, number: int, *, is_open: bool, is_shown: bool) -> None:
    box = st.expander(_write_label(moment), expanded=is_open, key=f"moment-{number}", on_change="rerun")
    with box:
        if moment.text:
            st.write(escape_markdown(moment.text))
        if is_shown and box.open and moment.scenes:
            _draw_stills(view, moment)


def _write_label(moment: MomentView) -> str:
    """Return time and camera, then what happened; the sign before it only repeats what the words say."""
    sign = GOOD_SIGN if moment.is_good else LOOK_SIGN
    if not moment.place:
        return f"{sign} **{escape_markdown(moment.title[0].upper() + moment.title[1:])}**"
    return f"{sign} {escape_markdown(moment.place)}: **{escape_markdown(moment.title)}**"


def _draw_stills(view: MomentsView, moment: MomentView) -> None:
    try:
        stills = load_stills(get_app(), view, moment)
    except RecordingError as error:
        st.warning(f"{wording.MOMENT_PICTURE_LOST} {error.on_screen}")
        return
    places = st.columns((1,) * len(stills) if len(stills) > 1 else ALONE, gap="small")
    for still, place in zip(stills, places, strict=False):
        boxed = f" Boxed: {'; '.join(still.boxed)}." if still.boxed else ""
        # inside the page: under an address of its own it would open to anyone who is told that
        picture = f"data:image/jpeg;base64,{b64encode(still.jpeg).decode('ascii')}"
        place.image(picture, width="stretch", caption=escape_markdown(still.caption), alt=f"{still.caption}.{boxed}")
