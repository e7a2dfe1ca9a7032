"""Ways of targets: drawn at random over the walk graph, judged by what the cameras would show, the best kept."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sim.crowd.generator.levels import Aims, pick
from sim.crowd.generator.stories.site_facts import HIDDEN, Halt, HaltKind, SiteFacts, Story
from sim.crowd.people.people import FloatArray
from sim.crowd.places.ground import find_crossing
from sim.errors import ScenarioError
from sim.site.camera import CHEST_M, CameraView, make_view
from sim.site.model import Site
from sim.site.plan import FloorPlan, make_floor_plan

PERSON_M = 1.65
SMALLEST_PX = 24.0
_HALF_WIDTH_M = 0.26
_NEAREST_M = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one camera shows of people at points: which of them, and their boxes."""

    camera_id: str
    which: NDArray[np.int64]  # [k] positions of the points it shows
    box_xyxy: FloatArray  # [k, 4] pixels, cut at the edges of the picture


class Sightlines:
    def __init__(self, site: Site, *, size_wh: tuple[int, int]) -> None:
        self._size_wh = size_wh
        self._views: list[tuple[str, str, CameraView]] = [
            (camera.camera_id, camera.floor, make_view(camera, size_wh=size_wh)) for camera in site.cameras
        ]
        self._plans: dict[str, FloorPlan] = {f.floor_id: make_floor_plan(site, f.floor_id) for f in site.floors}
        self._shafts = [Polygon(space.polygon) for space in site.spaces if space.kind == "stair"]

    @property
    def camera_ids(self) -> tuple[str, ...]:
        return tuple(camera_id for camera_id, _, _ in self._views)

    def compute_seen(self, xyz_m: FloatArray, floors: Sequence[str]) -> tuple[Seen, ...]:
        """Return for each camera who of the people standing at ground points [n, 3] it shows at least 24 px high.

        A camera sees across floors only inside a stairwell that holds both it and the person.
        """
        names = np.asarray(floors)
        return tuple(self._look(camera_id, floor, view, xyz_m, names) for camera_id, floor, view in self._views)

    def _look(self, camera_id: str, floor: str, view: CameraView, xyz_m: FloatArray, floors: NDArray[np.str_]) -> Seen:
        boxes, inside = self._project(view, xyz_m)
        same = floors == floor
        shared = np.zeros(len(xyz_m), dtype=np.bool_)
        for shaft in self._shafts:
            if shapely.intersects_xy(shaft, *view.position_m[:2]):
                shared |= shapely.intersects_xy(shaft, xyz_m[:, 0], xyz_m[:, 1])
        which = np.flatnonzero(inside & (same | shared))
        if len(which):
            ways = np.column_stack([np.broadcast_to(view.position_m[:2], (len(which), 2)), xyz_m[which, :2]])
            blocked = find_crossing(ways, self._plans[floor].sight)
            which = which[~blocked | ~same[which]]
        return Seen(camera_id=camera_id, which=which, box_xyxy=boxes[which])

    def _project(self, view: CameraView, xyz_m: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        width, height = self._size_wh
        up = np.array([0.0, 0.0, 1.0])
        feet, depth = view.compute_pixels(xyz_m)
        head, head_depth = view.compute_pixels(xyz_m + PERSON_M * up)
        chest, chest_depth = view.compute_pixels(xyz_m + CHEST_M * up)
        nearest = np.minimum(np.minimum(depth, head_depth), chest_depth)
        half_px = _HALF_WIDTH_M / np.maximum(chest_depth, _NEAREST_M) / view.tan_half_wh[0] * width / 2
        boxes = np.column_stack(
            [
                np.clip(np.minimum(feet[:, 0], head[:, 0]) - half_px, 0, width),
                np.clip(np.minimum(head[:, 1], feet[:, 1]), 0, height),
                np.clip(np.maximum(feet[:, 0], head[:, 0]) + half_px, 0, width),
                np.clip(np.maximum(head[:, 1], feet[:, 1]), 0, height),
            ]
        )
        inside = (
            (nearest > _NEAREST_M)
            & (chest[:, 0] >= 0)
            & (chest[:, 0] < width)
            & (boxes[:, 3] - boxes[:, 1] >= SMALLEST_PX)
            & (boxes[:, 2] - boxes[:, 0] >= 2.0)
        )
        return boxes, np.asarray(inside)


SHOWN_LEAST_S = 0.8
SAME_LEG_S = 2.0
_TRIES = 150
_STEP_M = 0.5
_PACE_M_S = 1.15
_TICK_S = 0.5
_HALT_S = {
    HaltKind.LOCKER: (8.0, 14.0),
    HaltKind.SEAT: (12.0, 20.0),
    HaltKind.PHONE: (8.0, 14.0),
    HaltKind.TALK: (10.0, 16.0),
}
_END_ROOM_S = 12.0
_FIRST_S = 4.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    halt: Halt
    for_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    enter: str  # door_id, and between which seconds
    at_s: tuple[float, float]
    stops: tuple[Stop, ...]  # halts in order
    leave: str  # door_id
    legs: int  # stretches on camera, by geometry
    blind_s: float  # longest time off camera between two of them
    length_s: float  # from coming in to leaving
    cameras: tuple[str, ...]  # the cameras in the order in which they show it
    nodes: tuple[str, ...]  # walk nodes passed, in order


class WayFinder:
    """Finds ways at a site; keeps what the cameras show of every walk edge."""

    def __init__(self, facts: SiteFacts, sightlines: Sightlines) -> None:
        self._facts = facts
        self._camera_ids = sightlines.camera_ids
        self._paths: dict[str, dict[str, list[str]]] = {}
        self._edges, self._nodes = self._look_along_edges(sightlines)

    def find(
        self, story: Story, aims: Aims, *, count: int, duration_s: float, rng: np.random.Generator
    ) -> tuple[Way, ...]:
        """Return `count` ways near the aims, as unlike each other as the site allows."""
        self._check(story)
        found: list[Way] = []
        for number in range(count):
            best: tuple[float, Way] | None = None
            for _ in range(_TRIES):
                way = self._draw(story, aims, number=number, count=count, duration_s=duration_s, rng=rng)
                if way is None:
                    continue
                cost = _judge(way, aims, found)
                if best is None or cost < best[0]:
                    best = (cost, way)
            if best is None:
                raise ScenarioError(
                    f"no way of the story {story.name!r} fits into {duration_s:g} s at {self._facts.site.name}",
                    expected="doors and halts that are joined by walk_edges",
                    todo="ask for a longer recording, or another story",
                )
            found.append(best[1])
        return tuple(found)

    def _check(self, story: Story) -> None:
        facts = self._facts
        for what, uses in (("come in", story.enter), ("leave", story.leave)):
            if not facts.list_doors(uses):
                raise ScenarioError(
                    f"{facts.site.name} has no door to {what} by in the story {story.name!r}",
                    expected=f"an open door with a walk node, to: {', '.join(uses)}",
                    todo="choose another story, or add the door to site.yaml",
                )
        if not any(kind in facts.halts for kind in story.halts):
            raise ScenarioError(
                f"{facts.site.name} has no place to stop at in the story {story.name!r}",
                expected=f"one of: {', '.join(story.halts)}",
                todo="choose another story, or furnish the site",
            )

    def _draw(
        self, story: Story, aims: Aims, *, number: int, count: int, duration_s: float, rng: np.random.Generator
    ) -> Way | None:
        facts = self._facts
        enter = pick(facts.list_doors(story.enter), rng)
        leave = pick(facts.list_doors(story.leave), rng)
        if enter == leave:
            return None
        low, high = aims.halts
        stops: list[Stop] = []
        kinds = [kind for kind in story.halts if kind in facts.halts]
        for _ in range(int(rng.integers(low, high + 1))):
            halt = pick(facts.halts[pick(kinds, rng)], rng)
            if any(stop.halt.zone == halt.zone and stop.halt.kind == halt.kind and halt.zone for stop in stops):
                continue
            stops.append(Stop(halt=halt, for_s=_draw_seconds(halt.kind, aims, rng)))
        nodes = [facts.get_door_node(enter), *(stop.halt.node for stop in stops), facts.get_door_node(leave)]
        shown, walked = self._make_timeline(nodes, stops)
        length_s = len(shown) * _TICK_S
        latest_s = duration_s - length_s - _END_ROOM_S
        if latest_s < _FIRST_S:
            return None
        start_s = _FIRST_S + (min(latest_s, 0.3 * duration_s) - _FIRST_S) * (number / max(1, count - 1))
        legs, cameras = count_legs(shown)
        return Way(
            enter=enter,
            at_s=(round(start_s), round(start_s) + 4.0),
            stops=tuple(stops),
            leave=leave,
            legs=legs,
            blind_s=find_gap_s(shown),
            length_s=length_s,
            cameras=tuple(self._camera_ids[c] for c in cameras),
            nodes=tuple(walked),
        )

    def _make_timeline(self, nodes: Sequence[str], stops: Sequence[Stop]) -> tuple[Mask, list[str]]:
        """Return who would show the way, [ticks, cameras], a row every half second, and the nodes passed."""
        rows: list[Mask] = []
        walked: list[str] = []
        carry_s = 0.0
        for place, (a, b) in enumerate(pairwise(nodes)):
            if place:
                rows.append(self._show_stop(stops[place - 1]))
            import networkx as nx  # noqa: PLC0415 - loaded when first needed

            if a not in self._paths:
                self._paths[a] = nx.single_source_dijkstra_path(self._facts.routes.graph, a)
            path = self._paths[a][b]
            walked += path
            for one, other in pairwise(path):
                mask, length_m = self._get_edge(one, other)
                seconds = length_m / _PACE_M_S + carry_s
                ticks = int(seconds / _TICK_S)
                carry_s = seconds - ticks * _TICK_S
                places = np.minimum(((np.arange(ticks) + 0.5) / max(ticks, 1) * len(mask)).astype(int), len(mask) - 1)
                rows.append(mask[places])
        empty = np.zeros((0, len(self._camera_ids)), dtype=np.bool_)
        return np.concatenate([empty, *rows]), walked

    def _show_stop(self, stop: Stop) -> Mask:
        ticks = max(1, int(sum(stop.for_s) / 2 / _TICK_S))
        row = self._nodes[stop.halt.node]
        if stop.halt.kind in HIDDEN:
            row = np.zeros_like(row)
        return np.repeat(row[None, :], ticks, axis=0)

    def _get_edge(self, a: str, b: str) -> tuple[Mask, float]:
        if (a, b) in self._edges:
            return self._edges[a, b]
        mask, length_m = self._edges[b, a]
        return mask[::-1], length_m

    def _look_along_edges(
        self, sightlines: Sightlines
    ) -> tuple[dict[tuple[str, str], tuple[Mask, float]], dict[str, Mask]]:
        routes = self._facts.routes
        heights = {floor.floor_id: floor.elevation_m for floor in self._facts.site.floors}
        points: list[tuple[float, float, float]] = []
        floors: list[str] = []
        spans: list[tuple[tuple[str, str], int, float]] = []

        def locate(node_id: str) -> tuple[float, float, float]:
            node = routes.nodes[node_id]
            return (*node.at, heights[node.floor] + node.z_m)

        names = sorted(routes.nodes)
        for node_id in names:
            points.append(locate(node_id))
            floors.append(routes.nodes[node_id].floor)
        for a, b in self._facts.site.walk_edges:
            start, end = locate(a), locate(b)
            length_m = math.dist(start, end)
            samples = max(1, round(length_m / _STEP_M))
            for share in (np.arange(samples) + 0.5) / samples:
                x, y, z = (float(p + share * (q - p)) for p, q in zip(start, end, strict=True))
                points.append((x, y, z))
                floors.append(routes.nodes[a if share < 0.5 else b].floor)
            spans.append(((a, b), samples, length_m))
        shown = np.zeros((len(points), len(self._camera_ids)), dtype=np.bool_)
        for column, seen in enumerate(sightlines.compute_seen(np.asarray(points), floors)):
            shown[seen.which, column] = True
        edges: dict[tuple[str, str], tuple[Mask, float]] = {}
        first = len(names)
        for key, samples, length_m in spans:
            edges[key] = (shown[first : first + samples], length_m)
            first += samples
        return edges, {name: shown[row] for row, name in enumerate(names)}


def _judge(way: Way, aims: Aims, others: Sequence[Way]) -> float:
    """Return how far a way is from the aims, with what it shares with the ways already taken; smaller is better."""
    cost = _miss(way.legs, aims.legs) + _miss(way.blind_s, aims.blind_s) / 10
    for other in others:
        shared = Counter(way.cameras) & Counter(other.cameras)
        longest = max(len(way.cameras), len(other.cameras), 1)
        cost += 0.8 * sum(shared.values()) / longest / max(1, len(others))
        cost += (
            3.0 * (way.cameras == other.cameras) + 0.5 * (way.leave == other.leave) + 0.2 * (way.enter == other.enter)
        )
    return cost


def _miss(value: float, span: tuple[float, float]) -> float:
    return max(span[0] - value, 0.0, value - span[1])


def count_legs(shown: Mask) -> tuple[int, list[int]]:
    """Return how many stretches on camera of 0.8 s or more there are, and their cameras in order of their beginning.

    `shown` is [ticks, cameras], a row every half second; gaps of up to 2 s belong to a stretch.
    """
    legs: list[tuple[int, int]] = []
    for camera in np.flatnonzero(shown.any(axis=0)):
        ticks = np.flatnonzero(shown[:, camera])
        for part in np.split(ticks, np.flatnonzero(np.diff(ticks) * _TICK_S > SAME_LEG_S) + 1):
            if (part[-1] - part[0] + 1) * _TICK_S >= SHOWN_LEAST_S:
                legs.append((int(part[0]), int(camera)))
    return len(legs), [camera for _, camera in sorted(legs)]


def find_gap_s(shown: Mask) -> float:
    """Return the longest time in seconds between two ticks [ticks, cameras] in which any camera shows the way."""
    ticks = np.flatnonzero(shown.any(axis=1))
    return float(np.diff(ticks).max(initial=1) - 1) * _TICK_S


def _draw_seconds(kind: HaltKind, aims: Aims, rng: np.random.Generator) -> tuple[float, float]:
    if kind in HIDDEN:
        low, high = aims.blind_s
        start = float(rng.uniform(max(6.0, low * 0.7), max(8.0, high * 0.85)))
    else:
        low, high = _HALT_S[kind]
        start = float(rng.uniform(low, high))
    return (float(round(start)), float(round(start * 1.2)))
