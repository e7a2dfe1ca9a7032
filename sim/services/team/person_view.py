"""One person's own drills over time. Nobody else is on it: people are never put beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sim.compare.content.comparison import PersonChange
from sim.compare.report.report import compare_attempts
from sim.drill.attempt import ENDED, AttemptState, Phase
from sim.errors import ComparisonError
from sim.services.app.wiring import App
from sim.services.comparison.tables import (
    READ_AS,
    write_points,
    write_points_range,
    write_ratio,
    write_ratio_range,
)
from sim.services.team import given_drills
from sim.services.team.given_drills import AttemptCard
from sim.services.team.team_view import WITHIN
from sim.text.tables import TextTable, write_time

PHASE_WORDS = {Phase.BEFORE: "Before", Phase.AFTER: "After", Phase.RETENTION: "Later"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDrill:
    """One ended drill."""

    number: int  # the how-manieth of this person
    # phase, day, form: when it was and what, in words
    phase: str
    day: str
    form: str
    time_s: float  # time used, at most the drill's usual limit
    # that is the time used; else it would tell who has extended time, see `sim.drill.attempt.find_told_s`
    is_told: bool
    is_time_out: bool  # not handed in
    accuracy: float | None  # agreement with the true trail in percent, None where undefined
    text: str  # the result in words


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDrills:
    """One person's drills over time."""

    name: str
    team_id: str
    team_name: str
    facts: tuple[tuple[str, str], ...]  # short facts side by side
    drills: tuple[PersonDrill, ...]  # those that ended, in the order they were given
    table: TextTable
    # lines on reliable change, name and sentence; empty where there are too few drills for it
    change: tuple[tuple[str, str], ...]
    change_note: str  # how to read it, or why there is none


def get_person_drills(app: App, person_id: str, *, zone: tzinfo) -> PersonDrills:
    """Return what one person has done; days are those of a time zone."""
    with app.store.read() as work:
        person = work.teams.get_person(person_id)
        team_name = work.teams.get_team(person.team_id).name
    cards = [card for card in given_drills.list_attempts(app, person.team_id) if card.person_id == person_id]
    ended = [card for card in cards if card.state in ENDED and card.used_s and card.phase is not None]
    drills = tuple(_make_drill(card, number, zone) for number, card in enumerate(ended, start=1))
    change, note = _find_change(app, person.team_id, person.name)
    return PersonDrills(
        name=person.name,
        team_id=person.team_id,
        team_name=team_name,
        facts=_write_facts(drills, waiting=sum(card.state not in ENDED for card in cards)),
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
                    _write_time(drill),
                    "not defined" if drill.accuracy is None else f"{drill.accuracy:.0f}%",
                )
                for drill in drills
            ),
        ),
        change=_write_change(change) if change else (),
        change_note=note,
    )


def _make_drill(card: AttemptCard, number: int, zone: tzinfo) -> PersonDrill:
    time_s = card.used_s or 0.0
    is_time_out = card.state is not AttemptState.SUBMITTED
    day = card.created_at.astimezone(zone)
    accuracy = None if card.idf1 is None else 100.0 * card.idf1
    finished = f"finished in {write_time(time_s)}" if card.is_told else f"finished {WITHIN}"
    words = "ran out of time" if is_time_out else finished
    return PersonDrill(
        number=number,
        phase=PHASE_WORDS[card.phase] if card.phase else "",
        day=f"{day:%b}\N{NO-BREAK SPACE}{day.day}, {day.year}",
        form=card.form_title.replace(" ", "\N{NO-BREAK SPACE}"),
        time_s=time_s,
        is_told=card.is_told,
        is_time_out=is_time_out,
        accuracy=accuracy,
        text=(words if accuracy is None else f"{words}, {accuracy:.0f}% match"),
    )


def _write_time(drill: PersonDrill) -> str:
    if drill.is_time_out:
        return "ran out of time"
    return write_time(drill.time_s) if drill.is_told else WITHIN


def _write_facts(drills: Sequence[PersonDrill], *, waiting: int) -> tuple[tuple[str, str], ...]:
    counts = [
        (f"Drills {phase.lower()}", sum(drill.phase == phase for drill in drills)) for phase in PHASE_WORDS.values()
    ]
    shown = tuple((name, str(count)) for name, count in counts if count or name != "Drills later")
    return (*shown, ("Waiting", str(waiting)))


def _find_change(app: App, team_id: str, name: str) -> tuple[PersonChange | None, str]:
    """Return the reliable change that the team's comparison gives for somebody, if it does."""
    try:
        found = compare_attempts(given_drills.export_attempts(app, team_id, by_name=True))
    except ComparisonError:
        return None, ""
    return next((person for person in found.people if person.person_id == name), None), found.people_note


def _write_change(change: PersonChange) -> tuple[tuple[str, str], ...]:
    time = f"{write_ratio(change.time)} ({write_ratio_range(change.time)}): {READ_AS[change.time_change]}"
    if change.accuracy is None:
        return (("Time", time),)
    accuracy = f"{write_points(change.accuracy)} ({write_points_range(change.accuracy)}): "
    return (("Time", time), ("Accuracy", accuracy + READ_AS[change.accuracy_change]))
