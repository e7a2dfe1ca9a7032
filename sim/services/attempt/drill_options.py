"""Drill options as pages see them, and choosing those of a practice drill."""

from collections.abc import Collection
from dataclasses import replace

from sim.db.rows import AttemptRow
from sim.drill.attempt import AttemptState, Mode
from sim.drill.options import NO_OPTIONS, OPTION_CARDS, DrillOption, OptionCard, check_options, read_options
from sim.drill.profile import ProfileName, get_profile
from sim.errors import AttemptError, TaskError
from sim.services.app.wiring import App
from sim.services.attempt.console_profiles import NO_SEARCH

OFFERED: tuple[DrillOption, ...] = (DrillOption.INTERRUPTIONS, DrillOption.APPEARANCE_SEARCH, DrillOption.HINTS)
"""Options that the console of this program has, in the order of `OPTION_CARDS`."""


def list_offered(*, mode: Mode, task_type: str, profile: ProfileName = ProfileName.CLASSIC) -> tuple[OptionCard, ...]:
    """Return the options that a drill of that mode and task type may be given with on a console."""
    missing = NO_OPTIONS if get_profile(profile).search else NO_SEARCH
    return tuple(
        card
        for card in OPTION_CARDS.values()
        if card.name in OFFERED
        and card.name not in missing
        and (mode is Mode.PRACTICE or not card.practice_only)
        and (card.task_types is None or task_type in card.task_types)
    )


def list_choices(row: AttemptRow, *, task_type: str) -> tuple[OptionCard, ...]:
    """Return the options that anyone who does this drill may still choose: none for an assessment or once begun."""
    return list_offered(mode=row.mode, task_type=task_type, profile=row.profile) if _is_open(row) else ()


def choose_options(app: App, attempt_id: str, names: Collection[str]) -> None:
    """Set the options of a practice drill that has not begun.

    Raises:
        TaskError: there is no option of a name, or this drill cannot have it.
        AttemptError: unknown, an assessment, or its clock runs or has run.
    """
    options = read_options(names)
    with app.store.write() as work:
        row = work.attempts.get(attempt_id)
        if not _is_open(row):
            raise AttemptError(
                "the options of this drill cannot be changed",
                expected="a practice drill whose clock does not run yet",
                todo="continue with the options it has, or start another practice drill",
            )
        offered = {card.name for card in list_choices(row, task_type=app.catalog.get_form(row.form_id).form.type)}
        if not options <= offered:
            raise TaskError(
                f"this drill cannot be given with {OPTION_CARDS[min(options - offered)].given_with}",
                expected=", ".join(sorted(offered)) or "no option",
                todo="choose among these",
            )
        check_options(options, mode=row.mode)
        work.attempts.save(replace(row, options=options))


def _is_open(row: AttemptRow) -> bool:
    return row.mode is Mode.PRACTICE and row.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
