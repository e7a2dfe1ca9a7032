"""A minute at a checkpoint, worked by hand: one student followed after an alarm, and alarms of both kinds."""

from sim.truth.events import Event, Shown
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.trace_tables import OTHER_BOX, Stay, make_table

STUDENT_BOX = (400.0, 200.0, 440.0, 320.0)

CHECKPOINT_STAYS = [
    Stay(camera_id="CAM-01", person_id="P001", first=100, last=299, zone="checkpoint"),
    Stay(camera_id="CAM-02", person_id="P001", first=350, last=449, zone="hall-b"),
    Stay(camera_id="CAM-01", person_id="P002", first=0, last=599, box_xyxy=OTHER_BOX, zone="checkpoint"),
    Stay(camera_id="CAM-03", person_id="P003", first=500, last=599, zone="hall-c"),
]
"""P001, the student: CAM-01 10-29.9 s, CAM-02 35-44.9 s. P002, the officer: CAM-01 all the time. P003 later, CAM-03."""


def make_alarm(
    event_id: str,
    start_s: float,
    end_s: float,
    *,
    complete: bool,
    student: str = "P001",
    cameras: tuple[str, ...] = ("CAM-01",),
) -> Event:
    return Event(
        event_id=event_id,
        kind="screening-alarm",
        start_s=start_s,
        end_s=end_s,
        person_ids=(student, "P002"),
        camera_id="",
        floor="1",
        zone="checkpoint",
        at_m=(2.0, 2.0),
        shown=tuple(Shown(camera_id=c, shown_s=start_s, box_xyxy=STUDENT_BOX) for c in cameras),
        detail={"complete": complete, "compartments": 3, "searched": 3 if complete else 1, "wand": True},
    )


def make_checkpoint_index(*alarms: Event) -> TruthIndex:
    return make_truth_index(make_table(CHECKPOINT_STAYS), events=alarms)


def make_eight_alarms() -> tuple[Event, ...]:
    return tuple(
        make_alarm(f"event-{n}", 5.0 * n, 5.0 * n + 4.0, complete=n >= 4, cameras=("CAM-01", "CAM-02"))
        for n in range(8)
    )
