"""The debrief: verdict, the rule for next time, and trying again; everything else folded under a line each."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

import streamlit as st

from sim.attempt.options import DrillOption, ProfileName, read_profile
from sim.features.debrief.console_use import CallView, FaultView
from sim.features.debrief.debrief import DebriefView, HeldDebriefView, LegView, ShortDebrief
from sim.features.debrief.map import MapMark, MapSpan, MapView
from sim.features.debrief.page_plan_svg import find_floors, write_plan
from sim.features.debrief.page_sections import draw_cameras, draw_moments_folded, draw_time_budget
from sim.features.debrief.practice import PracticeView
from sim.rules.learner import create_drill
from sim.scoring.case import LegOutcome
from sim.tasks.common.task_words import LossView
from sim.text.times import write_date, write_minutes
from sim.text.words import write_count
from sim.ui.console.component import FOLDER as CONSOLE
from sim.ui.console.component import join_modules, read_texts
from sim.ui.page import wording
from sim.ui.page.page_state import (
    PERSON_PARAM,
    find_zone,
    get_address,
    get_app,
    get_learner,
    go_to_attempt,
    go_to_replay,
)
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import (
    draw_lead,
    draw_legend,
    draw_list,
    draw_parts,
    draw_print_button,
    draw_quiet,
    draw_table,
    draw_verdict,
    escape_markdown,
)

FOLDER = Path(__file__).parent
SHARED = "dom.js"


@cache
def read_script(entry: str = "index.js") -> str:
    own = read_texts(FOLDER / "js", suffix=".js")
    return join_modules({**own, SHARED: (CONSOLE / "js" / SHARED).read_text(encoding="utf-8")}, entry=entry)


_mount = st.components.v2.component(
    "sightline_path_map",
    html=(FOLDER / "map.html").read_text(encoding="utf-8"),
    css=(FOLDER / "map.css").read_text(encoding="utf-8"),
    js=read_script(),
    isolate_styles=True,
)


def make_data(view: MapView) -> dict[str, Any]:
    """Return plain JSON in plan meters and site seconds; path: [t_s, x, y, floor, is_seen]; only floors that matter."""
    start = view.start
    plan = view.plan
    return {
        "day_s": start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6,
        "window_s": list(view.window_s),
        "floors": [{"id": floor, "name": name} for floor, name in find_floors(plan, view.true_path, view.marks)],
        "has_floors": len(plan["floors"]) > 1,
        "zones": [{"name": z["name"], "floor": z["floor"], "polygon": z["polygon"]} for z in plan["zones"]],
        "walls": plan["walls"],
        "cameras": [{"id": c["camera_id"], "floor": c["floor"], "x": c["x"], "y": c["y"]} for c in plan["cameras"]],
        "path": [[round(p.t_s, 3), round(p.x_m, 3), round(p.y_m, 3), p.floor, p.seen] for p in view.true_path],
        "marks": [
            {
                "number": mark.number,
                "kind": mark.kind,
                "words": mark.words,
                "count": mark.count,
                "t_s": round(mark.t_s, 3),
                "x": round(mark.x_m, 3),
                "y": round(mark.y_m, 3),
                "floor": mark.floor,
                "camera": f"{mark.camera_id} {mark.camera_name}",
            }
            for mark in view.marks
        ],
        "student": [_describe_span(span) for span in view.student],
        "watched": [_describe_span(span) for span in view.watched],
    }


def _describe_span(span: MapSpan) -> dict[str, Any]:
    return {
        "id": span.camera_id,
        "name": f"{span.camera_id} {span.camera_name}",
        "from_s": round(span.from_s, 3),
        "to_s": round(span.to_s, 3),
    }


MOST_ROWS = 40
"""A longer table of marks is folded away."""


def draw_map(view: MapView) -> None:
    floors = find_floors(view.plan, view.true_path, view.marks)
    if not floors:
        draw_quiet("The student doesn't appear on any camera, and you marked no one.")
        return
    # everything it needs is in its data: playing and scrubbing never rerun the page
    _mount(key="path_map", data=make_data(view))
    # they stand still, for paper; the screen has the moving map instead
    is_one = len(view.plan["floors"]) == 1
    figures = "".join(_write_figure(view, floor=floor, name="" if is_one else name) for floor, name in floors)
    with st.container(key="print_plans"):
        draw_legend(
            (
                ("line", "The student's actual path"),
                ("dashed", "on no camera here"),
                ("mark", "Your mark: correct"),
                ("diamond", "Your mark: wrong person"),
                ("ring", "Your mark: no one there"),
            )
        )
        st.html(f'<div class="sl-plans">{figures}</div>')
    if view.more_marks:
        draw_quiet(f"{len(view.marks)} of your marks are drawn; {view.more_marks} more are in the table.")
    _draw_marks(view.marks_listed)


def _write_figure(view: MapView, *, floor: str, name: str) -> str:
    where = f"Map of {name}" if name else "Map"
    marks = sum(mark.floor == floor for mark in view.marks)
    title = f"{where} with the student's actual path and your {marks} mark{'' if marks == 1 else 's'}"
    svg = write_plan(view.plan, floor=floor, true_path=view.true_path, marks=view.marks, title=title)
    picture = b64encode(svg.encode()).decode()
    caption = f"<figcaption>{escape(name)}</figcaption>" if name else ""
    return (
        f'<figure>{caption}<img src="data:image/svg+xml;base64,{picture}" alt="{escape(title, quote=True)}"></figure>'
    )


def _draw_marks(marks: tuple[MapMark, ...]) -> None:
    st.subheader(wording.DEBRIEF_MARKS, anchor=False)
    if not marks:
        draw_quiet(wording.NO_MARKS)
        return
    rows = [
        (
            str(mark.number),
            f"{mark.camera_id} {mark.camera_name}",
            mark.clock,
            mark.words + (f" ({mark.count} marks)" if mark.count > 1 else ""),
        )
        for mark in marks
    ]
    place = st.expander(f"All {len(rows)} as a table") if len(rows) > MOST_ROWS else st.container()
    with place:
        draw_table(("Mark", "Camera", "Time", "Outcome"), rows, label=wording.DEBRIEF_MARKS)


def draw_practice(practice: Sequence[PracticeView], *, profile: ProfileName, options: frozenset[DrillOption]) -> None:
    for number, each in enumerate(practice):
        if each.sentence:
            st.write(escape_markdown(each.sentence))
        label = f"Start {each.form_title} ({write_minutes(each.limit_s)})"
        if each.form_id is not None and st.button(escape_markdown(label), key=f"practice-{number}"):
            _start(each, profile=profile, options=options)


def _start(drill: PracticeView, *, profile: ProfileName, options: frozenset[DrillOption]) -> None:
    made = create_drill(
        get_app(), get_learner(), form_id=drill.form_id or "", profile=profile, options=options, address=get_address()
    )
    go_to_attempt(made)


def draw_losses(losses: Sequence[LossView]) -> None:
    draw_quiet("Where the student was next (going back: before), and the cameras you opened in vain.")
    heads = "".join(
        f'<th scope="col">{escape(name)}</th>'
        for name in ("From", "On no camera", "Next at", "You opened in vain", "Nearest on the map")
    )
    rows = "".join(_write_row(loss) for loss in losses)
    label = escape(wording.DEBRIEF_LOSSES, quote=True)
    st.html(
        f'<div class="sl-table sl-losses" role="region" aria-label="{label}" tabindex="0"><table><thead><tr>{heads}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _write_row(loss: LossView) -> str:
    cells = "".join(
        f"<td>{escape(text)}</td>"
        for text in (
            loss.unseen,
            f"{loss.then}, {loss.then_clock} ({loss.outcome})",
            loss.opened or "none",
            loss.offered or "none",
        )
    )
    return f'<tr><th scope="row">{escape(loss.after)}, {escape(loss.after_clock)}</th>{cells}</tr>'


def draw_calls(calls: Sequence[CallView]) -> None:
    draw_quiet("Your answers to them change no other score.")
    header = ("Call", "Question", "You said", "Right", "Outcome", "Searching again")
    rows = [
        (f"{call.at}, {call.caller}", call.question, call.reply, call.right, call.outcome, call.back_after)
        for call in calls
    ]
    draw_table(header, rows, label=wording.DEBRIEF_CALLS)


def draw_debrief(view: DebriefView, *, is_in_lesson: bool = False) -> None:
    day = "" if view.ended_at is None else write_date(view.ended_at, find_zone())
    facts = (("Name", view.person), ("Date", day), ("School", view.school))
    items = "".join(f"<span>{escape(name)}: <b>{escape(value)}</b></span>" for name, value in facts)
    st.html(f'<div class="sl-paper-head">{items}</div>')
    if not is_in_lesson:
        st.title(f"Debrief: {view.title}", anchor=False)
    if view.is_demo:
        st.info("A computer played this drill, not a person.")
    if is_in_lesson:
        draw_lead(view.verdict)
    else:
        draw_verdict(view.verdict, is_good=view.passed)
    if view.real_footage:
        draw_quiet(view.real_footage)
    if view.rule and not is_in_lesson:
        st.html(f'<p class="sl-card sl-rule"><b>Next time:</b> {escape(view.rule)}</p>')
    if view.last_try is not None:
        head = "Last try" if view.last_try.asked_the_same else "Last try (another question)"
        rows = "".join(
            f'<tr><th scope="row">{escape(label)}</th><td>{escape(before)}</td><td><b>{escape(now)}</b></td></tr>'
            for label, before, now in view.last_try.lines
        )
        heads = "".join(
            f'<th scope="col">{escape(each)}</th>'
            for each in (
                "",
                head if view.last_try.title == view.title else f"Last try ({view.last_try.title})",
                "This try",
            )
        )
        st.html(
            '<div class="sl-table sl-last-try" role="region" aria-label="This try beside the last one">'
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
    _draw_steps(view, leads_home=not is_in_lesson)
    draw_circumstances(view)
    draw_moments_folded(view.moments)
    _draw_folded(view)


def _draw_folded(view: DebriefView) -> None:
    if view.map is not None:
        trail = view.map
        with st.expander(wording.DEBRIEF_PATHS):
            draw_map(trail)
    if sum(line.share > 0 for line in view.time.lines) > 1:
        with st.expander(wording.DEBRIEF_TIME):
            draw_lead(view.time.sentence)
            draw_time_budget(view.time)
    with st.expander("Details"):
        _draw_details(view)


def _draw_details(view: DebriefView) -> None:
    judged = [part for part in view.parts if part.good is not None]
    more = [part for part in view.parts if part.good is None]
    good = sum(part.good is True for part in judged)
    if view.losses:
        _fold(
            wording.DEBRIEF_LOSSES,
            wording.count(len(view.losses), ("lost once", "lost {count} times")),
            lambda: draw_losses(view.losses),
        )
    _fold(wording.DEBRIEF_PARTS, f"{good} of {len(judged)} on target", lambda: draw_parts(judged))
    if view.search_use:
        _fold("Appearance search", view.search_use[0], lambda: draw_list(view.search_use))
    if view.has_trace:
        asked = [leg for leg in view.legs if not leg.is_glimpse]
        found = sum(leg.outcome == LegOutcome.FOUND.value for leg in asked)
        _fold(wording.DEBRIEF_LEGS, f"{found} of {len(asked)} found", lambda: _draw_legs(view.legs))
    if view.cameras.rows:
        first = view.cameras.sentence.partition(". ")[0].removesuffix(".")
        _fold(wording.DEBRIEF_CAMERAS, f"{first}.", lambda: draw_cameras(view.cameras))
    if view.calls:
        _fold(
            wording.DEBRIEF_CALLS,
            wording.count(len(view.calls), ("1 call", "{count} calls")),
            lambda: draw_calls(view.calls),
        )
    if view.faults:
        _fold(wording.DEBRIEF_FAULTS, "Not scored.", lambda: _draw_faults(view.faults))
    if more:
        _fold("More measures", ", ".join(part.label for part in more[:3]), lambda: draw_parts(more))
    if view.practice:
        profile, options = read_profile(view.profile.name), frozenset(view.options_chosen)
        _fold(
            "Practice next",
            view.practice[0].sentence or view.practice[0].form_title,
            lambda: draw_practice(view.practice, profile=profile, options=options),
        )
    draw_print_button(wording.PRINT, key="print")


def _fold(title: str, summary: str, draw: Callable[[], None]) -> None:
    with st.expander(wording.FOLDED.format(title=title, summary=escape_markdown(summary))):
        draw()


def _draw_steps(view: DebriefView, *, leads_home: bool) -> None:
    with st.container(horizontal=True):
        if not view.is_demo:
            _draw_drills(view)
        if not (view.is_demo or view.is_shut) and st.button("Replay", key="replay"):
            go_to_replay(view.attempt_id)
        if view.expert is not None and st.button(
            f"Watch an expert ({view.expert})",
            key="watch-expert",
            help="A simulated expert who sees only what you could see: the last sighting, the map, and the pictures "
            "that are open.",
        ):
            go_to_replay(view.attempt_id, of_expert=True)
        if leads_home and st.button(wording.DONE, key="done"):
            st.switch_page(find_script("start"))


def _draw_drills(view: DebriefView) -> None:
    again, following = ("again", "Try again", view.again), ("following", "Next: {title}", view.following)
    is_first = True
    for key, label, drill in (following, again) if view.passed else (again, following):
        if drill is None:
            continue
        words = label.format(title=escape_markdown(drill.form_title))
        if st.button(words, key=key, type="primary" if is_first else "secondary"):
            _start(drill, profile=read_profile(view.profile.name), options=frozenset(view.options_chosen))
        is_first = False


def draw_circumstances(view: DebriefView) -> None:
    lines = []
    if view.profile.name != ProfileName.CLASSIC:
        lines.append(f"Console: {view.profile.title}.")
    if set(view.options_chosen) - {DrillOption.HINTS}:
        lines.append(f"Done {view.options}.")
    if view.hints:
        lines.append(f"You took {write_count(view.hints, 'hint')}.")
    if lines:
        draw_quiet(" ".join(lines))
    if view.remarks:
        st.warning(" ".join(view.remarks))


def _draw_legs(legs: Sequence[LegView]) -> None:
    if not legs:
        draw_quiet("None.")
        return
    if any(leg.is_glimpse for leg in legs):
        draw_quiet("A glimpse is too short or too small to ask for. It counts neither for nor against you.")
    rows = [(f"{leg.camera_id} {leg.camera_name}", leg.from_clock, leg.to_clock, leg.outcome) for leg in legs]
    draw_table(("Camera", "From", "To", "Outcome"), rows, label=wording.DEBRIEF_LEGS)


def _draw_faults(faults: Sequence[FaultView]) -> None:
    rows = [
        (f"{fault.camera_id} {fault.camera_name}", fault.wrong or "Nothing", fault.reported or "Nothing", fault.outcome)
        for fault in faults
    ]
    draw_table(("Camera", "What was wrong", "You reported", "Outcome"), rows, label=wording.DEBRIEF_FAULTS)


def draw_held_debrief(view: HeldDebriefView) -> bool:
    """Draw the page; return True when the trainer of a school without sign-in asked for all of it."""
    st.title(f"Debrief: {view.title}", anchor=False)
    draw_verdict(view.verdict, is_good=view.passed)
    st.info(view.until)
    draw_circumstances(view.rest)
    st.header(wording.DEBRIEF_PARTS, anchor=False)
    draw_parts(view.parts)
    st.subheader(wording.DEBRIEF_MARKS, anchor=False)
    rows = [(str(mark.number), f"{mark.camera_id} {mark.camera_name}", mark.clock) for mark in view.marks]
    if rows:
        draw_table(("Mark", "Camera", "Time"), rows, label=wording.DEBRIEF_MARKS)
    else:
        draw_quiet(wording.NO_MARKS)
    if st.button(wording.DONE, key="done"):
        st.switch_page(find_script("start"))
    return view.can_ask and st.button(
        "I am the trainer: show everything",
        key="show-answers",
        type="tertiary",
        help="Nobody signs in here, so the answer is kept from no one who asks for it.",
    )


VERDICTS: Final = {True: "Passed", False: "Did not pass", None: "Not judged"}


def draw_short_debrief(view: ShortDebrief) -> None:
    st.title(f"Result: {escape_markdown(view.title)}", anchor=False)
    draw_verdict(f"{VERDICTS[view.passed]}, {view.ending}.", is_good=view.passed is True)
    draw_quiet(
        "What was found, and each part of the result, is in the person's record. The search itself is for the trainer."
    )
    st.page_link(find_script("record"), label="Open the record", query_params={PERSON_PARAM: view.person_id})
