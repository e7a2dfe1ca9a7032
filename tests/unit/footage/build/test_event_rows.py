"""Which camera shows an event, when best, and in which box."""

from pathlib import Path

import pytest

from sim.columns import EVENTS
from sim.crowd.scenario.faults import DeadSpan, make_fault_rows
from sim.crowd.scenario.story_events import StoryEvent
from sim.footage.build.assemble import make_events
from sim.footage.recording.open import Recording
from sim.footage.recording.tables import read_table, write_table
from sim.truth.events import FaultKind, make_empty_events, make_event_table
from tests.support.trace_tables import Stay, make_table

LEFT, RIGHT = (100.0, 200.0, 140.0, 320.0), (300.0, 190.0, 350.0, 330.0)


def make_story_event(**changes):
    parts = {
        "event_id": "bag",
        "kind": "hand-over",
        "first_frame": 100,
        "last_frame": 160,
        "person_ids": ("P002", "P001"),
        "at_m": (3.0, 4.0),
        "floor": "1",
        "zone": "hall-a",
        "detail": {"door": "x"},
    }
    return StoryEvent(**(parts | changes))


def test_the_best_moment_shows_most_people_and_them_largest():
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=90, last=200, box_xyxy=LEFT),
        Stay(camera_id="CAM-01", person_id="P002", first=130, last=170, box_xyxy=RIGHT),
        Stay(camera_id="CAM-02", person_id="P002", first=0, last=110, box_xyxy=LEFT),
        Stay(camera_id="CAM-03", person_id="P002", first=0, last=99, box_xyxy=LEFT),
    ]
    (event,) = make_events([make_story_event()], make_table(stays), make_empty_events()).find()
    assert (event.start_s, event.end_s, event.person_ids) == (10.0, 16.0, ("P002", "P001"))
    assert (event.at_m, event.zone, event.detail) == ((3.0, 4.0), "hall-a", {"door": "x"})
    first, second = event.shown
    assert (first.camera_id, first.shown_s, first.box_xyxy) == ("CAM-01", 13.0, (100.0, 190.0, 350.0, 330.0))
    assert (second.camera_id, second.shown_s, second.box_xyxy) == ("CAM-02", 10.0, LEFT)


@pytest.mark.parametrize(("visible", "shown"), [(0.25, 1), (0.24, 0)])
def test_a_quarter_must_be_visible(visible, shown):
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=120, last=130, visible=visible)]
    (event,) = make_events([make_story_event()], make_table(stays), make_empty_events()).find()
    assert len(event.shown) == shown


def test_an_event_that_no_camera_shows_has_a_row_of_its_own():
    others = make_table([Stay(camera_id="CAM-01", person_id="P009", first=0, last=200)])
    table = make_events([make_story_event()], others, make_empty_events())
    assert len(table.rows) == 1
    assert table.rows["camera_id"].iloc[0] == ""
    assert table.get("bag").shown == ()


def test_faults_stand_beside_the_story():
    fault = DeadSpan(kind=FaultKind.DEAD_SPAN, camera="CAM-02", from_s=3, to_s=9)
    table = make_table([Stay(camera_id="CAM-01", person_id="P001", first=120, last=130)])
    events = make_events([make_story_event()], table, make_fault_rows([fault], duration_s=60.0))
    assert [e.kind for e in events.find()] == ["dead-span", "hand-over"]
    (dead,) = events.find("dead-span")
    assert (dead.camera_id, dead.shown, dead.at_m) == ("CAM-02", (), None)


def test_written_and_read_they_are_the_same(tmp_path: Path):
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=120, last=130)]
    events = make_events([make_story_event()], make_table(stays), make_empty_events())
    write_table(tmp_path / "events.parquet", events.rows, columns=EVENTS)
    again = make_event_table(read_table(tmp_path / "events.parquet", columns=EVENTS))
    assert again.find() == events.find()


def test_a_recording_lists_its_events_file_with_a_hash(tiny_recording: Recording):
    assert "events.parquet" in tiny_recording.manifest.files
