from pathlib import Path

import pytest
from platformdirs import user_data_path

from sim.errors import StoreError
from sim.services.wiring import PROJECT, open_app, read_settings, system_clock


def test_nothing_set_means_this_users_data_folder() -> None:
    settings = read_settings({})
    assert settings.data == user_data_path("sightline", appauthor=False)
    assert settings.database_url == f"sqlite:///{settings.data / 'sightline.db'}"
    assert settings.recordings == (PROJECT / "sample_footage", settings.data / "recordings")


def test_the_environment_decides(tmp_path: Path) -> None:
    settings = read_settings({"SIGHTLINE_DATA": f" {tmp_path} ", "DATABASE_URL": "postgresql+psycopg://u@h/n"})
    assert (settings.data, settings.database_url) == (tmp_path, "postgresql+psycopg://u@h/n")


def test_the_data_folder_is_made_on_first_use(tmp_path: Path) -> None:
    app = open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path / "a" / "b")}), system_clock())
    app.close()
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["secret.key", "sightline.db"]


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="SIGHTLINE_DATA"):
        open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path / "file" / "data")}), system_clock())


def test_the_clock_moves_forward_and_names_its_run() -> None:
    clock = system_clock()
    first, second = clock.read(), clock.read()
    assert second.steady_s >= first.steady_s
    assert first.epoch == second.epoch != system_clock().read().epoch
