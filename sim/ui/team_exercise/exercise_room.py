"""The waiting room of a team exercise: who you are, who is there, who is sought, and the lead's button."""

from collections.abc import Callable
from html import escape

import streamlit as st

from sim.drill.attempt import AttemptState
from sim.services.attempt.views import BriefingView
from sim.services.team_exercise.room import MemberView, RoomView
from sim.ui.device_check.component import draw_device_check
from sim.ui.drill.briefing import draw_question, draw_who
from sim.ui.page import wording as page_wording
from sim.ui.parts.blocks import draw_list, draw_quiet
from sim.ui.parts.fragment import fragment
from sim.ui.team_exercise import exercise_wording as wording


def draw_room(view: RoomView, *, ask: Callable[[], RoomView], ask_every_s: float) -> bool:
    """Draw the page; return True when the lead pressed start."""
    own = next(member for member in view.members if member.role == view.role)
    briefing: BriefingView = view.briefing
    st.title(briefing.title, anchor=False)
    left, right = st.columns([5, 6], gap="medium")
    with right:
        draw_who(briefing)
        draw_quiet(briefing.notice)
        draw_question(briefing)
        st.header(page_wording.COUNTS_TITLE, anchor=False)
        draw_list(briefing.counts)
        plays = draw_device_check(briefing.probe_url)
    with left:
        st.header(wording.YOU_ARE.format(role=own.role_name), anchor=False)
        draw_list(own.tasks)

        @fragment(run_every=ask_every_s)
        def draw_members() -> None:
            now = ask()
            if now.state is not AttemptState.ASSIGNED:
                st.rerun(scope="app")
            _draw_members(now.members, may_start=now.may_start)

        draw_members()
        pressed = False
        if view.may_start:
            pressed = st.button(
                wording.START, key="exercise-start", type="primary", width="stretch", disabled=not plays
            )
        else:
            st.info(wording.WAIT)
        st.header(wording.HOW_TITLE, anchor=False)
        draw_list(wording.HOW)
    return pressed


def _draw_members(members: tuple[MemberView, ...], *, may_start: bool) -> None:
    st.header(wording.WHO_IS_THERE, anchor=False)
    rows = "".join(_write_member(member) for member in members)
    missing = ", ".join(member.person for member in members if not member.is_here)
    said = wording.MISSING_LEAD if may_start else wording.MISSING
    words = said.format(people=missing) if missing else wording.ALL_HERE
    st.html(f'<ul class="sl-exercise" aria-live="polite">{rows}</ul><p class="sl-quiet">{escape(words)}</p>')


def _write_member(member: MemberView) -> str:
    kind, word = ("here", wording.HERE) if member.is_here else ("away", wording.NOT_HERE)
    return (
        f'<li class="{kind}"><b class="sl-role">{escape(wording.ROLES[member.role_name])}</b>'
        f"<span><strong>{escape(member.person)}</strong> <i>{escape(member.role_name)}</i>"
        f"<small>{escape(' '.join(member.tasks))}</small></span><em>{escape(word)}</em></li>"
    )
