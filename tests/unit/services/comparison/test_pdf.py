"""The report as a PDF: what it says, that it is tagged for readers of every kind, and that no name can break it."""

import io
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pikepdf
import pypdf
import pytest

from sim.compare.comparison import Comparison
from sim.compare.comparison import compare_attempts
from sim.errors import ReportError
from sim.services.comparison.handover import (
    Asked,
    compute_fingerprint,
    make_handover,
    write_command,
    write_report,
)
from sim.services.comparison.pdf import make_report, write_pdf
from sim.services.comparison.svg import draw_picture
from sim.services.comparison.view import make_comparison_view
from tests.support.full_comparison import make_attempts, make_full_comparison

MADE_AT = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
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


def set_report(comparison: Comparison, table: pd.DataFrame, *, title: str = "Front office") -> dict[str, Any]:
    return make_report(
        comparison,
        make_comparison_view(comparison),
        title=title,
        by_name=False,
        made_at=MADE_AT,
        fingerprint=compute_fingerprint(table),
        command=write_command(Asked()),
    )


def read_pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return make_attempts()


@pytest.fixture(scope="module")
def full_pdf(table: pd.DataFrame) -> bytes:
    return write_pdf(set_report(make_full_comparison(table), table), made_at=MADE_AT)


def test_two_pages_for_a_superintendent_then_the_appendix(full_pdf: bytes) -> None:
    pages = read_pages(full_pdf)
    assert "The team improved on these drills." in pages[0]
    assert "What this comparison cannot show" in pages[0]
    assert "Accuracy, person by person" in pages[1]
    assert pages[2].startswith("Appendix")
    whole = " ".join(" ".join(pages).split())
    for part in (
        "How the drills were set up",
        "What was left out",
        "All numbers",
        "How it was computed",
        "Sightline 0.",
    ):
        assert part in whole


def test_every_picture_is_there_with_its_table(full_pdf: bytes, table: pd.DataFrame) -> None:
    content = set_report(make_full_comparison(table), table)
    shown = [*content["first_panels"], *content["second_panels"], *content["further_panels"]]
    titles = {panel["title"] for panel in shown}
    assert titles >= {"Time, person by person", "Who had finished by when", "By kind of task", "By school"}
    tables = {section["title"] for section in content["tables"]}
    assert titles & tables >= {"Drill by drill", "Weeks and months later"}
    assert tables >= {"Time of each person", "Drills still going on"}
    figures = [words for kind, words in list_nodes(full_pdf) if kind == "/Figure"]
    assert len(figures) == sum(len(panel["pictures"]) for panel in shown)
    assert all(len(words) > 20 for words in figures)


def list_nodes(pdf: bytes) -> list[tuple[str, str]]:
    """Return the kind of every node of the structure tree, and the words it stands for."""
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


def test_a_picture_without_words_is_refused(table: pd.DataFrame) -> None:
    content = set_report(compare_attempts(table), table)
    silent = draw_picture([], width_pt=10, height_pt=10, alt="")
    picture = {"svg": silent.svg, "alt": "", "width": silent.width_pt, "height": silent.height_pt}
    panel = {"title": "Nothing", "note": "", "is_half": True, "pictures": [picture]}
    with pytest.raises(ReportError, match="could not be set"):
        write_pdf(content | {"title": "", "first_panels": [panel], "second_panels": []}, made_at=MADE_AT)


def test_the_same_drills_on_the_same_day_give_the_same_bytes(table: pd.DataFrame) -> None:
    def make(hour: int, rows: pd.DataFrame) -> bytes:
        handover = make_handover(compare_attempts(rows), rows, title="Front office", by_name=False, asked=Asked())
        return write_report(handover, made_at=MADE_AT.replace(hour=hour), zone=UTC)

    assert make(9, table) == make(17, table.sample(frac=1.0, random_state=1))
    changed = table.copy()
    changed.loc[0, "idf1"] = 0.11
    assert make(9, table) != make(9, changed)


def test_names_are_text_whatever_they_hold() -> None:
    table = make_attempts(people=len(HOSTILE), drills=1)
    table["person_id"] = [HOSTILE[int(name[1:]) - 1] for name in table["person_id"]]
    pdf = write_pdf(set_report(compare_attempts(table), table, title=HOSTILE[1]), made_at=MADE_AT)
    said = " ".join(" ".join(read_pages(pdf)).split())
    for text in (HOSTILE[1], '#panic("no")', "<script>alert(1)</script> & co", "=1+1", "a box stands for each"):
        assert text in said


@pytest.mark.parametrize("people", [1, 40, 300])
def test_teams_of_any_size_fit_two_pages_before_the_appendix(people: int) -> None:
    table = make_attempts(people=people, drills=1)
    pages = read_pages(
        write_pdf(set_report(make_full_comparison(table, schools=40 if people == 300 else 3), table), made_at=MADE_AT)
    )
    assert pages[2].startswith("Appendix")
    assert ("This table has 300 rows" in " ".join(pages)) == (people == 300)
