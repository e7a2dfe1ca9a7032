import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pikepdf
import pypdf
import pytest

from sim.app.accessible_pdf import compile_pdf
from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.result import Plan
from sim.errors import ReportError
from sim.features.comparison.files import Asked
from sim.features.comparison.handover import ReportExport
from sim.features.comparison.pdf import TEMPLATE, make_report, write_report
from sim.features.comparison.pictures import Axis, draw_decides, draw_flow, list_points, list_ratios
from sim.features.comparison.tables import list_tables
from tests.support.full_comparison import make_attempts, make_full_attempts
from tests.support.shown_texts import list_panels, read_pdf

MADE_AT = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
PLAN = Plan(people=30, attended=6, before=4, after=4, smallest=0.3, looks=3, teams=4)
HOSTILE = (
    '#panic("no")',
    "*bold* _it_ `raw` $x$ @ref <label>",
    "=1+1",
    "\"quoted\" 'single' \\ back",
    "\u738b\u5c0f\u660e \U0001f600",
    "\u0645\u0631\u064a\u0645",
    "no\N{NO-BREAK SPACE}break and zero\u200bwidth",
    "x" * 200,
    "<script>alert(1)</script> & co",
    "e\u0301 combining",
)


def compare(table: pd.DataFrame, *, title: str = "Front office") -> ReportExport:
    found = compare_attempts(table, plan=PLAN)
    return ReportExport(comparison=found, table=table, title=title, by_name=False, asked=Asked())


def write(found: ReportExport, made_at: datetime = MADE_AT) -> bytes:
    return write_report(found, made_at=made_at, zone=UTC)


def read_pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def full() -> ReportExport:
    return compare(make_full_attempts())


@pytest.fixture(scope="module")
def full_pdf(full: ReportExport) -> bytes:
    return write(full)


def test_one_page_for_a_board_then_an_appendix_of_at_most_four(full: ReportExport, full_pdf: bytes) -> None:
    first, second, *others = read_pages(full_pdf)
    for part in (
        full.comparison.headline,
        "What decides",
        "Who is compared",
        "Before and after, side by side",
        "Planned and done",
        "What this comparison cannot show",
        "4 teams are compared here, and this one was looked at 3 times",
    ):
        assert part in first
    assert second.startswith("Appendix")
    assert len(others) < 4
    assert {panel.key for panel in list_panels(full.comparison)} == {
        "decides", "times", "flow", "found", "learning", "retention", "types", "schools"
    }  # fmt: skip
    whole = read_pdf(full_pdf)
    for part in ("How the drills were set up", "What was left out", "All numbers", "How it was computed"):
        assert part in whole
    figures = [words for kind, words in list_nodes(full_pdf) if kind == "/Figure"]
    assert len(figures) == sum(len(panel.pictures) for panel in list_panels(full.comparison))
    assert all(len(words) > 20 for words in figures)


def list_nodes(pdf: bytes) -> list[tuple[str, str]]:
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        waiting = [document.Root.StructTreeRoot.K]
        while waiting:
            node = waiting.pop()
            if isinstance(node, pikepdf.Array):
                waiting.extend(node)
            elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
                found.append((str(node.S), str(node.get("/Alt", ""))))
                if "/K" in node:
                    waiting.append(node.K)
    return found


def test_it_is_tagged_titled_and_in_a_language(full_pdf: bytes) -> None:
    document = pikepdf.open(io.BytesIO(full_pdf))
    assert str(document.Root.Lang).startswith("en")
    assert bool(document.Root.MarkInfo.Marked)
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Front office: Before and after: camera-search drills"
    kinds = {kind for kind, _ in list_nodes(full_pdf)}
    assert kinds >= {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure", "/L"}
    for font in (font for page in document.pages for font in page.Resources.Font.values()):
        assert "/ToUnicode" in font
    assert [float(side) for side in document.pages[0].MediaBox] == [0, 0, 612, 792]


def test_a_picture_without_words_is_refused() -> None:
    content = make_report(compare(make_attempts()), day=MADE_AT)
    content["first_panels"]["decides"]["pictures"][0]["alt"] = ""
    with pytest.raises(ReportError, match="could not be set"):
        compile_pdf(TEMPLATE, content, what="report", at=MADE_AT)


def test_the_same_drills_on_the_same_day_give_the_same_bytes() -> None:
    table = make_attempts()
    changed = table.assign(idf1=table["idf1"].mask(table.index == 0, 0.11))
    first, again, other = (
        write(compare(rows), MADE_AT.replace(hour=hour))
        for rows, hour in ((table, 9), (table.sample(frac=1.0, random_state=1), 17), (changed, 9))
    )
    assert first == again
    assert first != other


def test_names_are_text_whatever_they_hold() -> None:
    table = make_attempts(people=len(HOSTILE), drills=1)
    table["person_id"] = [HOSTILE[int(name[1:]) - 1] for name in table["person_id"]]
    said = read_pdf(write(compare(table, title=HOSTILE[1])))
    for text in (HOSTILE[1], '#panic("no")', "<script>alert(1)</script> & co", "=1+1", "a box stands for each"):
        assert text.replace(" ", "") in said.replace(" ", ""), "a narrow cell breaks it over lines"


def make_crowded() -> ReportExport:
    table = make_full_attempts(people=24, waits=False).assign(
        profile="classic", chosen_by="low results", options="", origin="public", extra_time="no"
    )
    lost = {"M001": ("profile", "cloud"), "M002": ("device", "phone"), "M003": ("extra_time", "yes")}
    for person, (column, value) in lost.items():
        table[column] = table[column].mask(table["person_id"] == person, value)
    table["limit_s"] = table["limit_s"].mask(table["person_id"] == "M005", 900.0)
    after = table["phase"] == "after"
    table["form_id"] = table["form_id"].mask((table["person_id"] == "M007") & after, "one")
    table = table[~(table["person_id"].isin(["M009", "M010"]) & after)]
    table["task_type"] = table["task_type"].mask(after, "origin")
    return compare(table, title="Saint Maximiliana Consolidated Regional High School front office, fall term of 2026")


@pytest.mark.parametrize("case", ["nobody", "1", "40", "300", "crowded"])
def test_teams_of_any_size_fit_one_page_before_the_appendix(case: str) -> None:
    if case == "crowded":
        found = make_crowded()
        assert len(found.comparison.no_word) >= 3
    elif case == "nobody":
        found = compare(make_attempts(people=3).query("phase == 'before'"))
    else:
        found = compare(make_full_attempts(people=int(case), schools=1 + int(case) // 8, waits=False))
    pages = read_pages(write(found))
    assert "What this comparison cannot show" in pages[0]
    assert pages[1].startswith("Appendix")
    assert all(reason.split(" (")[0] in pages[0] for reason in found.comparison.no_word)
    assert ("This table has 300 rows" in " ".join(pages)) == (case == "300")


def read_words(svg: str) -> str:
    return " ".join(re.findall(r">([^<>]+)</text>", svg))


def show(comparison: Comparison, name: str) -> tuple[tuple[str, ...], ...]:
    return next(table.rows for table in list_tables(comparison) if table.name == name)


def test_a_person_who_passed_nothing_is_a_triangle_at_the_limit() -> None:
    table = make_attempts(drills=1)
    table.loc[0, ["elapsed_s", "finished", "passed"]] = [480.0, False, "no"]
    found = compare_attempts(table)
    assert show(found, "times")[0][1] == "8:00 (0 of 1 passed)"
    (times,) = [panel for panel in list_panels(found) if panel.key == "times"]
    lost = int((table["passed"] == "no").sum())
    assert times.pictures[0].svg.count("<polygon") == lost


def test_a_change_of_one_point_is_a_point() -> None:
    found = compare_attempts(make_attempts(people=12))
    told = {each: replace(found.accuracy["idf1"], estimate=each, interval=None) for each in (0.01, -0.01, 0.02)}
    shown = [show(replace(found, accuracy={"idf1": result}), "accuracy")[0][1] for result in told.values()]
    assert shown == ["+1 point", "\N{MINUS SIGN}1 point", "+2 points"]


@pytest.mark.parametrize("waits", [False, True])
def test_fewer_than_three_people_are_never_described(waits: bool) -> None:
    table = make_full_attempts(people=8, schools=1, waits=waits)
    kept = ["M002", "M004"] if waits else []
    found = compare_attempts(table[table["person_id"].isin(["M001", "M003", *kept])])
    assert found.sentences == ("No numbers are given: fewer than 3 people of a group are never described.",)
    assert {table.name for table in list_tables(found)} == {"flow"}
    assert [panel.key for panel in list_panels(found)] == ["flow"]


def spoil(table: pd.DataFrame, person: str, **values: Any) -> pd.DataFrame:
    mine = table["person_id"] == person
    return table.assign(**{name: table[name].mask(mine, value) for name, value in values.items()})


def test_the_flow_gives_the_reason_at_each_arrow_whole() -> None:
    table = make_attempts(people=12).assign(profile="classic", device="computer", extra_time="no")
    table = spoil(spoil(spoil(table, "M001", profile="cloud"), "M002", device="phone"), "M004", extra_time="yes")
    table = table[~((table["person_id"] == "M003") & (table["phase"] == "after"))]
    found = compare_attempts(table, plan=Plan(people=14, attended=11))
    assert [(stage.name, *stage.counts, stage.lost) for stage in found.flow] == [
        ("On the team", 14, ""),
        ("Did a drill", 12, "no measured drill"),
        ("Did a drill before", 12, ""),
        ("Came to the training", 11, "absent"),
        ("Did a drill after too", 11, ""),
        (
            "Compared",
            8,
            "1 on the cloud console; 1 on a phone; 1 another time allowance, kept out of the timed numbers",
        ),
    ]
    for width_pt in (188.0, 240.0):
        drawn = read_words(draw_flow(found, width_pt=width_pt).svg)
        assert all(stage.lost in drawn for stage in found.flow)


def test_by_lot_everybody_drawn_is_followed_and_who_waits_does_not_come_to_the_training() -> None:
    found = compare_attempts(make_full_attempts(), plan=Plan(people=20, attended=4, before=4, after=5))
    assert [(stage.name, stage.counts, stage.lost) for stage in found.flow] == [
        ("Drawn by lot", (6, 6), ""),
        ("Did a drill before", (6, 6), ""),
        ("Came to the training", (4, 0), "absent"),
        ("Did a drill after too", (6, 6), ""),
        ("Compared", (6, 6), ""),
    ]
    assert draw_flow(found, width_pt=188.0).svg.count(">0<") == 0
    assert ("Came to the training", "6", "4") in show(found, "plan")


def test_the_plan_stands_beside_what_was_done() -> None:
    plan = Plan(people=9, before=4, after=2, smallest=0.3, margin=0.08, compare_on=date(2026, 11, 30))
    found = compare_attempts(make_attempts(), plan=plan)
    rows = {row[0]: row[1:] for row in show(found, "plan")}
    assert rows["Drills before"] == ("4", "2")
    assert rows["Day of the comparison"][0] == "Nov 30"
    assert rows["Smallest change worth having"][0] == "30% less time"
    (decides,) = [panel for panel in list_panels(found) if panel.key == "decides"]
    assert "8 points lower" in decides.note
    assert "30% less" in decides.note
    assert draw_decides(found, width_pt=240.0).svg.count("stroke-dasharray") == 2, "the smallest change and the margin"


def test_ticks_are_round_and_do_not_touch() -> None:
    assert [label for _, label in list_points(0.17)] == [
        "\N{MINUS SIGN}15", "\N{MINUS SIGN}10", "\N{MINUS SIGN}5", "0", "+5", "+10", "+15"
    ]  # fmt: skip
    axes = (Axis(low=0.4, high=1.9, start_pt=0.0, end_pt=width_pt, is_log=True) for width_pt in (224.0, 80.0))
    wide, narrow = (dict(list_ratios(axis)) for axis in axes)
    assert list(wide.values()) == ["\N{MINUS SIGN}50%", "\N{MINUS SIGN}25%", "same", "+50%"]
    assert list(narrow.values()) == ["\N{MINUS SIGN}50%", "same"]


def test_one_that_does_not_say_what_was_passed_draws_no_times() -> None:
    found = compare_attempts(make_attempts().drop(columns="passed"))
    assert [panel.key for panel in list_panels(found)][:2] == ["decides", "flow"]
    words = read_words(draw_decides(found, width_pt=240.0).svg)
    assert ("Match with the actual path" in words, "Time to" in words) == (True, False)
    assert [row[0] for row in show(found, "groups")] == ["People", "Match"]


def test_what_a_result_says_of_itself_stands_beside_what_was_left_out() -> None:
    said = "No footage was played."
    table = spoil(make_attempts(people=12).assign(remarks="", extra_time="no"), "M004", extra_time="yes")
    table["remarks"] = table["remarks"].mask(
        table["person_id"].isin(["M002", "M004"]) & (table["phase"] == "after"), said
    )
    assert set(show(compare_attempts(table), "remarks")) == {("M002", "After", said)}, "nothing of what is not compared"
