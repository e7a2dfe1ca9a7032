"""The footage that a program measures on: made on this installation with a seed that nobody is shown.

What comes with the program, truth and all, is known to anyone who has the program, and a seed of four digits is found
by trying; so neither measures. Nothing of a private recording is shown before the clock of a measured drill runs.
"""

import secrets

from sim.crowd.generator.draft import MOST_SEED
from sim.crowd.generator.levels import Level
from sim.crowd.generator.stories.arrival import ARRIVAL
from sim.services.app.wiring import App
from sim.services.library.generate import generate
from sim.services.library.generate.job import Job, Request
from sim.services.library.generate.making import Making, find_making

TITLE = "Footage to measure on"


def list_schools(app: App) -> tuple[tuple[str, str], ...]:
    """Return the schools that footage can be made of here, name and title; first that of the practice footage.

    People then know the building and its cameras from practice, and nothing of who is in it.
    """
    practiced = {app.catalog.get_recording(each.recording_id).site.name for each in app.catalog.list_practice_forms()}
    found = [each for each in generate.list_options(app).sites if not estimate(app, site=each[0]).problem]
    return tuple(sorted(found, key=lambda each: each[1] not in practiced))


def estimate(app: App, *, site: str) -> generate.Price:
    """Return what making the footage of a school takes here."""
    return generate.estimate(app, _make_request(app, site=site, seed=0))


def start_making(app: App, *, site: str) -> Job:
    """Begin to make footage to measure on, in a process of its own that goes on when the page is closed."""
    return generate.start(app, _make_request(app, site=site, seed=secrets.randbelow(MOST_SEED + 1)))


def find_making_of(app: App, program_id: str) -> Making | None:
    """Return how far the footage of a program is that is being made; None when it is not. Raises StoreError."""
    with app.store.read() as work:
        recording_id = work.programs.get(program_id).recording_id
    making = find_making(app)
    return making if making is not None and making.recording_id == recording_id else None


def _make_request(app: App, *, site: str, seed: int) -> Request:
    people, minutes = generate.suggest(app, site=site, story=ARRIVAL.name, level=Level.MEDIUM)
    return Request(
        site=site,
        story=ARRIVAL.name,
        level=Level.MEDIUM,
        seed=seed,
        people=people,
        minutes=float(minutes),
        title=TITLE,
        is_private=True,
    )
