"""What a roster changes, in words for a page and a terminal."""

from collections.abc import Iterator

from sim.services.roster.apply import Applied
from sim.services.roster.plan import Change, ChangeKind, RosterPlan
from sim.text.tables import TextTable

KIND_WORDS = {
    ChangeKind.ADDED: "Added",
    ChangeKind.CHANGED: "Changed",
    ChangeKind.MOVED: "Moved",
    ChangeKind.RETURNED: "Back again",
    ChangeKind.LEFT: "Marked as left",
}


def list_facts(plan: RosterPlan) -> tuple[tuple[str, str], ...]:
    """Return how many people each thing happens to."""
    facts = [(KIND_WORDS[kind], f"{plan.count(kind):,}") for kind in ChangeKind if plan.count(kind)]
    facts.append(("Stay as they are", f"{plan.unchanged:,}"))
    if plan.wrong:
        facts.append(("Wrong rows", f"{len(plan.wrong):,}"))
    return tuple(facts)


def make_change_table(plan: RosterPlan) -> TextTable:
    """Return one row a person who changes."""
    return TextTable(
        name="changes",
        header=("What", "Name", "Team", "School", "Details", "Where"),
        rows=tuple(_write_row(change) for change in plan.changes),
    )


def make_wrong_table(plan: RosterPlan) -> TextTable:
    """Return one row a wrong row, with where it is and why."""
    return TextTable(
        name="wrong-rows",
        header=("Where", "What is wrong"),
        rows=tuple((row.place, row.problem[:1].upper() + row.problem[1:]) for row in plan.wrong),
    )


def write_plan(plan: RosterPlan) -> Iterator[str]:
    """Yield the lines that a terminal shows."""
    for row in make_change_table(plan).rows:
        what, name, team, school, details, place = row
        of_school = f" of {school}" if school and school != team else ""
        at_team = f" ({team}{of_school})" if team else ""
        yield f"{what}: {name}{at_team}{f'; {details}' if details else ''} [{place}]"
    for key in plan.changed_teams:
        yield f"Team {key.name}: gets what the file says about it, school {key.school or key.name}"
    for wrong in plan.wrong:
        yield f"WRONG, {wrong.place}: {wrong.problem}"
    yield from plan.notes
    if plan.caution:
        yield f"CAUTION: {plan.caution}"
    yield ". ".join(f"{name}: {count}" for name, count in list_facts(plan)) + "."


def write_applied(done: Applied) -> str:
    parts = [f"{KIND_WORDS[kind].lower()}: {done.people[kind]:,}" for kind in ChangeKind if done.people[kind]]
    if done.new_teams:
        parts.append(f"teams made: {done.new_teams:,}")
    return f"Done. {', '.join(parts).capitalize()}." if parts else "Done. Nothing had to be changed."


def _write_row(change: Change) -> tuple[str, ...]:
    return (
        KIND_WORDS[change.kind],
        change.name,
        change.team.name,
        change.team.school or change.team.name,
        "; ".join(change.details),
        change.place,
    )
