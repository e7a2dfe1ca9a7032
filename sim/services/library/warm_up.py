"""What the first drill would else wait for: made right after the start, while people still read."""

from collections.abc import Callable, Iterator
from functools import partial

from sim.services.app.wiring import App
from sim.services.attempt.footage_access import load_index, load_timeline
from sim.services.library.library import get_cover

Step = Callable[[], object]


def make_steps(app: App) -> Iterator[Step]:
    """Yield what to do, a step at a time, for the recording of the first form; what is there already costs nothing.

    A step may raise SimError: anyone who asks for that thing later is told then.

    Raises:
        SimError: as `sim.services.app.catalogue.Catalogue.list_forms`.
    """
    forms = app.catalogue.list_forms()
    if not forms:
        return
    recording_id = forms[0].recording_id
    yield partial(get_cover, app)
    yield partial(app.catalogue.get_plan, recording_id)
    yield partial(app.catalogue.get_links, recording_id)
    yield partial(load_timeline, app, recording_id)
    manifest = app.catalogue.get_recording(recording_id).manifest
    for clip in (*(wall.file for wall in manifest.walls), *(camera.main for camera in manifest.cameras)):
        yield partial(load_index, app, recording_id, clip)
