"""What a roster would change, and whom each row is about, decided without touching anything."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sim.columns import BY_LOT
from sim.db.teams import PersonRow, TeamRow
from sim.features.team.entry import Entry, Roster, RosterSource, TeamName, WrongRow
from sim.features.team.team import MAX_PEOPLE
from sim.text.words import fold_name, strip_accents, write_count

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
        if fold_name(team.school or team.name) == fold_name(wish.school or wish.name):
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


FEW_LEAVING = 5
LARGE_SHARE = 0.2
NO_RIGHTS = ("", "trainee")
ROLES_CLOSED = "Only an administrator may give roles, or change people who have one. Ask one to import it."
SOURCE_WORDS = {
    RosterSource.CSV: "CSV lists",
    RosterSource.ONE_ROSTER: "OneRoster exports",
    RosterSource.LTI: "courses of the learning system",
}


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    RETURNED = "back"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    kind: ChangeKind
    place: str
    before: PersonRow | None
    # name, team, email, external_id, group, role: as they are wanted
    name: str
    team: TeamKey
    email: str | None
    external_id: str | None
    group: str
    role: str
    details: tuple[str, ...] = ()  # what changes, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPlan:
    # new_teams, changed_teams: by key; a changed one gets an id or a school
    new_teams: tuple[TeamKey, ...]
    changed_teams: tuple[TeamKey, ...]
    changes: tuple[Change, ...]  # in the order of the file, those who leave last
    unchanged: int  # how many people of the file stay as they are
    wrong: tuple[WrongRow, ...]  # rows that are left out
    notes: tuple[str, ...]  # what was read over and why
    caution: str  # what to look at before going on, or ""

    @property
    def is_empty(self) -> bool:
        return not (self.changes or self.new_teams or self.changed_teams)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(repr((self.new_teams, self.changed_teams, self.changes)).encode()).hexdigest()

    def count(self, kind: ChangeKind) -> int:
        return sum(change.kind is kind for change in self.changes)


def make_plan(
    roster: Roster, *, teams: Sequence[TeamRow], people: Sequence[PersonRow], gives_roles: bool = True
) -> RosterPlan:
    """Return what a roster changes on these teams and people; demo teams are never touched.

    Unless the person who brings it in gives roles, the roster gives none, and people who have one stay as they are:
    their sign-in name is what lets them in.
    """
    known_teams = KnownTeams(teams, roster.entries)
    demo = {team.team_id for team in teams if team.is_demo}
    real = [person for person in people if person.team_id not in demo]
    known_people = KnownPeople(real, roster.entries)
    changes: list[Change] = []
    wrong = list(roster.wrong)
    seen: dict[str, str] = {}
    kept_teams: set[TeamKey] = set()
    unchanged = ignored = 0
    for entry in roster.entries:
        team = known_teams.find(entry.team) if entry.team is not None else None
        found = known_people.find(entry, team, seen)
        if found.problem:
            wrong.append(WrongRow(place=entry.place, problem=found.problem))
            continue
        change = _decide(entry, found, known_teams, roster)
        if isinstance(change, Change) and change.kind is ChangeKind.ADDED and entry.place in roster.left_out:
            continue
        if found.person is not None:
            seen[found.person.person_id] = entry.place
        had = change.before.roster_role if isinstance(change, Change) and change.before is not None else ""
        if isinstance(change, Change) and not gives_roles and not {change.role, had} <= {*NO_RIGHTS}:
            wrong.append(WrongRow(place=entry.place, problem=ROLES_CLOSED))
        elif isinstance(change, Change):
            changes.append(change)
        elif change:
            wrong.append(WrongRow(place=entry.place, problem=change))
        elif found.person is None:
            ignored += 1
        else:
            unchanged += 1
            if team is not None and not entry.has_left:
                kept_teams.add(team)
    changes = _note_likeness(_drop_clashes(changes, real, wrong), real, known_teams)
    notes = list(roster.notes)
    if ignored:
        notes.append(f"{write_count(ignored, 'row')} about people who are not on the roster: nothing is done for them.")
    if roster.is_whole:
        kept = () if gives_roles else [person for person in real if person.roster_role not in NO_RIGHTS]
        seen |= dict.fromkeys((person.person_id for person in kept), "")
        changes += _list_leavers(roster, real, known_teams, seen=seen, wrong=wrong, notes=notes)
    used = {change.team for change in changes if change.kind is not ChangeKind.LEFT}
    return RosterPlan(
        new_teams=tuple(sorted((key for key in used if key.team_id is None), key=repr)),
        changed_teams=known_teams.choose_changed(used | kept_teams),
        changes=tuple(changes),
        unchanged=unchanged,
        wrong=tuple(wrong),
        notes=tuple(notes),
        caution=_write_caution(changes, real),
    )


def _decide(entry: Entry, found: PersonMatch, teams: KnownTeams, roster: Roster) -> Change | str | None:
    """Return what happens to the person of an entry; a problem in words; or None where nothing does."""
    person = found.person
    if entry.has_left:
        return None if person is None or person.left_at is not None else _make_leaver(person, teams, entry.place)
    if person is None and entry.team is None:
        return None
    own = teams.get(person.team_id) if person is not None else None
    stays = entry.team is None or (roster.keeps_teams and own is not None)
    team = own if stays or entry.team is None else teams.find(entry.team)
    if team is None:
        return "Its organization is not in orgs.csv and not known here. Export all organizations."
    if person is None and entry.name is None:
        return "This user is not in users.csv and not on the roster. Export all users."
    group = person.group if person else ""
    if entry.group in BY_LOT and entry.group != group:
        return "Only the draw of a program puts someone in a group by lot. Write trained, waiting, or nothing."
    if group in BY_LOT:
        group = group if person is not None and team.team_id == person.team_id else ""
    elif entry.group is not None:
        group = entry.group
    change = Change(
        kind=ChangeKind.ADDED,
        place=entry.place,
        before=person,
        name=entry.name or (person.name if person else ""),
        team=team,
        email=entry.email or (person.email if person else None),
        external_id=entry.external_id or (person.external_id if person else None),
        group=group,
        role=entry.role if entry.role is not None else (person.roster_role if person else ""),
    )
    return change if person is None else _compare(change, person, teams, roster)


def _compare(change: Change, person: PersonRow, teams: KnownTeams, roster: Roster) -> Change | None:
    pairs = (
        ("name", person.name, change.name),
        ("email for single sign-on", person.email, change.email),
        ("id", person.external_id, change.external_id),
        ("group", person.group, change.group),
        ("role", person.roster_role, change.role),
    )
    details = [f"{what}: {was or 'none'} → {now or 'none'}" for what, was, now in pairs if was != now]
    if person.roster_source != roster.source:
        details.append(f"kept by {SOURCE_WORDS[roster.source]} from now on")
    kind = ChangeKind.CHANGED
    if change.team.team_id != person.team_id:
        old = teams.get(person.team_id)
        details.insert(0, f"team: {old.name if old else '?'} → {change.team.name}")
        kind = ChangeKind.MOVED
    if person.left_at is not None:
        kind = ChangeKind.RETURNED
    if not details and kind is ChangeKind.CHANGED:
        return None
    return replace(change, kind=kind, details=tuple(details))


def _make_leaver(person: PersonRow, teams: KnownTeams, place: str) -> Change:
    team = teams.get(person.team_id)
    return Change(
        kind=ChangeKind.LEFT,
        place=place,
        before=person,
        name=person.name,
        team=team or TeamKey(team_id=person.team_id, name="", school="", external_id=None),
        email=person.email,
        external_id=person.external_id,
        group=person.group,
        role=person.roster_role,
    )


def _drop_clashes(changes: list[Change], people: Sequence[PersonRow], wrong: list[WrongRow]) -> list[Change]:
    """Return the changes that leave no name or id twice and no team too large; the rest are wrong rows."""
    kept = list(changes)
    while True:
        moving = {change.before.person_id for change in kept if change.before is not None}
        staying = [person for person in people if person.person_id not in moving]
        names = Counter((str(person.team_id), fold_name(person.name)) for person in staying)
        marks = Counter(mark for person in staying for mark in (person.email, person.external_id) if mark)
        sizes = Counter(str(person.team_id) for person in staying if person.left_at is None)
        good: list[Change] = []
        for change in kept:
            team = change.team.team_id or repr(change.team)
            name, own = (team, fold_name(change.name)), {mark for mark in (change.email, change.external_id) if mark}
            problem = ""
            if names[name]:
                problem = f'The team has or had someone named "{change.name}". Add an initial or a number.'
            elif any(marks[mark] for mark in own):
                problem = "Someone else has this id or sign-in name. Correct one of the two."
            elif change.kind is not ChangeKind.LEFT and sizes[team] >= MAX_PEOPLE:
                problem = f"The team has {MAX_PEOPLE} people already. Put them in several teams."
            if problem and change.kind is not ChangeKind.LEFT:
                wrong.append(WrongRow(place=change.place, problem=problem))
                continue
            names[name] += 1
            marks.update(own)
            sizes[team] += change.kind is not ChangeKind.LEFT
            good.append(change)
        if len(good) == len(kept):
            return good
        kept = good


def _note_likeness(changes: list[Change], people: Sequence[PersonRow], teams: KnownTeams) -> list[Change]:
    """Return the changes; of who is new, whom they may be: accents and case aside, the name is the same."""
    named: dict[str, str] = {}
    for person in people:
        team = teams.get(person.team_id)
        named.setdefault(strip_accents(person.name), f"{person.name} of {team.name if team else '?'}")
    noted = []
    for change in changes:
        key = strip_accents(change.name)
        if change.kind is ChangeKind.ADDED and key in named:
            noted.append(replace(change, details=(*change.details, f"may be the same as {named[key]}")))
        else:
            noted.append(change)
        named.setdefault(key, f"{change.name} of {change.team.name}")
    return noted


def _list_leavers(
    roster: Roster,
    people: Sequence[PersonRow],
    teams: KnownTeams,
    *,
    seen: dict[str, str],
    wrong: list[WrongRow],
    notes: list[str],
) -> list[Change]:
    """Return those whom this kind of file keeps and this file does not name; nobody while rows are wrong."""
    missing = [
        person
        for person in people
        if person.roster_source == roster.source and person.left_at is None and person.person_id not in seen
    ]
    if missing and wrong:
        notes.append(
            f"Missing in the file: {write_count(len(missing), 'person', 'people')}. Nobody is marked as having left "
            "while rows are wrong: a wrong row may be theirs."
        )
        return []
    return [_make_leaver(person, teams, "not in the file") for person in missing]


def _write_caution(changes: Sequence[Change], people: Sequence[PersonRow]) -> str:
    leaving = sum(change.kind is ChangeKind.LEFT for change in changes)
    present = sum(person.left_at is None for person in people)
    if leaving <= FEW_LEAVING or leaving <= LARGE_SHARE * present:
        return ""
    return f"{leaving:,} of {present:,} people would be marked as having left. Is this file really the whole list?"
