"""`python -m sim compare` prints JSON, or one message and exit code 1."""

import argparse
import json

import pytest

from sim.columns import ATTEMPTS
from sim.commands import compare
from sim.errors import ComparisonError


def parse(arguments):
    parser = argparse.ArgumentParser()
    compare.register(parser.add_subparsers())
    return parser.parse_args(arguments)


def test_prints_the_comparison(tmp_path, capsys):
    path = tmp_path / "attempts.csv"
    lines = [",".join(column.name for column in ATTEMPTS[:13])]
    for index in range(6):
        lines.append(f"P{index},before,F{index % 2},classic,,,{300 + 7 * index},true,600,0.5,0.5,0.5,1")
        lines.append(f"P{index},after,F{(index + 1) % 2},classic,,,{200 + 9 * index},true,600,0.5,0.5,0.5,1")
    path.write_text("\n".join(lines))
    args = parse(["compare", str(path)])
    assert args.run(args) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["time"]["ratio"]["n"] == 6
    assert data["word"] == "improved"


def test_a_bad_file_is_a_sim_error(tmp_path):
    args = parse(["compare", str(tmp_path / "none.csv")])
    with pytest.raises(ComparisonError, match=r"none\.csv cannot be read"):
        args.run(args)


def test_a_console_that_does_not_exist_is_refused(tmp_path):
    args = parse(["compare", str(tmp_path / "none.csv"), "--profile", "fancy"])
    with pytest.raises(ComparisonError, match=r"'fancy' does not exist.*classic, cloud"):
        args.run(args)


def test_drills_with_one_set_of_options_are_asked_for(tmp_path, capsys):
    path = tmp_path / "attempts.csv"
    lines = [",".join(column.name for column in ATTEMPTS[:13])]
    for person, options in (("P1", ""), ("P2", "interruptions")):
        for phase, form in (("before", "F1"), ("after", "F2")):
            lines.append(f"{person},{phase},{form},classic,{options},,300,true,600,0.5,0.5,0.5,1")
    path.write_text("\n".join(lines))
    for wanted, person in (("", "P1"), (" interruptions ", "P2")):
        args = parse(["compare", str(path), "--options", wanted])
        assert args.run(args) == 0
        assert [pair["person_id"] for pair in json.loads(capsys.readouterr().out)["pairs"]] == [person]


def test_options_that_do_not_exist_are_refused(tmp_path):
    args = parse(["compare", str(tmp_path / "none.csv"), "--options", "interruptions fancy"])
    with pytest.raises(ComparisonError, match=r"'fancy' does not exist.*interruptions"):
        args.run(args)
