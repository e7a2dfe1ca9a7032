"""The practice drills that can be put into a course of a learning system."""

from dataclasses import dataclass

from sim.drill.forms import Origin
from sim.errors import RecordingError
from sim.services.app.wiring import App
from sim.tasks import get_task_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One drill: its id, its title with the school of its footage, and its kind in words."""

    form_id: str
    title: str
    kind: str


def list_practice(app: App) -> tuple[Practice, ...]:
    """Return the drills that anyone may practice on; those whose recording cannot be read are left out."""
    found = []
    for each in app.catalogue.list_forms():
        if each.origin is Origin.PRIVATE:
            continue
        try:
            place = app.catalogue.get_recording(each.recording_id).site.name
        except RecordingError:
            continue
        kind = get_task_type(each.form.type).title
        found.append(Practice(form_id=each.form.form_id, title=f"{each.form.title}, {place}", kind=kind))
    return tuple(found)
