"""How the expert searches: follow, expect, check; where they lose the student, widen, find again, halve the gap.

Everything here is decided from the plan, the clock, the memory and what the eyes told of pictures that were open.
"""

from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

import numpy as np

from sim.expert.attention import Attention
from sim.site.coverage import WALK_M_S

CALM_SPEED, FOLLOW_SPEED, SWEEP_SPEED = 1.0, 2.0, 4.0
HURRIED = 0.5
"""Share of the limit after which nothing is watched at real speed. Assumed."""
MOST_TILES = 4
RECHECK_S, SELDOM_S = 2.0, 5.0
HURRY, EARLY_S, LATE_S = 1.4, 4.0, 5.0
"""How much faster than 1.3 m/s somebody may walk, and how much earlier or later than the plan says. Assumed."""
SAME_S = 1.6
ENOUGH = 0.85
"""Share of the limit that may be used for what is not sure to help. Assumed."""
NEXT_TO_S, BEYOND_S, LEAST_S = 2.5, 5, 1.0
LONGEST_GAP_S = 45.0
MOST_REVIEWS, MOST_DETOURS, DETOUR_S = 3, 4, 8.0

Stretch = list[tuple[float, int]]
"""Seconds and points of the ways, in order of time."""
OVERLAP_S = 2.5
MOVED_WITHIN_S, LEAST_MOVED_M, AHEAD_M = 4.0, 0.8, 3.0
AHEAD_WEIGHT = 0.5
"""Seen to move so far within so long, somebody is expected so far on. Assumed."""


class Pace(Enum):
    """How somebody out of sight may have gone from one place to the next: evenly, at once, or at the last moment."""

    EVEN = "even"
    AT_ONCE = "at once"
    LATE = "late"

    def find_share(self, elapsed: float, *, walking: float) -> float:
        """Return the share of the way done after a share of the time; `walking` is the share that it takes."""
        if self is Pace.EVEN or walking <= 0:
            return elapsed
        gone = elapsed if self is Pace.AT_ONCE else elapsed - (1 - walking)
        return min(1.0, max(0.0, gone / walking))


@dataclass(slots=True, kw_only=True)
class Search(Attention):
    # when an overlapping camera was looked at last, site seconds
    checked_s: dict[str, float] = field(default_factory=dict)
    # cameras watched afterward, and from when to when
    reviewed: list[tuple[str, float, float]] = field(default_factory=list)

    def follow(self, direction: int, *, until_s: float, patience_s: float) -> bool:
        """Follow the student one way; return whether the end was reached before they went unseen for `patience_s`."""
        hands = self.hands
        tried: list[str] = []
        while not self.is_short and hands.site_s != until_s:
            hands.play(direction * FOLLOW_SPEED)
            hands.look()
            if self.look_at_main():
                tried = []
                self._check_overlaps()
                continue
            gone_s = abs(hands.site_s - self.sightings[-1].t_s) if self.sightings else 2 * patience_s
            if gone_s > patience_s:
                hands.pause()
                return False
            expected = self._list_expected(gone_s)
            self._turn_to(expected, tried, gone_s)
            tiles = [camera for _, camera in expected if camera != hands.camera_id]
            self.glance(tiles[:MOST_TILES], is_expected=True)
        hands.pause()
        return hands.site_s == until_s

    def sweep(self, direction: int, *, until_s: float, speed: float = SWEEP_SPEED) -> bool:
        hands = self.hands
        cameras = [camera.camera_id for camera in self.sense.site.cameras]
        while not self.is_short and hands.site_s != until_s:
            hands.play(direction * speed)
            hands.look()
            if self.glance(cameras, is_expected=False):
                return True
        hands.pause()
        return False

    def halve(self, camera_id: str, *, seen_s: float, unseen_s: float, within_s: float = 1.0) -> float:
        """Return the moment nearest to `unseen_s` at which a camera shows the student, by halving the time between."""
        while abs(seen_s - unseen_s) > within_s and not self.is_short:
            middle_s = (seen_s + unseen_s) / 2
            if self.find_there(camera_id, middle_s):
                seen_s = middle_s
            else:
                unseen_s = middle_s
        return seen_s

    def review(self) -> None:
        """Watch every camera along the student's way that has no mark yet, until the limit is near."""
        for _ in range(MOST_REVIEWS):
            marked = len(self.memory.stays)
            for camera_id, stretch in self._list_unmarked():
                if self.hands.at_s > ENOUGH * self.limit_s:
                    return
                if not self._was_reviewed(camera_id, stretch):
                    self._watch_stretch(camera_id, stretch)
            if len(self.memory.stays) == marked:
                return

    def _watch_stretch(self, camera_id: str, stretch: Stretch) -> None:
        hands = self.hands
        hands.say(f"They must have passed camera {self.sense.name_camera(camera_id)}. Look there too.")
        (low_s, _), (high_s, _) = stretch[0], stretch[-1]
        self.reviewed.append((camera_id, low_s, high_s))
        middle_s, point = stretch[len(stretch) // 2]
        near = self.sense.place_in_picture(camera_id, point)
        if self.find_there(camera_id, middle_s, near=near) or high_s - low_s < 2.0:
            return
        self.watch(camera_id, from_s=low_s - 1.0, until_s=high_s + 1.0, is_marked=True)

    def watch(self, camera_id: str, *, from_s: float, until_s: float, is_marked: bool = False) -> bool:
        """Watch a camera until the student is in it or marked there; return whether; at half pace if there is time."""
        hands = self.hands
        hands.focus(camera_id)
        hands.seek(from_s)
        hands.play(FOLLOW_SPEED if hands.at_s > HURRIED * self.limit_s else CALM_SPEED)
        is_seen = False
        while hands.speed and hands.site_s < until_s and not is_seen and not self.is_short:
            hands.look()
            is_seen = self.look_at_main() and (
                not is_marked or self.memory.find_stay(camera_id, hands.site_s) is not None
            )
        hands.pause()
        return is_seen

    def _list_unmarked(self) -> list[tuple[str, Stretch]]:
        tracks = [self._make_track(pace) for pace in Pace]
        found: list[tuple[str, Stretch]] = []
        for camera in self.sense.site.cameras:
            walk = self.sense.walking_s[camera.camera_id]
            passed = sorted({each for track in tracks for each in track if walk[each[1]] <= NEXT_TO_S})
            there = [each for each in passed if self.memory.find_stay(camera.camera_id, each[0]) is None]
            stretches: list[Stretch] = []
            for each in there:
                if stretches and each[0] - stretches[-1][-1][0] <= 2.0:
                    stretches[-1].append(each)
                else:
                    stretches.append([each])
            found += [(camera.camera_id, stretch) for stretch in stretches if stretch[-1][0] - stretch[0][0] >= LEAST_S]
        found = sorted(found, key=lambda each: each[1][0][0]) + self._list_detours()
        return [each for each in found if not self._was_reviewed(*each)]

    def _was_reviewed(self, camera_id: str, stretch: Stretch) -> bool:
        low_s, high_s = stretch[0][0], stretch[-1][0]
        return any(
            camera == camera_id and min(high, high_s) - max(low, low_s) >= 0.6 * (high_s - low_s)
            for camera, low, high in self.reviewed
        )

    def _list_detours(self) -> list[tuple[str, Stretch]]:
        """Return cameras beside the way that the student had time to come by while they were out of sight."""
        seen = sorted({each.t_s: each.point for each in self.sightings if each.point is not None}.items())
        found: list[tuple[str, Stretch]] = []
        for (from_s, start), (to_s, end) in pairwise(seen):
            if not DETOUR_S < to_s - from_s <= LONGEST_GAP_S:
                continue
            ways = sorted(
                (float(walk[start] + walk[end]), camera, from_s + float(walk[start]), to_s - float(walk[end]))
                for camera, walk in self.sense.walking_s.items()
            )
            for _, camera, low_s, high_s in ways[:MOST_DETOURS]:
                stretch = [(low_s + k, start) for k in range(int(high_s - low_s) + 1)]
                if len(stretch) > 1 and not all(self.memory.find_stay(camera, t_s) for t_s, _ in stretch):
                    found.append((camera, stretch))
        return found

    def _make_track(self, pace: Pace) -> Stretch:
        import networkx as nx  # noqa: PLC0415 - loaded when first needed

        seen = sorted({round(each.t_s, 1): each.point for each in self.sightings if each.point is not None}.items())
        if not seen:
            return []
        (first_s, first), (last_s, last) = seen[0], seen[-1]
        low_s, high_s = self.hands.window_s
        track = [(first_s - k, first) for k in range(BEYOND_S, 0, -1) if first_s - k >= low_s] + seen[:1]
        graph = self.sense.ways.graph
        for (from_s, start), (to_s, end) in pairwise(seen):
            if SAME_S < to_s - from_s <= LONGEST_GAP_S and nx.has_path(graph, start, end):
                way = nx.shortest_path(graph, start, end, weight="length_m")
                steps = max(1, int(to_s - from_s))
                walk_s = nx.path_weight(graph, way, weight="length_m") / WALK_M_S
                for k in range(1, steps):
                    share = pace.find_share(k / steps, walking=min(1.0, walk_s / (to_s - from_s)))
                    track.append((from_s + (to_s - from_s) * k / steps, int(way[round(share * (len(way) - 1))])))
            track.append((to_s, end))
        return track + [(last_s + k, last) for k in range(1, BEYOND_S + 1) if last_s + k <= high_s]

    def _check_overlaps(self) -> None:
        hands, here, point = self.hands, self.hands.camera_id, self.point
        if point is None or here is None or not self.marks:
            return
        for walking_s, camera_id in self.sense.list_next(point, but=here):
            if walking_s > OVERLAP_S or self.is_short:
                break
            t_s = hands.site_s
            every_s = RECHECK_S if walking_s <= 0 else SELDOM_S
            is_due = abs(t_s - self.checked_s.get(camera_id, -1e9)) >= every_s
            if not is_due or self.memory.find_stay(camera_id, t_s) is not None:
                continue
            self.checked_s[camera_id] = t_s
            speed = hands.speed
            hands.say(f"Camera {self.sense.name_camera(camera_id)} shows this place too. Look there.")
            self.check(camera_id, is_expected=True, near=self.sense.place_in_picture(camera_id, point))
            hands.focus(here)
            hands.play(speed)

    def _list_expected(self, gone_s: float) -> list[tuple[float, str]]:
        point = self.point
        if point is None:
            return []
        reach_s = gone_s * HURRY + EARLY_S
        return [each for each in self.sense.list_next(point) if each[0] <= reach_s]

    def _find_point_ahead(self) -> int | None:
        """Return the point of the ways a few steps on from the last sighting, the way they moved in the picture."""
        seen = [each for each in self.sightings[-3:] if each.point is not None]
        if len(seen) < 2 or seen[-1].camera_id != seen[0].camera_id or abs(seen[-1].t_s - seen[0].t_s) > MOVED_WITHIN_S:
            return self.point
        before, last = (self.sense.chest_m[each.point] for each in (seen[0], seen[-1]))
        step_m = last - before
        moved_m = float(np.hypot(*step_m[:2]))
        if moved_m < LEAST_MOVED_M:
            return self.point
        x_m, y_m = (last + step_m * AHEAD_M / moved_m)[:2].tolist()
        return self.sense.find_nearest_on(x_m, y_m, z_m=float(last[2]))

    def _turn_to(self, expected: list[tuple[float, str]], tried: list[str], gone_s: float) -> None:
        hands, sense = self.hands, self.sense
        left = [(walk_s, camera) for walk_s, camera in expected if camera not in tried]
        if gone_s < 1.5 or not left:
            return
        if tried:
            last_s = next((walk_s for walk_s, camera in expected if camera == tried[-1]), 0.0)
            if gone_s < last_s + LATE_S:
                return
        walk_s, camera_id = self._choose_next(left, is_new=not tried)
        tried.append(camera_id)
        if camera_id == hands.camera_id:
            return
        name, within = sense.name_camera(camera_id), f"within {max(2, round(walk_s + LATE_S))} s"
        others = [each for each in left if each[1] != camera_id][:1]
        for other_s, other in others:
            why = "it is nearer" if walk_s <= other_s else "they walked that way"
            hands.say(f"Out of sight: camera {name} or {sense.name_camera(other)} {within}. {name} first, {why}.")
        if not others:
            hands.say(f"Out of sight: camera {name} comes next, {within}.")
        hands.focus(camera_id)

    def _choose_next(self, left: list[tuple[float, str]], *, is_new: bool) -> tuple[float, str]:
        """Return the camera with the shortest walk, of which half as much counts from where they headed."""
        ahead = self._find_point_ahead()
        ahead_s = {} if ahead is None else {camera: walk_s for walk_s, camera in self.sense.list_next(ahead)}

        def weigh(each: tuple[float, str]) -> tuple[bool, float]:
            walk_s, camera = each
            from_ahead_s = min(walk_s + AHEAD_M, ahead_s.get(camera, walk_s))
            return is_new and camera == self.hands.camera_id, walk_s + AHEAD_WEIGHT * from_ahead_s

        return min(left, key=weigh)
