"""The practice drills that can be put into a course of a learning system.

Those on a walk of the school's own cameras are none: what is seen there is for those of this installation alone.
"""

from dataclasses import dataclass

from sim.drill.forms import Origin
from sim.errors import AccessError, RecordingError
from sim.services.app.wiring import App
from sim.tasks import get_task_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One drill: its id, its title with the school of its footage, and its kind in words."""

    form_id: str
    title: str
    kind: str


def list_practice(app: App) -> tuple[Practice, ...]:
    """Return the drills that anyone may practice on, also from outside; not those whose recording cannot be read."""
    found = []
    for each in app.catalog.list_forms():
        if each.origin is not Origin.PUBLIC:
            continue
        try:
            place = app.catalog.get_recording(each.recording_id).site.name
        except RecordingError:
            continue
        kind = get_task_type(each.form.type).title
        found.append(Practice(form_id=each.form.form_id, title=f"{each.form.title}, {place}", kind=kind))
    return tuple(found)


def check_practice(app: App, form_id: str) -> None:
    """Raise AccessError where a course names a drill that there is none of here, or that it may not open."""
    if not any(each.form.form_id == form_id and each.origin is Origin.PUBLIC for each in app.catalog.list_forms()):
        raise AccessError(
            f"there is no practice drill {form_id[:80]!r} here",
            expected="one that is listed under Drills",
            todo="ask the person who made the link to choose another drill for it",
        )
