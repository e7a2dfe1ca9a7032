"""A demo team: invented people, played by simulated searchers through the real attempts, clearly marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from sim.drill.attempt import ARRIVAL_GRACE_S, ENDED, Phase
from sim.drill.event import Event
from sim.drill.instant import Instant
from sim.drill.simulated import simulate
from sim.errors import SimError, TaskError
from sim.services import attempts, team, team_drills
from sim.services.intake import accept_events
from sim.services.scores import settle
from sim.services.wiring import App
from sim.tasks.skill import NOVICE, TRAINED, Skill

TEAM_NAME = "Demo team (invented)"
PSEUDONYMS = (
    "Heron", "Otter", "Maple", "Cedar", "Falcon", "Willow", "Badger", "Juniper", "Sparrow", "Birch", "Lynx", "Clover",
    "Osprey", "Aspen", "Marten", "Fern", "Kestrel", "Hazel", "Beaver", "Sorrel", "Plover", "Rowan", "Bison", "Thistle",
)  # fmt: skip
MAX_PEOPLE = 60
LEVEL_BEFORE = (0.0, 0.45)
GAIN = (0.1, 0.5)
FIRST_DAY_AGO = timedelta(days=21)
BETWEEN_PHASES = timedelta(days=14)
BETWEEN_PEOPLE_S = 20 * 60.0
READING_S = 25.0
POST_EVERY_S = 1.0


@dataclass(slots=True, kw_only=True)
class SteppedClock:
    """A clock that goes where it is told."""

    now: Instant

    def read(self) -> Instant:
        """Return the present moment."""
        return self.now

    def pass_s(self, seconds: float) -> None:
        """Let time go by."""
        wall = self.now.wall + timedelta(seconds=seconds)
        self.now = replace(self.now, wall=wall, steady_s=self.now.steady_s + seconds)


def fill_demo(app: App, *, people: int, seed: int) -> str:
    """Make the demo team anew, before and after a training that never took place; return its id.

    Before, everybody searches between a novice and half-way to trained; after, each a tenth to a half of the way
    further. The same seed gives the same results.

    Raises:
        TaskError: no measuring forms, or a number of people that is not 1..60.
        RecordingError, StoreError: the recording or the database failed; no half-filled team stays behind.
    """
    if not 1 <= people <= MAX_PEOPLE:
        raise TaskError(f"{people} people were asked for", expected=f"1 to {MAX_PEOPLE}")
    team.remove_demo(app)
    now = app.clock.read()
    clock = SteppedClock(now=replace(now, wall=now.wall - FIRST_DAY_AGO))
    stepped = replace(app, clock=clock)
    try:
        return _fill(stepped, clock, people=people, seed=seed)
    except SimError:
        team.remove_demo(app)
        raise


def _fill(app: App, clock: SteppedClock, *, people: int, seed: int) -> str:
    streams = np.random.SeedSequence(seed).spawn(people)
    team_id = team.add_team(app, TEAM_NAME, is_demo=True)
    members: list[tuple[str, np.random.Generator, float, float]] = []
    for number, stream in enumerate(streams):
        rng = np.random.default_rng(stream)
        before = float(rng.uniform(*LEVEL_BEFORE))
        person_id = team.add_person(app, team_id, name_person(number))
        clock.pass_s(1.0)
        members.append((person_id, rng, before, min(1.0, before + float(rng.uniform(*GAIN)))))
    for phase in (Phase.BEFORE, Phase.AFTER):
        start = clock.now
        for person_id, rng, before, after in members:
            level = before if phase is Phase.BEFORE else after
            play_attempt(
                app, clock, team_drills.create_attempt(app, person_id, phase), rng=rng, skill=blend_skill(level)
            )
            clock.pass_s(BETWEEN_PEOPLE_S)
        spent_s = clock.now.steady_s - start.steady_s
        clock.pass_s(max(0.0, BETWEEN_PHASES.total_seconds() - spent_s))
    return team_id


def play_attempt(app: App, clock: SteppedClock, attempt_id: str, *, rng: np.random.Generator, skill: Skill) -> None:
    """Play one attempt as the console would: briefing, start, events every second, submit or time-out.

    Raises:
        SimError: as each step does.
    """
    attempts.get_briefing(app, attempt_id)
    clock.pass_s(READING_S)
    attempts.begin(app, attempt_id)
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    known = app.catalogue.get_form(row.form_id)
    events = simulate(
        known.form.task,
        app.catalogue.get_truth(row.recording_id),
        rng=rng,
        skill=skill,
        limit_s=row.timing.limit_s,
        look_alikes=app.catalogue.list_look_alikes(row.recording_id, known.form.target),
    )
    began_s = clock.now.steady_s
    for batch in cut_batches(events):
        clock.pass_s(max(0.0, began_s + batch[-1].t_client_ms / 1000.0 - clock.now.steady_s))
        accept_events(app, attempt_id, tab_id=batch[0].tab_id, events=batch)
    if attempts.get_state(app, attempt_id) not in ENDED:
        clock.pass_s(began_s + row.timing.limit_s + ARRIVAL_GRACE_S + POST_EVERY_S - clock.now.steady_s)
    settle(app, attempt_id)


def cut_batches(events: Sequence[Event]) -> list[tuple[Event, ...]]:
    """Return the events in posts of one second each, as the console sends them."""
    batches: dict[int, list[Event]] = {}
    for event in events:
        batches.setdefault(int(event.t_client_ms / 1000.0 / POST_EVERY_S), []).append(event)
    return [tuple(batches[second]) for second in sorted(batches)]


def blend_skill(level: float) -> Skill:
    """Return a searcher between NOVICE (0) and TRAINED (1)."""

    def mix(novice: float, trained: float) -> float:
        return novice + level * (trained - novice)

    return Skill(
        name=f"demo {level:.2f}",
        miss_share=mix(NOVICE.miss_share, TRAINED.miss_share),
        follow_share=mix(NOVICE.follow_share, TRAINED.follow_share),
        detours=mix(NOVICE.detours, TRAINED.detours),
        pace_s=mix(NOVICE.pace_s, TRAINED.pace_s),
        speed=mix(NOVICE.speed, TRAINED.speed),
        place_share=mix(NOVICE.place_share, TRAINED.place_share),
    )


def name_person(number: int) -> str:
    """Return the pseudonym of person 0, 1, 2 ...: each once, then with a number behind it."""
    round_number, place = divmod(number, len(PSEUDONYMS))
    return PSEUDONYMS[place] + (f" {round_number + 1}" if round_number else "")
