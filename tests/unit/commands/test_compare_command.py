import json
import shlex

import pandas as pd
import pytest

from sim.columns import ATTEMPTS
from sim.commands.group import COMMANDS
from sim.errors import ComparisonError, ReportError
from tests.support.full_comparison import make_attempts
from tests.support.shown_texts import read_pdf


def run(arguments):
    return COMMANDS.main(arguments, standalone_mode=False)


def write_team(path, *, chosen_by=""):
    lines = [",".join([*(column.name for column in ATTEMPTS[:15]), "drill_number", "chosen_by"])]
    for index in range(6):
        rest = "true,600,yes,,0.5,0.5,0.5,1"
        lines.append(f"P{index},before,F{index % 2},classic,,,{300 + 7 * index},{rest},1,{chosen_by}")
        lines.append(f"P{index},after,F{(index + 1) % 2},classic,,,{200 + 9 * index},{rest},2,{chosen_by}")
    path.write_text("\n".join(lines))


def test_prints_the_comparison(tmp_path, capsys):
    path = tmp_path / "attempts.csv"
    write_team(path)
    assert run(["compare", str(path), "--chosen-by", "all"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["effects"]["time"]["n"] == 6
    assert data["word"] == "faster; practice alone may do this"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "It is not known how these people were chosen"),
        (["--chosen-by", "low results"], "Yes, for low results in the drills that are compared"),
        (["--chosen-by", "all", "--of", "12"], "Only 6 of 12 people, picked by hand."),
        (["--chosen-by", "all", *[f"--person=P{index}" for index in range(5)]], "Only 5 of 6 people, picked by hand"),
    ],
)
def test_what_stands_against_a_word_is_said_instead_of_one(tmp_path, capsys, arguments, said):
    path = tmp_path / "attempts.csv"
    write_team(path)
    assert run(["compare", str(path), *arguments]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["word"] in ("cannot be judged", "too few people to say")
    assert said in data["verdict"]
    assert "improved" not in data["verdict"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--chosen-by", "all"], "row 2, column chosen_by: the table says 'volunteers', not 'all'"),
        (["--chosen-by", "by lot"], r"way of choosing people 'by lot' does not exist.*volunteers"),
        (["--of", "5"], "the table has 6 people, more than the 5"),
        (["--profile", "fancy"], r"'fancy' does not exist.*classic, cloud"),
        (["--options", "interruptions fancy"], r"'fancy' does not exist.*interruptions"),
    ],
)
def test_what_cannot_be_asked_of_the_table_is_refused(tmp_path, arguments, message):
    path = tmp_path / "attempts.csv"
    write_team(path, chosen_by="volunteers")
    with pytest.raises(ComparisonError, match=message):
        run(["compare", str(path), *arguments])


def test_the_report_and_the_tables_are_written_and_are_the_same_again(tmp_path, capsys):
    source = tmp_path / "office.csv"
    make_attempts(people=6, drills=1).to_csv(source, index=False)
    made = []
    for number in range(2):
        pdf, tables = tmp_path / f"{number}.pdf", tmp_path / f"{number}.zip"
        assert run(["compare", str(source), "--pdf", str(pdf), "--zip", str(tables), "--date", "2026-11-25"]) == 0
        assert capsys.readouterr().out == f"Wrote {pdf}\nWrote {tables}\n"
        made.append((pdf.read_bytes(), tables.read_bytes()))
    assert made[0] == made[1]
    text = read_pdf(made[0][0])
    assert "office" in text
    assert "Made on November 25, 2026." in text
    assert "pseudonym" not in text


@pytest.mark.parametrize(
    "asked",
    [
        [],
        ["--different-people", "--chosen-by", "low results earlier"],
        ["--profile", "minimal", "--options", "", "--device", "computer"],
        ["--person", "Ana O'Neil", "--person", 'Q "x" $1', "--of", "40"],
    ],
)
def test_the_report_tells_a_command_that_gives_the_same_again(tmp_path, capsys, asked):
    source, pdf = tmp_path / "office.csv", tmp_path / "out.pdf"
    table = pd.concat(
        [
            make_attempts(people=8, drills=1).assign(profile="classic", device="computer"),
            make_attempts(people=6, drills=1, seed=5, name="Q{}").assign(profile="minimal", device="computer"),
        ]
    ).drop(columns="chosen_by")
    names = {"M001": "Ana O'Neil", "M002": 'Q "x" $1', "M003": "m004"}
    table["person_id"] = table["person_id"].replace(names)
    table["options"] = ""
    table.to_csv(source, index=False)
    run(["compare", str(source), *asked])
    first = json.loads(capsys.readouterr().out)
    run(["compare", str(source), "--pdf", str(pdf), *asked])
    capsys.readouterr()
    printed = " ".join(read_pdf(pdf.read_bytes()).split())
    command = printed.partition("To compute it again ")[2].partition(", with the drills")[0]
    arguments = shlex.split(command.removeprefix("python -m sim "))
    assert run([str(source) if each == "ATTEMPTS.csv" else each for each in arguments]) == 0
    assert json.loads(capsys.readouterr().out) == first


def test_a_report_that_cannot_be_written_is_said(tmp_path):
    source = tmp_path / "office.csv"
    make_attempts(people=1, drills=1).to_csv(source, index=False)
    with pytest.raises(ReportError, match=r"x\.zip cannot be written"):
        run(["compare", str(source), "--zip", str(tmp_path / "none" / "x.zip")])
