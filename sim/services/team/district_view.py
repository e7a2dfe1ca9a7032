"""The district page: every school and what its teams have done, and the comparison over all of them."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from sim.compare.data.conditions import Conditions
from sim.compare.data.people import WAITING, is_one_scheme, name_side
from sim.services.app.wiring import App
from sim.services.attempt.scores import settle_all
from sim.services.comparison.handover import Compared, compare_table
from sim.services.team.attempts_table import export_district
from sim.services.team.team import list_teams
from sim.text.tables import TextTable

TITLE = "All schools"
PHASES = ("before", "after", "retention")
HIDDEN_SCHOOL = "School {number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictView:
    """All schools of the database, demo teams left aside."""

    # what everybody has done, columns `sim.columns.ATTEMPTS`, people by pseudonym, schools by name
    attempts: pd.DataFrame
    facts: tuple[tuple[str, str], ...]  # the state at a glance
    # how many people are on the list and have done drills, by school in the order of names, every school
    schools: TextTable
    has_results: bool  # somebody has ended a drill before, and somebody one after
    # some people waited, and the comparison counts them as everyone else: schools form groups in different ways, or not
    # at all
    ignores_groups: bool


def mark_district(app: App) -> str:
    """Return a mark that stays as it is for as long as `get_district_view` would return the same; brings up to now."""
    settle_all(app)
    forms = hash(tuple((known.form.form_id, known.origin.value) for known in app.catalog.list_forms()))
    return f"{app.store.changes.read()} {forms} {app.store.limits.schools}"


def get_district_view(app: App) -> DistrictView:
    """Return all schools and their drills, brought up to now."""
    table = export_district(app)
    on_list: Counter[str] = Counter()
    for card in list_teams(app):
        if not card.is_demo:
            on_list[card.school] += card.people
    found = table.groupby("school", sort=True)["person_id"].nunique()
    everybody = {str(school): int(count) for school, count in found.items()}
    schools = sorted({*on_list, *everybody}, key=str.casefold)
    counts = table.groupby(["school", "phase"])["person_id"].nunique().to_dict()
    return DistrictView(
        attempts=table,
        facts=(
            ("Schools", str(len(schools))),
            ("People with drills", f"{table['person_id'].nunique():,}"),
            ("Drills done", f"{len(table):,}"),
        ),
        schools=TextTable(
            name="schools-done",
            header=("School", "People", "With drills", "Did one before", "Did one after", "Did one later"),
            rows=tuple(
                (
                    school,
                    str(on_list[school]),
                    str(everybody.get(school, 0)),
                    *(str(counts.get((school, phase), 0)) for phase in PHASES),
                )
                for school in schools
            ),
        ),
        has_results={"before", "after"} <= set(table["phase"]),
        ignores_groups=any(name_side(group) == WAITING for group in table["group"].unique())
        and not is_one_scheme(table),
    )


def compare_district(
    table: pd.DataFrame, *, by_school: bool, conditions: Conditions | None = None, are_different: bool = False
) -> Compared:
    """Return the comparison over all schools, under one console and options: the usual ones if None.

    Groups are compared only where those of all schools are of one scheme; else everyone is of no group.
    """
    grouped = table if is_one_scheme(table) else table.assign(group="")
    shown = grouped if by_school else _hide_schools(grouped)
    return compare_table(shown, title=TITLE, by_name=False, conditions=conditions, are_different=are_different)


def _hide_schools(table: pd.DataFrame) -> pd.DataFrame:
    codes, found = pd.factorize(table["school"], sort=True)
    names = found.tolist()
    width = len(str(len(names)))
    hidden = [HIDDEN_SCHOOL.format(number=f"{number:0{width}d}") for number in range(1, len(names) + 1)]
    return table.assign(school=pd.Series(hidden, dtype="str").take(codes).set_axis(table.index))
