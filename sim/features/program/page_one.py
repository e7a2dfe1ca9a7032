"""One program: where it stands, giving, sending, copying and changing it, its reminders and calendar."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import streamlit as st

from sim.db.store import Transaction
from sim.features.program import change, school_days
from sim.features.program.board import Board, GivenLine, give_to_all, list_to_do
from sim.features.program.change import Days, list_without_drills
from sim.features.program.mail import get_status, mail_again, queue_now
from sim.features.program.page_standing import draw_training_link
from sim.features.program.page_wizard import AT_HELP, draw_school_calendar, draw_what_counts
from sim.features.program.plan import list_free_teams, suggest_training_day
from sim.features.program.program_view import ProgramView, get_program_view, list_chosen_of_program
from sim.features.program.school_days import list_reminders, read_time
from sim.features.team.choosing_forms import find_step_wait
from sim.features.team.page_giving import draw_wait
from sim.features.team.team import MAX_NAME
from sim.program.plan import StepKind
from sim.rules.viewer import Duty, may
from sim.text.tables import TextTable
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import (
    find_zone,
    forget_shown,
    get_app,
    get_request_key,
    get_viewer,
    go_to_program,
    keep_shown,
    make_address,
    make_attempt_address,
)
from sim.ui.parts.actions import run_action
from sim.ui.parts.address_card import is_local
from sim.ui.parts.blocks import (
    draw_download,
    draw_facts,
    draw_file,
    draw_list,
    draw_quiet,
    draw_table,
    draw_text_table,
    escape_markdown,
)

TAB_STEPS = "Steps"
ADD = "Add a school"
CHOSEN = "Drills chosen by hand"
Act = Callable[[Callable[[Transaction, str], int]], None]
SEND_HEADER = ("Person", "Email", "Link")


def draw_program(program_id: str, board: Board) -> None:
    view = get_program_view(get_app(), program_id, board)
    draw_facts(view.facts)
    if not may(get_viewer(), Duty.TRAIN):
        _draw_steps(view)
        draw_text_table(view.changes)
        return
    draw_training_link(view.program.team_id, program_id)
    tabs = (TAB_STEPS, "Give and send", "Calendar", "Change", ADD, "What was changed")
    steps, send, dates, alter, added, noted = st.tabs(tabs, key=f"program-tabs-{program_id}")
    with steps:
        _draw_steps(view)
    with send:
        draw_send_to_all(view, board)
        with st.expander("Text of a reminder", key="reminders"):
            _draw_reminders(program_id)
    with dates:
        _draw_calendar(program_id)
    with alter:
        _draw_changes(view)
    with added:
        draw_quiet("It joins this plan with the same drills: one board, one comparison. Its days follow its training.")
        _draw_join(view)
        st.subheader("A cohort: some of this team on other days", anchor=False)
        draw_quiet(
            "They become a team of their own at the same school and stay in this plan, around their own "
            "training. Only people who were given no drill yet can go."
        )
        _draw_cohort(view)
    with noted:
        draw_text_table(view.changes)
        draw_chosen(list_chosen_of_program(get_app(), program_id))


def draw_chosen(table: TextTable) -> None:
    if table.rows:
        st.subheader(CHOSEN, anchor=False)
        draw_quiet("Given out of their turn, each with the reason that was noted when it was chosen.")
        draw_text_table(table, label=CHOSEN)


def _draw_join(view: ProgramView) -> None:
    teams = list_free_teams(get_app())
    if not teams:
        draw_quiet("Every other school with people has a program already.")
        return
    with st.form(f"join-{view.program.program_id}", border=False):
        team_id = st.selectbox("School", list(teams), format_func=lambda each: teams[each].name, key="join-team")
        day = st.date_input(
            "Day of the training",
            value=suggest_training_day(get_app(), view.today),
            format="MM/DD/YYYY",
            key="join-day",
        )
        pressed = st.form_submit_button("Add to the plan", key="join-button")
    if pressed and team_id is not None:
        join = partial(
            change.join_plan,
            get_app(),
            view.program.program_id,
            team_id=team_id,
            training_on=day,
            request_key=get_request_key(f"join-{view.program.program_id}-{team_id}"),
        )
        made = run_action(join)
        if made is not None:
            forget_shown(view.program.program_id)
            go_to_program(made)


def _draw_cohort(view: ProgramView) -> None:
    people = list_without_drills(get_app(), view.program.team_id)
    if not people:
        draw_quiet("Everyone on this team was given a drill already.")
        return
    with st.form(f"cohort-{view.program.program_id}", border=False):
        name = st.text_input(
            "Name of the cohort",
            placeholder="for example: Front office, October",
            max_chars=MAX_NAME,
            key="cohort-name",
        )
        who = st.multiselect("Who is in it", list(people), format_func=lambda each: people[each], key="cohort-who")
        day = st.date_input(
            "Day of the training",
            value=suggest_training_day(get_app(), view.today),
            format="MM/DD/YYYY",
            key="cohort-day",
        )
        pressed = st.form_submit_button("Make the cohort", key="cohort-button")
    if pressed:
        key = get_request_key(f"cohort-{view.program.program_id}-{name}")
        make = partial(change.make_cohort, get_app(), view.program.program_id, name=name, person_ids=who)
        made = run_action(partial(make, training_on=day, request_key=key))
        if made is not None:
            forget_shown(view.program.program_id)
            go_to_program(made)


def draw_send_to_all(view: ProgramView, board: Board) -> None:
    steps = {step.first.step_id: step for step in view.steps if step.first.kind is not StepKind.TRAINING}
    if not steps:
        return
    draw_quiet("Give a step to everyone who still has to do it, then hand the links over as a list, a file or by mail.")
    step_id = st.selectbox(
        "Step", list(steps), format_func=lambda each: steps[each].name, key=f"send-step-{view.program.program_id}"
    )
    app, own = get_app(), steps[step_id].own.items()
    lines = [line for each in own for line in list_to_do(app, *each, board)]
    without = sum(not line.attempt_id for line in lines)
    wait = find_step_wait(app, step_id) if without else None
    draw_wait(wait)
    if not lines:
        draw_quiet("Nobody has this step to do now.")
    elif without and st.button(
        f"Give to all ({without})", key=f"give-all-{step_id}", type="primary", disabled=wait is not None
    ):
        given = run_action(lambda: [line for each in own for line in give_to_all(app, *each)])
        if given is not None:
            lines = given
            if not any(line.why_not for line in given):
                st.rerun()
            draw_list(f"{line.name}: {line.why_not}" for line in given if line.why_not)
    _draw_links([line for line in lines if line.attempt_id], step_id)
    _draw_mail(own, step_id, lines)


def _draw_links(lines: list[GivenLine], step_id: str) -> None:
    if not lines:
        return
    opened = st.expander(
        page_wording.count(len(lines), ("Link of 1 drill given", "Links of {count} drills given")),
        key=f"links-{step_id}",
        on_change="rerun",
    )
    with opened:
        if not opened.open:
            return
        rows = tuple((line.name, line.email, make_attempt_address(line.attempt_id, line.person_id)) for line in lines)
        table = TextTable(name="links", header=SEND_HEADER, rows=rows)
        draw_text_table(table, label=SEND_HEADER[2])
        draw_download(table, "drill")


def _draw_mail(own: Iterable[tuple[str, str]], step_id: str, lines: Sequence[GivenLine]) -> None:
    app = get_app()
    status = get_status(app, zone=find_zone())
    st.subheader("Email", anchor=False)
    if status is None:
        draw_quiet(
            "No mail server is set up here. Hand the links over as a list or file; the person who runs the "
            "server can set one up."
        )
        return
    if not status.has_address:
        st.warning(
            "A mail server is set up, but not the address at which this installation is opened, so mail "
            "could hold no links. Ask the person who runs the server to set it."
        )
        return
    if status.failure:
        st.warning(escape_markdown(f"Messages waiting: {status.waiting}. {status.failure} Retrying automatically."))
    draw_quiet(
        f"Sent through {status.server}: {f'{status.sent:,}'}. Waiting: {f'{status.waiting:,}'}. Everyone "
        "is reminded automatically, once when a drill is due and once when it is overdue. No results are "
        "in mail."
    )
    without = [f"{line.name}: {line.mail}" for line in lines if line.mail]
    if without:
        draw_quiet("No mail goes to:")
        draw_list(without)
    for line in lines:
        if line.is_stopped and st.button(
            f"Remind {line.name} again, as they asked", key=f"mail-again-{line.person_id}"
        ):
            mail_again(app, line.person_id)
            st.rerun()
    reached = frozenset(line.person_id for line in lines if not line.mail)
    if st.button(f"Send a reminder now ({len(reached)})", key=f"mail-{step_id}", disabled=not reached):
        queued = run_action(lambda: sum(queue_now(app, *each, reached) for each in own))
        if queued is not None:
            st.success(
                f"Reminders on their way: {queued}." if queued else "Everyone was sent this reminder today already."
            )


def _draw_steps(view: ProgramView) -> None:
    rows = [(step.name, step.days, step.standing) for step in view.steps]
    draw_table(("Step", "When", "People"), rows, label=TAB_STEPS)


def _draw_reminders(program_id: str) -> None:
    home = make_address("start")
    reminders = list_reminders(get_app(), program_id, address="" if is_local(home) else home)
    if not reminders:
        draw_quiet("There is no step to remind anybody of.")
        return
    draw_quiet(
        "Copy a text and send it as you send things to your staff. It names the step and its days, nobody's results."
    )
    titles = {reminder.step_id: reminder.title for reminder in reminders}
    chosen = st.selectbox("Step", list(titles), format_func=lambda step_id: titles[step_id], key=f"remind-{program_id}")
    text = next((reminder.text for reminder in reminders if reminder.step_id == chosen), "")
    st.code(text, language=None, wrap_lines=True)


def _draw_calendar(program_id: str) -> None:
    app = get_app()
    draw_quiet(
        "Steps are whole days and block nobody's time. The calendar names steps and days, no people and no results."
    )
    made = school_days.make_calendar(app, program_id)
    draw_file("Download for a calendar (ICS)", made.body, made.name, key="calendar-file")
    shown = st.container()
    if st.button("Make a new link; the old one stops working", key="calendar-renew"):
        change.renew_calendar(app, program_id)
        st.info("The old link no longer works. Give out this new one.")
    with shown:
        st.write("Or subscribe to this link: the calendar then follows every change automatically.")
        st.code(make_address(school_days.make_feed_path(app, program_id).lstrip("/")), language=None, wrap_lines=True)


def _draw_changes(fresh: ProgramView) -> None:
    """Draw what can be changed, on what was seen first: a change by somebody else is told, and takes nothing away."""
    view = keep_shown(fresh.program.program_id, fresh)
    others = len(fresh.changes.rows) - len(view.changes.rows)
    if others > 0:
        st.warning(
            (
                "Someone else changed this program while you had it open. What you filled in below still stands, "
                "and is saved only once you have seen the program as it is now."
            ),
            icon=":material/sync_problem:",
        )
        draw_list(row[-1] for row in fresh.changes.rows[:others])
        if st.button("Show the program as it is now", key="show-now", type="primary"):
            forget_shown(fresh.program.program_id)
            st.rerun()
    chosen = list(view.teams)
    if len(chosen) > 1:
        chosen = st.multiselect(
            "Schools that change",
            chosen,
            default=list(view.alike),
            format_func=lambda each: view.teams[each],
            help="At first those with this day of the training.",
            key=f"change-{view.program.program_id}",
        )
    act = partial(_act, view, {each: view.seen[each] for each in chosen})
    _draw_shift(view, act)
    _draw_comparison(view, act)
    _draw_move(view, act)
    _draw_add(view, act)
    draw_school_calendar(view.program.program_id)
    where = f" at {', '.join(view.teams[each] for each in chosen)}" if len(view.teams) > 1 else ""
    is_sure = st.checkbox(
        f"Yes, close it{escape_markdown(where)}. Nothing is due any more; results stay where they are.",
        key="close-sure",
    )
    if st.button("Close this program", key="close", disabled=not is_sure):
        act(partial(change.close_program, get_app()))


def _draw_shift(view: ProgramView, act: Act) -> None:
    if view.program.training_on is None:
        return
    with st.expander("Day and time of the training", key="shift"):
        draw_quiet("With another day, the steps after it move by as many days. What has been done stays.")
        left, right = st.columns(2)
        day = left.date_input(
            "Day of the training",
            value=view.program.training_on,
            key=f"shift-{view.program.training_on}",
            format="MM/DD/YYYY",
        )
        at = right.time_input(
            "Begins at (if known)",
            value=read_time(view.program.training_at) if view.program.training_at else None,
            format="12h",
            help=AT_HELP,
            key=f"training-at-{view.program.training_at}",
        )
        # a time that was set cannot be emptied in the field itself
        if view.program.training_at and st.checkbox(
            "The time is not known yet: show the whole day", key=f"training-open-{view.program.training_at}"
        ):
            at = None
        if st.button("Save day and time", key="shift-button"):
            act(partial(change.set_training, get_app(), training_on=day, at=f"{at:%H:%M}" if at else ""))


def _draw_comparison(view: ProgramView, act: Act) -> None:
    if view.compare_on is None:
        return
    with st.expander("Day of the comparison, and what counts", key="comparison"):
        draw_quiet(
            "Set before the drills after the training. Look at results on that day: each look with other drills asks "
            "for a larger gain, and so does each further team."
        )
        day = st.date_input(
            "Day of the comparison", value=view.compare_on, key=f"compare-{view.compare_on}", format="MM/DD/YYYY"
        )
        noted = len(view.changes.rows)
        smallest, margin = draw_what_counts(view.program.margin, view.program.smallest, key=f"held-{noted}")
        if st.button("Save", key="comparison-button"):
            act(partial(change.set_comparison, get_app(), compare_on=day, smallest=smallest, margin=margin))


def _draw_move(view: ProgramView, act: Act) -> None:
    steps = {step.first.step_id: step for step in view.steps}
    with st.expander("Move one step", key="move"):
        step_id = st.selectbox("Step to move", list(steps), format_func=lambda each: steps[each].name, key="move-step")
        step = steps[step_id]
        left, right = st.columns(2)
        first = left.date_input(
            "From", value=step.first.due_from, key=f"from-{step_id}-{step.first.due_from}", format="MM/DD/YYYY"
        )
        last = right.date_input(
            "To, this day included",
            value=step.first.due_to,
            key=f"to-{step_id}-{step.first.due_to}",
            format="MM/DD/YYYY",
        )
        days = Days(due_from=first, due_to=last)
        app, own = get_app(), step.own
        if st.button("Save the days", key="move-button"):
            act(lambda work, each: change.move_steps(app, work, each, {own[each]: days} if each in own else {}))
        if step.first.kind is StepKind.TRAINING:
            return
        is_sure = st.checkbox(
            "Yes, take it out. Drills already done for it stay in the results.", key=f"drop-sure-{step_id}"
        )
        if st.button("Take this step out", key="drop", disabled=not is_sure):
            act(lambda work, each: change.drop_step(app, work, each, own[each]) if each in own else 0)


def _draw_add(view: ProgramView, act: Act) -> None:
    sides: dict[str, tuple[StepKind, int]] = {}
    if view.program.training_on is not None and view.program.training_on > view.today:
        sides["before the training"] = (StepKind.BEFORE, 0)
    sides["after the training"] = (StepKind.AFTER, 0)
    sides |= {words: (StepKind.RETENTION, number) for number, words in view.free_retention}
    with st.expander("Add a drill", key="add-drill"):
        chosen = st.selectbox("Where", list(sides), key="add-which")
        if st.button("Add it", key="add-button"):
            kind, number = sides[chosen]
            act(partial(change.add_drill, get_app(), kind=kind, retention=number))


def _act(view: ProgramView, seen: Mapping[str, int], action: Callable[[Transaction, str], int]) -> None:
    """Do it in the programs whose changes were seen, and draw the page again; say so where nothing is new."""
    changed = run_action(lambda: change.change_all(get_app(), seen, action))
    if changed:
        forget_shown(view.program.program_id)
        st.rerun()
    if changed == 0:
        st.info("Nothing was different.")
