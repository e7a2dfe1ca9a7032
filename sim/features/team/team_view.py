"""A team's drills as pages show them: of a team, of one person over time, and of all schools together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

import pandas as pd

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, Phase
from sim.attempt.options import NO_OPTIONS, Options, ProfileName, describe_options
from sim.compare.comparison import compare_attempts
from sim.compare.counting import Conditions
from sim.compare.facts import WAITING, is_one_scheme, name_side
from sim.compare.later import PersonChange
from sim.compare.wording import say_difference, say_ratio
from sim.console.console_profiles import ProfileCard, get_card
from sim.console.scores import settle_all
from sim.errors import ComparisonError
from sim.features.comparison.handover import ReportExport, compare_table, write_conditions
from sim.features.comparison.tables import read_as
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_district, export_team
from sim.features.team.given_drills import PASSED_WORDS, AttemptCard
from sim.features.team.team import list_teams
from sim.rules.held import list_held, say_time
from sim.text.tables import TextTable

PHASE_WORDS = {Phase.BEFORE: "Before", Phase.AFTER: "After", Phase.RETENTION: "Later"}
PHASES = ("before", "after", "retention")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillLine:
    """One drill of one person: where it stands, in words."""

    attempt_id: str
    text: str
    is_open: bool  # it can still be begun or gone on with
    not_counted: str = ""  # why it does not count, "" where it does


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    person_id: str
    name: str
    before: tuple[DrillLine, ...]
    after: tuple[DrillLine, ...]
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    team_id: str
    name: str
    is_demo: bool
    people: tuple[PersonView, ...]  # those on the list now, by name
    facts: tuple[tuple[str, str], ...]  # the team's state at a glance
    # profile, options: what the next drills are given with unless something else is chosen: that of the latest
    profile: ProfileCard
    options: Options


def get_team_view(app: App, team_id: str) -> TeamView:
    card = next((card for card in team.list_teams(app) if card.team_id == team_id), None)
    people = team.list_people(app, team_id)
    attempts = given_drills.list_attempts(app, team_id)
    is_mixed = len({(attempt.row.profile, attempt.row.options) for attempt in attempts}) > 1
    present = tuple(
        PersonView(
            person_id=person.person_id,
            name=person.name,
            before=_list_drills(attempts, person.person_id, Phase.BEFORE, is_mixed=is_mixed),
            after=_list_drills(attempts, person.person_id, Phase.AFTER, is_mixed=is_mixed),
            group=person.group,
        )
        for person in people
        if person.left_at is None
    )
    return TeamView(
        team_id=team_id,
        name=card.name if card else "",
        is_demo=card is not None and card.is_demo,
        people=present,
        facts=_write_facts(present, attempts),
        profile=get_card(attempts[-1].row.profile if attempts else ProfileName.CLASSIC),
        options=attempts[-1].row.options if attempts else NO_OPTIONS,
    )


def _list_drills(
    attempts: Sequence[AttemptCard], person_id: str, phase: Phase, *, is_mixed: bool
) -> tuple[DrillLine, ...]:
    return tuple(
        DrillLine(
            attempt_id=attempt.row.attempt_id,
            text=f"{PHASE_WORDS[phase]}: {_write_state(attempt)}"
            + (f", {_write_setting(attempt)}" if is_mixed else "")
            + "".join(f". {each.removesuffix('.')}" for each in attempt.remarks),
            is_open=attempt.row.state not in ENDED,
            not_counted=attempt.not_counted,
        )
        for attempt in attempts
        if attempt.row.person_id == person_id and attempt.row.phase is phase
    )


def _write_setting(attempt: AttemptCard) -> str:
    return f"{get_card(attempt.row.profile).title.lower()} console {describe_options(attempt.row.options)}".strip()


def _write_state(attempt: AttemptCard) -> str:
    if attempt.row.state is AttemptState.SUBMITTED and attempt.used_s is not None:
        time = f"{'' if attempt.told_s is None else 'in '}{say_time(attempt.row.state, attempt.told_s)}"
        return ", ".join(filter(None, (f"finished {time}", PASSED_WORDS[attempt.passed])))
    return {
        AttemptState.ASSIGNED: "ready to start",
        AttemptState.BRIEFED: "ready to start",
        AttemptState.RUNNING: "running now",
        AttemptState.SUBMITTED: "finished",
        AttemptState.TIMED_OUT: "ran out of time",
        AttemptState.ABANDONED: "given up",
    }[attempt.row.state]


def _is_counted(drill: DrillLine) -> bool:
    return not drill.is_open and not drill.not_counted


def _write_facts(people: Sequence[PersonView], attempts: Sequence[AttemptCard]) -> tuple[tuple[str, str], ...]:
    if not people:
        return ()
    before = sum(any(_is_counted(drill) for drill in person.before) for person in people)
    after = sum(any(_is_counted(drill) for drill in person.after) for person in people)
    uncounted = sum(bool(drill.not_counted) for person in people for drill in (*person.before, *person.after))
    running = sum(attempt.row.state is AttemptState.RUNNING for attempt in attempts)
    consoles = {write_conditions(attempt.row.profile, attempt.row.options) for attempt in attempts}
    return (
        ("People", str(len(people))),
        ("Drill before done", f"{before} of {len(people)}"),
        ("Drill after done", f"{after} of {len(people)}"),
        *((("Done, not counted", str(uncounted)),) if uncounted else ()),
        ("Running now", str(running)),
        *((("Console", consoles.pop() if len(consoles) == 1 else "Several"),) if consoles else ()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDrill:
    number: int  # the how-manieth of this person
    # phase, day, form: when it was and what, in words
    phase: str
    day: str
    form: str
    time_s: float  # time used, at most the drill's usual limit
    time: str  # what may be told of it
    is_time_out: bool  # not handed in
    accuracy: float | None  # agreement with the true trail in percent, None where undefined
    text: str  # the result in words


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDrills:
    name: str
    team_id: str
    facts: tuple[tuple[str, str], ...]  # short facts side by side
    drills: tuple[PersonDrill, ...]  # those that ended, in the order they were given
    table: TextTable
    # lines on reliable change, name and sentence; empty where there are too few drills for it
    change: tuple[tuple[str, str], ...]
    change_note: str  # how to read it, or why there is none


def get_person_drills(app: App, person_id: str, *, zone: tzinfo, is_own: bool = False) -> PersonDrills:
    """Return what somebody has done; for themselves (`is_own`) without the match of drills whose answer is held."""
    with app.store.read() as work:
        person = work.people.get(person_id)
    cards = [card for card in given_drills.list_attempts(app, person.team_id) if card.row.person_id == person_id]
    ended = [card for card in cards if card.row.state in ENDED and card.used_s and card.row.phase is not None]
    held = list_held(app, [card.row for card in ended]) if is_own else {}
    ended = [replace(card, idf1=None) if card.row.timing.attempt_id in held else card for card in ended]
    drills = tuple(_make_drill(card, number, zone) for number, card in enumerate(ended, start=1))
    change, note = _find_change(app, person.team_id, person.name)
    return PersonDrills(
        name=person.name,
        team_id=person.team_id,
        facts=_write_person_facts(drills, waiting=sum(card.row.state not in ENDED for card in cards)),
        drills=drills,
        table=TextTable(
            name="own-drills",
            header=("Drill", "Day", "When", "Form", "Time", "Match with the actual path"),
            rows=tuple(
                (
                    str(drill.number),
                    drill.day,
                    drill.phase,
                    drill.form,
                    drill.time,
                    "not defined" if drill.accuracy is None else f"{drill.accuracy:.0f}%",
                )
                for drill in drills
            ),
        ),
        change=_write_change(change) if change else (),
        change_note=note,
    )


def _make_drill(card: AttemptCard, number: int, zone: tzinfo) -> PersonDrill:
    day = card.row.created_at.astimezone(zone)
    accuracy = None if card.idf1 is None else 100.0 * card.idf1
    return PersonDrill(
        number=number,
        phase=PHASE_WORDS[card.row.phase] if card.row.phase else "",
        day=f"{day:%b}\N{NO-BREAK SPACE}{day.day}, {day.year}",
        form=card.form_title.replace(" ", "\N{NO-BREAK SPACE}"),
        time_s=card.used_s or 0.0,
        time=say_time(card.row.state, card.told_s),
        is_time_out=card.row.state is not AttemptState.SUBMITTED,
        accuracy=accuracy,
        text=_write_state(card) + ("" if accuracy is None else f", {accuracy:.0f}% match"),
    )


def _write_person_facts(drills: Sequence[PersonDrill], *, waiting: int) -> tuple[tuple[str, str], ...]:
    counts = [
        (f"Drills {phase.lower()}", sum(drill.phase == phase for drill in drills)) for phase in PHASE_WORDS.values()
    ]
    shown = tuple((name, str(count)) for name, count in counts if count or name != "Drills later")
    return (*shown, ("Waiting", str(waiting)))


def _find_change(app: App, team_id: str, name: str) -> tuple[PersonChange | None, str]:
    try:
        found = compare_attempts(export_team(app, team_id, by_name=True))
    except ComparisonError:
        return None, ""
    return next((person for person in found.changes if person.person_id == name), None), found.changes_note


def _write_change(change: PersonChange) -> tuple[tuple[str, str], ...]:
    time = f"{say_ratio(change.time)}: {read_as(change.time, is_ratio=True)}"
    if change.match is None:
        return (("Time", time),)
    match = f"{say_difference(change.match)}: {read_as(change.match, is_ratio=False)}"
    return (("Time", time), ("Match", match))


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictView:
    # what everybody has done, columns `sim.columns.ATTEMPTS`, people by pseudonym, schools by name
    attempts: pd.DataFrame
    facts: tuple[tuple[str, str], ...]  # the state at a glance
    # how many people are on the list and have done drills, by school in the order of names, every school
    schools: TextTable
    has_results: bool  # somebody has ended a drill before, and somebody one after
    # some people waited, and the comparison counts them as everyone else: schools form groups in different ways, or not
    # at all
    ignores_groups: bool


def mark_district(app: App) -> str:
    """Return a mark that stays as it is for as long as `get_district_view` would return the same; brings up to now."""
    settle_all(app)
    forms = hash(tuple((known.form.form_id, known.origin.value) for known in app.catalog.list_forms()))
    return f"{app.store.changes.read()} {forms} {app.store.limits.schools}"


def get_district_view(app: App) -> DistrictView:
    table = export_district(app)
    on_list: Counter[str] = Counter()
    for card in list_teams(app):
        if not card.is_demo:
            on_list[card.school] += card.people
    found = table.groupby("school", sort=True)["person_id"].nunique()
    everybody = {str(school): int(count) for school, count in found.items()}
    schools = sorted({*on_list, *everybody}, key=str.casefold)
    counts = table.groupby(["school", "phase"])["person_id"].nunique().to_dict()
    return DistrictView(
        attempts=table,
        facts=(
            ("Schools", str(len(schools))),
            ("People with drills", f"{table['person_id'].nunique():,}"),
            ("Drills done", f"{len(table):,}"),
        ),
        schools=TextTable(
            name="schools-done",
            header=("School", "People", "With drills", "Did one before", "Did one after", "Did one later"),
            rows=tuple(
                (
                    school,
                    str(on_list[school]),
                    str(everybody.get(school, 0)),
                    *(str(counts.get((school, phase), 0)) for phase in PHASES),
                )
                for school in schools
            ),
        ),
        has_results={"before", "after"} <= set(table["phase"]),
        ignores_groups=any(name_side(group) == WAITING for group in table["group"].unique())
        and not is_one_scheme(table),
    )


def compare_district(
    table: pd.DataFrame, *, by_school: bool, conditions: Conditions | None = None, are_different: bool = False
) -> ReportExport:
    grouped = table if is_one_scheme(table) else table.assign(group="")
    shown = grouped if by_school else hide_schools(grouped)
    return compare_table(shown, title="All schools", by_name=False, conditions=conditions, are_different=are_different)


def hide_schools(table: pd.DataFrame) -> pd.DataFrame:
    codes, found = pd.factorize(table["school"], sort=True)
    names = found.tolist()
    width = len(str(len(names)))
    hidden = [f"School {f'{number:0{width}d}'}" for number in range(1, len(names) + 1)]
    return table.assign(school=pd.Series(hidden, dtype="str").take(codes).set_axis(table.index))
