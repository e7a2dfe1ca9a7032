"""Deleting a recording that was made here, with its drills."""

from sim.errors import StoreError
from sim.footage.build.workfolder import remove_tree
from sim.footage.recording.recording import FORMS, RECORDINGS
from sim.services.app.wiring import App
from sim.services.attempt.kept_apart import list_measuring
from sim.services.library.generate.job import SCENARIOS


def delete_made(app: App, recording_id: str) -> None:
    """Delete a recording for practice that was made here. Debriefs of drills on it cannot be opened any more."""
    with app.store.read() as work:
        is_measuring = recording_id in list_measuring(app, work)
        is_open = work.attempts.list_used_recordings().get(recording_id, False)
    if is_measuring or is_open:
        raise StoreError(
            "drills on this recording were given, and their results need it", todo="keep it, or wait until they ended"
        )
    if not (app.settings.data / RECORDINGS / recording_id).is_dir():
        raise StoreError("this recording was not made on this computer", todo="reload the page and choose again")
    remove_recording(app, recording_id)


def remove_recording(app: App, recording_id: str) -> None:
    """Delete a recording's files; its forms go first, so that nobody starts a drill on half of it."""
    data = app.settings.data
    try:
        (data / FORMS / f"{recording_id}.yaml").unlink(missing_ok=True)
        app.catalog.forget(recording_id)
        remove_tree(data / RECORDINGS / recording_id)
        (data / SCENARIOS / f"{recording_id}.yaml").unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{error.filename} cannot be deleted: {error.strerror}", todo="close whatever has the file open"
        ) from error
