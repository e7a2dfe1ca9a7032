import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from sim.errors import AccessError, StoreError
from sim.services.app.footage_token import SECRET_BYTES, SECRET_NAME, Access, load_secret
from tests.support.fake_clock import NOON

ACCESS = Access(secret=b"s" * SECRET_BYTES)


def mint(*, after_s: float = 0.0, access: Access = ACCESS) -> str:
    now = NOON + timedelta(seconds=after_s)
    return access.mint(attempt_id="a1", recording_id="tiny", reference="people/P001.webp", since=NOON, now=now)


def test_it_stays_the_same_for_hours_and_lasts_at_least_six() -> None:
    assert mint(after_s=5 * 3600) == mint()
    for hours in range(0, 60, 5):
        now = NOON + timedelta(hours=hours)
        left_s = ACCESS.read(mint(after_s=hours * 3600), now=now).expires - now.timestamp()
        assert 6 * 3600 <= left_s <= 18 * 3600


def test_it_ends() -> None:
    token = mint()
    ACCESS.read(token, now=NOON + timedelta(hours=12) - timedelta(seconds=1))
    with pytest.raises(AccessError, match="expired"):
        ACCESS.read(token, now=NOON + timedelta(hours=12))


@pytest.mark.parametrize("token", ["", ".", "x", "a.b.c", "☃", "a" * 100_000, "WyJhMSJd.AAAA"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(AccessError, match="not valid"):
        ACCESS.read(token, now=NOON)


def test_no_character_can_be_changed() -> None:
    token = mint()
    for place in range(0, len(token) - 1, 7):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(AccessError):
            ACCESS.read(forged, now=NOON)


def test_another_servers_token_is_refused() -> None:
    with pytest.raises(AccessError):
        ACCESS.read(mint(access=Access(secret=b"t" * SECRET_BYTES)), now=NOON)


def test_the_secret_is_made_once_and_only_this_user_reads_it(tmp_path: Path) -> None:
    secret = load_secret(tmp_path)
    assert len(secret) == SECRET_BYTES
    assert load_secret(tmp_path) == secret
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / SECRET_NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_NAME]


def test_servers_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: load_secret(tmp_path), range(32)))
    assert len(secrets) == 1


def test_a_secret_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / SECRET_NAME).write_bytes(b"short")
    with pytest.raises(StoreError, match="holds 5 bytes"):
        load_secret(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="SIGHTLINE_DATA"):
        load_secret(tmp_path / "missing")
