"""Which person of the database a row of a roster file is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.db.rows import PersonRow
from sim.services.roster.entry import Entry
from sim.services.roster.teams import TeamKey
from sim.text.typed import fold_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
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

    def find(self, entry: Entry, team: TeamKey | None, seen: Mapping[str, str]) -> Found:
        """Return who a row is about; `seen` says which people other rows were about, and where."""
        team_id = team.team_id if team is not None else None
        twice = self._note_marks(entry)
        if twice:
            return Found(problem=f"The same id or sign-in name is on {twice}. Correct one of the two.")
        same = self._note_name(entry, team)
        if same:
            return Found(problem=f"The same name is in the same team on {same}. Add an id to both rows.")
        by_id = self._by_external.get(entry.external_id) if entry.external_id else None
        by_email = self._by_email.get(entry.email) if entry.email else None
        if by_id is not None and by_email is not None and by_id.person_id != by_email.person_id:
            return Found(
                problem=f"The id is that of {by_id.name}, the sign-in name that of {by_email.name}. "
                "Correct one of the two."
            )
        person = by_id or by_email
        if person is None and entry.name and team_id is not None:
            person = self._by_name.get((team_id, fold_name(entry.name)))
            if person is not None and (person.person_id in self._marked or _is_another(person, entry)):
                person = None
        elif by_id is None and person is not None and person.external_id and entry.external_id:
            return Found(
                problem=f"This sign-in name belongs to {person.name}, whose id is {person.external_id}. "
                "Correct the id or the sign-in name."
            )
        if person is not None and person.person_id in seen:
            return Found(problem=f"This is the person of {seen[person.person_id]} again. Keep one row.")
        return Found(person=person)

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


def _differ(one: Entry, other: Entry) -> bool:
    """Return whether two rows of one name are surely about two people."""
    pairs = ((one.external_id, other.external_id), (one.email, other.email))
    return any(first and second and first != second for first, second in pairs)


def _is_another(person: PersonRow, entry: Entry) -> bool:
    """Return whether somebody of the same name is somebody else: both have an id or a sign-in name, and they differ."""
    pairs = ((person.external_id, entry.external_id), (person.email, entry.email))
    return any(was and now and was != now for was, now in pairs)
