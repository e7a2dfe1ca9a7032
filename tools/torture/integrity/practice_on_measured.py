"""Somebody tries to practice what they will be measured on: its forms, its recording, the console on it."""

from collections.abc import Callable
from functools import partial

from sim.drill.attempt import Mode
from sim.errors import TaskError
from sim.services.attempt import attempts, familiarization
from sim.services.library import library
from sim.services.library.own_drills import list_own_drills
from sim.services.team_exercise import making
from tools.torture.integrity.page_reader import read_page
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.private_footage import NAME, open_measured
from tools.torture.rig.rig import Rig
from tools.torture.rig.trial import Trial


def practice_what_measures(rig: Rig) -> Outcome:
    """Look for the measured recording wherever practice is offered, then ask for practice on its forms by their ids."""
    wrong: list[str] = []
    with open_measured(rig) as measured:
        app = measured.rig.app
        page = read_page(measured.rig.get_server().url, "", until="How it works")
        if NAME in page:
            wrong.append("the start page names the recording that measures")
        offered = [card.form_id for card in library.list_forms(app)]
        offered += [drill.form_id for drill in list_own_drills(app)]
        offered += [card.form_id for card in making.list_forms(app)]
        wrong += [f"{form_id} is offered for practice" for form_id in offered if form_id.startswith(NAME)]
        own = [known.form.form_id for known in app.catalog.list_forms() if known.recording_id == NAME]
        for form_id in own:
            wrong += _try(f"{form_id} in practice", partial(attempts.create_practice, app, form_id=form_id))
            for mode in (Mode.TEAM_EXERCISE, Mode.FAMILIARIZATION):
                wrong += _try(f"{form_id} as {mode}", partial(attempts.create, app, form_id=form_id, mode=mode))
        with app.store.read() as work:
            person_id = work.attempts.get(measured.attempt_id).person_id
        first = familiarization.create(app, person_id=person_id)
        with app.store.read() as work:
            if work.attempts.get(first).recording_id == NAME:
                wrong.append("the console is shown on the recording that measures")
    said = f"none of {len(own)} drills of the recording that measures can be practiced, nor is one offered"
    return Outcome(saw=said, wrong=tuple(wrong[:5]))


def _try(what: str, begin: Callable[[], str]) -> list[str]:
    try:
        begin()
    except TaskError:
        return []
    return [f"{what} was begun"]


ATTACK = Trial(
    name="practice-on-measured",
    fault="parallel forms, team exercises and the console on the recording of a measured drill, for practice",
    try_once=practice_what_measures,
    most_tries=3,
    usual_s=20.0,
    part="integrity",
)
