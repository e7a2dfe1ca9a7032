"""A comparison with every picture in it: real numbers of an invented team, and invented ones for the further parts."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.compare.content.comparison import (
    Change,
    Comparison,
    DistrictReport,
    GroupReport,
    LearningPoint,
    PersonChange,
    PracticeReport,
    RetentionPoint,
    SchoolReport,
    TaskTypeReport,
)
from sim.compare.comparison import compare_attempts
from sim.compare.result import Result

LATER = (("after", 0), ("1 week", 7), ("3 months", 91), ("6 months", 182), ("12 months", 365))
TASK_TYPES = ("trace", "locate", "origin", "encounter", "export")


def make_attempts(*, people: int = 8, seed: int = 3, drills: int = 2, name: str = "M{:03d}") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        own = rng.uniform(0.7, 1.4)
        for phase, typical in (("before", 330.0), ("after", 220.0)):
            for drill in range(drills):
                elapsed_s = float(min(480.0, typical * own * rng.lognormal(0.0, 0.25)))
                rows.append(
                    {
                        "person_id": name.format(person + 1),
                        "phase": phase,
                        "form_id": f"{phase}-{drill}-{person % 2}",
                        "elapsed_s": elapsed_s,
                        "finished": elapsed_s < 480.0,
                        "limit_s": 480.0,
                        "idf1": float(np.clip(rng.normal(0.62 if phase == "before" else 0.72, 0.12), 0.0, 1.0)),
                        "appearance_recall": float(rng.uniform(0.4, 0.9)),
                        "appearance_precision": float(rng.uniform(0.6, 1.0)),
                        "wrong_person_s": float(rng.integers(0, 40)),
                        "drill_number": drill + 1.0 + drills * (phase == "after"),
                        "chosen_by": "all",
                    }
                )
    return pd.DataFrame(rows)


def make_result(estimate: float, half: float, *, n: int = 8) -> Result:
    """Return an invented result with an interval of `half` to each side."""
    return Result(
        estimate=estimate,
        interval=(estimate - half, estimate + half),
        p=None,
        method="invented for a test",
        n=n,
        settings={"level": 0.95},
    )


def make_full_comparison(table: pd.DataFrame | None = None, *, schools: int = 3) -> Comparison:
    found = compare_attempts(make_attempts() if table is None else table)
    return replace(
        found,
        people=tuple(
            PersonChange(
                person_id=pair.person_id,
                time=make_result(0.7 + 0.05 * number, 0.15),
                accuracy=make_result(0.1, 0.12),
                time_change=Change.BETTER if number < 3 else Change.UNCLEAR,
                accuracy_change=Change.UNCLEAR,
            )
            for number, pair in enumerate(found.pairs)
        ),
        people_note="Each person's change, less the practice that is to be expected.",
        retention=tuple(
            RetentionPoint(
                name=name,
                days=days,
                time=make_result(220.0 + days / 10.0, 40.0, n=8 - number),
                accuracy=make_result(0.75 - days / 1500.0, 0.08, n=8 - number),
                time_change=None if days == 0 else make_result(days / 10.0, 25.0, n=8 - number),
                accuracy_change=None if days == 0 else make_result(-days / 1500.0, 0.06, n=8 - number),
            )
            for number, (name, days) in enumerate(LATER)
        ),
        by_task_type=tuple(
            TaskTypeReport(
                task_type=task_type,
                people=8,
                attempts=32,
                time=make_result(0.65 + 0.08 * number, 0.2),
                accuracy=make_result(0.05, 0.1),
            )
            for number, task_type in enumerate(TASK_TYPES)
        ),
        learning=tuple(
            LearningPoint(
                drill_number=number,
                phase="before" if number <= 4 else "after",
                time=make_result(360.0 - 18.0 * number - (60.0 if number > 4 else 0.0), 45.0),
                accuracy=make_result(0.6 + 0.015 * number, 0.09),
            )
            for number in range(1, 9)
        ),
        practice=PracticeReport(
            gain=make_result(0.92, 0.1),
            beyond=make_result(0.75, 0.15),
            accuracy_gain=make_result(0.01, 0.05),
            accuracy_beyond=make_result(0.06, 0.05),
            is_beyond_practice=True,
            sentence="Before the training, people got 8% faster from drill to drill. The change after is larger.",
        ),
        groups=GroupReport(
            trained="trained",
            waiting="waiting",
            by_lot=False,
            trained_people=8,
            waiting_people=7,
            trained_time=make_result(-80.0, 30.0),
            waiting_time=make_result(-20.0, 30.0),
            time=make_result(-60.0, 40.0, n=15),
            ratio=make_result(0.8, 0.2, n=15),
            accuracy=make_result(0.05, 0.06, n=15),
            sentence="The trained group gained 60 s more than the waiting group.",
        ),
        district=DistrictReport(
            schools=schools,
            decides=schools >= 6,
            ratio=make_result(0.75, 0.1),
            time_change=make_result(-70.0, 25.0),
            accuracy=make_result(0.07, 0.04),
            by_school=tuple(
                SchoolReport(
                    school=f"School {chr(65 + number % 26)}{number // 26 or ''}",
                    people=5 + number,
                    time_change=make_result(-90.0 + 15.0 * number, 50.0),
                    accuracy=make_result(0.04, 0.1),
                )
                for number in range(schools)
            ),
            sentence="Three schools are too few to speak of schools in general.",
        ),
    )
