"""One step of everybody together: what ORCA proposes, smoothed to what legs can do, and never into anybody or a wall.

ORCA: van den Berg, Guy, Lin, Manocha (2011), doi:10.1007/978-3-642-19457-3_1, in float32 by `pyrvo` on one thread. It
only proposes velocities: they are rounded to 0.1 mm/s and integrated here in float64, so that machines whose float32
arithmetic differs in the last digit agree.
"""

import math
from collections.abc import Sequence

import numpy as np
import pyrvo
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.crowd.people.people import Aid, Person
from sim.crowd.places.errands import Act, Away, Errand, Leave, Pass, Stop
from sim.crowd.places.ground import Ground, Landings
from sim.crowd.places.routes import Need, Place, RouteMap
from sim.crowd.walking.walker import Mode, Walker
from sim.site.model import PointXY


def find_goal(routes: RouteMap, errand: Errand) -> Place:
    match errand:
        case Stop() | Act():
            return errand.spot.place
        case Pass():
            return routes.get_node_place(errand.nodes[-1])
        case Away() | Leave():
            return routes.get_node_place(routes.get_door_node(errand.door_id))


def find_need(person: Person) -> Need:
    return Need.WHEELS if person.aid is Aid.WHEELCHAIR else Need.FEET


def name_errand(errand: Errand) -> str:
    """Return an errand in a few words: "to locker on floor 1", "out by door a-boys"."""
    match errand:
        case Stop() | Act():
            return f"to {errand.spot.pose.name.lower()} on floor {errand.spot.place.floor}"
        case Pass():
            return f"by {', '.join(errand.nodes)}"
        case Away() | Leave():
            return f"out by door {errand.door_id}"


GAP_M = 0.53
"""Nobody steps nearer to another: a grown man is 0.49 m wide from arm to arm, and arms swing. Between middles."""


WALL_GAP_M = 0.14

_FLOOR_APART_M = 400.0
_PARKED_M = 4000.0
_SPEED_UP_M_S2, _TURN_M_S2, _SLOW_DOWN_M_S2 = 1.2, 1.8, 2.6
_STANDSTILL_M_S = 0.1
MAX_SPEED_M_S = 1.75
SAME_LEVEL_M = 1.2
_PAIR_REACH_M = 1.0
_WALKING_M, _SQUEEZED_M, _STANDING_M = 0.28, 0.268, 0.28
"""Radius of somebody on the way, of one who has not got on for a while, and of one who stands."""
_ROOM_M = {Aid.NONE: 0.0, Aid.WHEELCHAIR: 0.18, Aid.CRUTCHES: 0.06}
_SIDESTEP_M_S = 0.6


class Avoidance:
    """The ORCA simulator over all floors, laid out side by side, and the checks that a step has to pass.

    People on a landing that two floors share are seen from both: the other floor has a ghost of them.
    """

    def __init__(self, grounds: Sequence[Ground], count: int, step_s: float) -> None:
        self._step_s = step_s
        self._grounds = {ground.floor: ground for ground in grounds}
        self._shift_m = {ground.floor: index * _FLOOR_APART_M for index, ground in enumerate(grounds)}
        self._landings = Landings(grounds)
        self._sim = pyrvo.RVOSimulator(step_s, 4.0, 10, 1.6, 0.5, _WALKING_M, MAX_SPEED_M_S)
        for ground in grounds:
            for ring in ground.rings:
                self._sim.add_obstacle([(x + self._shift_m[ground.floor], y) for x, y in ring])
        self._sim.process_obstacles()
        self._count = count
        agents = 2 * count if self._landings else count
        self._parked = [True] * agents
        for number in range(agents):
            self._sim.add_agent((_PARKED_M, 20.0 * number))

    def step(self, walkers: Sequence[Walker], wishes: dict[int, PointXY]) -> None:
        """Move all who are present one step; `wishes`, m/s, of those who walk or make way."""
        present = [w for w in walkers if w.is_present]
        self._tell(walkers, wishes)
        self._sim.do_step()
        moves = np.zeros((len(present), 2))
        for row, walker in enumerate(present):
            if walker.number in wishes:
                proposed = self._sim.get_agent_velocity(walker.number).to_tuple()
                moves[row] = self._limit(walker, proposed, wishes[walker.number])
            elif walker.mode in (Mode.SITTING_DOWN, Mode.STANDING_UP):
                x, y = walker.glide(self._step_s)
                moves[row] = ((x - walker.at[0]) / self._step_s, (y - walker.at[1]) / self._step_s)
        self._keep_to_flights(present, moves)
        self._stop_at_walls(present, moves)
        held = self._stop_at_people(present, moves)
        for row, walker in enumerate(present):
            vx, vy = float(moves[row, 0]), float(moves[row, 1])
            walker.velocity = (vx, vy)
            walker.at = (round(walker.at[0] + vx * self._step_s, 7), round(walker.at[1] + vy * self._step_s, 7))
            if walker.mode in (Mode.SITTING_DOWN, Mode.STANDING_UP) and not held[row]:
                walker.glide_s += self._step_s
        self._lift(present)

    def _lift(self, present: Sequence[Walker]) -> None:
        for floor, ground in self._grounds.items():
            here = [w for w in present if w.floor == floor]
            if not here:
                continue
            at = np.asarray([w.at for w in here])
            heights = ground.compute_heights_m(at)
            flights = ground.find_flights(at)
            for walker, z_m, flight in zip(here, heights, flights, strict=True):
                walker.z_m, walker.is_on_flight = float(z_m), bool(flight >= 0)

    def _tell(self, walkers: Sequence[Walker], wishes: dict[int, PointXY]) -> None:
        for walker in walkers:
            number = walker.number
            if not walker.is_present:
                if not self._parked[number]:
                    self._park(number)
                    self._park(number + self._count)
                continue
            wish = wishes.get(number)
            self._place(number, walker, walker.floor, wish)
            if self._landings:
                other = self._landings.find_other_floor(walker.floor, walker.at)
                if other is None:
                    self._park(number + self._count)
                else:
                    self._place(number + self._count, walker, other, walker.velocity)

    def _park(self, agent: int) -> None:
        if agent < len(self._parked) and not self._parked[agent]:
            self._sim.set_agent_position(agent, (_PARKED_M, 20.0 * agent))
            self._sim.set_agent_velocity(agent, (0.0, 0.0))
            self._sim.set_agent_pref_velocity(agent, (0.0, 0.0))
            self._parked[agent] = True

    def _place(self, agent: int, walker: Walker, floor: str, wish: PointXY | None) -> None:
        self._parked[agent] = False
        self._sim.set_agent_position(agent, (walker.at[0] + self._shift_m[floor], walker.at[1]))
        self._sim.set_agent_velocity(agent, walker.velocity)
        self._sim.set_agent_pref_velocity(agent, wish or (0.0, 0.0))
        self._sim.set_agent_radius(agent, self._choose_radius_m(walker, stands=wish is None))
        fastest = max(MAX_SPEED_M_S, walker.pace_m_s) if walker.mode is Mode.WALKING else _SIDESTEP_M_S
        self._sim.set_agent_max_speed(agent, 0.0 if wish is None else fastest)

    def _limit(self, walker: Walker, proposed: PointXY, wish: PointXY) -> PointXY:
        vx, vy = walker.velocity
        ax, ay = round(proposed[0], 4) - vx, round(proposed[1], 4) - vy
        change = math.hypot(ax, ay)
        slows = math.hypot(*proposed) < math.hypot(vx, vy)
        most = (_SLOW_DOWN_M_S2 if slows else _TURN_M_S2) * self._step_s
        if change > most:
            ax, ay = ax * most / change, ay * most / change
        nx, ny = vx + ax, vy + ay
        fastest = math.hypot(vx, vy) + _SPEED_UP_M_S2 * self._step_s
        share = min(1.0, fastest / max(math.hypot(nx, ny), fastest))
        nx, ny = round(nx * share, 4), round(ny * share, 4)
        if math.hypot(nx, ny) < _STANDSTILL_M_S and math.hypot(*wish) < 2 * _STANDSTILL_M_S:
            return (0.0, 0.0)
        return (nx, ny)

    def _choose_radius_m(self, walker: Walker, *, stands: bool) -> float:
        more_m = _ROOM_M[walker.itinerary.person.aid]
        if stands:
            return _STANDING_M + more_m
        return (_WALKING_M if walker.stuck < 3 else _SQUEEZED_M) + more_m

    def _stop_at_walls(self, present: Sequence[Walker], moves: NDArray[np.float64]) -> None:
        for floor, ground in self._grounds.items():
            rows = [
                row for row, w in enumerate(present) if w.floor == floor and w.mode is Mode.WALKING and moves[row].any()
            ]
            if not rows:
                continue
            now = np.asarray([present[row].at for row in rows])
            bad = ground.find_hits(now, now + moves[rows] * self._step_s, gap_m=WALL_GAP_M)
            moves[np.asarray(rows)[bad]] = 0.0

    def _keep_to_flights(self, present: Sequence[Walker], moves: NDArray[np.float64]) -> None:
        """Take back what of a step leads back on a flight of stairs, or on to one that is not, or no longer, ahead."""
        for floor, ground in self._grounds.items():
            rows = [row for row, w in enumerate(present) if w.floor == floor and moves[row].any()]
            after = np.asarray([present[row].at for row in rows]).reshape(-1, 2) + moves[rows] * self._step_s
            flights = ground.find_flights(after)
            for place in np.flatnonzero(flights >= 0):
                row, ramp = rows[place], ground.plan.ramps[flights[place]]
                walker = present[row]
                up = np.subtract(ramp.top, ramp.foot) / math.dist(ramp.top, ramp.foot)
                ends = np.asarray([walker.origin, *walker.path])[max(0, walker.leg - walker.is_on_flight) :]
                legs = np.diff(ends, axis=0)
                climbs = legs @ up
                is_over = ground.find_flights(ends[:-1] + legs / 2) == flights[place]
                is_over &= 2 * np.abs(climbs) > np.hypot(*legs.T)  # not only across a corner of it
                speed = moves[row] @ up
                if speed * climbs[is_over][0] < 0 if is_over.any() else not walker.is_on_flight:
                    moves[row] -= speed * up

    def _stop_at_people(self, present: Sequence[Walker], moves: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Take back moves that bring two people too close; return whose [n]."""
        held = np.zeros(len(present), dtype=np.bool_)
        now = np.asarray([w.at for w in present]).reshape(-1, 2)
        pairs = find_pairs(present, reach_m=_PAIR_REACH_M)
        if len(pairs) == 0:
            return held
        a, b = pairs[:, 0], pairs[:, 1]
        rooms_m = np.asarray([_ROOM_M[w.itinerary.person.aid] for w in present])
        least_m = GAP_M + rooms_m[a] + rooms_m[b]
        gap_now = np.hypot(*(now[a] - now[b]).T)
        for _ in range(len(present)):
            after = now + moves * self._step_s
            gap_after = np.hypot(*(after[a] - after[b]).T)
            bad = (gap_after < least_m) & (gap_after < gap_now - 1e-9)
            rows = np.unique(pairs[bad])
            rows = rows[moves[rows].any(axis=1)]
            if len(rows) == 0:
                break
            moves[rows] = 0.0
            held[rows] = True
        return held


def is_free(walkers: Sequence[Walker], at: PointXY, *, z_m: float, gap_m: float, but: Walker) -> bool:
    return all(
        math.dist(w.at, at) >= gap_m
        for w in walkers
        if w is not but and w.is_present and abs(w.z_m - z_m) < SAME_LEVEL_M
    )


def find_pairs(people: Sequence[Walker], *, reach_m: float) -> NDArray[np.int64]:
    """Return pairs [n, 2] of row numbers, in ascending order, of people on one level within `reach_m` of each other."""
    if len(people) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    squeeze = reach_m / SAME_LEVEL_M
    points = np.asarray([(*w.at, w.z_m * squeeze) for w in people])
    found = cKDTree(points).query_pairs(math.hypot(reach_m, reach_m), output_type="ndarray")
    return np.asarray(found[np.lexsort((found[:, 1], found[:, 0]))], dtype=np.int64)
