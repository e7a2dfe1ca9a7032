"""Tables of an invented team: a plain one, and one in whose comparison every picture and table has something."""

import numpy as np
import pandas as pd


def make_attempts(
    *, people: int = 8, seed: int = 3, drills: int = 2, name: str = "M{:03d}", limit_s: float = 480.0
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        own = rng.uniform(0.7, 1.4)
        for phase, typical in (("before", 330.0), ("after", 220.0)):
            for drill in range(drills):
                elapsed_s = float(min(limit_s, typical * own * rng.lognormal(0.0, 0.25)))
                rows.append(
                    {
                        "person_id": name.format(person + 1),
                        "phase": phase,
                        "form_id": f"{phase}-{drill}-{person % 2}",
                        "elapsed_s": elapsed_s,
                        "finished": elapsed_s < limit_s,
                        "passed": "yes" if elapsed_s < limit_s else "no",
                        "limit_s": limit_s,
                        "idf1": float(np.clip(rng.normal(0.62 if phase == "before" else 0.72, 0.12), 0.0, 1.0)),
                        "appearance_recall": float(rng.uniform(0.4, 0.9)),
                        "appearance_precision": float(rng.uniform(0.6, 1.0)),
                        "wrong_person_s": float(rng.integers(0, 40)),
                        "drill_number": drill + 1.0 + drills * (phase == "after"),
                        "chosen_by": "all",
                    }
                )
    return pd.DataFrame(rows)


def make_full_attempts(*, people: int = 12, schools: int = 3, waits: bool = True) -> pd.DataFrame:
    table = make_attempts(people=people, drills=4, seed=people)
    number = table["person_id"].str[1:].astype(int)
    table = table.assign(
        days_since_training=np.where(table["phase"] == "after", 2.0, -2.0),
        task_type=np.where(table["drill_number"] % 2 == 0, "trace", "locate"),
        school=[f"School {each % schools + 1}" for each in number],
        device="computer",
        familiar="yes",
    )
    if waits:
        table["group"] = np.where((number // schools) % 2 == 0, "waiting by lot", "trained by lot")
    last = table.groupby("person_id").tail(1).assign(phase="retention", finished=True, passed="yes")
    last["elapsed_s"] = last["elapsed_s"] * 0.5 + number * 7 % 200
    later = [
        last.assign(form_id=f"later-{days}", days_since_training=days, drill_number=8.0 + at)
        for at, days in enumerate((8.0, 95.0), start=1)
    ]
    return pd.concat([table, *later], ignore_index=True)
