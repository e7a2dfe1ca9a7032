"""The table tests/picture/clicks.md, on painted masks: `python -m tests.support.clicks_page` writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.features.library.footage_build import PlannedBuild, make_painters, plan_scenario
from sim.footage.paint.painter import CameraSources
from sim.scoring.evidence import Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.scoring.moments import find_clearest_row
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import CLICK_SHARES, SIDEWAYS_SHARE
from sim.tasks.common.task import Task
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window
from tests.support.doc_table import put_into_page
from tests.support.measured_truth import share_people
from tests.support.story_truth import load_story_index

BEGIN, END = "<!-- clicks: begin -->", "<!-- clicks: end -->"
VISIBLE_MIN = 0.6
LEGS_MIN = 3
HEIGHTS = tuple(CLICK_SHARES)
SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "morning-arrival.yaml"
PAGE = Path(__file__).resolve().parents[1] / "picture" / "clicks.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickRow:
    height: float
    clicks: int  # each on a visible pixel of somebody at least 60 % visible
    right: int  # mean whom they are on
    others: int  # mean somebody else
    passed: int  # whom a perfect searcher traces and passes, clicking each appearance once here
    searched: int  # people with at least three appearances

    @property
    def right_share(self) -> float:
        return self.right / self.clicks


def measure_clicks(
    index: TruthIndex, sources: CameraSources, *, count: int, seed: int, people: int | None = None
) -> tuple[ClickRow, ...]:
    """Click `count` times at each height, and trace everybody with three appearances by clicks at it.

    With `people` only that many are traced, and all clicks are on the pictures that these need.
    """
    rng = np.random.default_rng(seed)
    searches = _choose_searches(index)
    listed = index.appearance_rows.table_row
    able = listed[index.table.rows["visible"].to_numpy(dtype=np.float64)[listed] >= VISIBLE_MIN]
    if people is not None:
        searches = {str(one): searches[str(one)] for one in rng.choice(sorted(searches), size=people, replace=False)}
        pictures = index.table.rows.set_index(["camera_id", "frame"]).index
        able = able[pictures[able].isin(pictures[np.concatenate([*searches.values()])])]
    chosen = np.asarray(rng.choice(able, size=count, replace=count > len(able)), dtype=np.int64)
    wanted = np.unique(np.concatenate([chosen, *searches.values()]))
    points = _click(index, wanted, replace(sources, with_pixels=True), seed=seed)
    return tuple(
        _judge(index, height, points[number], chosen=chosen, searches=searches) for number, height in enumerate(HEIGHTS)
    )


def format_clicks(clicks: Sequence[ClickRow]) -> str:
    lines = [
        "| height clicked | share of simulated clicks | clicks | right | someone else | perfect searcher passes |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.height:.0%} | {CLICK_SHARES[row.height]:.0%} | {row.clicks} | {row.right_share:.2%} "
        f"| {row.others / row.clicks:.2%} | {row.passed} of {row.searched} |"
        for row in clicks
    ]
    return "\n".join(lines)


def _choose_searches(index: TruthIndex) -> Mapping[str, NDArray[np.int64]]:
    window = cut_window(index, (0.0, index.table.duration_s))
    legs = {person_id: index.find_appearances(person_id) for person_id in index.person_ids}
    return {
        person_id: np.array([find_clearest_row(window, leg.number) for leg in own], dtype=np.int64)
        for person_id, own in legs.items()
        if len(own) >= LEGS_MIN
    }


def _click(
    index: TruthIndex, wanted: NDArray[np.int64], sources: CameraSources, *, seed: int
) -> list[dict[int, tuple[float, float]]]:
    rows = index.table.rows.iloc[wanted].assign(table_row=wanted)
    shared = share_people(sources)
    found: list[dict[int, tuple[float, float]]] = [{} for _ in HEIGHTS]
    for _, part in rows.groupby("camera_id"):
        for all_points, own in zip(found, _click_camera(part.sort_values("frame"), shared, seed=seed), strict=True):
            all_points.update(own)
    return found


def _click_camera(rows: pd.DataFrame, sources: CameraSources, *, seed: int) -> list[dict[int, tuple[float, float]]]:
    source = sources(str(rows["camera_id"].iloc[0]))
    width, height = sources.size_wh
    points: list[dict[int, tuple[float, float]]] = [{} for _ in HEIGHTS]
    for frame, people in rows.groupby("frame"):
        seen = {sighting.person_id: sighting for sighting in source.paint(int(str(frame)))[1]}
        for table_row, person_id in zip(people["table_row"], people["person_id"], strict=True):
            sighting = seen[person_id]
            if sighting.pixels is None:
                raise ValueError("the painter tells no pixels")
            rng = np.random.default_rng([seed, int(table_row)])
            for own, share in zip(points, HEIGHTS, strict=True):
                x, y = _pick_pixel(sighting.pixels, sighting.box_xyxy, share, rng)
                own[int(table_row)] = (x / width, y / height)
    return points


def _pick_pixel(
    pixels: NDArray[np.int64], box: tuple[float, float, float, float], share: float, rng: np.random.Generator
) -> tuple[float, float]:
    x1, y1, x2, y2 = box
    y = y1 + share * (y2 - y1)
    x = (x1 + x2) / 2 + rng.uniform(-SIDEWAYS_SHARE, SIDEWAYS_SHARE) * (x2 - x1)
    off = np.abs(pixels + 0.5 - (x, y))
    column, row = pixels[np.lexsort((off[:, 0], off[:, 1]))[0]]
    inside = rng.uniform(0.0, 1.0, 2)
    return float(column + inside[0]), float(row + inside[1])


def _judge(
    index: TruthIndex,
    height: float,
    points: Mapping[int, tuple[float, float]],
    *,
    chosen: Sequence[int] | NDArray[np.int64],
    searches: Mapping[str, NDArray[np.int64]],
) -> ClickRow:
    person = index.table.rows["person_id"].to_numpy(dtype=object)
    found = resolve_marks(index, [_make_mark(index, int(row), points) for row in chosen]).person
    codes = np.array([index.get_person_code(str(person[row])) for row in chosen])
    return ClickRow(
        height=height,
        clicks=len(codes),
        right=int((found == codes).sum()),
        others=int(((found != codes) & (found != NOBODY)).sum()),
        passed=sum(_passes(index, person_id, rows, points) for person_id, rows in searches.items()),
        searched=len(searches),
    )


def _passes(
    index: TruthIndex, person_id: str, rows: NDArray[np.int64], points: Mapping[int, tuple[float, float]]
) -> bool:
    task = Task(type="trace", target=person_id, window_s=(0.0, index.table.duration_s))
    task_type = get_task_type(task.type)
    marks = tuple(_make_mark(index, int(row), points) for row in rows)
    card = task_type.score(task, replace(task_type.answer_perfectly(task, index), marks=marks), index)
    return False not in card.criteria.values()


def _make_mark(index: TruthIndex, table_row: int, points: Mapping[int, tuple[float, float]]) -> Mark:
    row = index.table.rows.iloc[table_row]
    x, y = points[table_row]
    return Mark(camera_id=str(row["camera_id"]), t_s=float(row["t_s"]), x=x, y=y)


def make_mask_painters(planned: PlannedBuild) -> CameraSources:
    return replace(make_painters(planned), only_masks=True)


if __name__ == "__main__":
    painters = make_mask_painters(plan_scenario(SCENARIO))
    measured = measure_clicks(load_story_index(), painters, count=6000, seed=1)
    put_into_page(PAGE, format_clicks(measured), begin=BEGIN, end=END)
