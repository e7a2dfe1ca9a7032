"""The expert plays what is no chase: cutting the evidence, and pulling up the camera for a place."""

from collections.abc import Iterator, Sequence

from sim.drill.expert.hands import POINT_S
from sim.drill.expert.memory import Stay
from sim.drill.expert.play import find_all
from sim.drill.expert.search import Search
from sim.tasks.common.base import Task
from sim.tasks.export.judge import CUSTODY_FIELDS

MARGIN_S = 0.3
"""Cut so long before somebody was seen first and after they were seen last."""
SAME_APPEARANCE_S = 2.5
CUTTING_S = 45.0
"""Drill seconds kept for cutting and for the questions about the export. Assumed."""


def play_export(search: Search, task: Task) -> None:
    """Find every appearance as in a trace, then cut each from coming into view to leaving it."""
    hands, sense = search.hands, search.sense
    search.cuts = True
    search.limit_s -= CUTTING_S
    if find_all(search, task):
        hands.say("All found. Now cut one clip for each, from coming into view to leaving it.")
        for camera_id, low_s, high_s in join_stays(search.memory.stays):
            hands.say(f"Camera {sense.name_camera(camera_id)}: from where they come in to where they leave.")
            hands.cut(camera_id, low_s - MARGIN_S, high_s + MARGIN_S)
    hands.say("Say why it is exported, who asked for it, and where it goes. Then submit.")
    for field in CUSTODY_FIELDS:
        hands.choose(field.key, field.options[0].value)
    hands.submit(final_zone=None, not_on_camera=False)


def play_pull_up(search: Search, task: Task) -> None:
    """Open for each place the camera that by the map shows most of it, and confirm it."""
    hands, sense = search.hands, search.sense
    hands.open_console()
    for zone_id, name in task.params["places"].items():
        camera_id = sense.find_camera_of(zone_id)
        if camera_id is None:
            hands.say(f"{name}: the map has no camera there.")
            continue
        hands.think()
        hands.say(f"{name}: on the map, camera {sense.name_camera(camera_id)} covers most of it.")
        hands.focus(camera_id)
        hands.look()
        hands.choose(zone_id, camera_id, seconds=POINT_S)
    hands.say("All calls are answered. Submit.")
    hands.submit(final_zone=None, not_on_camera=False)


def join_stays(stays: Sequence[Stay]) -> Iterator[tuple[str, float, float]]:
    """Yield camera, begin and end of each appearance by time: stays in one picture, short gaps in them closed."""
    joined: list[tuple[str, float, float]] = []
    for stay in sorted(stays, key=lambda each: (each.camera_id, each.low_s)):
        if joined and joined[-1][0] == stay.camera_id and stay.low_s - joined[-1][2] <= SAME_APPEARANCE_S:
            camera_id, low_s, high_s = joined.pop()
            joined.append((camera_id, low_s, max(high_s, stay.high_s)))
        else:
            joined.append((stay.camera_id, stay.low_s, stay.high_s))
    yield from sorted(joined, key=lambda each: each[1])
