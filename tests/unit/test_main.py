import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import click
import pytest
from pydantic import BaseModel, ConfigDict

from sim import __main__ as command_line
from sim.checked import check, read_yaml
from sim.commands import upkeep
from sim.errors import NewerSchemaError, ScenarioError, SimError

Version = namedtuple("Version", "major minor micro releaselevel serial")


def run_with(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> int:
    @click.command
    def fail() -> int:
        raise failure

    monkeypatch.setattr(upkeep, "restore", fail)
    return command_line.main(["restore"])


def test_an_old_python_is_told_what_it_needs(monkeypatch, capsys):
    monkeypatch.setattr(command_line.sys, "version_info", Version(3, 9, 2, "final", 0))
    assert command_line.main([]) == 1
    message = capsys.readouterr().err
    assert "3.9.2" in message
    assert "3.11 or newer" in message
    assert "What to do" in message


def test_a_failure_or_an_interruption_is_told_in_one_message(monkeypatch, capsys):
    assert run_with(monkeypatch, SimError("the clip is gone", expected="a clip", todo="build again")) == 1
    assert capsys.readouterr().err == "error: the clip is gone. Expected: a clip. What to do: build again.\n"
    assert run_with(monkeypatch, ModuleNotFoundError("No module named 'av'", name="av")) == 1
    assert "'av'" in capsys.readouterr().err
    assert run_with(monkeypatch, KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "\nstopped\n"


def test_a_missing_module_of_our_own_is_not_hidden(monkeypatch):
    with pytest.raises(ModuleNotFoundError):
        run_with(monkeypatch, ModuleNotFoundError("No module named 'sim.gone'", name="sim.gone"))


def test_arrow_takes_memory_that_can_be_given_back(monkeypatch):
    monkeypatch.delenv("ARROW_DEFAULT_MEMORY_POOL", raising=False)
    code = "import sim.__main__, pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "system"


class Door(BaseModel):
    model_config = ConfigDict(extra="forbid")

    schema_version: int
    width_m: float


def check_door(data: object) -> Door:
    return check(Door, data, source="door.yaml", newest=2, fault=ScenarioError, todo="mend it")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"schema_version": 1, "width_m": "wide"}, "door.yaml, width_m: "),
        ({"schema_version": 1}, "door.yaml, width_m: Field required"),
        ({"schema_version": 1, "width_m": 1, "colour": 3}, "door.yaml, colour: "),
        (["width_m"], "holds no mapping. Expected: keys such as schema_version, width_m"),
        (None, "holds no mapping"),
    ],
)
def test_wrong_data_is_refused_by_file_and_key(data: object, words: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        check_door(data)
    assert words in str(refused.value)
    assert "mend it" in str(refused.value)


def test_a_newer_schema_is_refused_before_its_keys_are_looked_at() -> None:
    with pytest.raises(NewerSchemaError, match="at most 2"):
        check_door({"schema_version": 3, "something": "new"})


@pytest.mark.parametrize(
    "content", [b"a: [1, 2", b"\xff\xfe\x00", b"a: !!python/object:os.system x", b"a: 2026-09-31T08:00:00"]
)
def test_what_is_no_yaml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "door.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match="is not valid YAML"):
        read_yaml(path, fault=ScenarioError)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"gone\.yaml cannot be read"):
        read_yaml(tmp_path / "gone.yaml", fault=ScenarioError)
