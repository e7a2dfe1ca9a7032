from dataclasses import replace

import numpy as np
import pytest

from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Clip, SearchLog, Watch
from sim.scoring.time_budget import TimeUse, compute_time_budget, list_stretches
from sim.scoring.use_metrics import compute_watched_s, list_seen
from sim.truth.index import make_truth_index
from tests.support.trace_tables import WORKED_ANSWER, WORKED_LOG, make_worked_table

STARTED = SearchLog(used_s=100.0, finished=True, limit_s=360.0)
ON_TARGET = (Clip(camera_id="CAM-01", from_s=10.0, to_s=20.0),)
ON_WRONG = (Clip(camera_id="CAM-01", from_s=30.0, to_s=34.0),)


def play(camera: str | None, from_s: float, to_s: float, *, began_s: float = 0.0, speed: float = 1.0) -> Watch:
    return Watch(
        cameras=() if camera is None else (camera,),
        site_from_s=min(from_s, to_s),
        site_to_s=max(from_s, to_s),
        began_s=began_s,
        wall_s=abs((to_s - from_s) / speed),
        speed=speed,
    )


def list_used(log: SearchLog, *, target: tuple[Clip, ...] = (), wrong: tuple[Clip, ...] = ()) -> dict[str, float]:
    """Return the uses that took time."""
    budget = compute_time_budget(log, target=target, wrong=wrong)
    return {use.value: pytest.approx(seconds) for use, seconds in budget.items() if seconds > 0}


def test_the_worked_number_of_the_page() -> None:
    first = play("CAM-01", 0.0, 40.0, began_s=4.0, speed=2.0)
    again = play("CAM-01", 20.0, 40.0, began_s=30.0, speed=2.0)
    log = replace(STARTED, watches=(first, again), away=((0.0, 2.0), (60.0, 75.0)), waits=((33.0, 36.0),))
    assert list_used(log, target=ON_TARGET, wrong=ON_WRONG) == {
        "away": 17.0,
        "waiting": 3.0,
        "following": 5.0,
        "wrong-person": 3.0,
        "again": 6.0,
        "searching": 13.0,
        "paused": 53.0,
    }


def test_a_picture_that_stands_still_while_playing_shows_who_is_in_it() -> None:
    stuck = Watch(cameras=("CAM-01",), site_from_s=15.0, site_to_s=15.0, began_s=10.0, wall_s=7.0, speed=1.0)
    assert list_used(replace(STARTED, watches=(stuck,)), target=ON_TARGET) == {"following": 7.0, "paused": 93.0}


def test_what_was_stepped_through_is_paused_and_has_been_seen() -> None:
    steps = Watch(cameras=("CAM-02",), site_from_s=0.0, site_to_s=5.0, began_s=9.0, wall_s=0.0, speed=0.0)
    log = replace(STARTED, watches=(steps, play("CAM-02", 0.0, 8.0, began_s=10.0)))
    assert list_used(log) == {"again": 5.0, "searching": 3.0, "paused": 92.0}


def test_stretches_of_a_case_are_its_appearances_in_the_window() -> None:
    index = make_truth_index(make_worked_table())
    case = make_trace_case(index, target="P001", window_s=(5.0, 40.0), answer=WORKED_ANSWER, log=WORKED_LOG)
    assert list_stretches(case.window, case.legs)[:2] == (
        Clip(camera_id="CAM-01", from_s=5.0, to_s=9.9),
        Clip(camera_id="CAM-02", from_s=15.0, to_s=24.9),
    )
    assert list_stretches(case.window, case.claims.others) == (Clip(camera_id="CAM-02", from_s=16.0, to_s=21.9),)


def test_the_worked_number_of_the_grid() -> None:
    watches = (play("CAM-01", 5.0, 25.0), play("CAM-01", 20.0, 25.0), play("CAM-09", 0.0, 30.0))
    grid = compute_watched_s(watches, camera_ids=("CAM-01", "CAM-02"), edges_s=(0.0, 10.0, 20.0, 30.0))
    assert grid.tolist() == [[5.0, 10.0, 10.0], [0.0, 0.0, 0.0]]
    assert list_seen(watches, "CAM-01") == [(5.0, 25.0)]


def classify_slowly(log: SearchLog, target: tuple[Clip, ...], wrong: tuple[Clip, ...]) -> dict[TimeUse, float]:
    """Look at the middle of every half second; every span begins and ends at a whole one."""
    counts = dict.fromkeys(TimeUse, 0.0)
    for half in range(int(log.used_s * 2)):
        at_s = half / 2 + 0.25
        counts[_classify(log, at_s, target, wrong)] += 0.5
    return counts


def _classify(log: SearchLog, at_s: float, target: tuple[Clip, ...], wrong: tuple[Clip, ...]) -> TimeUse:
    for use, spans in ((TimeUse.AWAY, log.away), (TimeUse.WAITING, log.waits)):
        if any(low <= at_s < high for low, high in spans):
            return use
    playing = [(n, w) for n, w in enumerate(log.watches) if w.began_s <= at_s < w.began_s + w.wall_s]
    if not playing:
        return TimeUse.PAUSED
    ((number, watch),) = playing
    passed_s = at_s - watch.began_s
    site_s = watch.site_from_s + passed_s if watch.speed > 0 else watch.site_to_s - passed_s
    for use, stretches in ((TimeUse.FOLLOWING, target), (TimeUse.WRONG_PERSON, wrong)):
        if any(s.camera_id in watch.cameras and s.from_s <= site_s <= s.to_s for s in stretches):
            return use
    before = log.watches[:number]
    is_known = any(set(w.cameras) & set(watch.cameras) and w.site_from_s <= site_s <= w.site_to_s for w in before)
    return TimeUse.AGAIN if is_known else TimeUse.SEARCHING


@pytest.mark.parametrize("seed", range(40))
def test_every_second_is_counted_once_as_a_plain_twin_counts_it(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def draw_span(most: int) -> tuple[float, float]:
        low, high = sorted(rng.choice(most, size=2, replace=False).tolist())
        return float(low), float(high)

    watches, at = [], 0.0
    for _ in range(12):
        low, high = draw_span(40)
        at += float(rng.integers(0, 5))
        camera = rng.choice(["CAM-01", "CAM-02", "CAM-03"])
        backwards = rng.random() < 0.3
        ends = (high, low) if backwards else (low, high)
        watches.append(play(str(camera), *ends, began_s=at, speed=-1.0 if backwards else 1.0))
        at += high - low
    stretches = [Clip(camera_id=f"CAM-{n:02}", from_s=a, to_s=b) for n in (1, 2, 3) for a, b in [draw_span(40)]]
    log = replace(
        STARTED, used_s=120.0, watches=tuple(watches), away=(draw_span(120),), waits=(draw_span(120), draw_span(120))
    )
    target, wrong = tuple(stretches[:2]), tuple(stretches[2:])
    budget = compute_time_budget(log, target=target, wrong=wrong)
    assert sum(budget.values()) == pytest.approx(120.0, abs=1e-9)
    assert dict(budget) == pytest.approx(classify_slowly(log, target, wrong))
