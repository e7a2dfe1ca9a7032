import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import MachineError, StoreError
from sim.services.app import wiring as clock
from sim.services.app.settings import PROJECT, read_settings
from sim.services.app.wiring import open_app, system_clock


def test_the_data_folder_is_made_on_first_use(tmp_path: Path) -> None:
    app = open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path / "a" / "b")}), system_clock())
    app.close()
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["secret.key", "sightline.db"]


def test_on_linux_every_process_of_a_machine_counts_by_one_clock() -> None:
    code = (
        "from sim.services.app.wiring import system_clock; now = system_clock().read(); print(now.epoch, now.steady_s)"
    )
    before = system_clock().read()
    ended = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    after = system_clock().read()
    epoch, steady_s = ended.stdout.split()
    if sys.platform == "linux":
        assert before.epoch == epoch == after.epoch
        assert before.steady_s < float(steady_s) < after.steady_s
    else:
        assert before.epoch != epoch


def test_where_the_machine_names_no_start_each_process_has_a_clock_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "BOOT", Path("/nowhere"))
    assert clock.name_run() != clock.name_run()


def test_a_secret_from_the_environment_is_used_instead_of_the_folders(tmp_path: Path) -> None:
    environ = {"SIGHTLINE_DATA": str(tmp_path), "SIGHTLINE_SECRET": "s" * 40}
    settings = read_settings(environ)
    assert "ssss" not in repr(settings)
    app = open_app(settings, system_clock())
    app.close()
    assert app.access.secret == b"s" * 40
    assert not (tmp_path / "secret.key").exists()


def test_a_secret_that_is_easily_guessed_is_refused_without_being_shown(tmp_path: Path) -> None:
    settings = read_settings({"SIGHTLINE_DATA": str(tmp_path), "SIGHTLINE_SECRET": "hunter2"})
    with pytest.raises(StoreError, match="SIGHTLINE_SECRET has 7 characters") as caught:
        open_app(settings, system_clock())
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["drills.example.org", "ftp://drills.example.org", "https://", "https://x:port"])
def test_an_address_that_is_none_is_refused_by_the_name_of_its_setting(wrong: str) -> None:
    with pytest.raises(MachineError, match="SIGHTLINE_ADDRESS is"):
        read_settings({"SIGHTLINE_ADDRESS": wrong})
