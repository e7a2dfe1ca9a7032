"""Accounts, links, rosters and learning systems: one body over every kind of database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from sim.db.lti import CourseRow, NonceRow, PlatformRow
from sim.db.programs import LinkKind, LinkRow
from sim.db.store import Store, open_store
from sim.db.teams import AccountRow, FailureRow, TeamRow
from sim.errors import StoreError
from tests.contract.test_stores import add_team
from tests.support.fake_clock import NOON

HOUR = timedelta(hours=1)
PLATFORM = PlatformRow(
    platform_id="p",
    name="Course system",
    issuer="https://lms.example",
    client_id="1",
    deployments=("1", "2"),
    auth_url="https://lms.example/auth",
    token_url="https://lms.example/token",
    keys_url="https://lms.example/keys",
    created_at=NOON,
)


@pytest.fixture
def stores(database_url: str) -> Iterator[tuple[Store, Store]]:
    opened = open_store(database_url), open_store(database_url)
    add_team(opened[0], "team", people=3)
    yield opened
    for store in opened:
        store.close()


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    return stores[0]


def make_account(account_id: str = "a1", *, key: str = "kim lee", person_id: str | None = None) -> AccountRow:
    return AccountRow(
        account_id=account_id,
        sign_in_name='Kim "<b>Lee',
        sign_in_key=key,
        display_name="Kim Lee",
        secret_hash="$argon2id$x",
        roles=frozenset({"trainer", "admin"}),
        person_id=person_id,
        created_at=NOON,
    )


def test_an_account_comes_back_as_it_was_stored(store: Store) -> None:
    row = make_account(person_id="team-p1")
    with store.write() as work:
        work.accounts.add(row)
        work.accounts.add_identity("a1", "oidc:https://id.example|17")
    with store.read() as work:
        assert work.accounts.list_all() == (row,)
        assert work.accounts.find_by_key("kim lee") == row
        assert work.accounts.find(person_id="team-p1") == row
        assert work.accounts.find_by_identity("oidc:https://id.example|17") == row
        assert work.accounts.find_by_identity("oidc:https://id.example|1") is None
        assert work.accounts.list_identities("a1") == ("oidc:https://id.example|17",)
    changed = replace(row, roles=frozenset({"records"}), disabled_at=NOON + HOUR)
    with store.write() as work:
        work.accounts.save(changed)
        assert work.accounts.get("a1") == changed


def test_a_sign_in_name_a_person_and_an_identity_belong_to_one_account(store: Store) -> None:
    with store.write() as work:
        work.accounts.add(make_account(person_id="team-p1"))
        work.accounts.add(make_account("a2", key="bo"))
        for _ in range(2):
            work.accounts.add_identity("a1", "oneroster:5")
        for wrong, reason in (
            (lambda: work.accounts.add(make_account("a3")), "taken"),
            (lambda: work.accounts.add(make_account("a3", key="cy", person_id="team-p1")), "has an account"),
            (lambda: work.accounts.add_identity("a2", "oneroster:5"), "another account"),
            (lambda: work.accounts.save(make_account("a2")), "taken"),
            (lambda: work.accounts.save(make_account("a9", key="nobody")), "does not exist"),
            (lambda: work.accounts.get("a9"), "does not exist"),
        ):
            with pytest.raises(StoreError, match=reason):
                wrong()


def test_failures_are_found_by_how_their_subject_begins_letter_by_letter(store: Store) -> None:
    with store.write() as work:
        for subject in ("pair:a_b:1", "pair:a_b:2", "pair:axb:1", "pair:a%:1", "name:a_b"):
            work.put(FailureRow(subject=subject, count=1, at=NOON, steady_s=1.0, epoch="run-1"))
        assert {
            row.subject
            for row in work.list_rows(FailureRow, FailureRow.subject.startswith("pair:a_b:", autoescape=True))
        } == {"pair:a_b:1", "pair:a_b:2"}
        assert {
            row.subject for row in work.list_rows(FailureRow, FailureRow.subject.startswith("pair:a%", autoescape=True))
        } == {"pair:a%:1"}


def test_a_link_ends_once(store: Store) -> None:
    about = {"link_id": "l1", "kind": LinkKind.RECORD, "person_id": "team-p1", "attempt_id": None, "issued_by": "Kim"}
    row = LinkRow(**about, issued_at=NOON, expires_at=NOON + HOUR)  # type: ignore[arg-type]
    with store.write() as work:
        work.insert(row)
        work.links.change_one("l1", LinkRow.ended_at.is_(None), ended_at=NOON + HOUR / 2)
        work.links.change_one("l1", LinkRow.ended_at.is_(None), ended_at=NOON + HOUR)
        assert work.by_key(LinkRow, "l1") == replace(row, ended_at=NOON + HOUR / 2)


def test_people_of_a_roster_come_back_numbered_and_may_swap_what_identifies_them(store: Store) -> None:
    add_team(store, "other", people=0)
    with store.read() as work:
        known = work.people.get("team-p0")
    new = [
        replace(
            known,
            person_id=name,
            team_id=team_id,
            name=name,
            number=0,
            external_id=f"id-{name}",
            email=f"{name}@x.example",
            group="waiting",
            roster_role="trainee",
            roster_source="csv",
        )
        for name, team_id in (("ana", "team"), ("ben", "team"), ("cy", "other"))
    ]
    with store.write() as work:
        work.people.add(*new)
        ana, ben, cy = (work.people.get(row.person_id) for row in new)
    assert (ana.number, ben.number, cy.number) == (4, 5, 1)
    assert replace(ana, number=0) == new[0]
    ana, ben = (
        replace(ana, email=ben.email, external_id=ben.external_id),
        replace(ben, email=ana.email, external_id=None),
    )
    with store.write() as work:
        work.people.save([ana, ben, replace(cy, team_id="team", number=0)])
        work.change(TeamRow, TeamRow.team_id == "team", external_id="s1", school="North")
    with store.read() as work:
        assert work.people.list_all()[-3:] == (ana, ben, replace(cy, team_id="team", number=6))
        assert work.people.find(email="ana@x.example") == ben
        assert work.people.find(email="nobody@x.example") is None
        assert (work.teams.get("team").external_id, work.teams.get("team").school) == ("s1", "North")


def test_a_launch_is_taken_by_one_of_two_processes_and_once(stores: tuple[Store, Store]) -> None:
    def take(number: int) -> bool:
        with stores[number % 2].write() as work:
            return work.insert_new(NonceRow(nonce_sha256="a" * 64, used_at=NOON))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1
    with stores[0].write() as work:
        assert not work.insert_new(NonceRow(nonce_sha256="a" * 64, used_at=NOON))
        assert work.insert_new(NonceRow(nonce_sha256="b" * 64, used_at=NOON)), "what was refused spoils nothing here"
        work.delete(NonceRow, NonceRow.used_at < NOON + timedelta(seconds=1))
        assert work.insert_new(NonceRow(nonce_sha256="a" * 64, used_at=NOON))


def test_a_learning_system_is_kept_as_it_is_and_goes_with_its_courses(stores: tuple[Store, Store]) -> None:
    course = CourseRow(course_id="c", platform_id="p", context_id="1", title="Training", members_url="", seen_at=NOON)
    with stores[0].write() as work:
        work.put(PLATFORM)
        work.put(replace(PLATFORM, name="Another name"))
        work.put(course)
    with pytest.raises(StoreError, match="refused"), stores[0].write() as work:
        work.insert(replace(PLATFORM, platform_id="q"))
    with stores[1].write() as work:
        assert work.lti.list_all() == (replace(PLATFORM, name="Another name"),)
        assert (
            work.find_row(CourseRow, CourseRow.platform_id == "p", CourseRow.context_id == "1") == course
            and work.find_row(CourseRow, CourseRow.platform_id == "p", CourseRow.context_id == "2") is None
        )
        work.delete(PlatformRow, PlatformRow.platform_id == "p")
        assert work.list_rows(CourseRow) == ()
