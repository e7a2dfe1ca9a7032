"""What was reported of the cameras, beside what was wrong with them; told only after the end."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sim.drill.bookmarks_and_faults import FaultReport, ReportedFault
from sim.drill.event import Event, EventKind
from sim.errors import AttemptError
from sim.footage.recording.open import Recording
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.intake import accept_events
from sim.services.debrief.faults import compare_faults
from sim.services.debrief.page import get_debrief
from sim.services.debrief.view import FaultView
from tests.support.fake_clock import FakeClock
from tests.support.faulty_recording import DEAD, LATE, MISNAMED, SLOW, read_faults
from tests.support.tiny_app import lay_out_library, make_tiny_app

START = datetime(2026, 9, 14, 8, 0, 0)
TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"


def report(camera_id: str, fault: ReportedFault, text: str = "") -> FaultReport:
    return FaultReport(fault_id=f"{camera_id}-{fault}", camera_id=camera_id, fault=fault, t_s=1.0, text=text)


def compare(faults: tuple, *reports: FaultReport, window_s: tuple[float, float] = (0.0, 60.0)) -> list[tuple[str, ...]]:
    views = compare_faults(faults, reports, window_s=window_s, duration_s=90.0, start=START, names={"A": "Lobby"})
    return [(view.camera_id, view.wrong, view.reported, view.outcome) for view in views]


@pytest.mark.parametrize(
    ("fault", "words", "kind"),
    [
        ({"kind": "clock-offset", "offset_s": -95}, "Its clock is 1 min 35 s slow", ReportedFault.WRONG_CLOCK),
        ({"kind": "wrong-name", "shown": 'The "Gym"'}, 'It calls itself “The "Gym"”', ReportedFault.WRONG_NAME),
        (
            {"kind": "dead-span", "from_s": 10, "to_s": 20.5},
            "No picture, 8:00:10 AM to 8:00:20 AM",
            ReportedFault.NO_PICTURE,
        ),
        ({"kind": "dirty-lens"}, "A dirty lens", ReportedFault.UNCLEAR),
        ({"kind": "glare", "at": [0.5, 0.5]}, "Glare of bright light", ReportedFault.UNCLEAR),
        ({"kind": "low-light", "from_s": 30}, "Too little light, from 8:00:30 AM on", ReportedFault.UNCLEAR),
        (
            {"kind": "moved-view", "from_s": 30, "to_s": 90, "yaw_deg": 5},
            "Someone turned it, from 8:00:30 AM on",
            ReportedFault.MOVED,
        ),
        ({"kind": "low-frame-rate", "fps": 2.5}, "Choppy: 2.5 pictures a second", ReportedFault.CHOPPY),
    ],
)
def test_every_kind_of_fault_is_found_by_its_report_and_no_other(fault: dict, words: str, kind: ReportedFault) -> None:
    faults = read_faults({"camera": "A", **fault})
    assert [line[1:] for line in compare(faults)] == [(words, "", "missed")]
    (found,) = compare(faults, report("A", kind, "look"))
    assert (found[1], found[3]) == (words, "found")
    assert found[2].endswith(": look")
    for other in set(ReportedFault) - {kind, ReportedFault.OTHER}:
        assert [line[3] for line in compare(faults, report("A", other))] == ["missed", "no such fault"]
    assert [line[3] for line in compare(faults, report("B", kind))] == ["missed", "no such fault"]


def test_what_another_drill_asks_about_is_not_told() -> None:
    faults = read_faults({"camera": "A", "kind": "clock-offset", "offset_s": -95})
    reports = (report("A", ReportedFault.WRONG_CLOCK), report("B", ReportedFault.WRONG_CLOCK))
    views = compare_faults(
        faults,
        reports,
        window_s=(0.0, 60.0),
        duration_s=90.0,
        start=START,
        names={},
        untold={ReportedFault.WRONG_CLOCK},
    )
    assert [(view.wrong, view.reported, view.outcome) for view in views] == [
        ("Not shown here", "Clock is wrong", "another drill asks about this")
    ] * 2, "the one that is right is told like the one that is not"


def test_outside_the_time_asked_for_only_what_was_reported_is_told() -> None:
    faults = read_faults({"kind": "dead-span", "camera": "A", "from_s": 70, "to_s": 80})
    assert compare(faults) == []
    assert [line[3] for line in compare(faults, report("A", ReportedFault.NO_PICTURE))] == ["found"]


@pytest.fixture
def faulty_app(tmp_path: Path, faulty_recording: Recording, clock: FakeClock) -> Iterator[App]:
    app = make_tiny_app(tmp_path / "data", lay_out_library(tmp_path / "library", faulty_recording), clock)
    yield app
    app.close()


def test_the_debrief_tells_found_missed_and_wrongly_reported(faulty_app: App, clock: FakeClock) -> None:
    attempt_id = attempts.create_sample(faulty_app)
    attempts.get_briefing(faulty_app, attempt_id)
    attempts.begin(faulty_app, attempt_id)
    clock.pass_s(20)
    reports = [(LATE, "wrong-clock"), (SLOW, "choppy"), (SLOW, "moved"), (DEAD, "unclear")]
    acts = [
        (EventKind.FAULT, {"fault_id": str(n), "camera_id": camera_id, "fault": fault, "t_s": 1.0, "text": ""})
        for n, (camera_id, fault) in enumerate(reports)
    ]
    acts.append((EventKind.UNFAULT, {"fault_id": "3"}))
    log = [
        Event(tab_id=TAB, seq=seq, t_client_ms=1000.0 * seq, kind=kind, payload=payload)
        for seq, (kind, payload) in enumerate(acts, start=1)
    ]
    accept_events(faulty_app, attempt_id, tab_id=TAB, events=log)
    with pytest.raises(AttemptError, match="has not ended"):
        get_debrief(faulty_app, attempt_id)
    clock.pass_s(1000)
    faults = get_debrief(faulty_app, attempt_id).faults
    assert {(view.camera_id, view.outcome) for view in faults} == {
        (LATE, "found"),
        (SLOW, "found"),
        (SLOW, "no such fault"),
        (DEAD, "missed"),
        (MISNAMED, "missed"),
    }
    late = next(view for view in faults if view.camera_id == LATE)
    assert late == FaultView(
        camera_id=LATE,
        camera_name="Cafeteria",
        wrong="Its clock is 1 min 35 s slow",
        reported="Clock is wrong",
        outcome="found",
    )
