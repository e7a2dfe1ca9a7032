"""What a trainee reported of the cameras, beside what was really wrong with them. For the debrief only; no score."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sim.crowd.faults import (
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
from sim.drill.noted import FaultReport, ReportedFault
from sim.drill.resume import fold_console_state
from sim.footage.open import Recording, load_events
from sim.records.rows import AttemptRow
from sim.services.clock_words import write_clock, write_minutes
from sim.services.intake import clamp_events
from sim.services.views import FaultView
from sim.services.wiring import App

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
    MovedView: "Somebody turned it",
}


def load_fault_views(
    app: App, row: AttemptRow, recording: Recording, *, window_s: tuple[float, float], names: Mapping[str, str]
) -> tuple[FaultView, ...]:
    """Return the faults of a recording and an attempt's reports of them, see `compare_faults`.

    Raises:
        RecordingError: the events cannot be read.
        TruthError: they hold a fault that is none.
    """
    with app.store.read() as work:
        log = work.events.list_all(row.timing.attempt_id)
    return compare_faults(
        read_fault_rows(load_events(recording)),
        fold_console_state(clamp_events(log)).faults,
        window_s=window_s,
        duration_s=recording.manifest.duration_s,
        start=recording.manifest.start_time,
        names=names,
    )


def compare_faults(
    faults: Sequence[AnyFault],
    reports: Sequence[FaultReport],
    *,
    window_s: tuple[float, float],
    duration_s: float,
    start: datetime,
    names: Mapping[str, str],
) -> tuple[FaultView, ...]:
    """Return one line for each fault, then one for each report that fits none.

    A report fits a fault of the same camera and kind, whenever it was made. A fault that does not touch the time the
    task asks about is told only when it was reported: nobody had to look there.
    """
    lines = []
    unmatched = list(reports)
    for fault in faults:
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
                wrong="",
                reported=_describe_report(report),
                outcome=NOT_COMPARED if report.fault is ReportedFault.OTHER else NO_SUCH_FAULT,
            )
            for report in unmatched
        ),
    )


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
