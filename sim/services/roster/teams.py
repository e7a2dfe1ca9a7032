"""Which team of the database a team of a roster file is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sim.db.rows import TeamRow
from sim.services.roster.entry import Entry, TeamWish
from sim.text.typed import fold_name

MOST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamKey:
    """A team as it will be; `team_id` is None for one that is to be made, `school` "" where its name is the school."""

    name: str
    school: str
    external_id: str | None
    team_id: str | None


class KnownTeams:
    """The teams there are, and what a roster's teams become."""

    def __init__(self, teams: Sequence[TeamRow], entries: Iterable[Entry]) -> None:
        self._teams = [team for team in teams if not team.is_demo]
        self._by_id = {team.team_id: team for team in self._teams}
        self._by_external = {team.external_id: team for team in self._teams if team.external_id}
        self._by_name = {fold_name(team.name): team for team in self._teams}
        self._taken = {fold_name(team.name) for team in teams}
        self._schools: dict[str, set[str]] = defaultdict(set)
        wishes = {entry.team for entry in entries if entry.team is not None and not entry.has_left}
        for wish in wishes:
            self._schools[fold_name(wish.name)].add(fold_name(wish.school or wish.name))
        self._new_names: set[str] = set()
        self._found: dict[TeamWish, TeamKey | None] = {}
        for wish in sorted(wishes, key=lambda wish: (wish.name, wish.school, wish.external_id or "")):
            self._found[wish] = self._look_up(wish)

    def find(self, wish: TeamWish) -> TeamKey | None:
        """Return the team of a wish, one to be made if need be; None where it is known by an id alone, and unknown."""
        if wish not in self._found:
            self._found[wish] = self._look_up(wish)
        return self._found[wish]

    def get(self, team_id: str) -> TeamKey | None:
        team = self._by_id.get(team_id)
        return None if team is None else _make_key(team)

    def choose_changed(self, wanted: Collection[TeamKey]) -> tuple[TeamKey, ...]:
        """Return those of the teams wanted that there are and that get an id or a school."""
        changed = (key for key in wanted if key.team_id and _make_key(self._by_id[key.team_id]) != key)
        return tuple(sorted(changed, key=repr))

    def _look_up(self, wish: TeamWish) -> TeamKey | None:
        known = self._by_external.get(wish.external_id) if wish.external_id else None
        if known is not None:
            return _make_key(known)
        if not wish.name:
            return None
        longer = _fit(f"{wish.name}, {wish.school}")
        for name in (wish.name, longer):
            team = self._by_name.get(fold_name(name))
            if team is not None and self._is_same(team, wish):
                school = wish.school if fold_name(wish.school) != fold_name(team.name) else ""
                return TeamKey(
                    name=team.name,
                    school=team.school or school,
                    external_id=team.external_id or wish.external_id,
                    team_id=team.team_id,
                )
        is_free = fold_name(wish.name) not in self._taken and self._is_first(wish)
        name = wish.name if is_free or not wish.school else longer
        if fold_name(name) in self._taken | self._new_names and wish.external_id:
            name = _fit(f"{wish.name} {wish.external_id}")
        self._new_names.add(fold_name(name))
        school = wish.school if fold_name(wish.school) != fold_name(name) else ""
        return TeamKey(name=name, school=school, external_id=wish.external_id, team_id=None)

    def _is_same(self, team: TeamRow, wish: TeamWish) -> bool:
        """Return whether a team of that name is meant: of that school, or of none yet and only one school asks."""
        if team.external_id and wish.external_id:
            return False
        school = fold_name(wish.school or wish.name)
        if fold_name(team.school or team.name) == school:
            return True
        return not wish.school or (not team.school and len(self._schools[fold_name(wish.name)]) == 1)

    def _is_first(self, wish: TeamWish) -> bool:
        """Return whether the plain name is for this wish: only one school asks for it."""
        return len(self._schools[fold_name(wish.name)]) <= 1


def _fit(name: str) -> str:
    return name[:MOST_NAME].strip()


def _make_key(team: TeamRow) -> TeamKey:
    return TeamKey(name=team.name, school=team.school, external_id=team.external_id, team_id=team.team_id)
