"""How long the ledger takes: to verify 100,000 entries, and to append one beside what it records."""

import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sim.db.chain import Json
from sim.db.engine import make_sqlite_url
from sim.db.holds import HoldRow, HoldScope
from sim.db.ledger_rows import Draft, LedgerKind, Subjects
from sim.db.store import Store, open_store
from sim.services.ledger.verify import verify
from tools.bench.rig.figures import Figure

ENTRIES = 100_000
A_WRITE = 1_000
APPENDS = 200
TARGET_S = 10.0
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Fill a ledger in a file, verify it, and compare small transactions with an entry and without."""
    with tempfile.TemporaryDirectory() as folder:
        on_step(f"{ENTRIES} entries")
        with closing(open_store(make_sqlite_url(Path(folder) / "bench.db"))) as store:
            fill_ledger(store, entries=ENTRIES)
            on_step("verify")
            began, began_cpu = time.perf_counter(), time.process_time()
            verdict = verify(store)
            took_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
            if verdict.broken is not None or verdict.entries != ENTRIES:
                raise RuntimeError(f"the ledger of the measurement is broken: {verdict}")
            on_step("appends")
            bare_ms = _time_writes(store, with_entry=False)
            with_ms = _time_writes(store, with_entry=True)
    return (
        Figure(
            name=f"verify a ledger of {ENTRIES:,} entries",
            value=took_s,
            unit="s",
            target=f"under {TARGET_S:g} s",
            met=took_s < TARGET_S,
        ),
        Figure(name="processor time of it", value=cpu_s, unit="s"),
        Figure(name="a transaction without an entry, median", value=bare_ms, unit="ms"),
        Figure(name="the same with an entry, median", value=with_ms, unit="ms"),
    )


def fill_ledger(store: Store, *, entries: int) -> None:
    """Append made-up results, about 600 bytes each."""
    parts: dict[str, Json] = {
        "idf1": 0.8125,
        "appearance_recall": 0.75,
        "appearance_precision": 0.9,
        "wrong_person_s": 12.5,
    }
    for start in range(0, entries, A_WRITE):
        with store.write() as work:
            for number in range(start, min(start + A_WRITE, entries)):
                work.ledger.append(
                    Draft(
                        kind=LedgerKind.RESULT,
                        at=NOON,
                        by="R. Trainer",
                        subjects=Subjects(
                            team_id=f"team-{number % 50}",
                            person_id=f"person-{number % 2000}",
                            attempt_id=secrets.token_urlsafe(18),
                        ),
                        data={
                            "name": f"Person {number % 2000}",
                            "team": "North High School",
                            "form": "north-trace-07",
                            "form_version": "3f2a9c1e",
                            "mode": "assessment",
                            "phase": "after",
                            "used_s": 212.5,
                            "limit_s": 300,
                            "passed": number % 3 > 0,
                            "parts": parts,
                        },
                    )
                )


def _time_writes(store: Store, *, with_entry: bool) -> float:
    times = []
    for number in range(APPENDS):
        began = time.perf_counter()
        with store.write() as work:
            work.holds.place(
                HoldRow(
                    hold_id=secrets.token_hex(8),
                    scope=HoldScope.PERSON,
                    subject_id=f"p-{number}",
                    reason="bench",
                    placed_by="",
                    placed_at=NOON,
                )
            )
            if with_entry:
                work.ledger.append(Draft(kind=LedgerKind.EXPORTED, at=NOON, data={"number": number}))
        times.append((time.perf_counter() - began) * 1000.0)
    return statistics.median(times)
