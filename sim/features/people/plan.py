"""What a roster would change, decided without touching anything: the same for the preview and for the change itself."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sim.columns import BY_LOT
from sim.db.teams import PersonRow, TeamRow
from sim.features.people.matching import KnownPeople, KnownTeams, PersonMatch, TeamKey
from sim.features.team.entry import Entry, Roster, RosterSource, WrongRow
from sim.features.team.team import MAX_PEOPLE
from sim.text.typed import fold_name, strip_accents
from sim.text.words import write_count

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
        if isinstance(change, Change) and not gives_roles and _is_about_roles(change):
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


def _is_about_roles(change: Change) -> bool:
    had = change.before.roster_role if change.before is not None else ""
    return change.role not in NO_RIGHTS or had not in NO_RIGHTS


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
                problem = f"The team has or had someone named {change.name!r}. Add an initial or a number."
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
