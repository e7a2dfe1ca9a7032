import base64
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from sim.app import signed, wiring
from sim.app.links import name_file, name_opaquely
from sim.app.settings import PROJECT, read_settings
from sim.app.signed import SECRET_BYTES, SECRET_NAME, Access, Purpose, load_secret
from sim.app.wiring import App, RateLimit, open_app, system_clock
from sim.console import attempts
from sim.console.footage_access import find_file, make_links
from sim.errors import AccessError, MachineError, RateLimitError, RecordingError, StoreError
from tests.support.fake_clock import NOON
from tests.support.given import begin, load_attempt

ACCESS = Access(secret=b"s" * SECRET_BYTES)


def mint(*, after_s: float = 0.0, access: Access = ACCESS) -> str:
    now = NOON + timedelta(seconds=after_s)
    return access.mint(attempt_id="a1", recording_id="tiny", reference="people/P001.webp", since=NOON, now=now)


def test_it_stays_the_same_for_hours_lasts_at_least_six_and_ends() -> None:
    assert mint(after_s=5 * 3600) == mint()
    for hours in range(0, 60, 5):
        now = NOON + timedelta(hours=hours)
        assert 6 * 3600 <= (ACCESS.read(mint(after_s=hours * 3600), now=now).expires - now.timestamp()) <= 18 * 3600
    ACCESS.read(mint(), now=NOON + timedelta(hours=12) - timedelta(seconds=1))
    with pytest.raises(AccessError, match="expired"):
        ACCESS.read(mint(), now=NOON + timedelta(hours=12))


def test_the_secret_is_made_once_and_only_this_user_reads_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as servers:
        (secret,) = set(servers.map(lambda _: load_secret(tmp_path), range(32)))
    assert len(secret) == SECRET_BYTES
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / SECRET_NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_NAME]
    (tmp_path / SECRET_NAME).write_bytes(b"short")
    with pytest.raises(StoreError, match="holds 5 bytes"):
        load_secret(tmp_path)
    with pytest.raises(StoreError, match="SIGHTLINE_DATA"):
        load_secret(tmp_path / "missing")


CLIP = "main/CAM-01.mp4"


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
    form = drill_app.catalog.get_form(load_attempt(drill_app, attempt_id).form_id).form
    for address in addresses:
        payload = address.split("/")[2].partition(".")[0]
        for told in (address, base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode("latin-1")):
            for secret in (str(form.target), "CAM-", "tiny", form.form_id):
                assert secret not in told, (secret, told)


def test_names_are_the_installations_own_and_a_raw_one_opens_nothing(drill_app: App) -> None:
    secret = drill_app.access.secret
    assert re.fullmatch(r"people/front/[\w-]{20}\.webp", name_file(secret, "tiny", "people/front/P001.webp"))
    assert name_file(b"other" * 8, "tiny", CLIP) != name_file(secret, "tiny", CLIP) != name_file(secret, "b", CLIP)
    assert name_opaquely(secret, "a", "bc") != name_opaquely(secret, "ab", "c")
    links = make_links(drill_app, load_attempt(drill_app, begin(drill_app, attempts.create_sample(drill_app))))
    assert find_file(drill_app, links.token, links.recording_name, links.name(CLIP)).size
    for name in (CLIP, "truth.parquet", links.name("people/P002.webp"), ""):
        with pytest.raises(RecordingError, match="no such picture"):
            find_file(drill_app, links.token, links.recording_name, name)


SECRET = b"0123456789abcdef0123456789abcdef"
PURPOSES = {name: each for name, each in vars(signed).items() if isinstance(each, Purpose)}


@pytest.mark.parametrize("name", PURPOSES)
def test_a_token_opens_nothing_else(name: str) -> None:
    token = PURPOSES[name].sign(SECRET, ["a", "b", 3])
    assert PURPOSES[name].read(SECRET, token, lambda *parts: parts) == ("a", "b", 3)
    for other, purpose in PURPOSES.items():
        if other != name:
            with pytest.raises(AccessError, match="is not valid here"):
                purpose.read(SECRET, token, lambda *parts: parts)


@pytest.mark.parametrize("token", ["", "x", ".", "W10.x", "\ud800", "a" * 5000])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(AccessError, match="this link is not valid here"):
        signed.JOIN.read(SECRET, token, lambda *parts: parts)


def test_a_content_of_another_shape_is_refused() -> None:
    for content in ([], ["a", "b"]):
        with pytest.raises(AccessError, match="this address is not valid here"):
            signed.TEAM_SIGN_IN.read(SECRET, signed.TEAM_SIGN_IN.sign(SECRET, content), lambda one: [one])


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


def test_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "MOST_KEYS", 3)
    counted = RateLimit()
    for number in range(5):
        counted.note(f"old {number}", now_s=float(number), most=1)
    counted.note("new", now_s=63.5, most=1)
    assert set(counted._asked) == {("old 4", 60.0), ("new", 60.0)}


def test_the_data_folder_is_made_on_first_use(tmp_path: Path) -> None:
    open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path / "a" / "b")}), system_clock()).close()
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["secret.key", "sightline.db"]


def test_on_linux_every_process_of_a_machine_counts_by_one_clock() -> None:
    code = "from sim.app.wiring import system_clock; now = system_clock().read(); print(now.epoch, now.steady_s)"
    before = system_clock().read()
    ended = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    after = system_clock().read()
    epoch, steady_s = ended.stdout.split()
    if sys.platform == "linux":
        assert before.epoch == epoch == after.epoch
        assert before.steady_s < float(steady_s) < after.steady_s
    else:
        assert before.epoch != epoch


def test_a_secret_from_the_environment_is_used_instead_of_the_folders_and_never_shown(tmp_path: Path) -> None:
    environ = {"SIGHTLINE_DATA": str(tmp_path), "SIGHTLINE_SECRET": "s" * 40}
    settings = read_settings(environ)
    assert "ssss" not in repr(settings)
    app = open_app(settings, system_clock())
    app.close()
    assert app.access.secret == b"s" * 40
    assert not (tmp_path / "secret.key").exists()
    with pytest.raises(StoreError, match="SIGHTLINE_SECRET has 7 characters") as caught:
        open_app(read_settings({**environ, "SIGHTLINE_SECRET": "hunter2"}), system_clock())
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["drills.example.org", "ftp://drills.example.org", "https://", "https://x:port"])
def test_an_address_that_is_none_is_refused_by_the_name_of_its_setting(wrong: str) -> None:
    with pytest.raises(MachineError, match="SIGHTLINE_ADDRESS is"):
        read_settings({"SIGHTLINE_ADDRESS": wrong})
