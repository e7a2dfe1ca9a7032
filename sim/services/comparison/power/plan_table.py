"""The lines that `python -m sim power` prints."""

from pathlib import Path

from sim.compare.checks.people_checks import FEWEST_BASELINES
from sim.errors import ComparisonError
from sim.services.comparison.power.detectable import DetectableChange, find_detectable_change
from sim.services.comparison.power.observed import load_spread
from sim.services.comparison.power.team_model import USUAL_SPREAD

PEOPLE = (6, 8, 12, 20, 30)
DRILLS = (1, 2, 3, 4)


def make_plan_table(
    *, people: int | None, drills: int | None, spread: float | None, source: Path | None, teams: int
) -> tuple[str, ...]:
    """Return a table of the cut in times that each plan can show, and the sentence for the plan asked about."""
    if spread is not None and source is not None:
        raise ComparisonError(
            "both --spread and --from are given", expected="one of them", todo="leave one of the two out"
        )
    told = f"Drills of one person vary by {USUAL_SPREAD:.2f} (log seconds), as usual in tasks of this kind."
    if source is not None:
        seen = load_spread(source)
        spread = seen.spread
        told = f"Drills of one person vary by {spread:.2f} (log seconds) in {source.name}: {seen.drills} drills."
        if seen.timed_out:
            told += f" {seen.timed_out} timed out, so the true figure is rather larger."
    elif spread is not None:
        told = f"Drills of one person vary by {spread:.2f} (log seconds), as given."
    rows = PEOPLE if people is None else (people,)
    columns = DRILLS if drills is None else (drills,)
    found = {
        (row, column): find_detectable_change(people=row, drills=column, spread=spread or USUAL_SPREAD, teams=teams)
        for row in rows
        for column in columns
    }
    lines = [
        told,
        "Share by which times must fall for a team to be found faster in 8 of 10 cases:",
        "",
        "people " + "".join(f"{_count(column):>12}" for column in columns),
    ]
    lines += [f"{row:>6} " + "".join(f"{_write(found[row, column]):>12}" for column in columns) for row in rows]
    asked = found[rows[len(rows) // 2], columns[len(columns) // 2]] if people is None or drills is None else None
    plan = asked or found[rows[0], columns[0]]
    lines += ["", plan.sentence]
    if plan.improved is not None:
        lines.append(
            f"At that size, {100 * plan.improved:.0f} of 100 such teams are called improved: that asks as well that "
            "accuracy does not lean the wrong way."
        )
    if max(columns) >= FEWEST_BASELINES:
        lines.append(
            f"With {FEWEST_BASELINES} or more drills before and nobody who waits, improved also asks for a change "
            "clearly beyond practice, which takes a larger one; that is not counted here."
        )
    return tuple(lines)


def _count(drills: int) -> str:
    return "1 drill" if drills == 1 else f"{drills} drills"


def _write(found: DetectableChange) -> str:
    return "-" if found.cut is None else f"{100.0 * found.cut:.0f}%"
