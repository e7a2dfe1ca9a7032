"""Filling and emptying a footage store, from the command line."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.errors import TaskError
from sim.footage.recording.open import open_recording
from sim.footage.store.moving import (
    OnFile,
    StoredEntry,
    list_stored,
    pull_recording,
    push_forms,
    push_recording,
)
from sim.services.app.footage_store.opening import open_named
from sim.services.app.forms import check_form_set, load_form_set

__all__ = ["StoredEntry", "list_entries", "pull", "push"]


def push(
    folder: Path,
    url: str | None,
    *,
    forms: Sequence[Path],
    replace: bool,
    environ: Mapping[str, str],
    on_file: OnFile,
) -> str:
    """Copy a recording, then files of its forms, into a store; return the recording's id.

    Raises:
        RecordingError, FootageStoreError: as `sim.footage.store.moving.push_recording`.
        TaskError: a form file is wrong, or of another recording; nothing was copied then.
        MachineError: no store is named, or a package is missing.
    """
    recording = open_recording(folder)
    for path in forms:
        form_set = load_form_set(path)
        if form_set.recording_id != recording.manifest.recording_id:
            raise TaskError(
                f"{path} is for the recording {form_set.recording_id!r}",
                expected=f"forms of {recording.manifest.recording_id!r}",
            )
        check_form_set(form_set, recording)
    remote = open_named(url, environ)
    recording_id = push_recording(folder, remote, replace=replace, on_file=on_file)
    for path in forms:
        push_forms(path, remote)
    return recording_id


def pull(
    recording_id: str,
    url: str | None,
    *,
    target: Path,
    replace: bool,
    environ: Mapping[str, str],
    on_file: OnFile,
) -> None:
    """Copy a recording out of a store. Raises as `sim.footage.store.moving.pull_recording` and `open_named`."""
    pull_recording(recording_id, open_named(url, environ), target=target, replace=replace, on_file=on_file)


def list_entries(url: str | None, *, environ: Mapping[str, str]) -> tuple[StoredEntry, ...]:
    """Return every recording of a store. Raises FootageStoreError, MachineError."""
    return list_stored(open_named(url, environ))
