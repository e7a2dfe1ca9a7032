"""A team's people: who is on it, how they get in, and the links that work now."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from sim.attempt.attempt import Phase
from sim.attempt.options import Options, ProfileName, describe_options
from sim.columns import BY_HAND, BY_LOT
from sim.errors import SimError
from sim.features.accounts.links import LinkLine, end_all_of, end_one, list_links, make_team_token
from sim.features.accounts.manage import Slip, list_without_pin, set_pin, write_pin_slips
from sim.features.accounts.sign_in import draw_pin
from sim.features.team import given_drills, team
from sim.features.team.choosing_forms import Footage, find_usual_recording, find_wait
from sim.features.team.page_giving import choose_console, choose_footage, choose_options, draw_unfamiliar, draw_wait
from sim.features.team.team_view import DrillLine, PersonView, TeamView
from sim.rules.counts import foresee_team, has_program, list_unfamiliar
from sim.rules.sessions import is_set_up
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import (
    PERSON_PARAM,
    fill_field,
    find_zone,
    get_app,
    get_field,
    get_refused,
    get_viewer,
    keep_outcome,
    make_address,
    make_attempt_address,
    take_outcome,
)
from sim.ui.page.pages import find_script
from sim.ui.parts import account_wording
from sim.ui.parts.actions import draw_flash, run_action, run_and_redraw
from sim.ui.parts.address_card import draw_send
from sim.ui.parts.blocks import (
    choose_shown,
    draw_drill_link,
    draw_error,
    draw_file,
    draw_quiet,
    draw_table,
    escape_markdown,
    write_day,
)

MOST_DRILLS = 4  # of one person before, or after, in the list; the others are under their drills over time
SIDES = (Phase.BEFORE, Phase.AFTER)
GiveDrill = Callable[[str, Phase], str]
WillNotCount = Mapping[Phase, Mapping[str, str]]


def draw_roster(view: TeamView, *, is_shown_only: bool) -> None:
    if not view.people:
        st.info("Nobody is on this team yet. Add the first people below; a pseudonym is enough.")
    give, will_not, shut = None, {}, frozenset[Phase]()
    if not is_shown_only:
        profile, options, footage = _choose_settings(view)
        recording_id = footage.recording_id if footage else find_usual_recording(get_app(), view.team_id)
        give = partial(
            given_drills.create_attempt,
            get_app(),
            profile=profile,
            options=options,
            recording_id=footage.recording_id if footage else None,
        )
        ids = [person.person_id for person in view.people]
        will_not = foresee_team(
            get_app(), view.team_id, ids, *SIDES, profile=profile, options=options, recording_id=recording_id
        )
        draw_unfamiliar(len(list_unfamiliar(get_app(), view.team_id, ids)), people=len(ids))
        waits = {phase: find_wait(get_app(), view.team_id, phase, profile=profile, options=options) for phase in SIDES}
        draw_wait(next((wait for wait in waits.values() if wait is not None), None))
        shut = frozenset(phase for phase, wait in waits.items() if wait is not None)
    for person in choose_shown(view.people, lambda person: person.name, key=f"roster-{view.team_id}"):
        with st.container(border=True, key=f"person-{person.person_id}"):
            _draw_person(person, give, will_not, shut)


def _choose_settings(view: TeamView) -> tuple[ProfileName, Options, Footage | None]:
    if not view.people:
        return ProfileName(view.profile.name), view.options, None
    with st.expander("Settings of the next drills", key=f"settings-{view.team_id}"):
        profile = choose_console("Console of the next drills", kept=view.profile.name, key=f"console-{view.team_id}")
        options = choose_options(view.options, key=view.team_id)
        if options:
            draw_quiet(f"The next drills are given {describe_options(options)}.")
        is_planned = has_program(get_app(), view.team_id, *SIDES)
        return profile, options, None if is_planned else choose_footage(view.team_id, key=view.team_id)


def draw_add_people(team_id: str, *, is_first: bool) -> None:
    """Draw the form that adds people, open while the team is empty or names were refused: these stay in it."""
    key = f"names-{team_id}"
    added, refused = take_outcome(key), get_refused(key)
    if added:
        st.success("1 person was added." if added == 1 else f"{added} people were added.")
    for problem in refused.values():
        draw_error(problem)
    if refused:
        fill_field(key, "\n".join(refused))
    is_open = is_first or bool(refused)
    with (
        st.expander("Add people", expanded=is_open, key=f"add-{team_id}-{is_open}"),
        st.form("add-people", border=False),
    ):
        st.text_area("One name (or alias) per line", key=key)
        st.form_submit_button(
            "Add to the team", type="primary", key="add-people-button", on_click=partial(_add_all, team_id, key)
        )


def _add_all(team_id: str, key: str) -> None:
    """Add everybody written in the field; those who cannot be added stay in it, with the reason beside it."""
    wanted = [line.strip() for line in get_field(key).splitlines() if line.strip()]
    refused = {} if wanted else {"": "Enter at least one name (or alias)."}
    for name in wanted:
        try:
            team.add_person(get_app(), team_id, name)
        except SimError as error:
            refused[name] = error.on_screen
    keep_outcome(key, done=len(wanted) - len(refused), refused=refused)


def _draw_person(person: PersonView, give: GiveDrill | None, will_not: WillNotCount, shut: frozenset[Phase]) -> None:
    name, before, after, change = st.columns([3, 4, 4, 2], vertical_alignment="center")
    name.markdown(f"**{escape_markdown(person.name)}**")
    if any(not drill.is_open for drill in (*person.before, *person.after)):
        name.page_link(find_script("record"), label="Drills over time", query_params={PERSON_PARAM: person.person_id})
    with before:
        _draw_drills(person, person.before, phase=Phase.BEFORE, give=give, will_not=will_not, shut=shut)
    with after:
        _draw_drills(person, person.after, phase=Phase.AFTER, give=give, will_not=will_not, shut=shut)
    if give is not None:
        with change, st.popover("Change", width="stretch", key=f"change-{person.person_id}"):
            _draw_change(person)


def _draw_drills(
    person: PersonView,
    drills: tuple[DrillLine, ...],
    *,
    phase: Phase,
    give: GiveDrill | None,
    will_not: WillNotCount,
    shut: frozenset[Phase],
) -> None:
    earlier = [drill for drill in drills[:-MOST_DRILLS] if not drill.is_open]
    if earlier:
        uncounted = sum(bool(drill.not_counted) for drill in earlier)
        words = (
            "{drills}, under Drills over time. Not counted: {uncounted}."
            if uncounted
            else "{drills}, under Drills over time."
        )
        draw_quiet(
            words.format(
                drills=page_wording.count(len(earlier), ("1 earlier drill", "{count} earlier drills")),
                uncounted=uncounted,
            )
        )
    for drill in (drill for drill in drills if drill not in earlier):
        draw_drill_link(drill.attempt_id, drill.text, is_open=drill.is_open)
        if drill.not_counted:
            draw_quiet(drill.not_counted)
    waiting = next((drill for drill in drills if drill.is_open), None)
    if give is None:
        return
    if waiting is not None:
        draw_send(
            "Send the link",
            (
                f"The drill opens on this device with the link above. To have {escape_markdown(person.name)} do "
                "it elsewhere, send this link:"
            ),
            partial(make_attempt_address, waiting.attempt_id, person.person_id),
            key=f"send-{phase.value}-{person.person_id}",
        )
        return
    label = (
        "Give another one"
        if drills
        else {"before": "Give a drill before training", "after": "Give a drill after training"}[phase.value]
    )
    why_not = will_not.get(phase, {}).get(person.person_id, "")
    if why_not:
        with st.popover(label, key=f"anyway-{phase.value}-{person.person_id}", icon=":material/block:"):
            st.write(escape_markdown(why_not))
            key = f"start-{phase.value}-{person.person_id}"
            pressed = st.button("Give it anyway", key=key, disabled=phase in shut)
    else:
        pressed = st.button(label, key=f"start-{phase.value}-{person.person_id}", disabled=phase in shut)
    if pressed:
        run_and_redraw(partial(give, person.person_id, phase))


def _draw_change(person: PersonView) -> None:
    with st.form(f"rename-form-{person.person_id}", border=False):
        name = st.text_input("Name or pseudonym", value=person.name, key=f"name-{person.person_id}")
        pressed = st.form_submit_button("Save the name", key=f"rename-{person.person_id}")
    if pressed:
        run_and_redraw(lambda: team.rename_person(get_app(), person.person_id, name))
    _draw_group(person)
    st.page_link(
        find_script("record"), label="Record, all data, deletion", query_params={PERSON_PARAM: person.person_id}
    )
    is_sure = st.checkbox(
        "Yes, take this person off the list. Drills already given stay in the results.", key=f"sure-{person.person_id}"
    )
    pressed = st.button("Remove", key=f"remove-{person.person_id}", disabled=not is_sure)
    if pressed:
        run_and_redraw(lambda: team.remove_person(get_app(), person.person_id))


def _draw_group(person: PersonView) -> None:
    if person.group in BY_LOT:
        draw_quiet(f"Group: {person.group}, as the program drew.")
        return
    options = ["", *BY_HAND]
    group = st.selectbox(
        "Group, where two groups are compared",
        options,
        index=options.index(person.group),
        format_func=lambda name: name or "no group",
        key=f"group-{person.person_id}",
    )
    if group != person.group and st.button("Save the group", key=f"save-group-{person.person_id}"):
        run_and_redraw(lambda: team.set_group(get_app(), person.person_id, group))


LINKS = "Links that work now"


def draw_pins(view: TeamView) -> None:
    app, viewer = get_app(), get_viewer()
    people = {person.person_id: person.name for person in view.people}
    if not people or not is_set_up(app):
        return
    with st.expander(account_wording.PINS, key=f"pins-{view.team_id}"):
        draw_quiet("With a name and a PIN people see their own results later. Nobody needs one to join a session.")
        st.markdown("Address for this team: people pick their name there. It works for 30 days.")
        token = make_team_token(app, viewer, view.team_id)
        st.code(make_address(f"account/sign-in?team={token}"), language=None, wrap_lines=True)
        without = list_without_pin(app, view.team_id)
        if without and st.button("Give everybody without one a PIN", key=f"pins-all-{view.team_id}"):
            slips = [
                Slip(person=people.get(person_id, name), sign_in_name=name, pin=pin)
                for person_id in without
                if (pin := draw_pin()) and (name := _give_pin(person_id, pin))
            ]
            st.warning("These PINs are shown this once. Print the page, or write them down now.")
            draw_table(
                ("Name to sign in with", "PIN"),
                [(each.sign_in_name, each.pin) for each in slips],
                label=account_wording.PINS,
            )
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
            name = _give_pin(chosen, pin)
            if name:
                st.warning(
                    f"{escape_markdown(people[chosen])} signs in with the name **{escape_markdown(name)}** and the PIN "
                    f"**{pin}**. It is shown this once."
                )


def _draw_slips(view: TeamView, slips: list[Slip]) -> None:
    if not slips:
        return
    at = get_app().clock.read().wall.astimezone(find_zone())
    address = make_address("account/sign-in")
    pdf = run_action(lambda: write_pin_slips(slips, team=view.name, address=address, at=at))
    if pdf is not None:
        draw_file("Download slips to print (PDF)", pdf, "pin-slips.pdf", key=f"pin-slips-{view.team_id}")


def _give_pin(person_id: str, pin: str) -> str | None:
    return run_action(lambda: set_pin(get_app(), get_viewer(), person_id, pin))


def draw_links(view: TeamView) -> None:
    people = {person.person_id: person.name for person in view.people}
    if not people:
        return
    opened = st.expander(LINKS, key=f"links-{view.team_id}", on_change="rerun")
    with opened:
        if opened.open:
            draw_flash()
            _draw_open_links(view.team_id, people)


def _draw_open_links(team_id: str, people: dict[str, str]) -> None:
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
    _draw_link(team_id, [line for line in lines if line.link_id is not None])
    names = {line.person_id: people.get(line.person_id, line.who) for line in lines if line.person_id}
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


def _draw_link(team_id: str, lines: list[LinkLine]) -> None:
    names = {line.link_id or "": f"{line.who} · {line.what} · {write_day(line.issued_at)}" for line in lines}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "One link", list(names), index=None, format_func=lambda each: names.get(each, ""), key=f"link-{team_id}"
        )
        pressed = st.button("End this link", key=f"end-link-{team_id}", disabled=chosen is None)
    if pressed and chosen is not None:
        run_and_redraw(partial(end_one, get_app(), get_viewer(), chosen), said="The link no longer works.")
