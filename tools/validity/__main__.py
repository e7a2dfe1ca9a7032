"""`python -m tools.validity`: do words and intervals keep their promise where the truth is known."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from sim.services.comparison.detectable import estimate_power

from sim.services.comparison import team_model
from tools.command import run_command
from tools.validity import truth_teams
from tools.validity.coverage import PEOPLE_A_SCHOOL, SCHOOL_SPREAD
from tools.validity.truths import CUT, CUT_ALONE, TRUTHS, Kind, Seen, Truth
from tools.validity.validity import SEED, Coverage, Validity, Wording, simulate_validity

PROMISED_WORD = 0.05
PROMISED_COVER = 0.94
HEADINGS = {
    Kind.NOTHING: "nothing changed",
    Kind.PRACTICE: "nothing but practice: people are faster, and the training has no part in it",
    Kind.BOTH: "the trained are faster, and so are those who waited",
    Kind.CHANGED: "the training changed times",
}


def write_page(validity: Validity, *, teams: int, command: str) -> str:
    lines = [
        "# Do the words and intervals keep their promise?",
        "",
        f"Written by `{command}`: {teams} simulated teams of each truth and size, seed {SEED}.",
        "Each is judged by the code that judges real teams, from the table of attempts to the words of the first page.",
        "The same command gives the same page on any number of processors.",
        "",
        "## The teams",
        *_describe_model(),
        "",
        "## What teams are told",
        *_tell_words(validity.wordings, teams),
        "",
        "## Intervals",
        *_tell_intervals(validity.coverages),
        "",
        "## Persons and districts",
        "How often someone is called changed who was not.",
        "",
        "| called | of | share |",
        "| --- | --- | --- |",
        *(f"| {rate.what} | {rate.of} | {100 * rate.share:.1f} % |" for rate in validity.rates),
        "",
        "## What this does not show",
        "That real teams vary as the model says. Its numbers are from elsewhere or assumed. The most important one,",
        "the spread of one person's drills, `python -m sim power --from ATTEMPTS.csv` takes from drills done here.",
        "",
        "Nor that nobody knew the drills beforehand. Truth and forms of the recording that comes with the program",
        "are public, so drills on it say what people do who have not looked. On recordings made here with a secret",
        "seed only the data folder tells (`docs/security.md`); there two people who talk about a drill remain, which",
        "forms that go round even out between before and after, but not within one side.",
        "",
    ]
    return "\n".join(lines)


def _describe_model() -> list[str]:
    return [
        "log time = level + person + form + training + practice + rest, all normal unless a truth says otherwise, cut",
        "off at the limit. Two drills before and two after, numbered, unless said.",
        "",
        "| part | number | from |",
        "| --- | --- | --- |",
        f"| rest and forms: drill to drill of one person | {team_model.USUAL_SPREAD:.2f} log seconds | times on task "
        "vary by half their mean over people and trials (Nielsen 2006, 1,520 measures), two thirds of the variance |",
        f"| of that, forms | {team_model.FORM_SPREAD:.2f} | assumed: what matching their difficulty index leaves |",
        f"| person | {team_model.PERSON_SPREAD:.2f} | the other third |",
        f"| how differently people change | {team_model.CHANGE_SPREAD:.2f} | assumed |",
        f"| practice | drill number to the power of -{team_model.PRACTICE_POWER:.2f} | within the 0.1 to 0.6 of Newell "
        "and Rosenbloom (1981); only in the rows that say practice |",
        f"| drills that time out before | {100 * team_model.TIMED_OUT:.0f} % | assumed: most meet the limit |",
        f"| IDF1 | logit {team_model.ACCURACY_MEAN:.1f}, person {team_model.ACCURACY_PERSON:.1f}, drill "
        f"{team_model.ACCURACY_DRILL:.1f}; slow drills are less accurate (correlation {team_model.SPEED_LINK:.1f}); "
        f"above {team_model.PERFECT:.2f} it is 1 | assumed |",
        f"| recall and precision | IDF1, {truth_teams.MEASURE_SPREAD:.2f} either way | assumed |",
        f"| schools | change by {SCHOOL_SPREAD:.2f} either way, {PEOPLE_A_SCHOOL} people each | assumed |",
        "",
        "Forms go round in a Latin square. Training changes times only, so accuracy never truly changes. With a group",
        "that waited as many waited as were trained, and people are those trained.",
    ]


def _tell_words(wordings: tuple[Wording, ...], teams: int) -> list[str]:
    sizes = sorted({each.people for each in wordings})
    found = {(each.truth, each.people): each for each in wordings}
    error = 100 * (PROMISED_WORD * (1 - PROMISED_WORD) / teams) ** 0.5
    lines = [
        'Share of teams called "improved"; the error of a share of 5 % is '
        f"{error:.1f} points. Where times and accuracy alone would say it more often, with no",
        "look at the design, that share stands in brackets. The last column is the share of first pages that name the",
        "cause, of teams that times and accuracy alone would call improved.",
        "",
        f"| truth | its cause | {' | '.join(f'{people} people' for people in sizes)} | page 1 names it |",
        f"| --- | --- | {' | '.join('---' for _ in sizes)} | --- |",
    ]
    for kind, heading in HEADINGS.items():
        lines.append(f"| **{heading}** | | {' | '.join('' for _ in sizes)} | |")
        lines += [
            _write_row(truth, [found[truth.name, people] for people in sizes]) for truth in TRUTHS if truth.kind is kind
        ]
    lines.append("")
    lines += [f"- {line}" for line in _judge(wordings)]
    lines += [f"- {line}" for line in _compare_with_power(found, sizes, teams)]
    return lines


def _write_row(truth: Truth, told: list[Wording]) -> str:
    cells = [
        f"{100 * each.improved:.1f} %" + (f" ({100 * each.alone:.0f})" if each.alone > each.improved else "")
        for each in told
    ]
    pages = sum(each.pages for each in told)
    named = sum(each.named * each.pages for each in told if each.named is not None)
    share = f"{100 * named / pages:.0f} %" if truth.told and pages else ""
    return f"| {truth.name} | {truth.seen.value} | {' | '.join(cells)} | {share} |"


def _judge(wordings: tuple[Wording, ...]) -> Iterable[str]:
    kinds = {truth.name: truth for truth in TRUTHS}
    for what, is_meant in (
        ("Nothing changed, or nothing but practice, and no cause to see or it is in the table", _is_seen_nothing),
        ("Both groups changed alike, or those who waited more", lambda truth: truth.kind is Kind.BOTH),
    ):
        mine = [each for each in wordings if is_meant(kinds[each.truth])]
        worst = max(mine, key=lambda each: each.improved)
        kept = "keeps" if worst.improved <= PROMISED_WORD else "does NOT keep"
        yield (
            f"{what}: at most {100 * worst.improved:.1f} % ({worst.truth}, {worst.people} people). This {kept} to 5 %."
        )
    said = {each.truth for each in wordings if each.improved > 0.0}
    unseen = [truth.name for truth in TRUTHS if truth.seen is Seen.NO]
    yield f"No table can show, so the limits in each report say it: {'; '.join(unseen)}."
    partly = [truth.name for truth in TRUTHS if truth.seen is Seen.PART and truth.name in said]
    if partly:
        yield f"Seen in part, so the page says what is seen and the word stays: {'; '.join(partly)}."


def _is_seen_nothing(truth: Truth) -> bool:
    return truth.kind in (Kind.NOTHING, Kind.PRACTICE) and truth.seen in (Seen.NO_CAUSE, Seen.YES)


def _compare_with_power(found: dict[tuple[str, int], Wording], sizes: list[int], teams: int) -> Iterable[str]:
    for people in sizes:
        each = found[CUT_ALONE, people]
        planned = estimate_power(people, 2, team_model.USUAL_SPREAD, cut=CUT, teams=min(teams, 400))
        yield (
            f"A cut of {100 * CUT:.0f} % with {people} people and 2 drills a phase: `sim power` expects "
            f"{100 * planned.faster:.0f} % faster and {100 * planned.improved:.0f} % improved; here it was "
            f"{100 * each.faster:.0f} % and {100 * each.improved:.0f} %, in other teams."
        )


def _tell_intervals(coverages: tuple[Coverage, ...]) -> list[str]:
    sizes = sorted({each.people for each in coverages})
    rows: dict[tuple[str, str], list[Coverage]] = {}
    for each in coverages:
        rows.setdefault((each.method, each.probe), []).append(each)
    lines = [
        "Share of teams whose interval holds the truth, among those that have one; two drills a phase unless said. For",
        f"schools the sizes are schools. Promised: {100 * PROMISED_COVER:.0f} % or more.",
        "",
        f"| interval | teams | says | {' | '.join(f'{people}' for people in sizes)} | of teams |",
        f"| --- | --- | --- | {' | '.join('---' for _ in sizes)} | --- |",
    ]
    short = []
    for (method, probe), mine in sorted(rows.items()):
        cells = ["-" if each.held is None else f"{100 * each.held:.1f} %" for each in mine]
        if all(cell == "-" for cell in cells):
            continue
        lines.append(
            f"| {method} | {probe} | {100 * min(each.stated for each in mine):.1f} % | {' | '.join(cells)} | "
            f"{mine[0].teams} |"
        )
        for each in mine:
            if each.held is not None and each.held < PROMISED_COVER:
                error = 100 * (PROMISED_COVER * (1 - PROMISED_COVER) / (each.given * each.teams)) ** 0.5
                short.append(f"{method} ({probe}) with {each.people}: {100 * each.held:.1f} %, error {error:.1f}")
    lines.append("")
    if short:
        lines.append(f"Short of {100 * PROMISED_COVER:.0f} %: {'; '.join(short)}.")
    else:
        lines.append(f"None holds the truth in less than {100 * PROMISED_COVER:.0f} % of teams.")
    return lines


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m tools.validity`."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.validity",
        description="Simulate teams of which the truth is known and print, as Markdown, how often they are called "
        "improved and how often intervals hold the truth. With 1000 teams this takes some minutes.",
    )
    parser.add_argument("--teams", type=int, default=1000, help="teams of each kind (1000)")
    parser.add_argument("--processes", type=int, default=2, help="processes to share the work (2)")
    parser.add_argument("--out", type=Path, help="write the page to this file instead")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    found = simulate_validity(teams=args.teams, processes=args.processes, on_step=lambda step: _tell(f"done: {step}"))
    page = write_page(found, teams=args.teams, command=f"python -m tools.validity --teams {args.teams}")
    if args.out is None:
        sys.stdout.write(page)
    else:
        args.out.write_text(page, encoding="utf-8")
    return 0


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(run_command(make_parser()))
