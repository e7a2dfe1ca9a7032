"""Addresses of footage name neither recording, camera nor person, to anyone who has the program."""

import base64
import json
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sim.drill.attempt import AttemptState, Mode
from sim.errors import AccessError, RateLimitError, RecordingError, StoreError
from sim.services.app import signed as signed_link
from sim.services.app import wiring as rate_limit
from sim.services.app.links import name_file, name_opaquely
from sim.services.app.signed import SECRET_BYTES, SECRET_NAME, Access, Purpose, load_secret
from sim.services.app.wiring import App, RateLimit
from sim.services.attempt import attempts
from sim.services.attempt.footage_access import FootageLinks, find_file, find_index, make_links
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


CLIP = "main/CAM-01.mp4"


def make_drill(app: App, mode: Mode = Mode.PRACTICE, state: AttemptState = AttemptState.RUNNING) -> FootageLinks:
    attempt_id = attempts.create_sample(app)
    attempts.get_briefing(app, attempt_id)
    if state is AttemptState.RUNNING:
        attempts.begin(app, attempt_id)
    with app.store.write() as work:
        row = replace(work.attempts.get(attempt_id), mode=mode)
        work.attempts.save(row)
    return make_links(app, row)


def list_addresses(value: object) -> list[str]:
    if isinstance(value, dict):
        return [each for part in value.values() for each in list_addresses(part)]
    if isinstance(value, list):
        return [each for part in value for each in list_addresses(part)]
    return [value] if isinstance(value, str) and value.startswith("/footage") else []


def test_no_address_of_a_drill_names_anything(drill_app: App) -> None:
    """The attack: the photo's address ended in P030.webp, and the truth of P030 lies beside the program's code."""
    attempt_id = attempts.create_sample(drill_app)
    addresses = [str(attempts.get_briefing(drill_app, attempt_id).reference_url)]
    attempts.begin(drill_app, attempt_id)
    addresses += list_addresses(attempts.get_console(drill_app, attempt_id).data)
    assert len(addresses) > 15
    with drill_app.store.read() as work:
        row = work.attempts.get(attempt_id)
    form = drill_app.catalog.get_form(row.form_id).form
    for address in addresses:
        payload = address.split("/")[2].partition(".")[0]
        token = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        for told in (address, token.decode("latin-1")):
            for secret in (str(form.target), "CAM-", "tiny", form.form_id):
                assert secret not in told, (secret, told)


def test_names_are_the_installations_own(drill_app: App) -> None:
    secret = drill_app.access.secret
    assert re.fullmatch(r"main/[\w-]{20}\.mp4", name_file(secret, "tiny", CLIP))
    assert re.fullmatch(r"people/front/[\w-]{20}\.webp", name_file(secret, "tiny", "people/front/P001.webp"))
    assert name_file(secret, "tiny", CLIP) == name_file(secret, "tiny", CLIP)
    assert name_file(b"other" * 8, "tiny", CLIP) != name_file(secret, "tiny", CLIP) != name_file(secret, "b", CLIP)
    assert name_opaquely(secret, "a", "bc") != name_opaquely(secret, "ab", "c")


def test_a_name_opens_what_it_stands_for_and_what_it_stands_for_opens_nothing(drill_app: App) -> None:
    links = make_drill(drill_app)
    recording = drill_app.catalog.get_recording("tiny")
    assert find_file(drill_app, links.token, links.recording_name, links.name(CLIP)).path == recording.folder / CLIP
    assert json.loads(find_index(drill_app, links.token, links.recording_name, links.name(CLIP)))
    for name in (CLIP, "truth.parquet", links.name("truth.parquet"), links.name("people/P002.webp"), "main/x.mp4", ""):
        with pytest.raises(RecordingError, match="no such picture"):
            find_file(drill_app, links.token, links.recording_name, name)


def test_the_photo_of_a_measured_drill_opens_with_its_start(drill_app: App) -> None:
    """The attack: ask for the photo's address before Start, at leisure."""
    for mode, state, opens in (
        (Mode.PRACTICE, AttemptState.BRIEFED, True),
        (Mode.ASSESSMENT, AttemptState.BRIEFED, False),
        (Mode.ASSESSMENT, AttemptState.RUNNING, True),
    ):
        links = make_drill(drill_app, mode, state)
        if opens:
            assert find_file(drill_app, links.token, links.recording_name, links.name(links.reference)).size
            continue
        with pytest.raises(AccessError, match="when the drill has started"):
            find_file(drill_app, links.token, links.recording_name, links.name(links.reference))


SECRET = b"0123456789abcdef0123456789abcdef"
PURPOSES = {name: each for name, each in vars(signed_link).items() if isinstance(each, Purpose)}


@pytest.mark.parametrize("name", PURPOSES)
def test_a_token_opens_nothing_else(name: str) -> None:
    token = PURPOSES[name].sign(SECRET, ["a", "b", 3])
    assert PURPOSES[name].read(SECRET, token, lambda *parts: parts) == ("a", "b", 3)
    for other, purpose in PURPOSES.items():
        if other != name:
            with pytest.raises(AccessError, match="is not valid here"):
                purpose.read(SECRET, token, lambda *parts: parts)


@pytest.mark.parametrize("token", ["", "x", ".", "W10.x", "\ud800", "a" * 5000])
def test_what_is_no_token_is_refused_signed_link(token: str) -> None:
    with pytest.raises(AccessError, match="this link is not valid here"):
        signed_link.JOIN.read(SECRET, token, lambda *parts: parts)


def test_a_content_of_another_shape_is_refused() -> None:
    def parse(one: str) -> str:
        return str(one)

    for content in ([], ["a", "b"]):
        with pytest.raises(AccessError, match="this address is not valid here"):
            signed_link.TEAM_SIGN_IN.read(SECRET, signed_link.TEAM_SIGN_IN.sign(SECRET, content), parse)


def test_the_limit_is_of_any_sixty_seconds_and_of_each_key() -> None:
    counted = RateLimit()
    for second in (0.0, 10.0, 50.0):
        counted.note("a", now_s=second, most=3)
    with pytest.raises(RateLimitError, match="try again in 1 s"):
        counted.note("a", now_s=59.4, most=3)
    counted.note("b", now_s=59.4, most=3)
    counted.note("a", now_s=60.0, most=3)
    with pytest.raises(RateLimitError, match="try again in 10 s"):
        counted.note("a", now_s=60.0, most=3)
    counted.note("a", now_s=70.0, most=3)


def test_an_hour_has_a_count_of_its_own_and_says_so() -> None:
    counted = RateLimit()
    for second in (0.0, 600.0):
        counted.note("a", now_s=second, most=2, span_s=rate_limit.HOUR_S)
    counted.note("a", now_s=601.0, most=1)
    with pytest.raises(RateLimitError, match="try again in 1800 s") as refused:
        counted.note("a", now_s=1800.0, most=2, span_s=rate_limit.HOUR_S)
    assert refused.value.expected == "at most 2 an hour"
    counted.note("a", now_s=3600.0, most=2, span_s=rate_limit.HOUR_S)


def test_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MOST_KEYS", 3)
    counted = RateLimit()
    for number in range(5):
        counted.note(f"old {number}", now_s=float(number), most=1)
    counted.note("new", now_s=63.5, most=1)
    assert set(counted._asked) == {("old 4", 60.0), ("new", 60.0)}
