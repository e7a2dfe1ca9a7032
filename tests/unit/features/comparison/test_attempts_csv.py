from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.__main__ import main
from sim.compare.comparison import compare_attempts
from sim.compare.facts import Wanted
from sim.errors import ComparisonError
from sim.features.comparison import planning
from sim.features.comparison.files import Asked, compare_files, parse_attempts, read_attempts, read_several
from sim.features.comparison.pictures import draw_power

HEADER = "person_id,phase,form_id,elapsed_s,finished,limit_s,idf1,appearance_recall,appearance_precision,wrong_person_s"
TIMED_OUT = ["M001,before,F1,600,false,600,0,0,,0", "M001,after,F2,600,false,600,0,0,,0"]
PAIR = ["M001,before,F1,312.5,true,600,0.5,0.5,0.5,1", "M001,after,F2,200.25,true,600,0.5,0.5,0.5,1"]
OTHER = ["M001,before,F1,310,true,600,0.5,0.5,0.5,1", "M001,after,F2,220,true,600,0.5,0.5,0.5,1"]


def write(path: Path, rows: list[str], *, school: str | None = None) -> Path:
    more = "" if school is None else f",{school}"
    header = HEADER if school is None else f"{HEADER},school"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([header, *(row + more for row in rows)]))
    return path


def test_one_name_in_two_files_is_two_people(tmp_path: Path) -> None:
    paths = [write(tmp_path / "Lincoln.csv", PAIR), write(tmp_path / "Birch.csv", OTHER, school="Birch Elementary")]
    table = read_several(paths)
    assert table["person_id"].tolist() == ["Lincoln M001"] * 2 + ["Birch Elementary M001"] * 2
    assert table["school"].tolist() == ["Lincoln"] * 2 + ["Birch Elementary"] * 2
    assert table.index.tolist() == ["2 of Lincoln", "3 of Lincoln", "2 of Birch", "3 of Birch"]
    assert len(compare_attempts(table).people) == 2


def test_two_files_of_one_school_are_not_guessed_together(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, rows, school="Oak") for name, rows in (("a.csv", PAIR), ("b.csv", OTHER))]
    assert set(read_several(paths)["person_id"]) == {"Oak M001", "b Oak M001"}
    same_stem = [write(tmp_path / name / "a.csv", rows) for name, rows in (("x", PAIR), ("y", OTHER))]
    assert set(read_several(same_stem)["person_id"]) == {"a M001", "a (2) M001"}


@pytest.mark.parametrize("school", [None, "Oak"])
def test_an_attempt_in_two_files_is_refused(tmp_path: Path, school: str | None) -> None:
    more = "M002,before,F1,99.5,true,600,0.5,0.5,0.5,1"
    paths = [
        write(tmp_path / "district.csv", [OTHER[0].replace("M001", "M009"), *PAIR], school=school),
        write(tmp_path / "b.csv", [*PAIR, more], school=school),
    ]
    with pytest.raises(ComparisonError, match=r"row 2 of b\.csv.* the same attempt as row 3 of district\.csv"):
        read_several(paths)
    with pytest.raises(ComparisonError, match=r"b\.csv is given twice"):
        read_several([paths[1], tmp_path / "x" / ".." / "b.csv"])


def test_two_people_who_both_ran_out_of_time_are_not_one(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.csv", TIMED_OUT), write(tmp_path / "b.csv", TIMED_OUT)]
    assert len(compare_files(paths, Asked())[0].people) == 2
    paths = [write(tmp_path / "a.csv", TIMED_OUT, school="Oak"), write(tmp_path / "b.csv", TIMED_OUT, school="Elm")]
    assert len(compare_files(paths, Asked())[0].people) == 2
    paths = [write(tmp_path / "a.csv", TIMED_OUT, school="Oak"), write(tmp_path / "b.csv", TIMED_OUT, school="Oak")]
    with pytest.raises(ComparisonError, match="is there twice"):
        compare_files(paths, Asked())


def test_a_bad_cell_is_named_with_its_file(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.csv", PAIR), write(tmp_path / "b.csv", [OTHER[0].replace("310", "-310"), OTHER[1]])]
    with pytest.raises(ComparisonError, match="row 2 of b, column elapsed_s: -310 cannot be used"):
        compare_files(paths, Asked())
    (tmp_path / "b.csv").write_text("\n".join([f"{HEADER},email", *(f"{row},x" for row in OTHER)]))
    with pytest.raises(ComparisonError, match="of b, column 'email' is unknown"):
        compare_files(paths, Asked())


def test_schools_and_people_can_be_picked(tmp_path: Path) -> None:
    paths = [write(tmp_path / "Lincoln.csv", PAIR), write(tmp_path / "Birch.csv", OTHER)]
    for wanted, person_id in (
        (Wanted(schools=["birch "]), "Birch M001"),
        (Wanted(people=["Lincoln M001"]), "Lincoln M001"),
    ):
        assert [each.person_id for each in compare_files(paths, Asked(wanted=wanted))[0].people] == [person_id]
    for asked, said in (
        (Asked(wanted=Wanted(schools=["Maple"])), r"no school 'Maple'.*Birch, Lincoln"),
        (Asked(wanted=Wanted(people=["M001"])), "no person 'M001'"),
        (Asked(device="watch"), r"kind of device 'watch'.*tablet"),
        (Asked(teams=0), "0 teams cannot be"),
    ):
        with pytest.raises(ComparisonError, match=said):
            compare_files(paths, asked)


def test_names_keep_their_accents_and_rows_the_number_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    text = "\n".join(["sep=,", HEADER, *PAIR])
    table = parse_attempts(text.replace("M001", "Zoë").encode("cp1252"), name="a.csv")
    assert set(table["person_id"]) == {"Zoë"}
    with pytest.raises(ComparisonError, match="row 4, column elapsed_s: -1 cannot be used"):
        compare_attempts(parse_attempts(text.replace("200.25", "-1").encode(), name="a.csv"))
    with pytest.raises(ComparisonError, match="cannot be read"):
        read_attempts(tmp_path)


PLAN = planning.TeamPlan(people=8, before=3, after=2, cut=0.3)


@pytest.mark.parametrize(
    "better",
    [replace(PLAN, people=24), replace(PLAN, before=5, after=4), replace(PLAN, spread=0.2), replace(PLAN, cut=0.5)],
)
def test_more_people_drills_steadiness_or_gain_show_more(better: planning.TeamPlan) -> None:
    usual = planning.estimate_power(PLAN, studies=100)
    assert 0.05 < usual.improved < usual.faster < 0.7
    found = planning.estimate_power(better, studies=100)
    assert found.faster > usual.faster + 0.05
    assert found.improved >= usual.improved


def test_two_baselines_never_earn_the_word_and_a_lot_does() -> None:
    two = planning.simulate_plan(replace(PLAN, people=40, before=2), studies=20, on_step=lambda _: None)
    assert max(power.improved for power in two.powers) == 0.0
    assert two.sentences[1].startswith("It is never called improved: practice alone may do this. Plan four")
    lot = planning.simulate_plan(replace(PLAN, people=40, before=2, by_lot=True), studies=20, on_step=lambda _: None)
    assert 0.0 < lot.smallest.improved < lot.smallest.faster
    assert " improved. Yours will differ." in lot.sentences[0]
    assert "20 who train and 20 who wait, with 2 drills before and 2 drills after: in " in lot.sentences[0]


def test_the_smallest_gain_worth_having_is_simulated_and_drawn_and_steps_are_told() -> None:
    told: list[float] = []
    found = planning.simulate_plan(PLAN, smallest=0.35, studies=20, on_step=told.append)
    assert (found.smallest.cut, told[-1], len(told)) == (0.35, 1.0, len(found.powers))
    assert "worth having: 35%" in draw_power(found, width_pt=504.0).svg


def test_impossible_plans_are_refused_by_name() -> None:
    with pytest.raises(ComparisonError, match="drills before is 0"):
        planning.simulate_plan(replace(PLAN, before=0))


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "almost none of"), (0.13, "1 of 8"), (0.66, "2 of 3"), (0.98, "nearly all")]
)
def test_shares_are_said_as_studies(share: float, words: str) -> None:
    assert planning.say_share(share) == words


def test_spread_is_read_from_drills_done(tmp_path: Path) -> None:
    facts = planning.draw_facts(
        replace(PLAN, people=60, before=3, after=3, spread=0.3, cut=0.0), np.random.default_rng(0)
    )
    is_passed = facts.log_each < 0.0
    table = pd.DataFrame(
        {
            "person_id": [f"P{each}" for each in facts.person],
            "phase": np.where(facts.is_after, "after", "before"),
            "form_id": [f"F{each}" for each in range(len(is_passed))],
            "elapsed_s": 600.0 * np.exp(facts.log_each),
            "finished": is_passed,
            "limit_s": 600.0,
            "passed": np.where(is_passed, "yes", "no"),
            **dict.fromkeys(("idf1", "appearance_recall", "appearance_precision", "wrong_person_s"), 0.5),
        }
    )
    table.to_csv(tmp_path / "drills.csv", index=False)
    assert planning.measure_spread(tmp_path / "drills.csv") == pytest.approx(0.3, abs=0.04)


def test_power_command_prints_a_table_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["power", "--people", "8", "--before", "3", "--studies", "20"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("gain   called faster   called improved")
    assert "8 people, with 3 drills before and 4 drills after: in" in printed
