"""How long a comparison takes, and how much memory, as districts grow; and from the database as its page has it."""

import json
import tracemalloc
from collections.abc import Hashable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import psutil

from sim.app.wiring import App
from sim.attempt.attempt import Attempt, AttemptState, Mode, Phase
from sim.attempt.options import Device, ProfileName
from sim.columns import ATTEMPTS
from sim.compare.comparison import compare_attempts
from sim.compare.table import ACCURACY
from sim.db.attempts import AttemptRow
from sim.db.teams import PersonRow, TeamRow
from sim.features.team.attempts_table import export_district
from tools.bench.rig import Figure, OnStep, make_folder, open_services, time_ms

SEED = 1
DRILLS_EACH = 20
LIMIT_S = 600.0
SIZES = (1_000, 10_000, 100_000)
SCHOOLS, PEOPLE = 200, 2_000
ROWS_AT_ONCE = 1_000
"""What filling a database leaves in memory would else be more than what reading and comparing it takes."""
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def measure(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    """Compare tables of 1,000, 10,000 and 100,000 attempts, and a district of 40,000 from the database.

    Everybody has ten drills before and ten after.
    """
    figures: list[Figure] = []
    for size in SIZES[:1] if smallest else SIZES:
        on_step(f"{size} attempts")
        people = size // DRILLS_EACH
        table = make_bench_attempts(schools=max(1, people // 10), people=people)
        took_ms = time_ms(lambda made=table: compare_attempts(made), repeats=2, pick=min)  # type: ignore[misc]
        figures.append(Figure(name=f"comparing {size:,} attempts", value=took_ms / 1000.0, unit="s"))
    tracemalloc.start()
    compare_attempts(table)
    figures.append(
        Figure(name="memory of the last, at most", value=tracemalloc.get_traced_memory()[1] / 1e6, unit="MB")
    )
    tracemalloc.stop()
    del table
    schools, people = (4, 20) if smallest else (SCHOOLS, PEOPLE)
    with make_folder() as folder, open_services(folder) as app:
        on_step(f"a database of {schools} schools, {people} people, {people * DRILLS_EACH} attempts")
        fill_district(app, make_bench_attempts(schools=schools, people=people))
        on_step("their comparison, from the database")
        export_district(app)
        took_ms = time_ms(lambda: compare_attempts(export_district(app)), repeats=1)
    held_mb = psutil.Process().memory_info().rss / 1e6
    return (
        *figures,
        Figure(name="a district's 40,000 attempts, read and compared", value=took_ms / 1000.0, unit="s", most=3.0),
        Figure(name="memory of the whole process after all of this", value=held_mb, unit="MB", most=1_000.0),
    )


def make_bench_attempts(*, schools: int, people: int, seed: int = SEED) -> pd.DataFrame:
    """Return a made-up table: people differ, drills differ, times after are a fifth shorter, some run out of time."""
    rng = np.random.default_rng(seed)
    count = people * DRILLS_EACH
    person, number = np.repeat(np.arange(people), DRILLS_EACH), np.tile(np.arange(DRILLS_EACH), people)
    is_after = number >= DRILLS_EACH // 2
    usual = rng.normal(np.log(250.0), 0.3, people)[person]
    elapsed_s = np.exp(usual + rng.normal(0.0, 0.35, count) + np.where(is_after, np.log(0.8), 0.0))
    idf1 = np.clip(rng.normal(0.6, 0.12, count) + 0.05 * is_after, 0.0, 1.0)
    table = pd.DataFrame(
        {
            "person_id": [f"T{who % schools:03d}-M{who:05d}" for who in person.tolist()],
            "phase": np.where(is_after, "after", "before"),
            "form_id": [f"form-{(who + which) % DRILLS_EACH}" for who, which in zip(person, number, strict=True)],
            "profile": "classic",
            "options": "",
            "familiar": "yes",
            "elapsed_s": np.minimum(elapsed_s, LIMIT_S).round(3),
            "finished": elapsed_s <= LIMIT_S,
            "limit_s": LIMIT_S,
            "passed": np.where(elapsed_s <= LIMIT_S, "yes", "no"),
            "target_id": [f"{(who + which) % DRILLS_EACH:012x}" for who, which in zip(person, number, strict=True)],
            "idf1": idf1.round(4),
            "appearance_recall": idf1.round(4),
            "appearance_precision": np.clip(idf1 + 0.1, 0.0, 1.0).round(4),
            "wrong_person_s": rng.exponential(6.0, count).round(2),
            "school": [f"School {who % schools:03d}" for who in person.tolist()],
            "group": "",
            "task_type": "trace",
            "device": "computer",
            "difficulty": 20.0 + (person + number) % 3,
            "drill_number": number + 1.0,
            "days_since_training": np.where(is_after, number - 5.0, number - 15.0),
            "extra_time": "no",
            "by_hand": "no",
            "rules": 2.0,
            "origin": "private",
            "seen_before": "no",
            "chosen_by": "all",
            "people_in_all": np.bincount(np.arange(people) % schools)[person % schools],
            "lessons": 0.0,
            "remarks": "",
        }
    )
    return table.astype({column.name: column.dtype for column in ATTEMPTS})


def fill_district(app: App, table: pd.DataFrame, *, first: int = 0) -> None:
    """Store a table's attempts as those of one team a school, numbered from `first`, with their people, no events."""
    schools = sorted(set(table["school"].tolist()))
    members = table.drop_duplicates("person_id")
    with app.store.write() as work:
        for number, school in enumerate(schools):
            made_at = NOON + timedelta(seconds=number)
            work.insert(
                TeamRow(team_id=school, name=f"Team of {school}", school=school, is_demo=False, created_at=made_at)
            )
        for person_id, school in zip(members["person_id"].tolist(), members["school"].tolist(), strict=True):
            work.people.add(
                PersonRow(person_id=person_id, team_id=school, name=person_id, created_at=NOON, left_at=None)
            )
        for begin in range(0, len(table), ROWS_AT_ONCE):
            drills = table.iloc[begin : begin + ROWS_AT_ONCE].to_dict("records")
            work.insert(*(_make_row(number, drill) for number, drill in enumerate(drills, first + begin)))


def _make_row(number: int, drill: Mapping[Hashable, object]) -> AttemptRow:
    began = NOON + timedelta(days=float(str(drill["drill_number"])))
    score = {name: drill[name] for name in ACCURACY} | {"passed": drill["passed"] == "yes"}
    return AttemptRow(
        timing=Attempt(
            attempt_id=f"a{number:06d}",
            state=AttemptState.SUBMITTED if drill["finished"] else AttemptState.TIMED_OUT,
            limit_s=LIMIT_S,
            created_at=began,
            briefed_at=began,
            released_at=began,
            ended_at=began + timedelta(seconds=float(str(drill["elapsed_s"]))),
            used_s=float(str(drill["elapsed_s"])),
            sealed=True,
        ),
        person_id=str(drill["person_id"]),
        form_id=str(drill["form_id"]),
        form_version="1",
        recording_id="bench",
        truth_sha256="0" * 64,
        mode=Mode.ASSESSMENT,
        phase=Phase(str(drill["phase"])),
        profile=ProfileName.CLASSIC,
        is_demo=False,
        score_json=json.dumps(score),
        device=Device.COMPUTER,
    )
