"""Making a program: what is suggested, its footage, and storing it once however often it is sent."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from sim.app.wiring import App
from sim.attempt.options import NO_OPTIONS, Options, ProfileName
from sim.builds.kinds import MEASURED
from sim.builds.queue import Progress, list_builds
from sim.columns import GROUPS
from sim.compare.result import MARGIN, SMALLEST
from sim.db.builds import BuildRow
from sim.db.programs import ChangeRow, ProgramRow, StepRow
from sim.db.store import Transaction
from sim.db.teams import PersonRow, TeamRow, Teams
from sim.errors import PlanError, StoreError
from sim.features.program.school_days import get_today, get_zone, load_school_days, read_time
from sim.features.team.choosing_forms import list_measuring_forms, list_spent
from sim.features.team.team import TeamCard, check_chosen_by, list_teams
from sim.forms.form_order import measure_mean
from sim.forms.forms import Form
from sim.ledger.record import note_people
from sim.program.plan import LEAD_DAYS, RETENTION, USUAL_DRILLS, Slot, StepKind, Wish, lay_out
from sim.rules.readiness import find_making, find_ready_since
from sim.text.times import write_day
from sim.text.words import clean_typed, fold_name, write_count

if TYPE_CHECKING:
    from sim.features.library.recordings import Price

# People from whom on a waiting group is offered: six in each, the fewest of whom anything can be said.
FEWEST_FOR_LOTS = 12
TRAINED_BY_LOT, WAITING_BY_LOT = GROUPS[2], GROUPS[3]
LEAST_MARGIN, MOST_MARGIN = 0.01, 0.2
LEAST_SMALLEST, MOST_SMALLEST = 0.05, 0.8
MOST_AIM = 200


def draw_lots(teams: Iterable[Sequence[str]], *, seed: int) -> dict[str, str]:
    """Return each person's group: half of each team is trained, and of all together one more of an odd number."""
    rng = np.random.default_rng(seed)
    drawn = [team[place] for team in teams for place in rng.permutation(len(team)).tolist()]
    return {person_id: WAITING_BY_LOT if place % 2 else TRAINED_BY_LOT for place, person_id in enumerate(drawn)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    team_id: str  # whose
    others: tuple[str, ...] = ()  # teams beside it in the same plan
    plan_id: str = ""  # the plan that it joins; "" for one of its own
    aim: str  # what for, in the trainer's words
    wish: Wish  # drills and dates
    training_at: str  # when the training begins, "HH:MM", or ""
    time_zone: str  # of the school
    request_key: str  # the same however often this order is sent
    profile: ProfileName = ProfileName.CLASSIC  # the console of its drills
    options: Options = NO_OPTIONS  # what they are given with besides
    # how the team's people were chosen, one of `sim.columns.CHOSEN_BY`; "" leaves what was said before
    chosen_by: str = ""
    waits: bool = False  # half of the people wait for the training, drawn by lot
    recording_id: str = ""  # the footage that it measures with, "" for the one with most drills left
    margin: float = MARGIN  # fall in match up to which accuracy counts as held
    smallest: float = SMALLEST  # smallest share of time worth having


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSupply:
    recording_id: str  # the private recording whose parallel forms are given, or that is being made; "" for none
    second_id: str  # another one, so that drills after are on another one than those before; "" for none
    needed: int  # measured drills a person
    forms: int  # parallel forms of these recordings
    short: int  # how many people have too few unseen ones left
    fewest: int  # unseen ones of the person who has fewest

    @property
    def is_enough(self) -> bool:
        return self.fewest >= self.needed


def suggest_training_day(app: App, today: date) -> date:
    """Return the first school day three weeks from now or later that has school days enough before it for drills."""
    days = load_school_days(app)
    day = days.find_next(today + timedelta(days=21))
    while sum(not days.find_why_off(day - timedelta(days=each)) for each in range(1, LEAD_DAYS + 1)) < LEAD_DAYS / 3:
        day = days.find_next(day + timedelta(days=1))
    return day


def suggest_retention(app: App, team_id: Teams, *, drills: int) -> tuple[int, ...]:
    """Return the retention drills that there are unseen forms for, the early ones first."""
    left = check_supply(app, team_id, needed=drills).fewest - drills
    return tuple(range(1, len(RETENTION) + 1))[: max(0, left)]


def suggest_before(app: App, team_id: Teams) -> int:
    """Return the drills before the training to propose: four where there are forms enough, else the usual number."""
    from sim.compare.checks import ENOUGH_BASELINES  # noqa: PLC0415 - loads all checks of comparisons

    fewest = check_supply(app, team_id, needed=0).fewest
    return ENOUGH_BASELINES if fewest >= ENOUGH_BASELINES + USUAL_DRILLS else USUAL_DRILLS


def check_supply(
    app: App, team_id: Teams, *, needed: int, recording_id: str = "", before: int = 0, after: int = 0
) -> FormSupply:
    """Return whether people of some teams have unseen parallel forms enough on a recording that nobody can know.

    Of several private recordings it is `recording_id` where that is one of them, else the one with most left for the
    person who has fewest, the first of equals. A second one is there for drills `before` and `after` where both have
    forms enough for either side, of one kind and limit, and nobody has seen any of them; the most alike of several.
    """
    of_recording: dict[str, list[Form]] = {}
    for form in list_measuring_forms(app):
        if app.catalog.is_private(form.recording_id):
            of_recording.setdefault(form.recording_id, []).append(form)
    known = {each: {form.form_id for form in forms} for each, forms in of_recording.items()}
    with app.store.read() as work:
        people = _list_present(work.people.list_all(team_id=team_id))
        given = work.exposures.list_of_team(team_id)
    seen: dict[str, set[str]] = {person.person_id: set() for person in people}
    for row in given:
        if row.person_id in seen:
            seen[row.person_id].add(row.form_id)
    spent = [list_spent(app, had) for had in seen.values()] or [frozenset[str]()]
    left = {each: [len(forms - had) for had in spent] for each, forms in known.items()}
    if not left:
        making = find_making(app)
        return FormSupply(
            recording_id=making.row.name if making else "", second_id="", needed=needed, forms=0, short=0, fewest=0
        )
    chosen = recording_id if recording_id in left else max(left, key=lambda each: min(left[each]))

    def describe(each: str) -> set[tuple[object, ...]]:
        return {(form.start, form.limit_s, form.reference) for form in of_recording[each]}

    fresh = [each for each in left if min(left[each]) == len(known[each]) >= before + after > 0]
    alike = [each for each in fresh if each != chosen and chosen in fresh and describe(each) == describe(chosen)]
    mean = {each: measure_mean(of_recording[each]) for each in (*alike, chosen)}
    nearest = min(alike, key=lambda each: abs(mean[each] - mean[chosen]), default="")
    second_id = nearest if before and after else ""
    unseen = [sum(pair) for pair in zip(left[chosen], left[second_id], strict=True)] if second_id else left[chosen]
    return FormSupply(
        recording_id=chosen,
        second_id=second_id,
        needed=needed,
        forms=sum(len(known[each]) for each in (chosen, second_id) if each),
        short=sum(count < needed for count in unseen) if people else 0,
        fewest=min(unseen),
    )


def lay_out_on_school_days(app: App, wish: Wish, *, today: date) -> tuple[Slot, ...]:
    """Return the steps of a wish from school day to school day; the training is on the day that was chosen."""
    days, eve = load_school_days(app), wish.training_on - timedelta(days=1)
    before = (StepKind.FAMILIARIZATION, StepKind.BEFORE)
    return tuple(
        slot
        if slot.kind is StepKind.TRAINING
        else days.fit(slot, first=today, last=eve if slot.kind in before else None)
        for slot in lay_out(wish, today=today)
    )


def create_program(app: App, order: Order) -> str:
    """Store a plan, a program for each of its teams; return its first team's. The same order sent twice makes one."""
    slots = lay_out_on_school_days(app, order.wish, today=get_today(app, order.time_zone))
    wish = order.wish
    team_ids = (order.team_id, *order.others)
    supply = check_supply(
        app, team_ids, needed=wish.drills, recording_id=order.recording_id, before=wish.before, after=wish.after
    )
    if not supply.recording_id:
        raise PlanError(
            "there is no footage to measure on here yet",
            expected="footage made on this computer, which nobody can know beforehand",
            todo="make it first, under Team, Plan; what ships with Sightline is for practice only",
        )
    now = app.clock.read().wall
    program_id = secrets.token_urlsafe(12)
    first = ProgramRow(
        program_id=program_id,
        plan_id=order.plan_id or program_id,
        team_id=order.team_id,
        aim=check_aim(order.aim),
        recording_id=supply.recording_id,
        profile=order.profile,
        options=order.options,
        time_zone=get_zone(order.time_zone).key,
        training_on=order.wish.training_on,
        training_at=f"{read_time(order.training_at):%H:%M}" if order.training_at else "",
        request_key=order.request_key,
        calendar_number=1,
        created_at=now,
        waiting_seed=secrets.randbelow(2**31) if order.waits else None,
        margin=order.margin,
        smallest=order.smallest,
        second_recording_id=supply.second_id,
    )
    check_what_counts(margin=order.margin, smallest=order.smallest)
    chosen_by = check_chosen_by(order.chosen_by)
    with app.store.write() as work:
        made = work.find_row(ProgramRow, ProgramRow.request_key == order.request_key)
        if made is not None:
            return made.program_id
        teams = sorted(map(work.teams.get, team_ids), key=lambda each: (each.created_at, each.team_id))
        present: dict[str, list[PersonRow]] = {}
        for team in teams:
            if team.is_demo:
                raise StoreError("a demo team has no program", todo="make a team of your own")
            people = _list_present(work.people.list_all(team_id=team.team_id))
            if not people:
                raise PlanError(f"nobody is on {team.name} yet", todo="add its people under Team, People first")
            # two programs of one team at once would give drills for each other's steps
            if any(program.closed_at is None for program in work.programs.list_all(team_id=team.team_id)):
                raise PlanError(
                    f"{team.name} has a program already", todo="change that one, or close it before planning another"
                )
            new_id = secrets.token_urlsafe(12)
            other = replace(first, program_id=new_id, team_id=team.team_id, request_key=new_id)
            row = first if team.team_id == first.team_id else other
            work.insert(row)
            work.insert(*make_step_rows(row.program_id, slots))
            if chosen_by:
                work.change(TeamRow, TeamRow.team_id == team.team_id, chosen_by=chosen_by)
            words = (
                f"Planned: {write_count(wish.before, 'drill')} before and {wish.after} after the training on "
                f"{write_day(wish.training_on)}, {len(set(wish.retention))} later. {write_what_counts(row)}"
            )
            work.insert(ChangeRow(program_id=row.program_id, changed_at=now, words=words))
            present[row.program_id] = sorted(people, key=lambda each: each.number)
        if first.waiting_seed is not None:
            _draw_waiting(work, first, present, seed=first.waiting_seed)
    return program_id


def _draw_waiting(work: Transaction, first: ProgramRow, present: Mapping[str, list[PersonRow]], *, seed: int) -> None:
    """Draw who is trained first and who waits, half of each team, and note it with the seed.

    `present` are the people of each program. Those of a team that joins a plan are drawn by themselves: they are
    compared with each other as those of every other team are.
    """
    everybody = [person for people in present.values() for person in people]
    fewest = 2 if first.program_id != first.plan_id else FEWEST_FOR_LOTS
    if len(everybody) < fewest:
        raise PlanError(
            f"{write_count(len(everybody), 'person', 'people')} are too few for a group that waits",
            expected=f"{fewest} or more",
            todo="plan without a waiting group",
        )
    groups = draw_lots([[person.person_id for person in people] for people in present.values()], seed=seed)
    for person_id, group in groups.items():
        work.change(PersonRow, PersonRow.person_id == person_id, training_group=group)
    note_people(work, everybody, at=first.created_at)
    order, where = (", team by team", " on this team") if len(present) > 1 else ("", "")
    for program_id, people in present.items():
        trained = sum(groups[person.person_id] == TRAINED_BY_LOT for person in people)
        words = (
            f"Drawn by lot (seed {seed}, people in the order they joined{order}): {trained} are trained first, "
            f"{len(people) - trained} wait{where}."
        )
        work.insert(ChangeRow(program_id=program_id, changed_at=first.created_at, words=words))


def make_step_rows(program_id: str, slots: Sequence[Slot]) -> list[StepRow]:
    return [
        StepRow(
            step_id=secrets.token_urlsafe(12),
            program_id=program_id,
            kind=slot.kind,
            number=slot.number,
            due_from=slot.due_from,
            due_to=slot.due_to,
        )
        for slot in slots
    ]


def check_aim(aim: str) -> str:
    wanted = clean_typed(aim, what="aim", fault=PlanError)
    if not 1 <= len(wanted) <= MOST_AIM:
        raise PlanError(
            "the aim cannot be used", expected=f"1 to {MOST_AIM} characters", todo="say in a sentence what it is for"
        )
    return wanted


def write_what_counts(row: ProgramRow) -> str:
    return f"Worth having: {100 * row.smallest:.0f}% less time; margin of match: {100 * row.margin:.0f} points."


def check_what_counts(*, margin: float, smallest: float) -> None:
    for name, value, low, high in (
        ("margin of match", margin, LEAST_MARGIN, MOST_MARGIN),
        ("smallest gain worth having", smallest, LEAST_SMALLEST, MOST_SMALLEST),
    ):
        if not low <= value <= high:
            raise PlanError(
                f"the {name} is {100 * value:g}", expected=f"{100 * low:g} to {100 * high:g}", todo="choose another one"
            )


def _list_present(people: Sequence[PersonRow]) -> list[PersonRow]:
    return [person for person in people if person.left_at is None]


def list_twice(app: App, team_ids: tuple[str, ...]) -> list[str]:
    """Return the names that stand on more than one of some teams; none stands twice on one."""
    with app.store.read() as work:
        people = _list_present(work.people.list_all(team_id=team_ids))
    names = Counter(fold_name(person.name) for person in people)
    return sorted({person.name for person in people if names[fold_name(person.name)] > 1})


def list_free_teams(app: App) -> dict[str, TeamCard]:
    """Return the teams that a program can be made for, by id: with people, and without a program."""
    with app.store.read() as work:
        taken = {row.team_id for row in work.programs.list_all() if row.closed_at is None}
    cards = (card for card in list_teams(app) if card.people and not card.is_demo)
    return {card.team_id: card for card in cards if card.team_id not in taken}


# What comes with the program, truth and all, is known to anyone who has it, and a seed of four digits can be guessed:
# neither measures. Nothing of a private recording is shown before the clock of a measured drill runs.


def list_schools(app: App) -> tuple[tuple[str, str], ...]:
    """Return the schools that footage can be made of here, name and title; first that of the practice footage."""
    from sim.features.library import recordings  # noqa: PLC0415 - the generator is loaded where drills are made

    practiced = {app.catalog.get_recording(each.recording_id).site.name for each in app.catalog.list_practice_forms()}
    found = [each for each in recordings.list_options(app).sites if not estimate(app, site=each[0]).problem]
    return tuple(sorted(found, key=lambda each: each[1] not in practiced))


def estimate(app: App, *, site: str) -> "Price":
    from sim.features.library import recordings  # noqa: PLC0415 - as said above

    return recordings.estimate(app, recordings.make_measured_request(app, site=site, seed=0))


def start_making(app: App, *, site: str) -> BuildRow:
    """Ask for footage to measure on; it is made in the background, also when the page is closed."""
    from sim.features.library import recordings  # noqa: PLC0415 - as said above

    return recordings.start(app, recordings.make_measured_request(app, site=site), kind=MEASURED)


def find_making_of(app: App, program_id: str) -> Progress | None:
    """Return how far the footage of a program is that is being made; None when it is not. Raises StoreError."""
    with app.store.read() as work:
        recordings = [each for each in work.programs.get(program_id).recordings if each]
    return next((making for each in recordings if (making := find_making(app, each)) is not None), None)


def find_made(app: App, program_id: str = "") -> datetime | None:
    """Return when footage to measure on was finished, the latest or that of a program, while that is to be told."""
    row = next(iter(list_builds(app, MEASURED, most=1)), None)
    with app.store.read() as work:
        names = {row.name if row else ""} if not program_id else work.programs.get(program_id).recordings
    return None if row is None or row.name not in names else find_ready_since(app, row)
