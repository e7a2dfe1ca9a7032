"""Which team and which person of the database a row of a roster file means."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.db.teams import PersonRow, TeamRow
from sim.features.team.entry import Entry, TeamName
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
        self._found: dict[TeamName, TeamKey | None] = {}
        for wish in sorted(wishes, key=lambda wish: (wish.name, wish.school, wish.external_id or "")):
            self._found[wish] = self._look_up(wish)

    def find(self, wish: TeamName) -> TeamKey | None:
        """Return the team of a wish, one to be made if need be; None where it is known by an id alone, and unknown."""
        if wish not in self._found:
            self._found[wish] = self._look_up(wish)
        return self._found[wish]

    def get(self, team_id: str) -> TeamKey | None:
        team = self._by_id.get(team_id)
        return None if team is None else _make_key(team)

    def choose_changed(self, wanted: Collection[TeamKey]) -> tuple[TeamKey, ...]:
        changed = (key for key in wanted if key.team_id and _make_key(self._by_id[key.team_id]) != key)
        return tuple(sorted(changed, key=repr))

    def _look_up(self, wish: TeamName) -> TeamKey | None:
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
        is_free = fold_name(wish.name) not in self._taken and len(self._schools[fold_name(wish.name)]) <= 1
        name = wish.name if is_free or not wish.school else longer
        if fold_name(name) in self._taken | self._new_names and wish.external_id:
            name = _fit(f"{wish.name} {wish.external_id}")
        self._new_names.add(fold_name(name))
        school = wish.school if fold_name(wish.school) != fold_name(name) else ""
        return TeamKey(name=name, school=school, external_id=wish.external_id, team_id=None)

    def _is_same(self, team: TeamRow, wish: TeamName) -> bool:
        """Return whether a team of that name is meant: of that school, or of none yet and only one school asks."""
        if team.external_id and wish.external_id:
            return False
        school = fold_name(wish.school or wish.name)
        if fold_name(team.school or team.name) == school:
            return True
        return not wish.school or (not team.school and len(self._schools[fold_name(wish.name)]) == 1)


def _fit(name: str) -> str:
    return name[:MOST_NAME].strip()


def _make_key(team: TeamRow) -> TeamKey:
    return TeamKey(name=team.name, school=team.school, external_id=team.external_id, team_id=team.team_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMatch:
    """The person of a row, None for somebody new; or why it cannot be told, in words."""

    person: PersonRow | None = None
    problem: str = ""


class KnownPeople:
    """The people there are, by what identifies them: the id, then the sign-in name, then the name in the team.

    A file may give what is somebody's to somebody else: the sign-in name of whom another row, by the id, gives a new
    one is free, and the name of whom another row means by id or sign-in name is nobody else's to be told by.
    """

    def __init__(self, people: Sequence[PersonRow], entries: Sequence[Entry]) -> None:
        self._by_external = {person.external_id: person for person in people if person.external_id}
        self._by_email = {person.email: person for person in people if person.email}
        for entry in entries:
            known = self._by_external.get(entry.external_id or "")
            if known is not None and known.email and entry.email not in (None, known.email) and not entry.has_left:
                self._by_email.pop(known.email, None)
        self._marked = {
            known.person_id
            for entry in entries
            for known in (self._by_external.get(entry.external_id or ""), self._by_email.get(entry.email or ""))
            if known is not None
        }
        self._by_name = {(person.team_id, fold_name(person.name)): person for person in people}
        self._marks: dict[str, str] = {}
        self._named: dict[tuple[TeamKey | None, str], list[Entry]] = defaultdict(list)

    def find(self, entry: Entry, team: TeamKey | None, seen: Mapping[str, str]) -> PersonMatch:
        """Return who a row is about; `seen` says which people other rows were about, and where."""
        team_id = team.team_id if team is not None else None
        twice = self._note_marks(entry)
        if twice:
            return PersonMatch(problem=f"The same id or sign-in name is on {twice}. Correct one of the two.")
        same = self._note_name(entry, team)
        if same:
            return PersonMatch(problem=f"The same name is in the same team on {same}. Add an id to both rows.")
        by_id = self._by_external.get(entry.external_id) if entry.external_id else None
        by_email = self._by_email.get(entry.email) if entry.email else None
        if by_id is not None and by_email is not None and by_id.person_id != by_email.person_id:
            return PersonMatch(
                problem=f"The id is that of {by_id.name}, the sign-in name that of {by_email.name}. "
                "Correct one of the two."
            )
        person = by_id or by_email
        if person is None and entry.name and team_id is not None:
            person = self._by_name.get((team_id, fold_name(entry.name)))
            if person is not None and (person.person_id in self._marked or _differ(person, entry)):
                person = None
        elif by_id is None and person is not None and person.external_id and entry.external_id:
            return PersonMatch(
                problem=f"This sign-in name belongs to {person.name}, whose id is {person.external_id}. "
                "Correct the id or the sign-in name."
            )
        if person is not None and person.person_id in seen:
            return PersonMatch(problem=f"This is the person of {seen[person.person_id]} again. Keep one row.")
        return PersonMatch(person=person)

    def _note_marks(self, entry: Entry) -> str:
        """Return the place of an earlier row with the same id or sign-in name, "" for none."""
        marks = [f"{kind}:{mark}" for kind, mark in (("i", entry.external_id), ("e", entry.email)) if mark]
        earlier = next((self._marks[mark] for mark in marks if mark in self._marks), "")
        if not earlier:
            self._marks.update(dict.fromkeys(marks, entry.place))
        return earlier

    def _note_name(self, entry: Entry, team: TeamKey | None) -> str:
        """Return the place of an earlier row that may be about the same person by its name, "" for none."""
        if entry.name is None:
            return ""
        named = self._named[team, fold_name(entry.name)]
        same = next((earlier.place for earlier in named if not _differ(earlier, entry)), "")
        named.append(entry)
        return same


def _differ(one: Entry | PersonRow, other: Entry) -> bool:
    """Return whether two of one name are surely two people: both have an id or a sign-in name, and they differ."""
    pairs = ((one.external_id, other.external_id), (one.email, other.email))
    return any(first and second and first != second for first, second in pairs)
