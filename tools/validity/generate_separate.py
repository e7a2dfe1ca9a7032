"""Showing that generated difficulties differ: many scenarios of every level, measured, in one table."""

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.crowd.generator.draft import Wish
from sim.crowd.generator.levels import Level
from sim.crowd.scenario.scenario import load_scenario
from sim.errors import ScenarioError
from sim.services.library.generate.forms import LevelChoice, choose_for_level
from sim.services.library.generate.scenario import count_wrong_clocks, write_scenario
from tools.validity.generate_truth import EVERY_S, SMALL_WH, measure_truth

MOST_FORMS = 200
_PARTS = ("legs", "faint_legs", "longest_blind_gap_s", "look_alikes", "nearest_outfit", "people_per_frame")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What to generate and measure.

    Attributes:
        count: forms of each level.
        forms_each: most forms taken from one scenario.
        stories: taken in turn.
        first_seed: of the first scenario of each level; the others follow.
    """

    site_folder: Path
    stories: tuple[str, ...]
    count: int
    forms_each: int
    people: int | None = None
    minutes: float | None = None
    first_seed: int = 1
    size_wh: tuple[int, int] = SMALL_WH
    every_s: float = EVERY_S
    levels: tuple[Level, ...] = tuple(Level)

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_FORMS or not 1 <= self.forms_each <= self.count:
            raise ScenarioError(
                f"{self.count} forms, {self.forms_each} from a scenario", expected=f"1 to {MOST_FORMS} forms"
            )
        if not 0.1 <= self.every_s <= 2.0:
            raise ScenarioError(f"looking every {self.every_s:g} s", expected="0.1 to 2: longer gaps cut appearances")

    def list_wishes(self, level: Level) -> Iterator[Wish]:
        """Return the scenarios to try for a level, one after the other."""
        for number in range(3 * self.count):
            story = self.stories[number % len(self.stories)]
            seed = self.first_seed + number
            yield Wish(story=story, level=level, seed=seed, people=self.people, minutes=self.minutes)


def measure_forms(
    trial: Trial, *, processes: int = 1, on_scenario: Callable[[str], None] = lambda line: None
) -> pd.DataFrame:
    """Return a row a form: level, story, seed, estimated and measured index, every part, and whether it was met.

    Raises:
        ScenarioError: the site has not what a story needs.
    """
    rows: list[dict[str, object]] = []
    for level in trial.levels:
        wishes = trial.list_wishes(level)
        found: list[dict[str, object]] = []
        with _open_pool(processes) as pool:
            while len(found) < trial.count:
                batch = [(trial, wish) for _, wish in zip(range(max(1, processes)), wishes, strict=False)]
                if not batch:
                    break
                measured = pool.starmap(measure_scenario, batch) if pool else [measure_scenario(*batch[0])]
                for forms in measured:
                    found += forms
                    shown = ", ".join(f"{form['index']:.1f}" for form in forms)
                    on_scenario(f"{level.value}, {forms[0]['story']}, seed {forms[0]['seed']}: {shown}")
        rows += found[: trial.count]
    return pd.DataFrame(rows)


def measure_scenario(trial: Trial, wish: Wish) -> list[dict[str, object]]:
    """Generate one scenario and measure the forms chosen on it."""
    with tempfile.TemporaryDirectory(prefix="sightline-") as folder:
        path = Path(folder) / "scenario.yaml"
        made = write_scenario(wish, site_folder=trial.site_folder, out=path)
        truth = measure_truth(made.planned, size_wh=trial.size_wh, every_s=trial.every_s)
        choice = choose_for_level(
            truth,
            made.planned.plan.people,
            level=wish.level,
            clock_faults=count_wrong_clocks(load_scenario(path)),
            count=trial.forms_each,
        )
    return [_make_row(wish, choice, number, made.estimate) for number in range(len(choice.chosen))]


def write_table(measured: pd.DataFrame) -> str:
    """Return the range of every part and of the index, level by level, as lines of text."""
    names = ("legs", "faint", "gap s", "alike", "nearest", "people", "minutes", "clocks", "index")
    lines = [f"{'level':<8}{'forms':>6}{'met':>5}  " + "".join(f"{name:>13}" for name in names)]
    for level, rows in measured.groupby("level", sort=False):
        parts = [*_PARTS, "footage_minutes", "clock_faults", "index"]
        spans = "".join(f"{_write_span(rows[part]):>13}" for part in parts)
        lines.append(f"{level:<8}{len(rows):>6}{int(rows['is_met'].sum()):>5}  {spans}")
    return "\n".join(lines)


def write_verdict(measured: pd.DataFrame) -> tuple[str, bool]:
    """Return in a sentence whether no easy form is above any hard one, and the answer."""
    easy = measured.loc[measured["level"] == Level.EASY.value, "index"]
    hard = measured.loc[measured["level"] == Level.HARD.value, "index"]
    top, bottom = float(easy.max()), float(hard.min())
    separates = top < bottom
    words = "no easy form is above any hard one" if separates else "an easy form is above a hard one"
    return f"The hardest easy form has {top:.2f}, the easiest hard one {bottom:.2f}: {words}.", separates


def _make_row(wish: Wish, choice: LevelChoice, number: int, estimate: LevelChoice) -> dict[str, object]:
    candidate = choice.chosen[number]
    guesses = {c.task.person: c.difficulty.index for c in estimate.easier}
    return {
        "level": wish.level.value,
        "story": wish.story,
        "seed": wish.seed,
        "target": candidate.task.person,
        "is_met": choice.is_met,
        "estimated_index": guesses.get(candidate.task.person),
        **candidate.difficulty.model_dump(),
    }


def _write_span(values: pd.Series) -> str:
    low, high = float(values.min()), float(values.max())
    return f"{low:.4g}" if low == high else f"{low:.4g}..{high:.4g}"


class _open_pool:  # noqa: N801
    """A pool of processes, or None for one."""

    def __init__(self, processes: int) -> None:
        self._pool = multiprocessing.get_context("spawn").Pool(processes) if processes > 1 else None

    def __enter__(self) -> "multiprocessing.pool.Pool | None":
        return self._pool

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
