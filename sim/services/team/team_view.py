"""The team page: who is on the team, and where their drills stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.drill.attempt import ENDED, AttemptState, Phase
from sim.drill.options import NO_OPTIONS, Options, describe_options
from sim.drill.profile import ProfileName
from sim.drill.stalls import is_clean
from sim.services.app.wiring import App
from sim.services.attempt.arrival_words import write_arrivals
from sim.services.attempt.console_profiles import ProfileCard, get_card
from sim.services.comparison.handover import write_conditions
from sim.services.team import given_drills, team
from sim.services.team.given_drills import AttemptCard
from sim.text.tables import write_time

WITHIN = "within the time allowed"
PHASE_WORDS = {Phase.BEFORE: "Before", Phase.AFTER: "After"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillLine:
    """One drill of one person: where it stands, in words.

    `is_open` while it can still be begun or gone on with; `not_counted` says why it does not count, "" where it does.
    """

    attempt_id: str
    text: str
    is_open: bool
    not_counted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """One person with their drills before and after; `group` of a two-group comparison, "" for none."""

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
    """Return a team's people and their drills, each brought up to now."""
    card = next((card for card in team.list_teams(app) if card.team_id == team_id), None)
    people = team.list_people(app, team_id)
    attempts = given_drills.list_attempts(app, team_id)
    is_mixed = len({(attempt.profile, attempt.options) for attempt in attempts}) > 1
    present = tuple(
        PersonView(
            person_id=person.person_id,
            name=person.name,
            before=_list_drills(attempts, person.person_id, Phase.BEFORE, is_mixed=is_mixed),
            after=_list_drills(attempts, person.person_id, Phase.AFTER, is_mixed=is_mixed),
            group=person.group,
        )
        for person in people
        if not person.has_left
    )
    return TeamView(
        team_id=team_id,
        name=card.name if card else "",
        is_demo=card is not None and card.is_demo,
        people=present,
        facts=_write_facts(present, attempts),
        profile=get_card(attempts[-1].profile if attempts else ProfileName.CLASSIC),
        options=attempts[-1].options if attempts else NO_OPTIONS,
    )


def _list_drills(
    attempts: Sequence[AttemptCard], person_id: str, phase: Phase, *, is_mixed: bool
) -> tuple[DrillLine, ...]:
    return tuple(
        DrillLine(
            attempt_id=attempt.attempt_id,
            text=f"{PHASE_WORDS[phase]}: {_write_state(attempt)}"
            + (f", {_write_setting(attempt)}" if is_mixed else "")
            + _write_stall(attempt.stall_s)
            + _write_late(attempt),
            is_open=attempt.state not in ENDED,
            not_counted=attempt.not_counted,
        )
        for attempt in attempts
        if attempt.person_id == person_id and attempt.phase is phase
    )


def _write_setting(attempt: AttemptCard) -> str:
    return f"{get_card(attempt.profile).title.lower()} console {describe_options(attempt.options)}".strip()


def _write_stall(stall_s: float | None) -> str:
    if stall_s is None or is_clean(stall_s):
        return ""
    return f". Playing waited {stall_s:.0f} s for footage: the time is not clean"


def _write_late(attempt: AttemptCard) -> str:
    said = write_arrivals(attempt.unheard_s, attempt.late_events, attempt.mark_tabs, attempt.paused_actions)
    return f". {said.removesuffix('.')}" if said else ""


def _write_state(attempt: AttemptCard) -> str:
    if attempt.state is AttemptState.SUBMITTED and attempt.used_s is not None:
        return f"finished in {write_time(attempt.used_s)}" if attempt.is_told else f"finished {WITHIN}"
    return {
        AttemptState.ASSIGNED: "ready to start",
        AttemptState.BRIEFED: "ready to start",
        AttemptState.RUNNING: "running now",
        AttemptState.SUBMITTED: "finished",
        AttemptState.TIMED_OUT: "ran out of time",
        AttemptState.ABANDONED: "given up",
    }[attempt.state]


def _is_counted(drill: DrillLine) -> bool:
    return not drill.is_open and not drill.not_counted


def _write_facts(people: Sequence[PersonView], attempts: Sequence[AttemptCard]) -> tuple[tuple[str, str], ...]:
    if not people:
        return ()
    before = sum(any(_is_counted(drill) for drill in person.before) for person in people)
    after = sum(any(_is_counted(drill) for drill in person.after) for person in people)
    uncounted = sum(bool(drill.not_counted) for person in people for drill in (*person.before, *person.after))
    running = sum(attempt.state is AttemptState.RUNNING for attempt in attempts)
    consoles = {write_conditions(attempt.profile, attempt.options) for attempt in attempts}
    return (
        ("People", str(len(people))),
        ("Drill before done", f"{before} of {len(people)}"),
        ("Drill after done", f"{after} of {len(people)}"),
        *((("Done, not counted", str(uncounted)),) if uncounted else ()),
        ("Running now", str(running)),
        *((("Console", consoles.pop() if len(consoles) == 1 else "Several"),) if consoles else ()),
    )
