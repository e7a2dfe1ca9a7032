"""A new scenario file: drafted for a site, checked by letting its crowd walk, with what it is likely to be."""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sim.crowd.generator.draft import Draft, Wish, make_draft
from sim.crowd.generator.levels import AIMS
from sim.crowd.generator.ways import Sightlines
from sim.crowd.people.people import Crowd
from sim.crowd.scenario.faults import ClockOffset
from sim.crowd.scenario.scenario import Scenario, load_scenario
from sim.db.engine import make_private
from sim.errors import BeatMissedError, ScenarioError
from sim.features.library.footage_build import PlannedBuild, plan_scenario
from sim.features.library.forms import LevelChoice, choose_for_level
from sim.footage.build.assemble import BuildPlan
from sim.site.model import load_site
from sim.truth.index import TruthIndex, make_truth_index
from sim.truth.table import make_truth_table


def write_draft(draft: Draft, *, remarks: Sequence[str]) -> str:
    lines = [f"# {remark}" for remark in remarks]
    lines += [f"{key}: {_write_value(value)}" for key, value in draft.head.items()]
    lines += ["", "days:"]
    for number, section in enumerate(draft.sections):
        if section.days:
            lines += ["", f"  # {section.remark}"] if number else [f"  # {section.remark}"]
        for day, remark in zip(section.days, section.remarks, strict=True):
            lines += _write_day(day, remark)
    for key, remark, rows in draft.tail:
        lines += ["", f"# {remark}", f"{key}:"]
        lines += [f"  - {_write_value(row)}" for row in rows]
    return "\n".join(lines) + "\n"


def _write_day(day: Mapping[str, Any], remark: str) -> list[str]:
    lines = [f"  # {remark}"] if remark else []
    for number, (key, value) in enumerate(day.items()):
        lead = "  - " if number == 0 else "    "
        if key in ("arrive", "steps") and (key == "steps" or len(value) > 1):
            lines.append(f"{lead}{key}:")
            lines += [f"      - {_write_value(row)}" for row in value]
        else:
            lines.append(f"{lead}{key}: {_write_value(value)}")
    return lines


def _write_value(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_write_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_write_value(inner) for inner in value) + "]"
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def estimate_truth(plan: BuildPlan) -> TruthIndex:
    crowd = plan.crowd
    every = max(1, round(0.4 * crowd.fps))
    where = _sample_tracks(crowd, every)
    sightlines = Sightlines(plan.site, size_wh=plan.size_wh)
    points = where[["x_m", "y_m", "z_m"]].to_numpy(dtype=np.float64)
    parts = []
    for seen in sightlines.compute_seen(points, list(where["floor"])):
        rows = where.iloc[seen.which]
        parts.append(
            pd.DataFrame(
                {
                    "camera_id": seen.camera_id,
                    "frame": rows["frame"].to_numpy(),
                    "t_s": rows["frame"].to_numpy(dtype=np.float64) / crowd.fps,
                    "person_id": rows["person_id"].to_numpy(),
                    "x1": seen.box_xyxy[:, 0],
                    "y1": seen.box_xyxy[:, 1],
                    "x2": seen.box_xyxy[:, 2],
                    "y2": seen.box_xyxy[:, 3],
                    "visible": 1.0,
                    "floor_x_m": rows["x_m"].to_numpy(),
                    "floor_y_m": rows["y_m"].to_numpy(),
                    "floor": rows["floor"].to_numpy(),
                    "zone": rows["zone"].to_numpy(),
                }
            )
        )
    return make_index(plan, pd.concat(parts, ignore_index=True))


def make_index(plan: BuildPlan, rows: pd.DataFrame) -> TruthIndex:
    table = make_truth_table(
        rows,
        fps=plan.crowd.fps,
        duration_s=plan.crowd.frame_count / plan.crowd.fps,
        picture_wh=dict.fromkeys(plan.cameras, plan.size_wh),
    )
    return make_truth_index(table, people_ids=frozenset(person.person_id for person in plan.crowd.people))


def _sample_tracks(crowd: Crowd, every: int) -> pd.DataFrame:
    parts = []
    for track in crowd.tracks:
        first = (-track.first_frame) % every
        last = min(len(track.xyz_m), crowd.frame_count - track.first_frame)
        rows = np.arange(first, last, every)
        parts.append(
            pd.DataFrame(
                {
                    "person_id": track.person_id,
                    "frame": track.first_frame + rows,
                    "x_m": track.xyz_m[rows, 0],
                    "y_m": track.xyz_m[rows, 1],
                    "z_m": track.xyz_m[rows, 2],
                    "floor": [track.floor[row] for row in rows],
                    "zone": [track.zone[row] for row in rows],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


DRAFTS = 4
"""How many are drawn for one wish at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScenario:
    path: Path  # its file
    draft: Draft  # what it was made of
    planned: PlannedBuild  # ready to be built
    estimate: LevelChoice  # who would be sought, by an estimate of the truth


def write_scenario(wish: Wish, *, site_folder: Path, out: Path | None, replace: bool = False) -> NewScenario:
    """Draft a scenario, let its crowd walk, and write the file; `out` None: into this folder, named by its id.

    Where something of a draft does not come about, another is drawn, the same one for the same wish. Nothing is left
    behind when it fails. Only this user may read it: its seed is the answer to the drills that are made of it.
    """
    for again in range(DRAFTS):
        try:
            drafted = dataclasses.replace(wish, again=again)
            return _write_draft(drafted, site_folder=site_folder, out=out, replaces=replace)
        except BeatMissedError:
            if again == DRAFTS - 1:
                raise
    raise AssertionError("there is a last draft")


def _write_draft(wish: Wish, *, site_folder: Path, out: Path | None, replaces: bool) -> NewScenario:
    site = load_site(site_folder)
    folder = (out.parent if out else Path()).absolute()
    try:
        site_path = Path(os.path.relpath(site_folder, folder.resolve())).as_posix()
    except ValueError:
        site_path = site_folder.as_posix()
    draft = make_draft(wish, site, site_path=site_path)
    path = out or Path(f"{draft.head['scenario_id']}.yaml")
    if path.exists() and not replaces:
        raise ScenarioError(f"{path} exists", expected="a new file", todo="choose another, or add --force")
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make_private(part)
        part.write_text(write_draft(draft, remarks=()), encoding="utf-8")
        planned = plan_scenario(part)
        estimate = choose_for_level(
            estimate_truth(planned.plan),
            planned.plan.people,
            level=wish.level,
            clock_faults=count_wrong_clocks(load_scenario(part)),
        )
        part.write_text(write_draft(draft, remarks=_make_remarks(draft, estimate)), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ScenarioError(
            f"{path} cannot be written: {error.strerror}", todo="free space or choose another path"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return NewScenario(path=path, draft=draft, planned=planned, estimate=estimate)


def count_wrong_clocks(scenario: Scenario) -> int:
    return len({fault.camera for fault in scenario.faults if isinstance(fault, ClockOffset)})


def describe_estimate(choice: LevelChoice) -> str:
    low, high = (f(c.difficulty.index for c in choice.chosen) for f in (min, max))
    aim = AIMS[choice.level].index
    span = f"{low:.1f}" if low == high else f"{low:.1f} to {high:.1f}"
    wanted = (
        f"below {aim[1]:g}" if aim[0] <= 0 else f"{aim[0]:g} or more" if aim[1] >= 100 else f"{aim[0]:g} to {aim[1]:g}"
    )
    judged = f"{choice.level.value} is {wanted}" + ("" if choice.is_met else "; this scenario is likely to miss it")
    return f"estimated difficulty of its {len(choice.chosen)} drill forms: {span} ({judged})"


def _make_remarks(draft: Draft, estimate: LevelChoice) -> list[str]:
    wish = draft.wish
    command = f"python -m sim scenario new --story {wish.story} --difficulty {wish.level.value} --seed {wish.seed}"
    command += f" --people {wish.people}" if wish.people else ""
    command += f" --minutes {wish.minutes:g}" if wish.minutes else ""
    return [
        f"Made by `{command}`. The keys are explained in docs/scenarios.md.",
        f"{describe_estimate(estimate).capitalize()}.",
        "The estimate comes from the walking crowd and the cameras' geometry; the forms of the finished recording are "
        "measured.",
    ]
