"""The mark by which a page knows that nothing changed, on both kinds of database and over two processes' stores."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from sim.db.engine import make_sqlite_url
from sim.db.rows import TeamRow
from sim.db.store import ChangeMark, open_store
from sim.errors import StoreError
from tests.support.fake_clock import NOON


def test_a_database_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    mark = ChangeMark(create_engine(make_sqlite_url(tmp_path / "gone" / "sightline.db")))
    with pytest.raises(StoreError, match="unable to open database file"):
        mark.read()


def test_the_mark_changes_with_every_commit_and_only_then(database_url: str) -> None:
    with closing(open_store(database_url)) as here, closing(open_store(database_url)) as elsewhere:
        marks = [here.changes.read()]
        with here.read() as work:
            assert work.teams.list_teams() == ()
        assert here.changes.read() == marks[-1], "reading changes nothing"
        for number, store in enumerate((here, elsewhere, here)):
            with store.write() as work:
                work.teams.add_team(
                    TeamRow(team_id=f"t{number}", name=f"Team {number}", school="", is_demo=False, created_at=NOON)
                )
            marks.append(here.changes.read())
            assert here.changes.read() == marks[-1]
    assert len(set(marks)) == 4
