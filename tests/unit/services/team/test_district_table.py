"""A district's attempts are read in a few queries, however many there are, and compare as the CSV of them does."""

from pathlib import Path

import pytest
from sqlalchemy import event

from sim.compare.report.report import compare_attempts
from sim.services.app.wiring import App
from sim.services.comparison.files import compare_files, comparison_as_data
from sim.services.comparison.handover import write_attempts_csv
from sim.services.team.attempts_table import export_district
from tools.bench.compare import fill_district, make_bench_attempts


def count_queries(app: App) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(app.store.engine, "before_cursor_execute", note)
    export_district(app)
    event.remove(app.store.engine, "before_cursor_execute", note)
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in seen)


def test_the_number_of_queries_does_not_grow_with_the_district(drill_app: App) -> None:
    fill_district(drill_app, make_bench_attempts(schools=1, people=2))
    few = count_queries(drill_app)
    other = make_bench_attempts(schools=4, people=12).iloc[40:]
    other = other.assign(person_id="x" + other["person_id"], school="other " + other["school"])
    fill_district(drill_app, other, first=1_000)
    assert len(export_district(drill_app)) == 240
    assert count_queries(drill_app) == few <= 6


def test_the_page_and_the_file_give_the_same_numbers(drill_app: App, tmp_path: Path) -> None:
    made = make_bench_attempts(schools=3, people=12)
    fill_district(drill_app, made)
    table = export_district(drill_app)
    path = tmp_path / "district.csv"
    path.write_bytes(write_attempts_csv(table))
    compared = compare_attempts(table)
    assert comparison_as_data(compare_files([path])[0]) == comparison_as_data(compared)
    assert compared.district is not None
    assert (compared.district.schools, len(compared.pairs)) == (3, 12)
    direct = compare_attempts(made.assign(days_since_training=float("nan"), familiar="no", difficulty=float("nan")))
    assert compared.time.ratio.estimate == pytest.approx(direct.time.ratio.estimate, abs=1e-12)
    assert compared.accuracy[0].difference == direct.accuracy[0].difference
