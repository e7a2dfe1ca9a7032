"""Where a camera hangs and how it looks, from points that somebody clicked on the plan and in its picture.

Least squares over position, yaw, pitch, roll, field of view and lens (Hartley & Zisserman 2004, chapter 7, with the
division model of `sim.site.camera`). Clicks are few and some are wrong, so a soft L1 loss finds the way and a Cauchy
loss the end: a wrong one counts little. What is usual for a camera weighs in as weak priors; its height does not.

Which points to click next comes from a greedy A-optimal design (Pukelsheim 2006, chapter 9): of the points that the
plan has, take the one that makes the mean variance of people's places on the floor smallest, then the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, least_squares
from shapely import prepare
from shapely.geometry import Point, Polygon

from sim.errors import SiteError
from sim.site.camera import CameraView, place_view
from sim.site.model import PointXY, PointXYZ, Site
from sim.site.plan import WALL_THICKNESS_M

FloatArray = NDArray[np.float64]
LEAST_PAIRS = 6
GOOD_PAIRS = 10
_CLICK_PX, _PLAN_M, _RISE_M = 2.0, 0.05, 0.03
"""What a careful click is off by in a picture 960 pixels wide, on a good plan, and in height: standard deviations."""
_WIDTH_PX = 960
_FROM_WALL_M = WALL_THICKNESS_M / 2 + 0.1
_PLACE_SD_M, _ROLL_SD_DEG = 1.0, 3.0
_USUAL_HFOV, _USUAL_K1 = (85.0, 20.0), (-0.06, 0.08)
_SHEET_SD_DEG = 1.5
_OVER_FLOOR_M = (0.4, 12.0)
_LOW = np.array([-np.inf, -np.inf, 0.5, -np.inf, -89.0, -25.0, 20.0, -0.45])
_HIGH = np.array([np.inf, np.inf, 12.0, np.inf, 40.0, 25.0, 135.0, 0.0])
_SCALE = np.array([1.0, 1.0, 0.5, 10.0, 10.0, 3.0, 10.0, 0.1])
_STARTS = tuple((hfov, pitch, turn) for turn in (0.0, 25.0, -25.0) for hfov, pitch in ((80, -18), (95, -30), (60, -10)))
_GOOD_COST = 4.0
_ODD = 3.0
"""How many times what is usual an error may be before it weighs less."""
_BEHIND, _FARTHEST_PX = 100.0, 800.0
_ROUGH_STEPS, _FINE_STEPS = 30, 80
_STEP_M = 1e-4
_BAD_SHARE, _BAD_PX = 4.0, 8.0
_FLAT_SHARE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPair:
    site_m: PointXYZ
    picture_px: PointXY


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraGuess:
    at: PointXY  # where it was put on the plan, meters
    yaw_deg: float  # which way it was pointed there
    z_m: float  # how high it may hang, site meters: where the search begins, no more
    ground_m: float  # its floor, site meters
    inside: Polygon | None = None  # the space that it hangs in, None for outdoors
    hfov_deg: float | None = None  # horizontal field of view by its data sheet, None where unknown


def make_guess(
    site: Site, floor_id: str, at: PointXY, *, yaw_deg: float, over_floor_m: float, hfov_deg: float | None = None
) -> CameraGuess:
    ground_m = next(f.elevation_m for f in site.floors if f.floor_id == floor_id)
    rooms = [Polygon(s.polygon) for s in site.spaces if s.floor == floor_id and s.kind != "outdoor"]
    return CameraGuess(
        at=at,
        yaw_deg=yaw_deg,
        z_m=ground_m + over_floor_m,
        ground_m=ground_m,
        inside=next((room for room in rooms if room.covers(Point(at))), None),
        hfov_deg=hfov_deg,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFit:
    position_m: PointXYZ  # [3] site meters
    turn_deg: tuple[float, float, float]  # yaw, pitch, roll as `CameraSpec` has them
    # hfov_deg, k1: its lens
    hfov_deg: float
    k1: float
    size_wh: tuple[int, int]  # of the picture that was clicked in, pixels
    residuals_px: FloatArray  # [n] how far each pair's point in the picture is from where this camera shows it
    bad: tuple[int, ...]  # the numbers of pairs that fit none of the others, the worst first

    @property
    def values(self) -> FloatArray:
        """The eight numbers [x, y, z, yaw, pitch, roll, field of view, k1]."""
        return np.array([*self.position_m, *self.turn_deg, self.hfov_deg, self.k1], dtype=np.float64)

    def make_view(self) -> CameraView:
        return place(self.values, self.size_wh)


def fit_camera(pairs: Sequence[PointPair], guess: CameraGuess, *, size_wh: tuple[int, int]) -> CameraFit:
    """Return the camera that shows the points where they were clicked.

    Ten pairs, spread over the picture and one of them in its lower third, give a floor error of 0.1 m.
    """
    site_m = np.array([pair.site_m for pair in pairs], dtype=np.float64).reshape(-1, 3)
    picture_px = np.array([pair.picture_px for pair in pairs], dtype=np.float64).reshape(-1, 2)
    if len(site_m) < LEAST_PAIRS:
        raise SiteError(
            f"a camera cannot be found from {len(site_m)} points",
            expected=f"at least {LEAST_PAIRS}, better {GOOD_PAIRS}",
            todo="add points that you can find on the plan and in the picture, such as door corners",
        )
    for points, where in ((site_m, "on the plan"), (picture_px, "in the picture")):
        spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
        if spread[1] < _FLAT_SHARE * max(float(spread[0]), 1e-9):
            raise SiteError(
                f"the points lie on one line {where}",
                expected="points to the left and right, near and far",
                todo="add points away from that line",
            )
    problem = _Problem(site_m=site_m, picture_px=picture_px, guess=guess, size_wh=size_wh)
    best = problem.solve()
    found, _ = place(best, problem.size_wh).compute_pixels(problem.site_m)
    residuals_px = np.asarray(np.linalg.norm(found - problem.picture_px, axis=1))
    x, y, z, yaw, pitch, roll, hfov, k1 = (float(value) for value in best)
    return CameraFit(
        position_m=(x, y, z),
        turn_deg=((yaw + 180) % 360 - 180, pitch, roll),
        hfov_deg=hfov,
        k1=k1,
        size_wh=size_wh,
        residuals_px=residuals_px,
        bad=_find_bad(residuals_px, problem.compute_oddness(best), size_wh),
    )


def _find_bad(residuals_px: FloatArray, oddness: FloatArray, size_wh: tuple[int, int]) -> tuple[int, ...]:
    ordinary = max(float(np.median(residuals_px)), _CLICK_PX * _scale_px(size_wh))
    limit = max(_BAD_SHARE * ordinary, _BAD_PX * _scale_px(size_wh))
    return tuple(
        int(number)
        for number in np.argsort(-residuals_px)
        if residuals_px[number] > limit and oddness[number] > _BAD_SHARE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """The eight numbers sought are x, y, z, yaw, pitch, roll, horizontal field of view, k1."""

    site_m: FloatArray
    picture_px: FloatArray
    guess: CameraGuess
    size_wh: tuple[int, int]

    def solve(self) -> FloatArray:
        """Return the eight numbers: from several starts with equal weights, then with what each click can tell."""
        low, high, room = self._find_bounds()
        equal = np.broadcast_to(np.eye(2) / (_CLICK_PX * _scale_px(self.size_wh)), (len(self.site_m), 2, 2))
        best: OptimizeResult | None = None
        for hfov, pitch, turn in _STARTS:
            field = self.guess.hfov_deg or hfov
            start = np.array([*self.guess.at, self.guess.z_m, self.guess.yaw_deg + turn, pitch, 0.0, field, -0.05])
            found = self._improve(start, low, high, room, equal, loss="soft_l1", most=_ROUGH_STEPS)
            if best is None or found.cost < best.cost:
                best = found
            if best.cost < _GOOD_COST * len(self.site_m):
                break
        assert best is not None
        weights = compute_weights(place(best.x, self.size_wh), self.site_m)
        return np.asarray(
            self._improve(best.x, low, high, room, weights, loss="cauchy", most=_FINE_STEPS).x, dtype=np.float64
        )

    def compute_oddness(self, values: FloatArray) -> FloatArray:
        """Return how far each point is off, [n], in standard deviations of what a click there may be off."""
        view = place(values, self.size_wh)
        found, _ = view.compute_pixels(self.site_m)
        off = np.einsum("nij,nj->ni", compute_weights(view, self.site_m), found - self.picture_px)
        return np.asarray(np.linalg.norm(off, axis=1))

    def _improve(
        self,
        start: FloatArray,
        low: FloatArray,
        high: FloatArray,
        room: Polygon | None,
        weights: FloatArray,
        *,
        loss: Literal["soft_l1", "cauchy"],
        most: int,
    ) -> OptimizeResult:
        return least_squares(
            self._compute_errors,
            np.clip(start, low + 1e-4, high - 1e-4),
            bounds=(low, high),
            loss=loss,
            f_scale=_ODD,
            x_scale=_SCALE,
            max_nfev=most,
            args=(room, weights),
        )

    def _compute_errors(self, values: FloatArray, room: Polygon | None, weights: FloatArray) -> FloatArray:
        found, depth_m = place(values, self.size_wh).compute_pixels(self.site_m)
        off = np.einsum("nij,nj->ni", weights, np.clip(found - self.picture_px, -_FARTHEST_PX, _FARTHEST_PX))
        off = np.where(depth_m[:, None] < 0.1, _BEHIND + np.abs(off) * 0.01, off)
        usual, spread = describe_usual(self.guess)
        outside = [] if room is None else [room.distance(Point(values[:2])) / 0.02]
        known = np.isfinite(spread)
        return np.concatenate([off.ravel(), (values - usual)[known] / spread[known], outside])

    def _find_bounds(self) -> tuple[FloatArray, FloatArray, Polygon | None]:
        low, high = _LOW.copy(), _HIGH.copy()
        low[2], high[2] = (self.guess.ground_m + over_m for over_m in _OVER_FLOOR_M)
        room = None if self.guess.inside is None else self.guess.inside.buffer(-_FROM_WALL_M, join_style="mitre")
        if room is None or room.is_empty:
            return low, high, None
        prepare(room)
        low[:2], high[:2] = room.bounds[:2], room.bounds[2:]
        return low, high, room


def place(values: FloatArray, size_wh: tuple[int, int]) -> CameraView:
    x, y, z, yaw, pitch, roll, hfov, k1 = (float(value) for value in values)
    return place_view(position_m=(x, y, z), turn_deg=(yaw, pitch, roll), hfov_deg=hfov, k1=k1, size_wh=size_wh)


def describe_usual(guess: CameraGuess) -> tuple[FloatArray, FloatArray]:
    """Return what the eight numbers are expected to be and their standard deviations, infinite for what is open."""
    hfov, hfov_sd = _USUAL_HFOV if guess.hfov_deg is None else (guess.hfov_deg, _SHEET_SD_DEG)
    usual = np.array([*guess.at, guess.z_m, 0.0, 0.0, 0.0, hfov, _USUAL_K1[0]])
    spread = np.array([_PLACE_SD_M, _PLACE_SD_M, np.inf, np.inf, np.inf, _ROLL_SD_DEG, hfov_sd, _USUAL_K1[1]])
    return usual, spread


def compute_weights(view: CameraView, site_m: FloatArray) -> FloatArray:
    """Return [n, 2, 2]: what turns the error in pixels of a click at a point [n, 3] into independent unit errors.

    A click in the picture is off by `CLICK_PX`, one on the plan by `PLAN_M`, a height by `RISE_M`: near the camera the
    plan's error is many pixels, and it is so in one direction of the picture only.
    """
    pixels, _ = view.compute_pixels(site_m)
    moves = [(view.compute_pixels(site_m + step)[0] - pixels) / _STEP_M for step in np.eye(3) * _STEP_M]
    spread = np.broadcast_to(np.eye(2) * (_CLICK_PX * _scale_px(view.size_wh)) ** 2, (len(site_m), 2, 2)).copy()
    for move, error_m in zip(moves, (_PLAN_M, _PLAN_M, _RISE_M), strict=True):
        spread += error_m**2 * move[:, :, None] * move[:, None, :]
    return np.asarray(np.linalg.inv(np.linalg.cholesky(spread)))


def _scale_px(size_wh: tuple[int, int]) -> float:
    return size_wh[0] / _WIDTH_PX


_STEPS = np.array([1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-5])
_WALK_STEP_M = 1e-3
_RAYLEIGH_MEDIAN = 1.18


def suggest_points(
    fit: CameraFit,
    guess: CameraGuess,
    *,
    clicked_m: FloatArray,
    candidates_m: FloatArray,
    walked_m: FloatArray,
    count: int,
) -> tuple[int, ...]:
    """Return the numbers of the candidates to click next, the most useful first."""
    known, moves = _compute_known(fit, guess, clicked_m), _compute_moves_m(fit, walked_m)
    told = _compute_information(fit, candidates_m)
    chosen: list[int] = []
    for _ in range(min(count, len(candidates_m))):
        spreads = np.linalg.inv(known + told)
        variances = np.einsum("mij,njk,mik->n", moves, spreads, moves)
        variances[chosen] = np.inf
        best = int(variances.argmin())
        chosen.append(best)
        known = known + told[best]
    return tuple(chosen)


def estimate_error_m(fit: CameraFit, guess: CameraGuess, *, clicked_m: FloatArray, walked_m: FloatArray) -> float:
    """Return how far people on the floor [n, 3] are likely to be from their place: the root of the mean square."""
    moves = _compute_moves_m(fit, walked_m)
    spread = np.linalg.inv(_compute_known(fit, guess, clicked_m))
    usual_px = _CLICK_PX * _scale_px(fit.size_wh) * _RAYLEIGH_MEDIAN
    worse = max(1.0, float(np.median(fit.residuals_px)) / usual_px)
    return worse * float(np.sqrt(np.einsum("mij,jk,mik->m", moves, spread, moves).mean()))


def _compute_known(fit: CameraFit, guess: CameraGuess, clicked_m: FloatArray) -> FloatArray:
    _, spread = describe_usual(guess)
    usual = np.diag(np.where(np.isfinite(spread), 1 / spread**2, 0.0))
    return np.asarray(_compute_information(fit, clicked_m).sum(axis=0) + usual)


def _compute_moves_m(fit: CameraFit, walked_m: FloatArray) -> FloatArray:
    """Return how places on the floor [n, 3] move with each of the eight numbers: [n, 2, 8] meters a unit."""
    view: CameraView = fit.make_view()
    pixels, _ = view.compute_pixels(walked_m)
    steps: Sequence[FloatArray] = [np.array([_WALK_STEP_M, 0.0, 0.0]), np.array([0.0, _WALK_STEP_M, 0.0])]
    on_floor = np.stack([(view.compute_pixels(walked_m + step)[0] - pixels) / _WALK_STEP_M for step in steps], axis=2)
    return np.asarray(-np.linalg.solve(on_floor, _compute_moves_px(fit, walked_m)))


def _compute_information(fit: CameraFit, site_m: FloatArray) -> FloatArray:
    """Return what each point [n, 3] tells of the eight numbers: [n, 8, 8]."""
    weights = compute_weights(fit.make_view(), site_m)
    whitened = weights @ _compute_moves_px(fit, site_m)
    return np.asarray(np.swapaxes(whitened, 1, 2) @ whitened)


def _compute_moves_px(fit: CameraFit, site_m: FloatArray) -> FloatArray:
    """Return how points [n, 3] move in the picture with each of the eight numbers: [n, 2, 8] pixels a unit."""
    values = fit.values
    pixels, _ = fit.make_view().compute_pixels(site_m)
    columns = []
    for number, step in enumerate(_STEPS):
        moved, _ = place(values - step * np.eye(8)[number], fit.size_wh).compute_pixels(site_m)
        columns.append((pixels - moved) / step)
    return np.stack(columns, axis=2)
