"""The expert on everything that ships: at least nine traces in ten are passed in time, none is left out."""

import pytest
import yaml

from sim.compare.checks import QUICKEST_EXPERT
from sim.services.app.catalog import Catalog
from sim.services.app.settings import PROJECT
from sim.services.debrief.expert import find_expert
from sim.tasks.locate import LOCATE
from sim.tasks.trace import TRACE

FORMS, LESSONS = (PROJECT / "scenarios" / name for name in ("forms", "lessons"))
LEAST_PASSED, LEAST_TRACES = 0.9, 80
LATE_SHARE = 0.95
"""A search that ends after this share of the limit has used its time up."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(recording_folders=[PROJECT / "sample_footage"], form_folders=[FORMS], lesson_folders=[LESSONS])


def list_traces() -> list[str]:
    """Return the traces that form files and lessons name, examples too, read without any of the program."""
    traces = []
    for path in sorted(FORMS.glob("*.yaml")):
        forms = yaml.safe_load(path.read_text(encoding="utf-8"))["forms"]
        traces += [form["form_id"] for form in forms if form["type"] == TRACE]
    for path in sorted(LESSONS.glob("*.yaml")):
        lesson = yaml.safe_load(path.read_text(encoding="utf-8"))
        questions = [*lesson["tries"], lesson["example"]]
        traces += [f"lesson-{lesson['lesson_id']}-{each['try_id']}" for each in questions if each["type"] == TRACE]
    return traces


@pytest.mark.slow
def test_the_expert_passes_nine_shipped_traces_in_ten_in_time(catalog: Catalog) -> None:
    traces = list_traces()
    assert len(traces) == len(set(traces)) >= LEAST_TRACES
    passed, late = [], []
    for form_id in traces:
        form = catalog.get_form(form_id).form
        result = find_expert(catalog, form)
        assert result is not None, f"{form_id} was not played"
        assert result.run.events, f"{form_id} has no search"
        if result.passed:
            assert result.run.finished
            assert result.par_s <= form.limit_s
            passed.append(form_id)
        if result.par_s > LATE_SHARE * form.limit_s:
            late.append(form_id)
    failed = sorted(set(traces) - set(passed))
    assert len(passed) >= LEAST_PASSED * len(traces), failed
    assert late == []


def test_no_shipped_form_is_passed_sooner_than_the_comparison_takes_for_the_quickest(catalog: Catalog) -> None:
    """Of all 144 forms and tries the quickest pass is of a locate, 16.2 s of 4:00; all locates are played."""
    shares = []
    for known in catalog.list_forms():
        if known.form.type == LOCATE:
            result = find_expert(catalog, known.form)
            assert result is not None
            shares += [result.par_s / known.form.limit_s] if result.passed else []
    assert min(shares) == pytest.approx(QUICKEST_EXPERT, abs=5e-4)
