import shutil
from pathlib import Path

import pytest
import yaml

from sim.app.catalog import load_form_set, make_version
from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.errors import TaskError
from sim.features.program.given_forms import load_known_ids
from sim.features.team import given_drills
from sim.footage.recording.open import Recording
from sim.forms.forms import FormSet, Origin
from tests.support.given import load_attempt, make_team
from tests.unit.app.test_forms_service import run

CHOICE = ("--count", "2", "--margin", "9", "--min-legs", "2")


@pytest.fixture
def own_app(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("SIGHTLINE_DATA", str(drill_app.settings.data))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return drill_app


def give(app: App) -> str:
    _, (heron,) = make_team(app, "Heron")
    return load_attempt(app, given_drills.create_attempt(app, heron, Phase.BEFORE)).form_id


def choose(recording: Recording, out: Path, *words: str) -> FormSet:
    assert run("choose", str(recording.folder), "--out", str(out), *CHOICE, *words) == 0
    return load_form_set(out)


def test_other_content_gets_fresh_ids_and_what_was_given_keeps_its_own(
    own_app: App, tiny_recording: Recording, tmp_path: Path
) -> None:
    given = give(own_app)
    old = {known.form.form_id: known.form for known in own_app.catalog.list_forms()}
    # another time limit is other content
    forms = choose(tiny_recording, tmp_path / "new.yaml", "--limit-s", "200")
    expected = {"tiny-trace-a", "tiny-trace-b", "tiny-trace-c"} - {given}
    assert {form.form_id for form in forms.parallel} == expected
    fresh = next(form for form in forms.parallel if form.form_id == "tiny-trace-c")
    assert fresh.title == "Trace C"
    assert fresh.target == old[given].target
    assert run("check", str(tmp_path / "new.yaml"), str(tiny_recording.folder)) == 0
    with own_app.store.read() as work:
        assert work.exposures.list_versions()[given] == {make_version(old[given])}


def test_a_file_of_forms_that_people_were_given_is_not_replaced_by_others(
    own_app: App, tiny_recording: Recording, tmp_path: Path
) -> None:
    out = tmp_path / "mine.yaml"
    given = give(own_app)
    (own,) = own_app.settings.forms[0].glob("*.yaml")
    shutil.copy(own, out)
    before, had = out.read_bytes(), load_form_set(out)
    with pytest.raises(TaskError, match=rf"mine.yaml holds {given}, which people have been given.*--out"):
        choose(tiny_recording, out, "--limit-s", "200")
    assert out.read_bytes() == before
    same = choose(tiny_recording, out, "--limit-s", "300", "--practice-limit-s", "120")
    assert [(form.form_id, form.target) for form in same.parallel] == [
        (form.form_id, form.target) for form in had.parallel
    ]


def test_a_file_that_nobody_was_given_anything_of_is_replaced_and_stays_private(
    own_app: App, tiny_recording: Recording, tmp_path: Path
) -> None:
    out = tmp_path / "mine.yaml"
    first = choose(tiny_recording, out)
    second = choose(tiny_recording, out, "--limit-s", "200", "--private")
    assert [form.form_id for form in second.forms] == [form.form_id for form in first.forms]
    assert {form.limit_s for form in second.parallel} == {200.0}
    assert (first.origin, second.origin, choose(tiny_recording, out).origin) == (
        Origin.PUBLIC,
        Origin.PRIVATE,
        Origin.PRIVATE,
    )


def test_an_id_of_another_student_is_refused(own_app: App, tiny_recording: Recording, tmp_path: Path) -> None:
    given = give(own_app)
    forms = choose(tiny_recording, tmp_path / "mixed.yaml", "--limit-s", "200")
    data = forms.model_dump(mode="json")
    next(form for form in data["forms"] if form["form_id"] == "tiny-trace-c")["form_id"] = given
    (tmp_path / "mixed.yaml").write_text(yaml.safe_dump(data))
    with pytest.raises(TaskError, match=rf"people have been given {given} already.*forms choose"):
        run("check", str(tmp_path / "mixed.yaml"), str(tiny_recording.folder))


def test_a_computer_without_a_database_gets_none(drill_app: App, tmp_path: Path) -> None:
    settings = drill_app.settings
    drill_app.close()
    for path in settings.data.glob("sightline.db*"):
        path.unlink()
    assert load_known_ids(settings).given == {}
    assert not list(settings.data.glob("sightline.db*"))
