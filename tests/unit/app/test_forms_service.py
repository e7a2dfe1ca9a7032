from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sim.app.catalog import check_form_set, load_form_set
from sim.app.expert_search import Expert, find_unfair, make_expert
from sim.app.score import load_truth_index
from sim.commands.drills import forms as forms_command
from sim.errors import NewerSchemaError, SimError, TaskError
from sim.features.library.forms import choose_forms
from sim.footage.recording.open import Recording, load_people
from sim.tasks.common.task import Known, Task
from sim.truth.index import make_truth_index
from tests.support.trace_tables import make_worked_table


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_DATA", str(tmp_path / "own-data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def run(*words: str) -> int:
    return int(forms_command.main(words, standalone_mode=False))


def choose(recording: Recording, out: Path) -> None:
    words = ("--out", str(out), "--count", "2", "--margin", "9", "--min-legs", "1")
    assert run("choose", str(recording.folder), *words) == 0


def test_chosen_forms_are_written_read_back_and_fit(
    tiny_recording: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "forms" / "tiny.yaml"
    choose(tiny_recording, out)
    printed = capsys.readouterr().out
    forms = load_form_set(out)
    assert len(forms.parallel) == 2
    assert forms == choose_forms(tiny_recording, count=2, margin=9.0, min_legs=1)
    assert f"differ by {forms.spread:.2f}; the margin is 9.00" in printed
    assert all(form.form_id in printed for form in forms.forms)
    assert all(form.window_s == (0.0, tiny_recording.manifest.duration_s) for form in forms.forms)
    assert [f.use for f in forms.forms] == sorted((f.use for f in forms.forms), reverse=True)
    assert run("check", str(out), str(tiny_recording.folder)) == 0
    assert not list(out.parent.glob("*.part"))


def test_stale_forms_and_places_that_cannot_be_written_are_refused(tiny_recording: Recording, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    with pytest.raises(SimError, match="cannot be written"):
        choose(tiny_recording, tmp_path / "blocked" / "tiny.yaml")
    out = tmp_path / "tiny.yaml"
    choose(tiny_recording, out)
    forms = load_form_set(out)
    with pytest.raises(TaskError, match=r"another truth.*forms choose"):
        check_form_set(forms.model_copy(update={"truth_sha256": "0" * 64}), tiny_recording)
    with pytest.raises(TaskError, match="belong to other"):
        check_form_set(forms.model_copy(update={"recording_id": "other"}), tiny_recording)


def test_wrong_form_files_are_named(tiny_recording: Recording, tmp_path: Path) -> None:
    out = tmp_path / "tiny.yaml"
    choose(tiny_recording, out)
    chosen = yaml.safe_load(out.read_text())
    wrong: tuple[tuple[dict[str, object], type[SimError], str], ...] = (
        ({"schema_version": 99}, NewerSchemaError, "schema_version 99"),
        ({"margin": -1}, TaskError, "tiny.yaml, margin"),
        ({"surprise": 1}, TaskError, "tiny.yaml, surprise"),
        ({"forms": []}, TaskError, "tiny.yaml, forms"),
    )
    for change, error, words in wrong:
        out.write_text(yaml.safe_dump(chosen | change))
        with pytest.raises(error, match=words):
            load_form_set(out)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--count", "0"), "0 forms"),
        (("--margin", "nan"), "margin is nan"),
        (("--limit-s", "0"), "limit of 0 s"),
        (("--count", "20", "--min-legs", "1"), "no 20 of"),
    ],
)
def test_impossible_wishes_are_refused(
    tiny_recording: Recording, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    out = tmp_path / "tiny.yaml"
    with pytest.raises(TaskError, match=message):
        run("choose", str(tiny_recording.folder), "--out", str(out), *words)
    assert not out.exists()


def test_a_wrong_clock_of_the_recording_counts_in_every_form(faulty_recording: Recording) -> None:
    forms = choose_forms(faulty_recording, count=2, margin=9.0, min_legs=1)
    assert {form.difficulty.clock_faults for form in forms.forms} == {1}


@pytest.fixture
def expert(tiny_recording: Recording) -> Expert:
    index = load_truth_index(tiny_recording)
    numbers = {camera_id: number for number, camera_id in enumerate(index.camera_ids, start=1)}
    return make_expert(index, load_people(tiny_recording), tiny_recording.site, numbers=numbers)


@pytest.fixture
def task(tiny_recording: Recording) -> Task:
    return choose_forms(tiny_recording, count=1, practice=0, min_legs=2).parallel[0].task


def test_time_enough_is_when_the_last_mark_comes_within_seven_tenths_of_the_limit(expert: Expert, task: Task) -> None:
    found = expert.search(task, limit_s=300.0)
    claimed_s = found.find_claimed_s()
    assert claimed_s is not None
    assert claimed_s <= found.par_s <= 300.0
    assert expert.is_fair(task, limit_s=300.0)
    late = replace(found.score.replay.log, limit_s=claimed_s / 0.7 - 0.1)
    score = replace(found.score, replay=replace(found.score.replay, log=late))
    assert "s to find it all" in (find_unfair(task, expert.index, replace(found, score=score)) or "")
    assert not expert.is_fair(task, limit_s=10.0)


def test_somebody_who_stays_in_one_place_is_not_asked_for() -> None:
    index = make_truth_index(make_worked_table())
    for person, fault in (("P001", None), ("P002", "the student stays in one place")):
        assert find_unfair(Task(type="locate", target=person, window_s=(0.0, 60.0)), index, None) == fault
    back = Task(type="locate", target="P001", window_s=(28.0, 60.0))
    assert find_unfair(back, index, None) is not None, "one camera, one place"


def test_a_sighting_that_does_not_show_them_is_not_given(expert: Expert, task: Task) -> None:
    seen = expert.index.find_appearances(task.person)[0]
    other = next(camera_id for camera_id in expert.index.camera_ids if camera_id != seen.camera_id)
    known = replace(task, known=Known(t_s=seen.start_s, camera_id=other))
    assert "plain sight" in (find_unfair(known, expert.index, expert.search(known, limit_s=300.0)) or "")
