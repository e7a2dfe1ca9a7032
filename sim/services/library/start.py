"""What the start page shows before anybody has done anything."""

from dataclasses import dataclass

from sim.drill.attempt import AttemptState
from sim.errors import AttemptError, SimError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.library import library
from sim.text.times import write_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class StartView:
    """The start page.

    Attributes:
        is_playable: a drill can be started; else `problem` says why not.
        sample_minutes: the sample drill's limit in words, "" when there is none.
        still_jpeg: a picture from the footage, or None.
        running_attempt_id: a drill this tab had open and whose clock still runs.
        store_trouble: why drills of the footage store are missing from the page, "" when none are.
    """

    is_playable: bool
    problem: str
    sample_minutes: str
    still_jpeg: bytes | None
    still_caption: str
    running_attempt_id: str | None
    store_trouble: str = ""


def get_start(app: App, *, last_attempt_id: str | None) -> StartView:
    """Return the start page's view; a missing or broken recording becomes its `problem`, never a failure."""
    running = _find_running(app, last_attempt_id)
    try:
        forms = library.list_forms(app)
        still = library.get_cover(app)
    except SimError as error:
        return StartView(
            is_playable=False,
            problem=str(error),
            sample_minutes="",
            still_jpeg=None,
            still_caption="",
            running_attempt_id=running,
        )
    return StartView(
        is_playable=bool(forms),
        problem="" if forms else "There is no drill to play: no recording with drills was found.",
        store_trouble=app.catalogue.get_trouble(),
        sample_minutes=write_minutes(forms[0].limit_s) if forms else "",
        still_jpeg=still.jpeg if still else None,
        still_caption=still.caption if still else "",
        running_attempt_id=running,
    )


def _find_running(app: App, attempt_id: str | None) -> str | None:
    if attempt_id is None:
        return None
    try:
        state = attempts.get_state(app, attempt_id)
    except AttemptError:
        return None
    return attempt_id if state == AttemptState.RUNNING else None
