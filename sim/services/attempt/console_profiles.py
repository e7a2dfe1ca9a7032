"""Console profiles as pages and console see them, and choosing one for a practice drill."""

from dataclasses import dataclass, replace
from typing import Any

from sim.drill.attempt import AttemptState, Mode
from sim.drill.profile import PROFILES, ProfileName, read_profile
from sim.errors import AttemptError
from sim.records.rows import AttemptRow
from sim.services.app.wiring import App


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileCard:
    """One profile in a list."""

    name: str
    title: str
    summary: str


def list_profiles() -> tuple[ProfileCard, ...]:
    """Return every profile, the usual one first."""
    return tuple(get_card(name) for name in PROFILES)


def get_card(name: ProfileName) -> ProfileCard:
    """Return one profile."""
    profile = PROFILES[name]
    return ProfileCard(name=profile.name.value, title=profile.title, summary=profile.summary)


def list_choices(row: AttemptRow) -> tuple[ProfileCard, ...]:
    """Return the profiles that the person doing this drill may choose from: none for an assessment or once begun."""
    return list_profiles() if _is_open(row) else ()


def choose_profile(app: App, attempt_id: str, name: str) -> None:
    """Set the console of a practice drill that has not begun.

    Raises:
        TaskError: there is no profile of that name.
        AttemptError: unknown, an assessment, or its clock runs or has run.
    """
    profile = read_profile(name)
    with app.store.write() as work:
        row = work.attempts.get(attempt_id)
        if not _is_open(row):
            raise AttemptError(
                "the console of this drill cannot be changed",
                expected="a practice drill whose clock does not run yet",
                todo="continue with the console it has, or start another practice drill",
            )
        work.attempts.save(replace(row, profile=profile))


def describe_profile(name: ProfileName) -> dict[str, Any]:
    """Return `profile` of the console's data, see `sim.drill.profile.ConsoleProfile`."""
    profile = PROFILES[name]
    return {
        "name": profile.name.value,
        "title": profile.title,
        "speeds": list(profile.speeds),
        "tiles": profile.tiles,
        "jumps_s": list(profile.jumps_s),
        "sync": profile.sync,
        "map": profile.map,
        "links": profile.links,
        "is_narrow": profile.is_narrow,
    }


def _is_open(row: AttemptRow) -> bool:
    return row.mode is Mode.PRACTICE and row.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
