"""Whatever rosters come in, one after the other: nobody is lost, and the same again changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from sim.columns import GROUPS
from sim.db import tables
from sim.db.rows import PersonRow
from sim.services.app.wiring import App
from sim.services.roster.words import write_plan
from tests.support.bring_roster import bring
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import make_tiny_app

NAMES = st.sampled_from(["Ana", "Ben", "Cy", "Di", "=x"])
ROW = st.tuples(
    NAMES,
    st.sampled_from(["", "a@x.example", "b@x.example", "c@x.example"]),
    st.sampled_from(["", "North", "South"]),
    st.sampled_from(["", "Office", "Gym"]),
    st.sampled_from(["", *GROUPS]),
    st.sampled_from(["", "1", "2", "3", "4"]),
    st.sampled_from(["", "active", "left"]),
)


FREED_MARK = [
    ([("Ana", "a@x.example", "", "Office", "", "1", "")], False),
    ([("Ana", "a@x.example", "", "Office", "", "2", ""), ("Ana", "b@x.example", "North", "", "", "1", "")], False),
]
"""A sign-in name goes over to somebody else in the file that gives its holder another."""


@pytest.fixture(scope="module")
def empty_app(tmp_path_factory: pytest.TempPathFactory, tiny_library: Path) -> Iterator[App]:
    """Services of their own for many examples; each of them empties the teams first."""
    app = make_tiny_app(tmp_path_factory.mktemp("rosters"), tiny_library, FakeClock())
    yield app
    app.close()


@settings(max_examples=30)
@example(files=FREED_MARK)
@example(files=[([("Ana", "", "", "Gym", "", "", ""), ("Ana", "", "North", "Gym", "", "", "left")], False)])
@given(files=st.lists(st.tuples(st.lists(ROW, max_size=6), st.booleans()), min_size=1, max_size=3))
def test_whatever_comes_in_a_second_time_changes_nothing_and_nobody_is_lost(
    files: list[tuple[list[tuple[str, ...]], bool]], empty_app: App
) -> None:
    app, ids = empty_app, set[str]()
    with app.store.engine.begin() as connection:
        connection.execute(delete(tables.team))
    for rows, is_whole in files:
        lines = ["name,email,school,team,group,id,status", *(",".join(row) for row in rows)]
        text = "\n".join(lines)
        bring(app, text, skip_wrong=True, is_whole=is_whole)
        after = people_by_id(app)
        assert ids <= set(after), "an import deletes nobody"
        ids = set(after)
        names = [(person.team_id, person.name.casefold()) for person in after.values()]
        assert len(set(names)) == len(names)
        again = bring(app, text, skip_wrong=True, is_whole=is_whole)
        assert again.is_empty, "\n".join(write_plan(again))
        assert people_by_id(app) == after


def people_by_id(app: App) -> dict[str, PersonRow]:
    with app.store.read() as work:
        return {person.person_id: person for person in work.teams.list_everybody()}
