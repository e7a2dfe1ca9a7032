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

from sim.crowd.ground import Ground, compute_crossings, compute_distances
from sim.crowd.walker import Mode, Walker
from sim.site.model import PointXY

MIN_GAP_M = 0.34
WALL_GAP_M = 0.14
BODY_RADIUS_M = 0.24
SQUEEZED_RADIUS_M = 0.18
STANDING_RADIUS_M = 0.26

_FLOOR_APART_M = 400.0
_PARKED_M = 4000.0
_SPEED_UP_M_S2 = 1.8
_SLOW_DOWN_M_S2 = 4.0
_STANDSTILL_M_S = 0.1
_MAX_SPEED_M_S = 1.75
_SIDESTEP_M_S = 0.6


class Avoidance:
    """The ORCA simulator over all floors, laid out side by side, and the checks that a step has to pass."""

    def __init__(self, grounds: Sequence[Ground], count: int, step_s: float) -> None:
        self._step_s = step_s
        self._grounds = {ground.floor: ground for ground in grounds}
        self._shift_m = {ground.floor: index * _FLOOR_APART_M for index, ground in enumerate(grounds)}
        self._sim = pyrvo.RVOSimulator(step_s, 4.0, 10, 1.6, 0.5, BODY_RADIUS_M, _MAX_SPEED_M_S)
        for ground in grounds:
            for ring in ground.rings:
                self._sim.add_obstacle([(x + self._shift_m[ground.floor], y) for x, y in ring])
        self._sim.process_obstacles()
        self._parked = [True] * count
        for number in range(count):
            self._sim.add_agent((_PARKED_M, 20.0 * number))

    def step(self, walkers: Sequence[Walker], wishes: dict[int, PointXY]) -> None:
        """Move everybody who is present one step.

        `wishes` holds the preferred velocity in m/s of those who walk or make way; all others stand still.
        """
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
        self._stop_at_walls(present, moves, wishes)
        held = self._stop_at_people(present, moves)
        for row, walker in enumerate(present):
            vx, vy = float(moves[row, 0]), float(moves[row, 1])
            walker.velocity = (vx, vy)
            walker.at = (round(walker.at[0] + vx * self._step_s, 7), round(walker.at[1] + vy * self._step_s, 7))
            if walker.mode in (Mode.SITTING_DOWN, Mode.STANDING_UP) and not held[row]:
                walker.glide_s += self._step_s

    def is_free(self, walkers: Sequence[Walker], floor: str, at: PointXY, *, gap_m: float, but: Walker) -> bool:
        """Tell whether nobody else is within `gap_m` of a point."""
        return all(math.dist(w.at, at) >= gap_m for w in walkers if w is not but and w.is_present and w.floor == floor)

    def _tell(self, walkers: Sequence[Walker], wishes: dict[int, PointXY]) -> None:
        sim = self._sim
        for walker in walkers:
            number = walker.number
            if not walker.is_present:
                if not self._parked[number]:
                    sim.set_agent_position(number, (_PARKED_M, 20.0 * number))
                    sim.set_agent_velocity(number, (0.0, 0.0))
                    sim.set_agent_pref_velocity(number, (0.0, 0.0))
                    self._parked[number] = True
                continue
            self._parked[number] = False
            sim.set_agent_position(number, (walker.at[0] + self._shift_m[walker.floor], walker.at[1]))
            sim.set_agent_velocity(number, walker.velocity)
            wish = wishes.get(number)
            sim.set_agent_pref_velocity(number, wish or (0.0, 0.0))
            if wish is None:
                sim.set_agent_radius(number, STANDING_RADIUS_M)
                sim.set_agent_max_speed(number, 0.0)
            else:
                sim.set_agent_radius(number, BODY_RADIUS_M if walker.stuck < 3 else SQUEEZED_RADIUS_M)
                sim.set_agent_max_speed(number, _MAX_SPEED_M_S if walker.mode is Mode.WALKING else _SIDESTEP_M_S)

    def _limit(self, walker: Walker, proposed: PointXY, wish: PointXY) -> PointXY:
        """Return the proposed velocity within what a person can speed up, slow down and bother to do."""
        vx, vy = walker.velocity
        ax, ay = round(proposed[0], 4) - vx, round(proposed[1], 4) - vy
        change = math.hypot(ax, ay)
        slows = math.hypot(*proposed) < math.hypot(vx, vy)
        most = (_SLOW_DOWN_M_S2 if slows else _SPEED_UP_M_S2) * self._step_s
        if change > most:
            ax, ay = ax * most / change, ay * most / change
        nx, ny = round(vx + ax, 4), round(vy + ay, 4)
        if math.hypot(nx, ny) < _STANDSTILL_M_S and math.hypot(*wish) < 2 * _STANDSTILL_M_S:
            return (0.0, 0.0)
        return (nx, ny)

    def _stop_at_walls(self, present: Sequence[Walker], moves: NDArray[np.float64], wishes: dict[int, PointXY]) -> None:
        for floor, ground in self._grounds.items():
            rows = [
                row for row, w in enumerate(present) if w.floor == floor and w.mode is Mode.WALKING and moves[row].any()
            ]
            if not rows:
                continue
            now = np.asarray([present[row].at for row in rows])
            after = now + moves[rows] * self._step_s
            crosses = compute_crossings(np.concatenate([now, after], axis=1), ground.segments).any(axis=1)
            gap_now = compute_distances(now, ground.segments).min(axis=1)
            gap_after = compute_distances(after, ground.segments).min(axis=1)
            bad = crosses | ((gap_after < WALL_GAP_M) & (gap_after < gap_now))
            moves[np.asarray(rows)[bad]] = 0.0

    def _stop_at_people(self, present: Sequence[Walker], moves: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Take back moves that bring two people too close; return whose [n]."""
        held = np.zeros(len(present), dtype=np.bool_)
        if len(present) < 2:
            return held
        now = np.asarray([(w.at[0] + self._shift_m[w.floor], w.at[1]) for w in present])
        gap_now = _compute_gaps(now)
        for _ in range(len(present)):
            gap_after = _compute_gaps(now + moves * self._step_s)
            bad = (gap_after < MIN_GAP_M) & (gap_after < gap_now - 1e-9)
            rows = np.flatnonzero(bad.any(axis=1) & moves.any(axis=1))
            if len(rows) == 0:
                break
            moves[rows] = 0.0
            held[rows] = True
        return held


def _compute_gaps(at: NDArray[np.float64]) -> NDArray[np.float64]:
    gaps = np.hypot(at[:, 0, None] - at[:, 0], at[:, 1, None] - at[:, 1])
    np.fill_diagonal(gaps, np.inf)
    return gaps
