"""The wizard: a whole program on one page, ready to be made as it stands; its footage and the days without drills."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.attempt.options import ProfileName
from sim.builds import queue
from sim.builds.queue import Progress
from sim.compare.counting import WHY, Reason
from sim.compare.result import FEWEST, MARGIN, SMALLEST, Plan
from sim.errors import SimError
from sim.features.comparison.pdf import FOREST_PT, Panel
from sim.features.comparison.pictures import draw_power
from sim.features.comparison.planning import MOST_PEOPLE, TeamPlan, can_show, simulate_plan
from sim.features.program import plan
from sim.features.program.plan import FEWEST_FOR_LOTS
from sim.features.program.school_days import (
    MOST_NAME,
    add_day_off,
    get_today,
    list_off,
    list_zones,
    load_school_days,
    name_step,
    remove_day_off,
    write_span,
)
from sim.features.team.attempts_table import count_teams
from sim.features.team.choosing_forms import list_footage
from sim.features.team.page_giving import choose_console
from sim.features.team.page_report import draw_chosen_by, draw_panel
from sim.features.team.team import TeamCard
from sim.program.plan import MOST_DRILLS, RETENTION, USUAL_DRILLS, Wish
from sim.rules.readiness import find_making, find_readiness, write_wait
from sim.text.tables import TextTable
from sim.text.times import write_date_and_time
from sim.text.words import write_count
from sim.ui.page.page_state import find_zone, get_app, get_browser_zone, get_request_key, go_to_program
from sim.ui.parts.actions import fragment, run_action, run_and_redraw
from sim.ui.parts.blocks import draw_error, draw_lead, draw_list, draw_quiet, draw_table, escape_markdown

OFF_TITLE = "Days without drills"
AT_HELP = "The school's time. Calendars and reminders then name it."
LOOK_EVERY_S = 3.0


def draw_wizard(card: TeamCard, *, made: int) -> None:
    """Draw it for a team that has no program; `made` is how many it had before."""
    draw_lead("Plan who does which drill when: some before the training, some after it, and a few much later.")
    st.subheader("1. Who, and what for", anchor=False)
    aim = st.text_input(
        "Aim, in your own words",
        value="Find one student on our cameras faster, without following the wrong person.",
        key="plan-aim",
    )
    with st.container():  # what is typed below stays where it is while this grows
        cards = (card, *_draw_others(card))
        team_ids = tuple(each.team_id for each in cards)
        chosen_by, waits = _draw_people(cards, team_ids)
        has_footage = _draw_footage(team_ids)
        recording_id = _choose_footage()
    drills, shown, dates = st.container(), st.empty(), st.container()
    with st.expander("Console and time zone", key="plan-more"):
        zone, profile = _draw_more()
    today = get_today(get_app(), zone)
    with dates:
        training_on, training_at = _draw_dates(today)
    with drills:
        with st.container():
            before, after, familiar, retention = _draw_drills(team_ids, recording_id, is_over=training_on <= today)
        smallest, margin = draw_what_counts(MARGIN, SMALLEST, key="plan")
    wish = Wish(
        training_on=training_on, before=before, after=after, is_familiar_first=familiar, retention=tuple(retention)
    )
    is_possible = _draw_preview(wish, zone=zone) and has_footage
    order = plan.Order(
        team_id=card.team_id,
        others=team_ids[1:],
        aim=aim,
        wish=wish,
        training_at=f"{training_at:%H:%M}" if training_at else "",
        time_zone=zone,
        profile=profile,
        request_key=get_request_key(f"program-{card.team_id}-{made}"),
        chosen_by=chosen_by,
        waits=waits,
        recording_id=recording_id,
        margin=margin,
        smallest=smallest,
    )
    if st.button("Make the program", type="primary", key="plan-make", disabled=not is_possible):
        run_action(lambda: go_to_program(plan.create_program(get_app(), order)))
    if before:
        ticked = replace(_plan_for(cards, before=before, after=after, margin=margin), by_lot=waits)
        _draw_power(shown, ticked, smallest=smallest)


def _draw_others(card: TeamCard) -> list[TeamCard]:
    free = plan.list_free_teams(get_app())
    free.pop(card.team_id, None)
    if not free:
        return []
    chosen = st.multiselect(
        "Other schools in the same plan",
        list(free),
        format_func=lambda each: f"{free[each].name}, {write_count(free[each].people, 'person', 'people')}",
        placeholder="Choose schools",
        help="One plan, one board, one comparison. Each school has its own sessions, and may get other days later.",
        key=f"plan-others-{card.team_id}",
    )
    return [free[each] for each in chosen]


def _plan_for(cards: Sequence[TeamCard], *, before: int, after: int, margin: float) -> TeamPlan:
    return TeamPlan(
        people=min(sum(card.people for card in cards), MOST_PEOPLE),
        before=before,
        after=after,
        schools=len({card.school for card in cards}),
        held_to=Plan(margin=margin, teams=count_teams(get_app(), [card.team_id for card in cards])),
    )


def _draw_footage(team_ids: tuple[str, ...]) -> bool:
    app = get_app()
    supply = plan.check_supply(app, team_ids, needed=1)
    making = find_making(app)
    if supply.forms:
        draw_quiet("Measured on footage made on this computer. Nobody has seen it, and nobody practices on it.")
    if making is not None:
        _watch(making.row.name)
    elif supply.forms:
        _draw_made()
    if making is None and not supply.is_enough:
        _draw_make(is_first=not supply.forms)
    return bool(supply.recording_id)


def draw_making_of(program_id: str) -> None:
    making = plan.find_making_of(get_app(), program_id)
    if making is not None:
        _watch(making.row.name)
    else:
        _draw_made(program_id)


def _draw_made(program_id: str = "") -> None:
    made_at = plan.find_made(get_app(), program_id)
    if made_at is not None:
        st.success(f"The footage to measure on is ready, since {write_date_and_time(made_at, find_zone())}.")


def draw_school_calendar(key: str) -> None:
    with st.expander(OFF_TITLE, key=f"days-off-{key}"):
        draw_quiet(
            "No drill begins or ends on a weekend, a federal holiday, in the usual winter break, or on a day that you "
            "add here. Your own winter break takes the place of the usual one; other breaks are not known until you "
            "add them. It is one list for the whole district. Steps that are planned already stay as they are."
        )
        lines = list_off(get_app())
        draw_table(("Days", "What"), [line[1:] for line in lines], label=OFF_TITLE)
        own = {key: f"{days}: {name}" for key, days, name in lines if key}
        left, right = st.columns(2)
        first = left.date_input("First day", value=None, format="MM/DD/YYYY", key=f"off-first-{key}")
        last = right.date_input("Last day (empty for one day)", value=None, format="MM/DD/YYYY", key=f"off-last-{key}")
        name = st.text_input(
            "What it is", placeholder="for example: Spring break", max_chars=MOST_NAME, key=f"off-{key}"
        )
        if st.button("Add", key=f"off-add-{key}", disabled=first is None) and first is not None:
            run_and_redraw(partial(add_day_off, get_app(), first_on=first, last_on=last or first, name=name))
        if own:
            chosen = st.selectbox(
                "Added days", list(own), index=None, format_func=lambda each: own[each], key=f"off-which-{key}"
            )
            if st.button("Remove", key=f"off-remove-{key}", disabled=chosen is None) and chosen is not None:
                remove_day_off(get_app(), chosen)
                st.rerun()


@fragment(run_every=LOOK_EVERY_S)
def _watch(recording_id: str) -> None:
    making = find_making(get_app(), recording_id)
    if making is None:
        st.rerun()
        return
    if not making.is_open:
        _draw_stopped(making)
        return
    st.progress(making.row.share, text=write_wait(find_readiness(get_app(), recording_id), find_zone()))
    draw_quiet(
        f"{queue.write_progress(making)} You can leave this page, plan the program now, and have people start with "
        "practice. Measured drills open when the footage is ready."
    )


def _draw_stopped(making: Progress) -> None:
    from sim.features.library import recordings  # noqa: PLC0415 - the generator is loaded where drills are made

    st.warning("The footage to measure on is not finished. What is done is kept.")
    if making.row.error:
        draw_error(making.row.error)
    again, away = st.columns(2)
    if again.button("Continue", key="footage-go-on", type="primary", width="stretch"):
        run_and_redraw(lambda: recordings.go_on(get_app(), making.row), is_live=True)
    if away.button("Delete it", key="footage-cancel", width="stretch"):
        run_and_redraw(lambda: queue.stop(get_app(), making.row), is_live=True)


def _draw_make(*, is_first: bool) -> None:
    app = get_app()
    st.info(
        (
            "This program needs footage of its own to measure on. The drills that come with Sightline are "
            f"for practice only: they are {WHY[Reason.KNOWN]}."
        )
        if is_first
        else "This team has seen the footage there is. Make new footage to measure on."
    )
    schools = dict(plan.list_schools(app))
    if not schools:
        draw_error("No footage can be made here now: the disk is full, or the pictures of the schools are missing.")
        return
    school, button = st.columns([3, 2], vertical_alignment="bottom")
    site = school.selectbox(
        "School in the footage", list(schools), format_func=lambda name: schools[name], key="footage-school"
    )
    price = plan.estimate(app, site=site)
    if button.button("Make the footage", key="footage-make", type="primary", width="stretch"):
        run_and_redraw(lambda: plan.start_making(get_app(), site=site))
    draw_quiet(
        f"Takes {price.time} on this computer and {price.disk_after} of disk, in the background; longer while the "
        "computer is busy. You can plan the program as soon as it has begun."
    )


def _draw_people(cards: Sequence[TeamCard], team_ids: tuple[str, ...]) -> tuple[str, bool]:
    """Draw how people were chosen, and the offer of a waiting group where there are enough; return both answers.

    Ticked at first for several schools, or where a lot shows the usual smallest gain in 2 of 3 studies.
    """
    people, app = sum(card.people for card in cards), get_app()
    if twice := escape_markdown(", ".join(plan.list_twice(app, team_ids))):
        st.warning(f"On two of these teams: {twice}. If that is one person, take them off one first: they count twice.")
    chosen_by = draw_chosen_by(cards[0].chosen_by, key=f"plan-chosen-{team_ids[0]}")
    if people < FEWEST_FOR_LOTS:
        return chosen_by, False
    before = plan.suggest_before(app, team_ids)
    usual = replace(_plan_for(cards, before=before, after=USUAL_DRILLS, margin=MARGIN), by_lot=True)
    waits = st.checkbox(
        "Let half of them wait for the training, drawn by lot",
        value=usual.schools > 1 or can_show(usual, cut=SMALLEST),
        key=f"plan-waits-{'-'.join(team_ids)}",
    )
    draw_quiet(
        f"All {people} do the same drills at the same times; {people // 2} are trained after the last drill"
        f"{', half of each school' if len(cards) > 1 else ''}. "
        "Only this tells training from practice and from people getting better anyway. "
        "The program draws, and keeps what it drew with."
    )
    return chosen_by, waits


def draw_what_counts(margin: float, smallest: float, *, key: str) -> tuple[float, float]:
    """Draw what the comparison is held to, set before it; return the smallest gain worth having and the margin."""
    left, right = st.columns(2)
    least = left.number_input(
        "Smallest gain worth having (% less time)",
        5,
        80,
        round(100 * smallest),
        step=5,
        key=f"{key}-smallest",
        help="Less than this would not be worth a training to you. It is drawn beside the result.",
    )
    points = right.number_input(
        "Margin of match (points)",
        1,
        20,
        round(100 * margin),
        key=f"{key}-margin",
        help="How much lower the match with the actual path may be and still count as held, when people are faster.",
    )
    return least / 100, points / 100


def _choose_footage() -> str:
    """Draw the choice of the footage to measure with where there are several; return it, "" for the best supplied."""
    cards = {card.recording_id: card for card in list_footage(get_app()) if card.is_private}
    if len(cards) < 2:
        return ""
    return st.selectbox(
        "School and footage of the drills",
        ["", *cards],
        format_func=lambda each: (
            f"{cards[each].school}: {cards[each].title}" if each else "The footage with most drills left"
        ),
        key="plan-footage",
    )


def _draw_drills(team_id: tuple[str, ...], recording_id: str, *, is_over: bool) -> tuple[int, int, bool, list[int]]:
    """Draw how many drills there are; none before a training that is over. Return before, after, familiar, later."""
    app = get_app()
    st.subheader("2. How many drills", anchor=False)
    proposed = plan.suggest_before(app, team_id)
    left, right = st.columns(2)
    before = 0
    if not is_over:
        before = left.number_input(
            "Drills before the training",
            1,
            MOST_DRILLS,
            proposed,
            key="plan-before",
            help="Four: people get faster by practice alone, and it takes four drills to see by how much.",
        )
    after = right.number_input("Drills after it", 1, MOST_DRILLS, USUAL_DRILLS, key="plan-after")
    retention = st.pills(
        "And again later, to see what stays",
        list(range(1, len(RETENTION) + 1)),
        selection_mode="multi",
        default=plan.suggest_retention(app, team_id, drills=proposed + USUAL_DRILLS),
        format_func=lambda number: f"{RETENTION[number - 1]} after",
        key=f"plan-retention-{'-'.join(team_id)}",
    )
    familiar = st.checkbox(
        "Start with three minutes to get to know the console (not scored)", value=True, key="plan-familiar"
    )
    if is_over:
        st.info(
            "This training is over, or today: only drills after it are planned. A comparison needs drills "
            "done before it; those that your people did then count, however they were given."
        )
    supply = plan.check_supply(
        app, team_id, needed=before + after + len(retention), recording_id=recording_id, before=before, after=after
    )
    needed = write_count(supply.needed, "drill")
    if not supply.forms:
        draw_quiet(f"{needed} for each person.")
    elif supply.is_enough:
        draw_quiet(f"{needed} for each person. {supply.forms} parallel drills are there, and nobody gets one twice.")
    else:
        short = write_count(supply.short, "person", "people") if supply.short else "all people"
        st.warning(
            f"The plan has {needed} for each person. Left that they have not seen: {supply.fewest} (for {short}). "
            "The last drills could not be given. Plan fewer."
        )
    if supply.second_id:
        draw_quiet(
            "Drills before and after are on two recordings: half of the people begin with one, half with the other. So "
            "nobody gets faster by remembering the footage."
        )
    elif before and supply.forms:
        draw_quiet(
            "Drills before and after are on the same footage, so remembering it counts too. With a second recording "
            "made here, not seen by anyone and of the same kind, the drills after would be on other footage."
        )
    return before, after, familiar, list(retention)


def _draw_power(shown: DeltaGenerator, ticked: TeamPlan, *, smallest: float) -> None:
    """Draw what the plan can show. The page is whole by now: simulating takes a second, the first time."""
    with shown.container():
        bar = st.progress(0.0, text="Simulating what this plan can show ...")
    found = simulate_plan(ticked, smallest=smallest, on_step=bar.progress)
    with shown.container():
        draw_list(found.sentences)
        if ticked.people >= FEWEST and (ticked.by_lot or not 1 < ticked.schools < FEWEST):
            rows = tuple(
                tuple(f"{100 * share:.0f}%" for share in (each.cut, each.faster, each.improved))
                for each in found.powers
            )
            table = TextTable(name="power", header=("Less time after", "Called faster", "Called improved"), rows=rows)
            picture = draw_power(found, width_pt=FOREST_PT)
            panel = Panel(key="power", title="What this plan can show", note="", pictures=(picture,), table="power")
            draw_panel(panel, {"power": table}, file_stem="plan")


def _draw_dates(today: date) -> tuple[date, time | None]:
    st.subheader("3. When", anchor=False)
    left, right = st.columns(2)
    training_on = left.date_input(
        "Day of the training",
        value=plan.suggest_training_day(get_app(), today),
        key="plan-training",
        format="MM/DD/YYYY",
    )
    training_at = right.time_input("Begins at (if known)", value=None, format="12h", help=AT_HELP, key="plan-at")
    why_off = load_school_days(get_app()).find_why_off(training_on)
    if why_off:
        st.info(
            f"That day is {escape_markdown(why_off)}. The training can be held then; drills are planned on "
            "school days only."
        )
    draw_school_calendar("wizard")
    return training_on, training_at


def _draw_more() -> tuple[str, ProfileName]:
    zones = list_zones()
    here = get_browser_zone()
    profile = choose_console("Console of all drills", key="plan-console")
    zone = st.selectbox(
        "Time zone of the school", zones, index=zones.index(here) if here in zones else 0, key="plan-zone"
    )
    return zone, profile


def _draw_preview(wish: Wish, *, zone: str) -> bool:
    try:
        slots = plan.lay_out_on_school_days(get_app(), wish, today=get_today(get_app(), zone))
    except SimError as error:
        draw_error(error.on_screen)
        return False
    draw_quiet("This is what you will get. Every day can be changed later.")
    draw_table(
        ("Step", "When"),
        [(name_step(slot.kind, slot.number), write_span(slot)) for slot in slots],
        label="Steps and days",
    )
    return True
