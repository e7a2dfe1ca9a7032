"""A table of attempts against which nothing can be said; tests spoil it in one thing at a time."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

LIMIT_S = 600.0


def make_team(
    people: int = 8,
    *,
    before: int = 3,
    after: int = 3,
    factor: float | Sequence[float] = 0.7,
    groups: Sequence[str] = (),
    **more: object,
) -> pd.DataFrame:
    """Return the drills of people who differ, on forms that go round; times after are `factor` of those before.

    Args:
        people: how many.
        before: drills of each before the training.
        after: and after it.
        factor: one for everybody, or one a person.
        groups: the group of each person; none when empty.
        more: further columns, or others in place of those made here.
    """
    who, drill = (each.ravel() for each in np.indices((people, before + after)))
    is_after = drill >= before
    factors = np.broadcast_to(np.asarray(factor, dtype=np.float64), people)[who]
    rng = np.random.default_rng(11)
    own = 240.0 * np.exp(rng.normal(0.0, 0.15, people)[who] + rng.normal(0.0, 0.08, len(who)))
    idf1 = rng.uniform(0.65, 0.75, len(who))
    table = pd.DataFrame(
        {
            "person_id": [f"P{each:02d}" for each in who],
            "phase": np.where(is_after, "after", "before"),
            "form_id": [f"form-{each}" for each in (who + drill) % (before + after)],
            "elapsed_s": (own * np.where(is_after, factors, 1.0)).round(2),
            "finished": True,
            "limit_s": LIMIT_S,
            "passed": "yes",
            "target_id": [f"target-{each}" for each in (who + drill) % (before + after)],
            "idf1": idf1.round(3),
            "appearance_recall": idf1.round(3),
            "appearance_precision": 0.8,
            "wrong_person_s": 2.0,
            "familiar": "yes",
            "task_type": "trace",
            "device": "computer",
            "difficulty": 20.0,
            "drill_number": drill + 1.0,
            "days_since_training": drill - before + np.where(is_after, 1.0, 0.0),
            "extra_time": "no",
            "origin": "private",
            "seen_before": "no",
            "chosen_by": "all",
            "lessons": 0.0,
        }
    )
    if groups:
        table["group"] = np.asarray(groups)[who]
    return table.assign(**more)


def put(table: pd.DataFrame, where: "pd.Series[bool]", **cells: object) -> pd.DataFrame:
    changed = table.copy()
    for name, value in cells.items():
        if name not in changed:
            changed[name] = ""
        kept = changed[name].astype(object)
        kept[where] = value[where] if isinstance(value, pd.Series) else value
        changed[name] = kept.infer_objects()
    return changed


def by_lot(trained: int, waiting: int, *, lot: bool = True) -> tuple[str, ...]:
    end = " by lot" if lot else ""
    return (f"trained{end}",) * trained + (f"waiting{end}",) * waiting
