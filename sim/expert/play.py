"""The expert plays a drill: trace, locate and origin, from the start screen to the answer."""

import math

from sim.expert.attention import Sighting
from sim.expert.search import ENOUGH, FOLLOW_SPEED, SWEEP_SPEED, Search
from sim.tasks.common.task import Known, Task
from sim.tasks.origin import DOOR

PATIENCE_S, LESS_S, BACK_S, GAP_S = 40.0, 24.0, 14.0, 8.0
"""Footage for which the student may be out of sight: on the way on, before the first sighting, in a gap found again."""
LONG_GONE_S = 40.0
SWEEP_COST = 1.8
"""How much longer than its footage a sweep takes, with closer looks. Assumed."""
GONE_S, AHEAD_S, AROUND_S, MOST_AROUND, MOST_ROUNDS = 5.0, 3.0, 20.0, 6, 3
"""Gone so long before the end, the nearest cameras are watched once more: from so much before somebody could be there,
for so long after, so many of them, so many times. Assumed."""
NUDGES_S = (0.0, 1.0, -1.0, 2.0, -2.0)


def play_trace(search: Search, task: Task) -> None:
    if find_all(search, task):
        _submit_place(search)
    else:
        search.hands.submit(final_zone=None, not_on_camera=True)


def find_all(search: Search, task: Task) -> bool:
    """Find every appearance, from the last sighting both ways; return whether the student was found at all."""
    low_s, high_s = task.window_s
    hands = search.hands
    if not _start(search, task, direction=1):
        return False
    first = search.sightings[-1]
    hands.say("First back: where were they before this?")
    _follow_back(search, low_s, widens=task.known is None)
    _resume(search, first)
    hands.say("Now on from there.")
    while (
        not search.follow(1, until_s=high_s, patience_s=_choose_patience(search, high_s))
        and not search.is_short
        and search.sightings
    ):
        if not _find_again(search, search.sightings[-1], until_s=high_s):
            break
    search.is_anchored = True
    search.review()
    _look_for_changed(search, high_s)
    _look_nearby(search, high_s)
    return True


def play_locate(search: Search, task: Task) -> None:
    """Go back from the end until a camera shows the student, then on to the last moment that does."""
    low_s, high_s = task.window_s
    hands = search.hands
    search.marks = False
    hands.open_console()
    hands.say("The end is asked for. Start there and go back: the first time they are seen is the last.")
    hands.seek(high_s)
    if not search.sweep(-1, until_s=low_s, speed=_choose_speed(search, low_s)) and not _try_known(search, task.known):
        hands.seek(low_s)
        if not search.sweep(1, until_s=high_s):
            hands.submit(final_zone=None, not_on_camera=True)
            return
    hands.say("Found. On from here to the last moment that shows them.")
    while (
        not search.follow(1, until_s=high_s, patience_s=_choose_patience(search, high_s))
        and not search.is_short
        and search.sightings
    ):
        hands.seek(search.sightings[-1].t_s + GAP_S)
        if not search.sweep(1, until_s=high_s):
            break
    search.marks = search.is_anchored = True
    last = max(search.sightings, key=lambda each: each.t_s)
    for back_s in (0.0, 0.5, 1.0, 1.5, 2.5):
        if search.find_there(last.camera_id, last.t_s - back_s) and hands.marks:
            break
    _submit_place(search)


def play_origin(search: Search, task: Task) -> None:
    low_s, high_s = task.window_s
    hands = search.hands
    if not _start(search, task, direction=-1):
        hands.submit(final_zone=None, not_on_camera=True)
        return
    first = search.sightings[-1]
    search.follow(1, until_s=high_s, patience_s=GAP_S)
    _resume(search, first)
    hands.say("Now back, camera by camera, to the door.")
    _follow_back(search, low_s, widens=True)
    search.is_anchored = True
    search.review()
    door = _find_door(search)
    if door is not None:
        hands.say("The first time inside is by this door.")
        hands.choose(DOOR, door)
    hands.submit(final_zone=None, not_on_camera=False)


def _follow_back(search: Search, low_s: float, *, widens: bool) -> None:
    """Follow the student back; where they are lost for good watch the whole wall back, if `widens`."""
    while not search.follow(-1, until_s=low_s, patience_s=_choose_patience(search, low_s) if widens else BACK_S):
        if not widens or search.is_short or not search.sightings:
            return
        search.hands.say("Lost. Watch the whole wall, going back faster.")
        search.hands.seek(search.sightings[-1].t_s - GAP_S)
        if not search.sweep(-1, until_s=low_s):
            return


def _find_again(search: Search, lost: Sighting, *, until_s: float) -> bool:
    """Watch the whole wall from where the student was lost; once found, halve the time back to there and follow it."""
    hands = search.hands
    hands.say("Lost. Watch the whole wall, faster.")
    hands.seek(lost.t_s + GAP_S)
    search.doubted = frozenset({"bag"})
    is_found = search.sweep(1, until_s=until_s, speed=_choose_speed(search, until_s))
    search.doubted = frozenset()
    if not is_found:
        return False
    found = search.sightings[-1]
    hands.say("Found again. Halve the time back to where they were lost.")
    first_s = search.halve(found.camera_id, seen_s=found.t_s, unseen_s=max(lost.t_s, found.t_s - 16.0))
    if search.find_there(found.camera_id, first_s):
        search.follow(-1, until_s=lost.t_s, patience_s=GAP_S)
    _resume(search, found)
    return True


def _look_for_changed(search: Search, high_s: float) -> None:
    """Where the student is gone long before the end, watch the wall once more for somebody in other clothes."""
    last = max(search.sightings, key=lambda each: each.t_s, default=None)
    hands = search.hands
    if last is None or high_s - last.t_s < LONG_GONE_S:
        return
    if hands.at_s + SWEEP_COST * (high_s - last.t_s) / SWEEP_SPEED > ENOUGH * search.limit_s:
        return
    hands.say("Gone, and much footage is left. They may wear another top: look for all the rest.")
    search.doubted = frozenset({"top", "bag"})
    hands.seek(last.t_s + GAP_S)
    if search.sweep(1, until_s=high_s):
        found = search.sightings[-1]
        search.follow(-1, until_s=last.t_s, patience_s=GAP_S)
        _resume(search, found)
        search.follow(1, until_s=high_s, patience_s=_choose_patience(search, high_s))
        search.review()
    search.doubted = frozenset()


def _look_nearby(search: Search, high_s: float) -> None:
    """Where the student is gone before the end and there is time, watch the cameras around one by one, large."""
    for _ in range(MOST_ROUNDS):
        last = max(search.sightings, key=lambda each: each.t_s, default=None)
        if last is None or last.point is None or high_s - last.t_s < GONE_S or not _watch_around(search, last, high_s):
            return
        search.follow(1, until_s=high_s, patience_s=_choose_patience(search, high_s))
        search.review()


def _watch_around(search: Search, last: Sighting, high_s: float) -> bool:
    """Watch the cameras around a last sighting, the nearest first, while there is time; return whether one has them."""
    assert last.point is not None
    search.hands.say("Gone before the end, and there is time: the cameras around, one by one.")
    for walk_s, camera_id in search.sense.list_next(last.point)[:MOST_AROUND]:
        from_s = last.t_s + max(1.0, walk_s - AHEAD_S)
        until_s = min(high_s, last.t_s + walk_s + AROUND_S)
        costs_s = (until_s - from_s) / FOLLOW_SPEED
        if until_s <= from_s or search.hands.at_s + costs_s > ENOUGH * search.limit_s:
            continue
        if search.watch(camera_id, from_s=from_s, until_s=until_s):
            return True
    return False


def _submit_place(search: Search) -> None:
    last = max(search.sightings, key=lambda each: each.t_s, default=None)
    if last is None:
        search.hands.submit(final_zone=None, not_on_camera=True)
        return
    search.hands.say(f"Last seen on camera {search.sense.name_camera(last.camera_id)}. That is the last location.")
    zone = search.sense.find_zone(last.camera_id, last.x, last.y)
    search.hands.submit(final_zone=zone, not_on_camera=False)


def _choose_patience(search: Search, until_s: float) -> float:
    """Return how long to wait at the next cameras: longer where the drill leaves time to watch the rest twice."""
    left_s = search.limit_s - search.hands.at_s
    return PATIENCE_S if abs(until_s - search.hands.site_s) < left_s else LESS_S


def _choose_speed(search: Search, until_s: float) -> float:
    """Return 2 where there is time to watch all until then so, else 4."""
    left_s = search.limit_s - search.hands.at_s
    return 2.0 if abs(until_s - search.hands.site_s) / 2.0 < 0.5 * left_s else SWEEP_SPEED


def _start(search: Search, task: Task, *, direction: int) -> bool:
    low_s, high_s = task.window_s if direction > 0 else task.window_s[::-1]
    hands = search.hands
    hands.open_console()
    if _try_known(search, task.known):
        return True
    hands.say(
        "Nothing is known: watch the whole wall from the start." if direction > 0 else "Watch the wall, going back."
    )
    hands.seek(low_s)
    if search.sweep(direction, until_s=high_s):
        return True
    hands.say("Not seen. Once more, the other way, slower.")
    return search.sweep(-direction, until_s=low_s, speed=_choose_speed(search, low_s))


def _try_known(search: Search, known: Known | None) -> bool:
    if known is None:
        return False
    hands, sense = search.hands, search.sense
    if known.camera_id is not None:
        hands.say(f"Start where they were last seen: camera {sense.name_camera(known.camera_id)}.")
        for nudge_s in NUDGES_S:
            hands.focus(known.camera_id)
            hands.seek(known.t_s + nudge_s)
            if search.check(known.camera_id, is_expected=True, is_told=True):
                return True
        return False
    space = next(each for each in sense.site.spaces if each.zone_id == known.zone_id)
    middle = [sum(side) / len(space.polygon) for side in zip(*space.polygon, strict=True)]
    nearest = sense.list_next(sense.find_nearest(middle[0], middle[1], space.floor))[:3]
    hands.say(f"Last seen in {space.name}: the cameras nearest to it first.")
    for walk_s, camera_id in nearest:
        for wait_s in (0.0, walk_s, walk_s + 4.0):
            if search.find_there(camera_id, known.t_s + wait_s, is_expected=False):
                return True
    return False


def _resume(search: Search, at: Sighting) -> None:
    for nudge_s in NUDGES_S:
        if search.find_there(at.camera_id, at.t_s + nudge_s):
            return
    search.sightings.append(at)


def _find_door(search: Search) -> str | None:
    """Return the outside door nearest to where the student was first seen inside."""
    sense = search.sense
    outside = {space.zone_id for space in sense.site.spaces if space.kind == "outdoor"}
    doors = [door for door in sense.site.openings if door.kind == "exterior"]
    for each in sorted(search.sightings, key=lambda each: each.t_s):
        ground = sense.find_ground(each.camera_id, each.x, each.y)
        if ground is None or sense.find_zone(each.camera_id, each.x, each.y) in outside:
            continue
        x, y, floor = ground
        near = [(math.dist((x, y), door.at), door.door_id) for door in doors if door.floor == floor]
        return min(near)[1] if near else None
    return None
