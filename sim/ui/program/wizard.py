"""The wizard: a whole program on one page, ready to be made as it stands."""

from datetime import date, time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.compare.checks.people_checks import FEWEST_BASELINES
from sim.drill.plan import MOST_DRILLS, RETENTION, USUAL_DRILLS, Wish
from sim.drill.profile import ProfileName
from sim.errors import SimError
from sim.services.attempt.console_profiles import list_profiles
from sim.services.comparison.detectable import MOST_PEOPLE, find_detectable_change
from sim.services.program import plan
from sim.services.program.lot import FEWEST_FOR_LOTS
from sim.services.program.program_view import describe_short, list_planned
from sim.services.program.school_calendar import load_school_days
from sim.services.program.zones import get_today, list_zones
from sim.services.team.choosing_forms import list_footage
from sim.services.team.team import TeamCard
from sim.text.counts import write_count
from sim.ui.page.page_state import get_app, get_browser_zone, get_request_key, go_to_program
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_error, draw_lead, draw_quiet, draw_table
from sim.ui.parts.console_trouble import draw_console_trouble
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.program import wording
from sim.ui.program.chosen_by import draw_chosen_by
from sim.ui.program.footage import draw_footage
from sim.ui.program.school_calendar import draw_school_calendar


def draw_wizard(card: TeamCard, *, made: int) -> None:
    """Draw it for a team that has no program; `made` is how many it had before."""
    draw_lead(wording.LEAD)
    st.subheader(wording.AIM_SECTION, anchor=False)
    team_id = card.team_id
    aim = st.text_input(wording.AIM, value=wording.AIM_USUAL, key="plan-aim")
    chosen_by, waits = _draw_people(card)
    has_footage = draw_footage(team_id)
    recording_id = _choose_footage()
    drills, can_show, dates = st.container(), st.empty(), st.container()
    with st.expander(wording.MORE, key="plan-more"):
        zone, profile = _draw_more()
    today = get_today(get_app(), zone)
    with dates:
        training_on, training_at = _draw_dates(today)
    with drills:
        before, after, familiar, retention = _draw_drills(team_id, recording_id, is_over=training_on <= today)
    wish = Wish(
        training_on=training_on, before=before, after=after, is_familiar_first=familiar, retention=tuple(retention)
    )
    is_possible = _draw_preview(wish, zone=zone) and has_footage
    order = plan.Order(
        team_id=team_id,
        aim=aim,
        wish=wish,
        training_at=f"{training_at:%H:%M}" if training_at else "",
        time_zone=zone,
        profile=profile,
        request_key=get_request_key(f"program-{team_id}-{made}"),
        chosen_by=chosen_by,
        waits=waits,
        recording_id=recording_id,
    )
    if st.button(wording.MAKE, type="primary", key="plan-make", disabled=not is_possible):
        program_id = run_action(lambda: plan.create_program(get_app(), order))
        if program_id is not None:
            go_to_program(program_id)
    if before:
        _draw_detectable(can_show, people=card.people, drills=min(before, after))


def _draw_people(card: TeamCard) -> tuple[str, bool]:
    """Draw how people were chosen, and the offer of a waiting group where there are enough; return both answers."""
    chosen_by = draw_chosen_by(card.chosen_by, key=f"plan-chosen-{card.team_id}")
    if card.people < FEWEST_FOR_LOTS:
        return chosen_by, False
    waits = st.checkbox(wording.WAITS, value=False, key=f"plan-waits-{card.team_id}")
    draw_quiet(wording.WAITS_NOTE.format(people=card.people, waiting=card.people // 2))
    return chosen_by, waits


def _choose_footage() -> str:
    """Draw the choice of the footage to measure with where there are several; return it, "" for the best supplied."""
    cards = {card.recording_id: card for card in list_footage(get_app()) if card.is_private}
    if len(cards) < 2:
        return ""
    return st.selectbox(
        wording.FOOTAGE,
        ["", *cards],
        format_func=lambda each: f"{cards[each].school}: {cards[each].title}" if each else wording.FOOTAGE_BEST,
        key="plan-footage",
    )


def _draw_drills(team_id: str, recording_id: str, *, is_over: bool) -> tuple[int, int, bool, list[int]]:
    """Draw how many drills there are; none before a training that is over. Return before, after, familiar, later."""
    app = get_app()
    st.subheader(wording.DRILLS_SECTION, anchor=False)
    proposed = plan.suggest_before(app, team_id)
    left, right = st.columns(2)
    before = 0
    if not is_over:
        before = left.number_input(
            wording.BEFORE, 1, MOST_DRILLS, proposed, key="plan-before", help=wording.BEFORE_HELP
        )
    after = right.number_input(wording.AFTER, 1, MOST_DRILLS, USUAL_DRILLS, key="plan-after")
    retention = st.pills(
        wording.LATER,
        list(range(1, len(RETENTION) + 1)),
        selection_mode="multi",
        default=plan.suggest_retention(app, team_id, drills=proposed + USUAL_DRILLS),
        format_func=lambda number: f"{RETENTION[number - 1]} after",
        key=f"plan-retention-{team_id}",
    )
    familiar = st.checkbox(wording.FAMILIAR, value=True, key="plan-familiar")
    if is_over:
        st.info(wording.OVER)
    elif before == 1:
        st.warning(wording.ONE_BEFORE)
    elif before < FEWEST_BASELINES:
        st.info(wording.TWO_BEFORE)
    supply = plan.check_supply(app, team_id, needed=before + after + len(retention), recording_id=recording_id)
    needed = write_count(supply.needed, "drill")
    if not supply.forms:
        draw_quiet(wording.NEEDED.format(needed=needed))
    elif supply.is_enough:
        draw_quiet(wording.ENOUGH.format(needed=needed, forms=supply.forms))
    else:
        st.warning(wording.TOO_FEW.format(needed=needed, short=describe_short(supply), fewest=supply.fewest))
    return before, after, familiar, list(retention)


def _draw_detectable(place: DeltaGenerator, *, people: int, drills: int) -> None:
    """Draw what size of change the plan can show. The page is whole by now: simulating takes seconds the first time."""
    with place.container():
        draw_quiet(wording.WORKING_OUT)
    found = find_detectable_change(people=min(people, MOST_PEOPLE), drills=drills)
    with place.container():
        draw_quiet(found.sentence)


def _draw_dates(today: date) -> tuple[date, time | None]:
    st.subheader(wording.DATES_SECTION, anchor=False)
    left, right = st.columns(2)
    training_on = left.date_input(
        wording.TRAINING_ON, value=plan.suggest_training_day(get_app(), today), key="plan-training", format="MM/DD/YYYY"
    )
    training_at = right.time_input(wording.TRAINING_AT, value=None, format="12h", help=wording.AT_HELP, key="plan-at")
    why_off = load_school_days(get_app()).find_why_off(training_on)
    if why_off:
        st.info(wording.TRAINING_OFF.format(why=escape_markdown(why_off)))
    draw_school_calendar("wizard")
    return training_on, training_at


def _draw_more() -> tuple[str, ProfileName]:
    """Draw what most people leave as it is; return time zone and console."""
    zones = list_zones()
    here = get_browser_zone()
    consoles = list_profiles(get_app())
    titles = {card.name: card.title for card in consoles}
    profile = st.selectbox(wording.CONSOLE, list(titles), format_func=lambda name: titles[name], key="plan-console")
    draw_console_trouble()
    zone = st.selectbox(wording.ZONE, zones, index=zones.index(here) if here in zones else 0, key="plan-zone")
    return zone, ProfileName(profile)


def _draw_preview(wish: Wish, *, zone: str) -> bool:
    """Draw the steps that this makes; return whether it can be made."""
    try:
        slots = plan.lay_out_on_school_days(get_app(), wish, today=get_today(get_app(), zone))
    except SimError as error:
        draw_error(error.on_screen)
        return False
    draw_quiet(wording.PREVIEW)
    draw_table((wording.STEP, wording.DAYS), list_planned(slots), label=wording.PLAN)
    return True
