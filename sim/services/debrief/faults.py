"""What a trainee reported of the cameras, beside what was really wrong with them. For the debrief only; no score."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

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
from sim.drill.bookmarks_and_faults import FaultReport, ReportedFault
from sim.drill.forms import Form
from sim.drill.resume import fold_console_state
from sim.footage.recording.open import load_events
from sim.services.app.camera_names import find_wrong_names
from sim.services.app.wiring import App
from sim.services.attempt.intake import clamp_events
from sim.services.debrief.ended_attempt import EndedAttempt
from sim.services.debrief.view import FaultView
from sim.tasks.setup import FAULT
from sim.text.times import write_clock, write_minutes
from sim.truth.events import FaultKind

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


def load_fault_views(app: App, ended: EndedAttempt) -> tuple[FaultView, ...]:
    """Return the faults of a recording and an attempt's reports of them, see `compare_faults`.

    Nothing where none was reported. A drill that asks for the faulty camera has its answer as a report; without another
    one only the kind that is asked about is told. Of kinds that other drills on this recording ask about nothing is.
    """
    with app.store.read() as work:
        log = work.events.list_all(ended.row.timing.attempt_id)
    own = fold_console_state(clamp_events(log)).faults
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
    """Return the fault that a drill asks about; most ask about none."""
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
    """Return one line for each fault, then one for each report that fits none.

    A report fits a fault of the same camera and kind, whenever it was made. A fault that does not touch the time the
    task asks about is told only when it was reported: nobody had to look there. Of the kinds in `untold` the reports
    are repeated, and nothing is said of what was wrong.
    """
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
                    wrong=_describe(fault, duration_s=duration_s, start=start),
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


def _describe(fault: AnyFault, *, duration_s: float, start: datetime) -> str:
    return _describe_kind(fault) + _describe_span(fault, duration_s=duration_s, start=start)


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
