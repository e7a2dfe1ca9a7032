"""How a team's people get in: their PINs, and the links that work now."""

from functools import partial

import streamlit as st

from sim.services.accounts.links import LinkLine, end_all_of, end_one, list_links, make_team_token
from sim.services.accounts.passwords import draw_pin
from sim.services.accounts.roster_accounts import Slip, list_without_pin, set_pin, write_pin_slips
from sim.services.accounts.sessions import is_set_up
from sim.services.accounts.viewer import Duty, may
from sim.services.team.team_view import TeamView
from sim.ui.page.page_state import find_zone, get_app, get_viewer, make_own_address
from sim.ui.parts import account_wording as wording
from sim.ui.parts.actions import draw_flash, run_action, run_and_redraw
from sim.ui.parts.blocks import draw_quiet, draw_table, escape_markdown, write_day

LINKS = "Links that work now"


def draw_pins(view: TeamView) -> None:
    app, viewer = get_app(), get_viewer()
    people = {person.person_id: person.name for person in view.people}
    if not people or not may(viewer, Duty.SET_PINS) or not is_set_up(app):
        return
    with st.expander(wording.PINS, key=f"pins-{view.team_id}"):
        draw_quiet(wording.PINS_NOTE)
        st.markdown(wording.TEAM_LINK)
        token = make_team_token(app, viewer, view.team_id)
        st.code(make_own_address(f"/account/sign-in?team={token}"), language=None, wrap_lines=True)
        without = list_without_pin(app, view.team_id)
        if without and st.button("Give everybody without one a PIN", key=f"pins-all-{view.team_id}"):
            slips = [
                Slip(person=people.get(person_id, name), sign_in_name=name, pin=pin)
                for person_id in without
                if (pin := draw_pin()) and (name := _give(person_id, pin))
            ]
            st.warning(wording.PINS_SHOWN)
            draw_table(wording.PINS_COLUMNS, [(each.sign_in_name, each.pin) for each in slips], label=wording.PINS)
            _draw_slips(view, slips)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                "Who",
                list(people),
                index=None,
                format_func=lambda person_id: people[person_id],
                key=f"pin-who-{view.team_id}",
            )
            pressed = st.button("Give a new PIN", key=f"pin-give-{view.team_id}", disabled=chosen is None)
        if pressed and chosen is not None:
            pin = draw_pin()
            name = _give(chosen, pin)
            if name:
                st.warning(
                    wording.PIN_SHOWN.format(
                        name=escape_markdown(people[chosen]), sign_in=escape_markdown(name), pin=pin
                    )
                )


def _draw_slips(view: TeamView, slips: list[Slip]) -> None:
    if not slips:
        return
    at = get_app().clock.read().wall.astimezone(find_zone())
    address = make_own_address("/account/sign-in")
    pdf = run_action(lambda: write_pin_slips(slips, team=view.name, address=address, at=at))
    if pdf is not None:
        st.download_button(
            "Download slips to print (PDF)",
            data=pdf,
            file_name="pin-slips.pdf",
            mime="application/pdf",
            key=f"pin-slips-{view.team_id}",
            on_click="ignore",
        )


def _give(person_id: str, pin: str) -> str | None:
    return run_action(lambda: set_pin(get_app(), get_viewer(), person_id, pin))


def draw_links(view: TeamView) -> None:
    """Draw the list; it is read once it is opened."""
    people = {person.person_id: person.name for person in view.people}
    if not people:
        return
    opened = st.expander(LINKS, key=f"links-{view.team_id}", on_change="rerun")
    with opened:
        if opened.open:
            draw_flash()
            _draw(view.team_id, people)


def _draw(team_id: str, people: dict[str, str]) -> None:
    lines = list_links(get_app(), get_viewer(), team_id)
    draw_quiet(
        "Anyone who has one of these links can act as that person. A new PIN, a disabled account and "
        "leaving the team end all of a person's links. The link to join a session is replaced on the "
        "page of the session."
    )
    if not lines:
        draw_quiet("There are none.")
        return
    rows = [
        (line.who, line.what, line.issued_by or "-", write_day(line.issued_at), write_day(line.expires_at))
        for line in lines
    ]
    draw_table(("For", "Opens", "Given by", "Since", "Until"), rows, label=LINKS)
    _draw_one(team_id, [line for line in lines if line.link_id is not None])
    _draw_person(team_id, {line.person_id: people.get(line.person_id, line.who) for line in lines if line.person_id})


def _draw_one(team_id: str, lines: list[LinkLine]) -> None:
    names = {line.link_id or "": f"{line.who} · {line.what} · {write_day(line.issued_at)}" for line in lines}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "One link", list(names), index=None, format_func=lambda each: names.get(each, ""), key=f"link-{team_id}"
        )
        pressed = st.button("End this link", key=f"end-link-{team_id}", disabled=chosen is None)
    if pressed and chosen is not None:
        run_and_redraw(partial(end_one, get_app(), get_viewer(), chosen), said="The link no longer works.")


def _draw_person(team_id: str, names: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "All links of a person",
            list(names),
            index=None,
            format_func=lambda each: names.get(each, ""),
            key=f"links-who-{team_id}",
        )
        pressed = st.button("End all their links", key=f"end-links-{team_id}", disabled=chosen is None)
    if pressed and chosen is not None:
        run_and_redraw(
            partial(end_all_of, get_app(), get_viewer(), chosen),
            said=f"Old links stop working. {escape_markdown(names[chosen])} needs a new one.",
        )
