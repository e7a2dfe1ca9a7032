"""`python -m sim score`, `compare` and `power`: what results say, and how many people they need."""

import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from sim.errors import ReportError


@click.command(
    "score",
    help="Print every metric of an answer as JSON, keys sorted, with each metric's version.",
    short_help="score an answer to a task on a recording",
)
@click.argument("recording", type=Path, metavar="RECORDING_DIR", help="folder with recording.json")
@click.argument("task", type=Path, metavar="TASK.json", help='{"type": "trace", "target": ..., "window_s": ...}')
@click.argument("answer", type=Path, metavar="ANSWER.json", help='{"marks": [...], "final_zone": ..., ...}')
@click.option("--log", type=Path, metavar="LOG.json", help="event log; adds the metrics that need one")
def score(recording: Path, task: Path, answer: Path, log: Path | None) -> int:
    from sim.app.score import format_score, score_files

    data = score_files(recording, task, answer, log_path=log)
    sys.stdout.write(format_score(data) + "\n")
    return 0


@click.command(
    "compare",
    help="Print, as JSON, everything that the team page shows on the attempts in a CSV file, or in several "
    "schools' files: design, verdict, times, accuracy, warnings, and what the comparison cannot show.",
    short_help="compare attempts before and after training",
)
@click.argument(
    "attempts",
    type=Path,
    nargs=-1,
    required=True,
    metavar="ATTEMPTS.csv",
    help="the attempts, as a team page exports them; of several schools when several files are given",
)
@click.option(
    "--school",
    multiple=True,
    help="only this school; may be given several times. A part of all schools gets numbers and no judgment",
)
@click.option(
    "--person",
    multiple=True,
    help="only this person, as in person_id; may be given several times. A part of the people gets no judgment",
)
@click.option(
    "--of", type=int, metavar="N", help="how many people there are in all, when the file holds only some of them"
)
@click.option(
    "--teams", type=int, metavar="N", help="how many teams were compared, this one among them; each must then show more"
)
@click.option(
    "--looks",
    default=1,
    metavar="N",
    help="how often this team was compared, each time with other drills; it must then show more",
)
@click.option(
    "--different-people",
    "are_different",
    is_flag=True,
    help="people who look like one person under two ids are different people",
)
@click.option(
    "--chosen-by",
    help='how these people were chosen, when the file does not say: "all", "volunteers", "low results" '
    '(in the drills of this file) or "low results earlier" (in drills before those)',
)
@click.option("--device", help="the kind of device to compare; else the one that most people have")
@click.option("--profile", help="the console profile to compare; else the one that most people have before and after")
@click.option(
    "--options",
    help='the drill options to compare, with blanks between, or "" for none; else those that most people have',
)
@click.option("--title", help="of the report; else the name of the file")
@click.option("--pdf", type=Path, metavar="OUT.pdf", help="write the report there instead of printing JSON")
@click.option("--zip", "archive", type=Path, metavar="OUT.zip", help="write all tables there instead of printing JSON")
@click.option(
    "--date", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="the day printed on the report; else today"
)
def compare(
    attempts: tuple[Path, ...],
    school: tuple[str, ...],
    person: tuple[str, ...],
    of: int | None,
    title: str | None,
    pdf: Path | None,
    archive: Path | None,
    date: datetime | None,
    **held_to: Any,
) -> int:
    from sim.compare.facts import Wanted
    from sim.features.comparison.files import Asked, compare_files, comparison_as_data

    asked = Asked(
        files=tuple(path.name for path in attempts) if len(attempts) > 1 else Asked().files,
        wanted=Wanted(schools=school, people=person, of_people=of),
        **held_to,
    )
    comparison, table = compare_files(attempts, asked)
    if pdf is None and archive is None:
        json.dump(comparison_as_data(comparison), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return 0

    # only what writes files loads the application
    from sim.app.wiring import system_clock
    from sim.features.comparison.handover import ReportExport, write_tables
    from sim.features.comparison.pdf import write_report

    made_at = system_clock().read().wall.astimezone()
    if date is not None:
        made_at = date.replace(hour=12, tzinfo=made_at.tzinfo)
    handover = ReportExport(
        comparison=comparison, table=table, title=title or attempts[0].stem, by_name=None, asked=asked
    )
    makers = ((pdf, partial(write_report, zone=made_at.tzinfo or UTC)), (archive, write_tables))
    for path, make in makers:
        if path is None:
            continue
        data = make(handover, made_at=made_at)
        try:
            path.write_bytes(data)
        except OSError as error:
            what = f"{path} cannot be written: {error.strerror or error}"
            raise ReportError(what, todo="choose another place") from error
        sys.stdout.write(f"Wrote {path}\n")
    return 0


@click.command(
    "power",
    help="Print in how many of such studies a gain would be seen, by simulating teams and judging them as a "
    "comparison does.",
    short_help="what a plan of so many people and drills can show",
)
@click.option("--people", default=12, help="people in all")
@click.option("--before", default=4, help="drills of each person before")
@click.option("--after", default=4, help="drills of each person after")
@click.option("--by-lot", is_flag=True, help="half of the people wait, drawn by lot")
@click.option("--smallest", default=0.3, help="smallest share of time worth having")
@click.option("--passed", default=0.8, help="share of drills passed before")
@click.option("--spread", default=0.4, help="standard deviation of one person's log times")
@click.option("--from", "source", type=Path, metavar="ATTEMPTS.csv", help="take the spread from these")
@click.option("--teams", default=1, help="teams that will be compared, this one among them")
@click.option("--studies", default=400, help="studies simulated at each size of the gain")
def power(smallest: float, source: Path | None, teams: int, studies: int, **planned: Any) -> int:
    from sim.compare.result import Plan
    from sim.features.comparison.planning import TeamPlan, measure_spread, simulate_plan

    if source is not None:
        planned["spread"] = measure_spread(source)
    plan = TeamPlan(**planned, held_to=Plan(teams=teams))
    found = simulate_plan(plan, smallest=smallest, studies=studies, on_step=lambda _: None)
    sys.stdout.write("gain   called faster   called improved\n")
    for each in found.powers:
        sys.stdout.write(f"{100 * each.cut:3.0f}%   {100 * each.faster:12.0f}%   {100 * each.improved:14.0f}%\n")
    sys.stdout.write("\n" + "\n".join(found.sentences) + "\n")
    return 0
