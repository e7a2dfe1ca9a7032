from pathlib import Path

import pytest

from sim.errors import MachineError
from sim.services.app.wiring import read_settings


def test_nothing_set_means_folders_alone(tmp_path: Path) -> None:
    settings = read_settings({"SIGHTLINE_DATA": str(tmp_path)})
    assert settings.footage is None
    assert settings.recordings[1:] == (tmp_path / "recordings",)


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_shared_folder_needs_no_cache(tmp_path: Path, prefix: str) -> None:
    shared = tmp_path / "shared"
    settings = read_settings({"SIGHTLINE_DATA": str(tmp_path), "SIGHTLINE_FOOTAGE": f"{prefix}{shared}"})
    assert settings.footage is None
    assert settings.recordings[-1] == shared / "recordings"
    assert settings.forms[-1] == shared / "forms"


def test_a_store_with_its_settings(tmp_path: Path) -> None:
    footage = read_settings(
        {
            "SIGHTLINE_DATA": str(tmp_path),
            "SIGHTLINE_FOOTAGE": "s3://district/footage",
            "SIGHTLINE_FOOTAGE_OPTIONS": '{"endpoint_url": "http://127.0.0.1:9", "secret": "hush"}',
            "SIGHTLINE_FOOTAGE_CACHE_GB": "1.5",
        }
    ).footage
    assert footage is not None
    assert (footage.url, footage.cache_bytes) == ("s3://district/footage", 1_500_000_000)
    assert footage.options["endpoint_url"] == "http://127.0.0.1:9"
    assert footage.cache == tmp_path / "footage-cache"
    assert "hush" not in repr(footage)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGHTLINE_FOOTAGE_OPTIONS", "secret=hush"),
        ("SIGHTLINE_FOOTAGE_OPTIONS", "[]"),
        ("SIGHTLINE_FOOTAGE_CACHE_GB", "much"),
        ("SIGHTLINE_FOOTAGE_CACHE_GB", "0"),
        ("SIGHTLINE_FOOTAGE_CACHE_GB", "nan"),
    ],
)
def test_a_setting_that_cannot_be_used(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(MachineError, match=name) as told:
        read_settings({"SIGHTLINE_DATA": str(tmp_path), "SIGHTLINE_FOOTAGE": "s3://district/footage", name: value})
    assert "hush" not in str(told.value)
