"""`python -m sim forms` and form files, on the tiny recording."""

import argparse
from pathlib import Path

import pytest
import yaml

from sim.app.forms import check_form_set, load_form_set
from sim.commands.forms import register
from sim.errors import NewerSchemaError, SimError, TaskError
from sim.features.library.forms import choose_forms
from sim.footage.recording.open import Recording


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands look at a data folder where nobody was ever given anything."""
    monkeypatch.setenv("SIGHTLINE_DATA", str(tmp_path / "own-data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["forms", *words])
    return int(args.run(args))


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


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"schema_version": 99}, NewerSchemaError, "schema_version 99"),
        ({"margin": -1}, TaskError, "tiny.yaml, margin"),
        ({"surprise": 1}, TaskError, "tiny.yaml, surprise"),
        ({"forms": []}, TaskError, "tiny.yaml, forms"),
    ],
)
def test_wrong_form_files_are_named(
    tiny_recording: Recording, tmp_path: Path, change: dict[str, object], error: type[SimError], words: str
) -> None:
    out = tmp_path / "tiny.yaml"
    choose(tiny_recording, out)
    out.write_text(yaml.safe_dump(yaml.safe_load(out.read_text()) | change))
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
