"""Whether a drill counts before and after training: asked before it is given or begun, and after it has ended.

The rules are the comparison's own (`sim.compare.counting`); this is where the store's drills are put to them.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from sim.compare.conditions import say_options
from sim.compare.counting import USUAL_DEVICE, Reason, choose_team_console, choose_team_device, find_reasons
from sim.compare.table import QUICK_S
from sim.db.programs import ProgramRow
from sim.db.rows import AttemptRow, DrillColumns
from sim.db.store import Transaction
from sim.drill.attempt import AttemptState, Phase
from sim.drill.options import Options
from sim.drill.profile import ProfileName, get_profile, read_profile
from sim.services.app.wiring import App
from sim.services.team.attempts_table import count_days, number_drills, was_seen

NOT_COUNTED = "Does not count: they saw this recording in practice before the drill, or during it."
WAS_OUT_OF_ORDER = "a drill before training was done later than one after training"
NONE_COUNT = "none of this person's drills before and after training count"
SIDES = {Phase.BEFORE: "before training", Phase.AFTER: "after training", Phase.RETENTION: "as a follow-up"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the words name: the drill's phase and device, and the team's device, console and day of the training."""

    phase: Phase
    device: str
    team_device: str
    team_console: str
    training_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A drill that has not ended, as far as it is known."""

    person_id: str  # whose
    phase: Phase  # which side of the training
    profile: ProfileName
    options: Options
    at: datetime  # when it would begin
    training: ProgramRow | None = None  # the program that it would count for, None for none
    extra_time: float = 1.0  # factor on the limit
    device: str = ""  # what it would be done on, "" when not known
    form_id: str = ""  # "" while none is chosen
    is_seen: bool = False  # its recording was seen by that person in practice


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCounted:
    """A drill that has ended and does not count; `words` say why."""

    reason: Reason
    words: str


def write_not_counted(reason: Reason, ground: Ground) -> str:
    """Return why a drill that has ended does not count."""
    if reason is Reason.SEEN_BEFORE:
        return NOT_COUNTED
    if reason is Reason.EXTRA_TIME:
        return "Done with extended time: kept out of the times that are compared."
    if reason is Reason.OUT_OF_ORDER:
        return f"Does not count: {WAS_OUT_OF_ORDER}, so {NONE_COUNT}."
    if reason is Reason.WRONG_SIDE:
        day = _write_day(ground.training_on)
        side = "before" if ground.phase is Phase.BEFORE else "after"
        other = "after" if side == "before" else "before"
        return f'Does not count: recorded as "{side}", but done {other} the training{day}.'
    if reason is Reason.DEVICE:
        here, wanted = _write_device(ground.device), _write_device(ground.team_device)
        return f"Does not count: done on {here}, while this team's drills are done on {wanted}."
    return f"Does not count: {_write_because(reason, ground)}."


def write_will_not_count(reason: Reason, ground: Ground) -> str:
    """Return why a drill that is to be done will not count, and what to do."""
    because = _write_because(reason, ground)
    return f"This will not count {SIDES[ground.phase]} because {because}. {_write_remedy(reason, ground)}".rstrip()


def _write_because(reason: Reason, ground: Ground) -> str:
    day = _write_day(ground.training_on)
    return {
        Reason.WRONG_SIDE: f"the training {'was' if ground.phase is Phase.BEFORE else 'is'}{day}",
        Reason.OUT_OF_ORDER: "a drill after training was done already"
        if ground.phase is Phase.BEFORE
        else f"{WAS_OUT_OF_ORDER}, so {NONE_COUNT}",
        Reason.EXTRA_TIME: "it has extended time",
        Reason.QUICK: f"it was submitted within {QUICK_S:.0f} seconds, which nobody can search in",
        Reason.SEEN_BEFORE: "this recording was seen in practice",
        Reason.FORM_MET: "the same drill was done before",
        Reason.CONSOLE: f"this team's drills are done on {_write_console(ground.team_console)}",
        Reason.DEVICE: f"it is on {_write_device(ground.device)}, and this team's drills are done on "
        f"{_write_device(ground.team_device)}",
    }[reason]


def _write_remedy(reason: Reason, ground: Ground) -> str:
    is_before = ground.phase is Phase.BEFORE
    return {
        Reason.WRONG_SIDE: "Give a drill after training instead." if is_before else "Do it after the training.",
        Reason.OUT_OF_ORDER: f"With it, {NONE_COUNT}. Give a drill after training instead." if is_before else "",
        Reason.QUICK: "Do another drill.",
        Reason.SEEN_BEFORE: "Measure with footage made on this computer, which nobody has practiced on.",
        Reason.FORM_MET: "Choose another drill.",
        Reason.CONSOLE: "Choose that console.",
        Reason.DEVICE: f"Open it on {_write_device(ground.team_device)}.",
    }.get(reason, "")


def _write_day(day: date | None) -> str:
    return f" on {day:%b} {day.day}, {day.year}" if day else ""


def _write_console(console: str) -> str:
    profile, _, options = console.partition(" ")
    return f"the {get_profile(read_profile(profile)).title} console {say_options(options)}"


def _write_device(device: str) -> str:
    return "more than one kind of device" if device == "mixed" else f"a {device}"


def list_not_counted(work: Transaction, *, team_id: str | None = None) -> dict[str, NotCounted]:
    """Return the ended drills that do not count, by attempt; of one team, or of all that are no demo."""
    drills = work.attempts.list_drills(team_id=team_id)
    rows = _make_rows(drills)
    found = find_reasons(rows)
    said = {}
    for place, value in enumerate(found.tolist()):
        if value:
            reason = Reason(value)
            ground = _find_ground(rows.iloc[place].to_dict(), training_on=drills.training_on[place])
            said[drills.attempt_id[place]] = NotCounted(reason=reason, words=write_not_counted(reason, ground))
    return said


def list_still_due(work: Transaction, *, team_id: str) -> frozenset[str]:
    """Return the ended drills whose step is still to be done, as they do not count."""
    return frozenset(key for key, out in list_not_counted(work, team_id=team_id).items() if out.reason.stays_due)


def _foresee(rows: pd.DataFrame, planned: Sequence[Planned]) -> list[str]:
    """Return for each drill why it will not count beside those that have ended, and what to do; "" where it will."""
    done = rows["person_id"].value_counts()
    trainings = [each.training for each in planned]
    days = [
        count_days(each.at, training.training_on, training.training_at, training.time_zone) if training else None
        for each, training in zip(planned, trainings, strict=True)
    ]
    device = USUAL_DEVICE if rows.empty else str(rows["team_device"].iloc[0])
    console = "" if rows.empty else str(rows["team_console"].iloc[0])
    these = pd.DataFrame(
        {
            "person_id": [each.person_id for each in planned],
            "phase": [each.phase.value for each in planned],
            "form_id": [each.form_id or "not chosen" for each in planned],
            "profile": [each.profile.value for each in planned],
            "options": [" ".join(sorted(each.options)) for each in planned],
            "elapsed_s": float("inf"),
            "finished": False,
            "device": [each.device for each in planned],
            "drill_number": [float(done.get(each.person_id, 0) + 1) for each in planned],
            "days_since_training": pd.Series(days, dtype="float64"),
            "extra_time": ["yes" if each.extra_time > 1.0 else "no" for each in planned],
            "seen_before": ["yes" if each.is_seen else "no" for each in planned],
            "team_device": device,
            "team_console": [console or _name_console(each) for each in planned],
        }
    )
    together = these if rows.empty else pd.concat([rows, these], ignore_index=True)
    found = find_reasons(together).tolist()[-len(planned) :] if planned else []
    return [
        write_will_not_count(
            Reason(value),
            Ground(
                phase=each.phase,
                device=each.device,
                team_device=device,
                team_console=console or _name_console(each),
                training_on=each.training.training_on if each.training else None,
            ),
        )
        if value and not Reason(value).is_private
        else ""
        for value, each in zip(found, planned, strict=True)
    ]


def foresee_team(
    app: App,
    team_id: str,
    person_ids: Collection[str],
    phase: Phase,
    *,
    profile: ProfileName,
    options: Options,
    at: datetime | None = None,
) -> dict[str, str]:
    """Return why a drill of a phase would not count, now or at a moment, for those for whom it would not."""
    when = at or app.clock.read().wall
    with app.store.read() as work:
        work.teams.get_team(team_id)
        rows = _make_rows(work.attempts.list_drills(team_id=team_id))
        training = _find_open(work, team_id, phase)
    planned = [
        Planned(person_id=person_id, phase=phase, profile=profile, options=options, at=when, training=training)
        for person_id in person_ids
    ]
    found = dict(zip(person_ids, _foresee(rows, planned), strict=True))
    return {person_id: words for person_id, words in found.items() if words}


def list_unfamiliar(app: App, team_id: str, person_ids: Collection[str]) -> frozenset[str]:
    """Return who of some people has not gone through getting to know the console."""
    with app.store.read() as work:
        known = work.attempts.list_familiar_since(team_id=team_id)
    return frozenset(person_ids) - frozenset(known)


def has_program(app: App, team_id: str, phase: Phase) -> bool:
    """Return whether a team's drills of a phase are those of a program, whose footage they then have."""
    with app.store.read() as work:
        return _find_open(work, team_id, phase) is not None


def foresee_device(app: App, team_id: str) -> str:
    """Return the kind of device that a team's measured drills are done on. Raises StoreError: unknown team."""
    with app.store.read() as work:
        work.teams.get_team(team_id)
        drills = work.attempts.list_drills(team_id=team_id)
    return choose_team_device(
        (person, device or "") for person, device in zip(drills.person_id, drills.device, strict=True)
    )


def foresee_attempt(app: App, attempt_id: str, *, device: str = "") -> str:
    """Return why a drill that was given and has not ended will not count; "" where it will, or nothing is measured."""
    now = app.clock.read().wall
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        if row.phase is None or row.person_id is None or row.is_demo:
            return ""
        looks = work.exposures.list_looks([row.person_id])
        team_id = work.teams.get_person(row.person_id).team_id
        planned = Planned(
            person_id=row.person_id,
            phase=row.phase,
            profile=row.profile,
            options=row.options,
            at=row.timing.released_at or now,
            training=_find_training(work, row),
            extra_time=row.extra_time,
            device=device or (row.device.value if row.device else ""),
            form_id=row.form_id,
            is_seen=(row.person_id, row.recording_id) in looks,
        )
        return _foresee(_make_rows(work.attempts.list_drills(team_id=team_id)), [planned])[0]


def _find_training(work: Transaction, row: AttemptRow) -> ProgramRow | None:
    if row.step_id is None:
        return None
    return work.programs.get(work.programs.get_step(row.step_id).program_id)


def _find_open(work: Transaction, team_id: str, phase: Phase) -> ProgramRow | None:
    for program in reversed(work.programs.list_of_team(team_id)):
        steps = work.programs.list_steps([program.program_id]) if program.closed_at is None else ()
        if any(step.kind.phase is phase and step.dropped_at is None for step in steps):
            return program
    return None


def _make_rows(drills: DrillColumns) -> pd.DataFrame:
    trainings = zip(drills.released_at, drills.training_on, drills.training_at, drills.time_zone, strict=True)
    rows = pd.DataFrame(
        {
            "person_id": list(drills.person_id),
            "team_id": list(drills.team_id),
            "phase": list(drills.phase),
            "form_id": list(drills.form_id),
            "profile": list(drills.profile),
            "options": list(drills.options),
            "elapsed_s": pd.Series(drills.used_s, dtype="float64"),
            "finished": pd.Series([state == AttemptState.SUBMITTED.value for state in drills.state], dtype="bool"),
            "device": [device or "" for device in drills.device],
            "drill_number": pd.Series(number_drills(drills.person_id, drills.released_at), dtype="float64"),
            "days_since_training": pd.Series([count_days(*each) for each in trainings], dtype="float64"),
            "extra_time": ["yes" if factor > 1.0 else "no" for factor in drills.extra_time],
            "seen_before": [
                "yes" if was_seen(seen, released=released, ended=ended) else "no"
                for seen, released, ended in zip(drills.looked_at, drills.released_at, drills.ended_at, strict=True)
            ],
        }
    )
    for name in ("person_id", "team_id", "phase", "form_id", "profile", "options", "device", "extra_time"):
        rows[name] = rows[name].astype("str")
    used: dict[str, list[tuple[str, str]]] = {}
    consoles: dict[str, set[str]] = {}
    for person_id, team_id, device, profile, options in zip(
        drills.person_id, drills.team_id, drills.device, drills.profile, drills.options, strict=True
    ):
        used.setdefault(team_id, []).append((person_id, device or ""))
        consoles.setdefault(team_id, set()).add(f"{profile} {options}")
    device_of = {team_id: choose_team_device(each) for team_id, each in used.items()}
    console_of = {
        team_id: next(iter(names)) if len(names) == 1 else _choose_console(rows[rows["team_id"] == team_id])
        for team_id, names in consoles.items()
    }
    return rows.assign(
        team_device=[device_of[team_id] for team_id in drills.team_id],
        team_console=[console_of[team_id] for team_id in drills.team_id],
    )


def _choose_console(rows: pd.DataFrame) -> str:
    chosen = choose_team_console(rows)
    return f"{chosen.profile} {chosen.options}"


def _name_console(planned: Planned) -> str:
    return f"{planned.profile.value} {' '.join(sorted(planned.options))}"


def _find_ground(row: Mapping[Hashable, object], *, training_on: date | None) -> Ground:
    return Ground(
        phase=Phase(str(row["phase"])),
        device=str(row["device"]),
        team_device=str(row["team_device"]),
        team_console=str(row["team_console"]),
        training_on=training_on,
    )
