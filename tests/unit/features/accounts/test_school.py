from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sim.app.wiring import App
from sim.errors import AccessError, StoreError
from sim.features.accounts.manage import set_pin
from sim.features.accounts.school import (
    Identity,
    SchoolSettings,
    enter_from_school,
    read_identity,
    read_school_settings,
)
from sim.features.accounts.sign_in import set_up
from sim.features.team import team
from sim.rules.sessions import find_viewer
from sim.rules.viewer import AT_THIS_MACHINE, Role, Viewer
from tests.support.bring_roster import bring
from tests.support.fake_clock import NOON, FakeClock

pytestmark = pytest.mark.usefixtures("quick_hash")

SECRETS = """
[auth]
redirect_uri = "http://localhost/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "c"
client_secret = "s"
server_metadata_url = "http://localhost/.well-known/openid-configuration"
[sign_in]
group_claim = "groups"
[sign_in.roles]
trainer = ["Safety"]
admin = ["IT"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> SchoolSettings:
    (tmp_path / "secrets.toml").write_text(SECRETS)
    found = read_school_settings(tmp_path)
    assert found is not None
    return found


@pytest.fixture
def roster(drill_app: App) -> None:
    text = "name,email,team,role\nAna Lopez,ana@x.example,Office,\nBen Hill,ben@x.example,Office,records\n"
    bring(drill_app, text)
    # else everybody here is the trainer
    set_up(drill_app, name="Kim Lee", secret="blue ladder quiet 9")


def claims(now: datetime, **further: object) -> dict[str, object]:
    return {
        "iss": "https://id.example",
        "sub": "7",
        "iat": int(now.timestamp()),
        "name": "Ana Lopez",
        "email": "Ana@X.example",
        "email_verified": True,
        **further,
    }


def enter(app: App, settings: SchoolSettings, **further: object) -> Viewer:
    now = app.clock.read().wall
    identity = read_identity(claims(now, **further), settings, now=now)
    return find_viewer(app, enter_from_school(app, identity, settings), is_local=False)


@pytest.mark.usefixtures("roster")
def test_roles_come_from_groups_and_roster_anew_each_time(drill_app: App, settings: SchoolSettings) -> None:
    assert enter(drill_app, settings, groups=["Safety", "Other"]).roles == {Role.TRAINER, Role.TRAINEE}
    assert enter(drill_app, settings, groups="IT").roles == {Role.ADMIN, Role.TRAINEE}
    assert enter(drill_app, settings).roles == {Role.TRAINEE}, "the group claim was taken away"
    ben = enter(drill_app, settings, sub="8", email="ben@x.example")
    assert ben.roles == {Role.RECORDS, Role.TRAINEE}


@pytest.mark.usefixtures("roster")
def test_unknown_people_get_no_access(drill_app: App, settings: SchoolSettings) -> None:
    unknown: tuple[dict[str, object], ...] = (
        {"email": "ana@elsewhere.example"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
        {"groups": ["Students"], "email": None},
    )
    for further in unknown:
        with pytest.raises(AccessError, match="not here"):
            enter(drill_app, settings, **further)


@pytest.mark.usefixtures("roster")
def test_who_has_left_or_is_disabled_gets_no_access(drill_app: App, settings: SchoolSettings) -> None:
    viewer = enter(drill_app, settings)
    with drill_app.store.write() as work:
        account = work.accounts.get(str(viewer.account_id))
        work.accounts.save(replace(account, disabled_at=NOON))
    with pytest.raises(AccessError, match="closed"):
        enter(drill_app, settings)
    ben = enter(drill_app, settings, sub="8", email="ben@x.example")
    with drill_app.store.write() as work:
        person = work.people.get(str(ben.person_id))
        work.people.save([replace(person, left_at=NOON)])
    with pytest.raises(AccessError, match="not here"):
        enter(drill_app, settings, sub="8", email="ben@x.example")


@pytest.mark.usefixtures("roster")
def test_an_account_with_a_pin_is_taken_over_with_its_roles(drill_app: App, settings: SchoolSettings) -> None:
    (card,) = team.list_teams(drill_app)
    person_id = team.list_people(drill_app, card.team_id)[0].person_id
    set_pin(drill_app, AT_THIS_MACHINE, person_id, "730914")
    viewer = enter(drill_app, settings, groups=["IT"])
    assert (viewer.person_id, viewer.roles) == (person_id, {Role.TRAINEE})


@pytest.mark.parametrize("age_s", [601, -301, None])
def test_old_claims_are_refused(settings: SchoolSettings, clock: FakeClock, age_s: int | None) -> None:
    now = clock.read().wall
    issued = None if age_s is None else int(now.timestamp()) - age_s
    with pytest.raises(AccessError, match="expired"):
        read_identity(claims(now, iat=issued), settings, now=now)
    for missing in ("iss", "sub"):
        with pytest.raises(AccessError, match="did not say who"):
            read_identity(claims(now, **{missing: None}), settings, now=now)


def test_addresses_of_a_service_that_has_only_its_own_are_trusted_when_told_so(
    settings: SchoolSettings, clock: FakeClock
) -> None:
    now = clock.read().wall
    found = claims(now, email=None, email_verified=None, preferred_username="Ana@X.example")
    assert read_identity(found, settings, now=now).email is None
    trusting = replace(settings, trusts_email=True)
    expected = Identity(
        external_id="oidc:https://id.example|7", name="Ana Lopez", email="ana@x.example", groups=frozenset()
    )
    assert read_identity(found, trusting, now=now) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[auth", "cannot be read"),
        ("[auth]\nclient_id = 'x'\n", "lacks redirect_uri"),
        (SECRETS.replace("0123456789abcdef0123456789abcdef", "short"), "too short"),
        (SECRETS.replace("trainer =", "boss ="), "'boss'"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "secrets.toml").write_text(text)
    with pytest.raises(StoreError, match=says):
        read_school_settings(tmp_path)


def test_without_settings_there_is_no_such_sign_in(tmp_path: Path) -> None:
    assert read_school_settings(tmp_path) is None
    (tmp_path / "secrets.toml").write_text("[other]\n")
    assert read_school_settings(tmp_path) is None
