"""The drills there are, and a picture from the footage."""

from dataclasses import dataclass

from sim.footage.open import load_activity
from sim.footage.still import draw_boxes, load_still
from sim.services.clock_words import write_clock
from sim.services.views import FormCard
from sim.services.wiring import App

DIFFICULTY_WORDS = {"practice": "Easier, for practice", "parallel": "Standard"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A picture that shows what the footage looks like, with what it shows."""

    jpeg: bytes
    caption: str


def list_forms(app: App) -> tuple[FormCard, ...]:
    """Return every form as people may see it beforehand, practice forms first.

    Raises:
        TaskError, RecordingError: a form file or its recording is wrong or missing.
    """
    cards = []
    for known in app.catalogue.list_forms():
        recording = app.catalogue.get_recording(known.recording_id)
        cards.append(
            FormCard(
                form_id=known.form.form_id,
                title=known.form.title,
                recording_title=recording.manifest.title,
                place=recording.site.name,
                limit_s=known.form.limit_s,
                difficulty=DIFFICULTY_WORDS[known.form.use],
            )
        )
    return tuple(cards)


def get_cover(app: App) -> Cover | None:
    """Return a still from the busiest second of the first form's recording, or None without forms.

    Raises:
        RecordingError: the clip cannot be read.
    """
    forms = app.catalogue.list_forms()
    if not forms:
        return None
    recording_id = forms[0].recording_id
    return app.catalogue.keep(("cover", recording_id), lambda: _make_cover(app, recording_id))


def _make_cover(app: App, recording_id: str) -> Cover:
    recording = app.catalogue.get_recording(recording_id)
    manifest = recording.manifest
    activity = load_activity(recording)
    busiest = int(activity["motion"].to_numpy().argmax())
    camera = recording.get_camera(str(activity["camera_id"].iloc[busiest]))
    frame = min(int((int(activity["second"].iloc[busiest]) + 0.5) * manifest.fps), manifest.frame_count - 1)
    picture = load_still(recording, camera.camera_id, frame)
    clock = write_clock(manifest.start_time, frame / manifest.fps)
    return Cover(jpeg=draw_boxes(picture, ()), caption=f"{camera.name}, {clock}. {manifest.notice}")
