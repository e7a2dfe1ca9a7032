"""How long a comparison takes, and how much memory, as districts grow; and from the database as its page has it."""

import json
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from sim.columns import ATTEMPTS
from sim.compare.report.report import compare_attempts
from sim.db.engine import make_sqlite_url
from sim.db.rows import AttemptRow, PersonRow, TeamRow
from sim.drill.attempt import Attempt, AttemptState, Mode, Phase
from sim.drill.device import Device
from sim.drill.profile import ProfileName
from sim.services.app.clock import SystemClock
from sim.services.app.wiring import App, open_app, read_settings
from sim.services.team.attempts_table import export_district
from tools.bench.rig.figures import Figure, time_ms

SEED = 1
DRILLS_EACH = 20
LIMIT_S = 600.0
SIZES = (1_000, 10_000, 100_000)
SCHOOLS, PEOPLE = 200, 2_000
TARGET_S = 3.0
TARGET_MB = 1_000.0
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Compare tables of 1,000, 10,000 and 100,000 attempts, and a district of 40,000 from CSV and from the database.

    Everybody has ten drills before and ten after. The reference is one plain pandas group-by in the same run: mean
    time and mean IDF1 of each person and phase, which is the least that any comparison has to do.
    """
    figures: list[Figure] = []
    for size in SIZES:
        on_step(f"{size} attempts")
        people = size // DRILLS_EACH
        figures += _measure_size(make_bench_attempts(schools=max(1, people // 10), people=people), name=f"{size:,}")
    return (*figures, *_measure_district(on_step=on_step))


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
        }
    )
    return table.astype({column.name: column.dtype for column in ATTEMPTS})


def group_plainly(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean time and mean IDF1 of each person and phase, the reference."""
    return table.groupby(["person_id", "phase"])[["elapsed_s", "idf1"]].mean()


def _measure_size(table: pd.DataFrame, *, name: str) -> list[Figure]:
    plain_ms = time_ms(lambda: group_plainly(table), repeats=3, pick=min)
    took_ms = time_ms(lambda: compare_attempts(table), repeats=2, pick=min)
    tracemalloc.start()
    compare_attempts(table)
    peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return [
        Figure(name=f"comparing {name} attempts", value=took_ms, unit="ms", how="quickest of 2"),
        Figure(name=f"comparing {name} attempts / a plain group-by of them", value=took_ms / plain_ms, unit="x"),
        Figure(name=f"memory of comparing {name} attempts, at most", value=peak_mb, unit="MB", how="a run of its own"),
    ]


def _measure_district(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        settings = replace(
            read_settings({}), data=Path(folder), database_url=make_sqlite_url(Path(folder) / "sightline.db")
        )
        app = open_app(settings, SystemClock())
        try:
            on_step(f"a database of {SCHOOLS} schools, {PEOPLE} people, {PEOPLE * DRILLS_EACH} attempts")
            fill_district(app, make_bench_attempts(schools=SCHOOLS, people=PEOPLE))
            on_step("their comparison, from the database")
            export_district(app)
            read_ms = time_ms(lambda: export_district(app), repeats=3, pick=min)
            start = time.perf_counter()
            compare_attempts(export_district(app))
            took_s = time.perf_counter() - start
        finally:
            app.close()
    held_mb = psutil.Process().memory_info().rss / 1e6
    return (
        Figure(name="district: reading 40,000 attempts", value=read_ms, unit="ms", how="quickest of 3"),
        Figure(
            name="district: reading and comparing 40,000 attempts",
            value=took_s,
            unit="s",
            target=f"under {TARGET_S:g} s",
            met=took_s < TARGET_S,
        ),
        Figure(
            name="district: memory of the whole process after all of this",
            value=held_mb,
            unit="MB",
            target=f"under {TARGET_MB:g} MB",
            met=held_mb < TARGET_MB,
        ),
    )


def fill_district(app: App, table: pd.DataFrame, *, first: int = 0) -> None:
    """Store a table's attempts as those of one team a school, numbered from `first`, with their people, no events."""
    schools = sorted(set(table["school"].tolist()))
    members = table.drop_duplicates("person_id")
    with app.store.write() as work:
        for number, school in enumerate(schools):
            made_at = NOON + timedelta(seconds=number)
            work.teams.add_team(
                TeamRow(team_id=school, name=f"Team of {school}", school=school, is_demo=False, created_at=made_at)
            )
        for person_id, school in zip(members["person_id"].tolist(), members["school"].tolist(), strict=True):
            work.teams.add_person(
                PersonRow(person_id=person_id, team_id=school, name=person_id, created_at=NOON, left_at=None)
            )
        work.attempts.add_all(
            [_make_row(number, drill) for number, drill in enumerate(table.to_dict("records"), first)]
        )


def _make_row(number: int, drill: Mapping[Hashable, object]) -> AttemptRow:
    began = NOON + timedelta(days=float(str(drill["drill_number"])))
    score = {name: drill[name] for name in ("idf1", "appearance_recall", "appearance_precision", "wrong_person_s")}
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
