"""What a trainee reported of the cameras, beside what was really wrong with them. For the debrief only; no score."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sim.app.catalog import find_wrong_names
from sim.app.wiring import App
from sim.attempt.events import FaultReport, ListedSighting
from sim.attempt.interruptions import Call
from sim.attempt.options import DrillOption
from sim.attempt.posted import ReportedFault
from sim.attempt.replay import AskedSimilar, replay_all
from sim.attempt.similar_people import Seen, find_cut_out, find_person
from sim.console.intake import clamp_events
from sim.crowd.scenario.faults import (
    AnyFault,
    ClockOffset,
    DeadSpan,
    DirtyLens,
    Glare,
    LowFrameRate,
    LowLight,
    MovedView,
    WrongName,
    read_fault_rows,
)
from sim.errors import AnswerError, TaskError
from sim.features.debrief.facts import EndedAttempt
from sim.footage.recording.open import load_events
from sim.forms.forms import Form
from sim.scoring.case import judge_claims
from sim.scoring.evidence import Mark
from sim.scoring.interruption import TimedCall
from sim.scoring.mark import resolve_marks
from sim.scoring.score_card import PartView, ScoreCard
from sim.tasks.common.task_words import make_part
from sim.tasks.setup import FAULT
from sim.text.tables import write_time
from sim.text.times import write_clock, write_minutes
from sim.text.words import write_count
from sim.truth.events import FaultKind
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarUse:
    """How the search was used. An entry is wrong when it shows somebody else than the box of its list was drawn on."""

    asked: int  # questions
    nobody: int  # of these, boxes on nobody
    about_others: int | None  # boxes on somebody else than the person sought; None where nobody is sought
    listed: int  # entries of all lists
    wrong: int  # of these, the wrong ones
    opened: int  # entries that were opened, each once
    opened_wrong: int  # of these, the wrong ones
    # appearances that wrong entries show which were opened, claimed by the marks handed in, each once; but not the
    # sought person's own, which come up when the box was on somebody else
    marked_wrong: int


def judge_use(
    window: TruthWindow, asked: Sequence[AskedSimilar], *, target: str | None, marks: Sequence[Mark]
) -> SimilarUse:
    """Count what became of the suggestions.

    What a log holds that cannot be, such as a list for a box on nobody or an entry on nobody, is left out.
    """
    index = window.index
    people = {each.number: _find_boxed(index, each) for each in asked}
    entries = [
        (seen, seen.person_id != person.person_id, rank in each.opened, listed)
        for each in asked
        if (person := people[each.number]) is not None
        for rank, listed in enumerate(each.results, start=1)
        if (seen := _find_listed(index, listed)) is not None
    ]
    claimed = _find_claimed(window, marks)
    wrong_opened = {
        number
        for seen, is_wrong, is_opened, listed in entries
        if is_wrong
        and is_opened
        and seen.person_id != target
        and (number := _find_appearance(window, seen, listed)) is not None
    }
    known = [person for person in people.values() if person is not None]
    return SimilarUse(
        asked=len(asked),
        nobody=len(asked) - len(known),
        about_others=None if target is None else sum(person.person_id != target for person in known),
        listed=len(entries),
        wrong=sum(is_wrong for _, is_wrong, _, _ in entries),
        opened=sum(is_opened for _, _, is_opened, _ in entries),
        opened_wrong=sum(is_wrong and is_opened for _, is_wrong, is_opened, _ in entries),
        marked_wrong=len(wrong_opened & claimed),
    )


def _find_boxed(index: TruthIndex, asked: AskedSimilar) -> Seen | None:
    try:
        return find_person(index, asked.query)
    except (AnswerError, TaskError):
        return None


def _find_listed(index: TruthIndex, listed: ListedSighting) -> Seen | None:
    try:
        return find_cut_out(index, camera_id=listed.camera_id, frame=listed.frame, crop_px=listed.crop)
    except TaskError:
        return None


def _find_claimed(window: TruthWindow, marks: Sequence[Mark]) -> set[int]:
    index = window.index
    if not marks or not index.person_ids:
        return set()
    claims = judge_claims(window, resolve_marks(index, marks), target=index.person_ids[0])
    return set(claims.claimed)


def _find_appearance(window: TruthWindow, seen: Seen, listed: ListedSighting) -> int | None:
    index, rows = window.index, window.index.appearance_rows
    is_it = (
        (rows.person == index.get_person_code(seen.person_id))
        & (rows.camera == index.get_camera_code(listed.camera_id))
        & (rows.start_s <= seen.t_s)
        & (seen.t_s <= rows.end_s)
        & (window.rows > 0)
    )
    found = np.flatnonzero(is_it)
    return int(found[0]) if len(found) else None


REPORTED_WORDS: Mapping[ReportedFault, str] = {
    ReportedFault.WRONG_CLOCK: "Clock is wrong",
    ReportedFault.WRONG_NAME: "Name is wrong",
    ReportedFault.NO_PICTURE: "No picture",
    ReportedFault.UNCLEAR: "Picture unclear",
    ReportedFault.MOVED: "View has moved",
    ReportedFault.CHOPPY: "Choppy picture",
    ReportedFault.OTHER: "Something else",
}
FOUND, MISSED, NO_SUCH_FAULT, NOT_COMPARED = "found", "missed", "no such fault", "your own words, not compared"
NOT_TOLD, ASKED_ELSEWHERE = "Not shown here", "another drill asks about this"
_REPORTED_AS: Mapping[type[AnyFault], ReportedFault] = {
    ClockOffset: ReportedFault.WRONG_CLOCK,
    WrongName: ReportedFault.WRONG_NAME,
    DeadSpan: ReportedFault.NO_PICTURE,
    DirtyLens: ReportedFault.UNCLEAR,
    Glare: ReportedFault.UNCLEAR,
    LowLight: ReportedFault.UNCLEAR,
    MovedView: ReportedFault.MOVED,
    LowFrameRate: ReportedFault.CHOPPY,
}
_WORDS: Mapping[type[AnyFault], str] = {
    DeadSpan: "No picture",
    DirtyLens: "A dirty lens",
    Glare: "Glare of bright light",
    LowLight: "Too little light",
    MovedView: "Someone turned it",
}


_ASKED_AS: Mapping[str, ReportedFault] = {
    FaultKind.CLOCK_OFFSET.value: ReportedFault.WRONG_CLOCK,
    FaultKind.WRONG_NAME.value: ReportedFault.WRONG_NAME,
}
"""The faults that a drill may ask about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """Something wrong with a camera, or reported as such: `wrong` or `reported` is "" where nothing was."""

    camera_id: str
    camera_name: str
    wrong: str
    reported: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    at: str
    caller: str
    question: str
    reply: str
    right: str
    outcome: str
    back_after: str


def load_fault_views(app: App, ended: EndedAttempt) -> tuple[FaultView, ...]:
    """Return faults and reports of them, see `compare_faults`; no kind that other drills here ask about."""
    with app.store.read() as work:
        log = work.events.list_all(ended.row.timing.attempt_id)
    own = tuple(replay_all(clamp_events(log)).faults.values())
    asked = _find_asked(ended.form)
    if not own and asked is None:
        return ()
    elsewhere = {
        kind
        for known in app.catalog.list_forms()
        if known.recording_id == ended.row.recording_id and (kind := _find_asked(known.form)) is not None
    }
    named = ended.score.answer.choices.get(FAULT)
    answer = [FaultReport(fault_id="answer", camera_id=named, fault=asked, t_s=0.0, text="")] if asked and named else []
    kept = ended.form.cameras
    faults = [each for each in read_fault_rows(load_events(ended.recording)) if kept is None or each.camera in kept]
    wrong = find_wrong_names(ended.form)
    faults += [WrongName(kind=FaultKind.WRONG_NAME, camera=camera, shown=name) for camera, name in wrong.items()]
    return compare_faults(
        faults if own else [fault for fault in faults if _REPORTED_AS[type(fault)] is asked],
        [*own, *answer],
        window_s=ended.form.window_s,
        duration_s=ended.recording.manifest.duration_s,
        start=ended.start,
        names=ended.names,
        untold=elsewhere - {asked},
    )


def _find_asked(form: Form) -> ReportedFault | None:
    return _ASKED_AS.get(str(form.params.get("fault")))


def compare_faults(
    faults: Sequence[AnyFault],
    reports: Sequence[FaultReport],
    *,
    window_s: tuple[float, float],
    duration_s: float,
    start: datetime,
    names: Mapping[str, str],
    untold: AbstractSet[ReportedFault | None] = frozenset(),
) -> tuple[FaultView, ...]:
    """Return a line a fault, then a line a report that fits none; untold kinds are repeated only."""
    lines = []
    unmatched = list(reports)
    for fault in faults:
        if _REPORTED_AS[type(fault)] in untold:
            continue
        mine = [r for r in reports if (r.camera_id, r.fault) == (fault.camera, _REPORTED_AS[type(fault)])]
        unmatched = [report for report in unmatched if report not in mine]
        is_asked = fault.from_s < window_s[1] and (fault.to_s is None or fault.to_s > window_s[0])
        if mine or is_asked:
            lines.append(
                FaultView(
                    camera_id=fault.camera,
                    camera_name=names.get(fault.camera, fault.camera),
                    wrong=_describe_kind(fault) + _describe_span(fault, duration_s=duration_s, start=start),
                    reported="; ".join(map(_describe_report, mine)),
                    outcome=FOUND if mine else MISSED,
                )
            )
    return (
        *lines,
        *(
            FaultView(
                camera_id=report.camera_id,
                camera_name=names.get(report.camera_id, report.camera_id),
                wrong=NOT_TOLD if report.fault in untold else "",
                reported=_describe_report(report),
                outcome=_judge_unmatched(report, untold),
            )
            for report in unmatched
        ),
    )


def _judge_unmatched(report: FaultReport, untold: AbstractSet[ReportedFault | None]) -> str:
    if report.fault in untold:
        return ASKED_ELSEWHERE
    return NOT_COMPARED if report.fault is ReportedFault.OTHER else NO_SUCH_FAULT


def _describe_report(report: FaultReport) -> str:
    if report.fault is ReportedFault.OTHER and report.text:
        return report.text
    return REPORTED_WORDS[report.fault] + (f": {report.text}" if report.text else "")


def _describe_kind(fault: AnyFault) -> str:
    match fault:
        case ClockOffset():
            return f"Its clock is {write_minutes(abs(fault.offset_s))} {'fast' if fault.offset_s > 0 else 'slow'}"
        case WrongName():
            return f"It calls itself “{fault.shown}”"
        case LowFrameRate():
            return f"Choppy: {fault.fps:g} pictures a second"
        case _:
            return _WORDS[type(fault)]


def _describe_span(fault: AnyFault, *, duration_s: float, start: datetime) -> str:
    begins = write_clock(start, fault.from_s)
    lasts = fault.to_s is None or fault.to_s >= duration_s
    if lasts:
        return f", from {begins} on" if fault.from_s > 0 else ""
    return f", {begins} to {write_clock(start, fault.to_s or duration_s)}"


def make_call_views(calls: Sequence[Call], became: Sequence[TimedCall]) -> tuple[CallView, ...]:
    asked = {call.call_id: call for call in calls}
    return tuple(_make_view(asked[timed.call_id], timed) for timed in became if timed.call_id in asked)


def _make_view(call: Call, timed: TimedCall) -> CallView:
    labels = {reply.value: reply.label for reply in call.replies}
    outcome = "No answer"
    if timed.answer_s is not None:
        outcome = f"{'Correct' if timed.is_right else 'Incorrect'}, after {timed.answer_s:.0f} s"
    return CallView(
        at=write_time(timed.came_s),
        caller=f"{call.caller}, by {call.channel.value}",
        question=call.question,
        reply=labels.get(timed.value or "", "Nothing"),
        right=labels[call.right],
        outcome=outcome,
        back_after="–" if timed.recovery_s is None else f"after {timed.recovery_s:.0f} s",
    )


def list_call_parts(card: ScoreCard) -> Iterator[PartView]:
    calls, answered, right = (card.values.get(key) for key in ("calls", "calls_answered", "calls_right"))
    if not calls or answered is None or right is None:
        return
    sentence = f"You answered {answered:.0f} of {write_count(round(calls), 'call')} while you searched."
    yield make_part("calls_right", f"{right:.0f} of {calls:.0f}", sentence, good=right == calls)
    answer_s, recovery_s = card.values.get("answer_time_s"), card.values.get("recovery_time_s")
    if answer_s is not None:
        yield make_part("answer_time_s", f"{answer_s:.0f} s", "From the call to your answer, on average.", good=None)
    if recovery_s is not None:
        sentence = "From the end of a call to your next step in the search, on average."
        yield make_part("recovery_time_s", f"{recovery_s:.1f} s", sentence, good=None)


UNUSED = "You did not use the appearance search."
CHECK = "Before you mark, compare what does not change between cameras: shoes, bag, hair."
UNCHECKED = "You looked at none of them."


def load_search_use(app: App, ended: EndedAttempt) -> tuple[str, ...]:
    row, score = ended.row, ended.score
    if DrillOption.APPEARANCE_SEARCH not in row.options:
        return ()
    with app.store.read() as work:
        log = work.events.list_all(row.timing.attempt_id)
    use = judge_use(
        app.catalog.get_window(ended.form),
        replay_all(clamp_events(log)).list_similar(),
        target=ended.form.target,
        marks=[mark for mark in score.replay.answer.marks if mark not in score.refused],
    )
    return write_search_use(use)


def write_search_use(use: SimilarUse) -> tuple[str, ...]:
    if use.asked == 0:
        return (UNUSED,)
    given = f"You searched {_write_count(use.asked, 'time')} for similar people and were given"
    sentences = [f"{given} {_write_count(use.listed, 'suggestion')}{_write_wrong(use)}."]
    if use.listed:
        sentences.append(UNCHECKED if use.opened == 0 else f"You looked at {use.opened} of them{_write_opened(use)}.")
    if use.marked_wrong:
        sentences.append(f"You marked {_write_count(use.marked_wrong, 'wrong suggestion')}. {CHECK}")
    elif use.opened_wrong:
        sentences.append("You marked none of the wrong ones.")
    if use.about_others:
        boxes = "1 box was" if use.about_others == 1 else f"{use.about_others} boxes were"
        sentences.append(f"{boxes} on someone other than the student: such a list is about that person.")
    if use.nobody:
        sentences.append(
            f"{'1 box' if use.nobody == 1 else f'{use.nobody} boxes'} held no one the search could recognize."
        )
    return tuple(sentences)


def _write_wrong(use: SimilarUse) -> str:
    if use.listed == 0:
        return ""
    if use.wrong == 0:
        return "; all of them showed the person in your box"
    return f"; {use.wrong} of them showed someone else than the person in your box"


def _write_opened(use: SimilarUse) -> str:
    return f", {use.opened_wrong} of these wrong" if use.opened_wrong else ""


def _write_count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
