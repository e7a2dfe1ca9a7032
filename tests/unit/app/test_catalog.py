import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pytest

from sim.app import catalog as module
from sim.app.catalog import Catalog, load_form_set, write_form_set
from sim.errors import RecordingError, TaskError
from sim.forms.forms import Origin


def open_catalog(folder: Path) -> Catalog:
    return Catalog(recording_folders=[folder / "none", folder / "recordings"], form_folders=[folder / "forms"])


@pytest.fixture
def library(tmp_path: Path, tiny_library: Path) -> Path:
    return Path(shutil.copytree(tiny_library, tmp_path / "library"))


def test_truth_is_read_once_whoever_asks(tiny_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(side_effect=module.load_truth_index)
    monkeypatch.setattr(module, "load_truth_index", read)
    catalog = open_catalog(tiny_library)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: id(catalog.get_truth("tiny")), range(16)))
    assert (len(set(found)), read.call_count) == (1, 1)


@pytest.mark.parametrize("recording_id", ["..", "../recordings/tiny", "tiny/", ""])
def test_an_id_is_no_path(tiny_library: Path, recording_id: str) -> None:
    with pytest.raises(RecordingError):
        open_catalog(tiny_library).get_recording(recording_id)


def test_a_failure_is_not_kept_and_a_renamed_folder_is_refused(library: Path) -> None:
    folder = library / "recordings" / "tiny"
    moved = (folder / "main" / "CAM-01.mp4").rename(library / "away")
    catalog = open_catalog(library)
    with pytest.raises(RecordingError, match=r"CAM-01\.mp4 is missing"):
        catalog.get_recording("tiny")
    moved.rename(folder / "main" / "CAM-01.mp4")
    assert catalog.get_recording("tiny").manifest.recording_id == "tiny"
    folder.rename(folder.with_name("other"))
    with pytest.raises(RecordingError, match="holds the recording 'tiny'"):
        open_catalog(library).get_recording("other")


def test_forms_of_another_truth_are_left_out(library: Path) -> None:
    path = library / "forms" / "tiny.yaml"
    write_form_set(load_form_set(path).model_copy(update={"truth_sha256": "0" * 64}), path)
    catalog = open_catalog(library)
    assert catalog.list_forms() == ()
    (left_out,) = catalog.list_damaged()
    assert "chosen on another truth" in left_out.why.what
    with pytest.raises(TaskError, match="cannot be used now"):
        catalog.get_form("tiny-trace-a")


@pytest.mark.parametrize("text", ["title: 'never closed\n", "start_time: 2026-09-31T08:00:00\n", "- 1\n"])
def test_one_bad_form_file_takes_no_other_drill_away(library: Path, text: str) -> None:
    catalog = open_catalog(library)
    good = catalog.list_forms()
    assert catalog.list_damaged() == ()
    mine = library / "forms" / "mine.yaml"
    mine.write_text(text, encoding="utf-8")
    assert catalog.list_forms() == good
    (left_out,) = catalog.list_damaged()
    assert (left_out.path, "mine.yaml" in left_out.why.what) == (mine, True)
    assert catalog.is_private("mine"), "nobody knows whether its recording measures"
    mine.unlink()
    assert catalog.list_damaged() == ()


def test_forms_whose_recording_is_gone_come_back_with_it(library: Path) -> None:
    path = library / "forms" / "tiny.yaml"
    write_form_set(load_form_set(path).model_copy(update={"origin": Origin.PRIVATE}), path)
    folder = library / "recordings" / "tiny"
    away = folder.rename(library / "away")
    catalog = open_catalog(library)
    assert catalog.list_forms() == ()
    assert catalog.list_private() == {"tiny"}, "it measures all the same"
    away.rename(folder)
    assert {known.recording_id for known in catalog.list_forms()} == {"tiny"}
    assert catalog.list_damaged() == ()


def test_a_version_names_exactly_what_is_asked(library: Path) -> None:
    def list_versions() -> set[tuple[str, str]]:
        return {(known.form.form_id, known.version) for known in open_catalog(library).list_forms()}

    before = list_versions()
    path = library / "forms" / "tiny.yaml"
    forms = load_form_set(path)
    first, *rest = forms.forms
    longer = first.model_copy(update={"limit_s": first.limit_s + 1})
    write_form_set(forms.model_copy(update={"forms": (longer, *rest)}), path)
    assert {form_id for form_id, _ in list_versions() - before} == {first.form_id}


def test_a_file_outside_the_recording_is_never_found(library: Path) -> None:
    catalog = open_catalog(library)
    recording = library / "recordings" / "tiny"
    (library / "secret.mp4").write_bytes((recording / "main" / "CAM-01.mp4").read_bytes())
    catalog.get_recording("tiny")
    (recording / "main" / "CAM-01.mp4").unlink()
    (recording / "main" / "CAM-01.mp4").symlink_to(library / "secret.mp4")
    with pytest.raises(RecordingError, match="has no file"):
        catalog.find_file("tiny", "main/CAM-01.mp4")
