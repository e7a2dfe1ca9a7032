import argparse
from collections import namedtuple

import pytest

from sim import __main__ as command_line
from sim.errors import SimError

Version = namedtuple("Version", "major minor micro releaselevel serial")


def run_with(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> int:
    def fail(_: argparse.Namespace) -> int:
        raise failure

    class Group:
        @staticmethod
        def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
            subparsers.add_parser("go").set_defaults(run=fail)

    monkeypatch.setattr(command_line, "COMMAND_GROUPS", ("go",))
    monkeypatch.setattr(command_line.importlib, "import_module", lambda name: Group)
    return command_line.main(["go"])


def test_an_old_python_is_told_what_it_needs(monkeypatch, capsys):
    monkeypatch.setattr(command_line.sys, "version_info", Version(3, 9, 2, "final", 0))
    assert command_line.main([]) == 1
    message = capsys.readouterr().err
    assert "3.9.2" in message
    assert "3.11 or newer" in message
    assert "What to do" in message


def test_an_expected_failure_is_one_message_and_exit_code_1(monkeypatch, capsys):
    assert run_with(monkeypatch, SimError("the clip is gone", expected="a clip", todo="build again")) == 1
    assert capsys.readouterr().err == "error: the clip is gone. Expected: a clip. What to do: build again.\n"


def test_a_missing_package_is_named(monkeypatch, capsys):
    assert run_with(monkeypatch, ModuleNotFoundError("No module named 'av'", name="av")) == 1
    assert "'av'" in capsys.readouterr().err


def test_a_missing_module_of_our_own_is_not_hidden(monkeypatch):
    with pytest.raises(ModuleNotFoundError):
        run_with(monkeypatch, ModuleNotFoundError("No module named 'sim.gone'", name="sim.gone"))


def test_interrupting_ends_quietly(monkeypatch, capsys):
    assert run_with(monkeypatch, KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "stopped\n"
