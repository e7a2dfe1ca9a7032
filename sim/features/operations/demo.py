"""A demo team: invented people, played by simulated searchers through the real attempts, clearly marked."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from sim.app.wiring import App
from sim.attempt.attempt import ARRIVAL_GRACE_S, ENDED, Instant, Phase
from sim.attempt.events import Event
from sim.attempt.options import NO_OPTIONS, ProfileName
from sim.compare.checks import ALL
from sim.console import attempts
from sim.console.intake import accept_events
from sim.console.scores import settle
from sim.db.programs import ProgramRow
from sim.errors import SimError, TaskError
from sim.expert.run import simulate
from sim.features.program.plan import make_step_rows
from sim.features.team import given_drills, team
from sim.features.team.choosing_forms import list_measuring_forms, list_parallel_forms
from sim.program.plan import RETENTION, Wish, lay_out
from sim.tasks.common.simulated_user import NOVICE, TRAINED, Skill

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
BETWEEN_DRILLS = timedelta(days=1)
PRACTICE_GAIN = 0.02
FADING = 0.06
DAY_S = 86_400.0
READING_S = 25.0
POST_EVERY_S = 1.0
POST_SELDOM_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    each: int  # in each phase, before and after
    later: tuple[str, ...]  # of `sim.program.plan.RETENTION`, when everybody does one more after the training


SHORT_PLAN = DemoPlan(each=1, later=())
FULL_PLAN = DemoPlan(each=4, later=("1 week", "3 months"))
LATER_DAYS = {"1 week": 9, "3 months": 95}


@dataclass(slots=True, kw_only=True)
class SteppedClock:
    now: Instant

    def read(self) -> Instant:
        return self.now

    def pass_s(self, seconds: float) -> None:
        wall = self.now.wall + timedelta(seconds=seconds)
        self.now = replace(self.now, wall=wall, steady_s=self.now.steady_s + seconds)


def fill_demo(app: App, *, people: int, seed: int, plan: DemoPlan = SHORT_PLAN) -> str:
    """Make a new demo team, before and after a training that never took place; return its id.

    Before, everybody searches between a novice and half-way to trained; after, each a tenth to a half of the way
    further. The same seed gives the same results. Where there are fewer forms than the plan has drills, everybody does
    fewer.
    """
    if not 1 <= people <= MAX_PEOPLE:
        raise TaskError(f"{people} people were asked for", expected=f"1 to {MAX_PEOPLE}")
    team.remove_demo(app)
    forms = len(list_parallel_forms(list_measuring_forms(app)))
    each = max(1, min(plan.each, forms // 3))
    fitting = DemoPlan(each=each, later=plan.later[: max(0, forms - 2 * each)])
    now = app.clock.read()
    past = FIRST_DAY_AGO + timedelta(days=max((days for days, _, _ in _list_rounds(fitting)), default=0) - 14)
    clock = SteppedClock(now=replace(now, wall=now.wall - past))
    stepped = replace(app, clock=clock)
    try:
        return _fill(stepped, clock, people=people, seed=seed, plan=fitting)
    except SimError:
        team.remove_demo(app)
        raise


def _fill(app: App, clock: SteppedClock, *, people: int, seed: int, plan: DemoPlan) -> str:
    streams = np.random.SeedSequence(seed).spawn(people)
    team_id = team.add_team(app, TEAM_NAME, is_demo=True, chosen_by=ALL)
    members: list[_Member] = []
    for number, stream in enumerate(streams):
        rng = np.random.default_rng(stream)
        before = float(rng.uniform(*LEVEL_BEFORE))
        person_id = team.add_person(app, team_id, name_person(number))
        clock.pass_s(1.0)
        after = min(1.0, before + float(rng.uniform(*GAIN)))
        members.append(_Member(person_id=person_id, rng=rng, before=before, after=after))
    post_every_s = POST_EVERY_S if plan == SHORT_PLAN else POST_SELDOM_S
    first = clock.now
    program = None if plan == SHORT_PLAN else _add_program(app, team_id, first=first, plan=plan)
    for days, phase, gain in _list_rounds(plan):
        clock.pass_s(max(0.0, days * DAY_S - (clock.now.steady_s - first.steady_s)))
        for member in members:
            level = member.before if phase is Phase.BEFORE else member.after
            attempt_id = given_drills.create_attempt(app, member.person_id, phase)
            skill = blend_skill(min(max(level + gain, 0.0), 1.0))
            play_attempt(app, clock, attempt_id, rng=member.rng, skill=skill, post_every_s=post_every_s)
            clock.pass_s(BETWEEN_PEOPLE_S)
    if program is not None:
        with app.store.write() as work:
            work.save_row(replace(program, closed_at=app.clock.read().wall))
    return team_id


def _add_program(app: App, team_id: str, *, first: Instant, plan: DemoPlan) -> ProgramRow:
    training_on = (first.wall + timedelta(days=_count_lead_days(plan))).date()
    wish = Wish(
        training_on=training_on,
        before=plan.each,
        after=plan.each,
        is_familiar_first=False,
        retention=tuple(RETENTION.index(name) + 1 for name in plan.later),
    )
    program_id = secrets.token_urlsafe(12)
    row = ProgramRow(
        program_id=program_id,
        plan_id=program_id,
        team_id=team_id,
        aim="Find a student faster, with fewer wrong turns",
        recording_id=list_measuring_forms(app)[0].recording_id,
        profile=ProfileName.CLASSIC,
        options=NO_OPTIONS,
        time_zone="UTC",
        training_on=training_on,
        training_at="",
        request_key=secrets.token_urlsafe(12),
        calendar_number=1,
        created_at=first.wall,
    )
    steps = make_step_rows(row.program_id, lay_out(wish, today=first.wall.date()))
    with app.store.write() as work:
        work.insert(row)
        work.insert(*steps)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """Somebody of the demo team: their own chance, and where between novice (0) and trained (1) they search."""

    person_id: str
    rng: np.random.Generator
    before: float
    after: float


def _count_lead_days(plan: DemoPlan) -> int:
    return (plan.each - 1) * BETWEEN_DRILLS.days + BETWEEN_PHASES.days - 1


def _list_rounds(plan: DemoPlan) -> list[tuple[int, Phase, float]]:
    """Return each round of drills: days after the first one, its phase, and what is added to the level of skill."""
    training = _count_lead_days(plan)
    rounds = [(number, Phase.BEFORE, PRACTICE_GAIN * number) for number in range(plan.each)]
    rounds += [(training + 1 + number, Phase.AFTER, PRACTICE_GAIN * number) for number in range(plan.each)]
    for number, name in enumerate(plan.later, start=1):
        rounds.append((training + LATER_DAYS[name], Phase.RETENTION, -FADING * number))
    return rounds


def play_attempt(
    app: App,
    clock: SteppedClock,
    attempt_id: str,
    *,
    rng: np.random.Generator,
    skill: Skill,
    post_every_s: float = POST_EVERY_S,
) -> None:
    attempts.get_briefing(app, attempt_id)
    clock.pass_s(READING_S)
    attempts.begin(app, attempt_id)
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    known = app.catalog.get_form(row.form_id)
    events = simulate(
        known.form.task,
        app.catalog.get_truth(row.recording_id, known.form.cameras),
        rng=rng,
        skill=skill,
        limit_s=row.timing.limit_s,
        look_alikes=app.catalog.list_look_alikes(row.recording_id, known.form.target),
    )
    began_s = clock.now.steady_s
    for batch in cut_batches(events, every_s=post_every_s):
        clock.pass_s(max(0.0, began_s + batch[-1].t_client_ms / 1000.0 - clock.now.steady_s))
        accept_events(app, attempt_id, tab_id=batch[0].tab_id, events=batch)
    if attempts.get_state(app, attempt_id) not in ENDED:
        clock.pass_s(began_s + row.timing.limit_s + ARRIVAL_GRACE_S + POST_EVERY_S - clock.now.steady_s)
    settle(app, attempt_id)


def cut_batches(events: Sequence[Event], *, every_s: float = POST_EVERY_S) -> list[tuple[Event, ...]]:
    batches: dict[int, list[Event]] = {}
    for event in events:
        batches.setdefault(int(event.t_client_ms / 1000.0 / every_s), []).append(event)
    return [tuple(batches[second]) for second in sorted(batches)]


def blend_skill(level: float) -> Skill:
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
