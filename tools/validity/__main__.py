"""`python -m tools.validity`: how often a comparison's words and intervals are wrong where the truth is known."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from sim.compare.verdict import FASTER, Verdict
from sim.features.comparison import planning
from tools.command import run_command
from tools.validity import simulate
from tools.validity.simulate import CUTS, DESIGNS, INTERVALS, SEED, WHOLE, Told, name_design
from tools.validity.teams import CHANGES, NOTHING, PEOPLE, SITUATIONS, Situation

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "validity.md"
PROMISED, PROMISED_POWER = 0.05, 0.9
COVERED = (6, 12, 24)
COLUMNS = (Verdict.IMPROVED, Verdict.MORE_ACCURATE, Verdict.TRADED, Verdict.WORSE)
KEPT = {True: "kept", False: "NOT kept"}
Gains = dict[tuple[str, float], tuple[float, float]]


def write_page(told: Sequence[Told], gains: Gains, covered: dict[tuple[int, float], tuple[float, ...]]) -> str:
    """Return the page, as Markdown: its frame with the numbers."""
    cells = {(each.name, each.people): each for each in told}

    def list_cells(*situations: Situation) -> list[Told]:
        return [cells[each.name, people] for each in situations for people in each.sizes]

    nothing, rates = list_cells(*NOTHING), simulate.load_rates()
    unchanged = [place for place in SITUATIONS if place.wrong == CHANGES]
    silent = [place for place in unchanged if not any(any(cell.words.values()) for cell in list_cells(place))]
    best = {
        key: max(float(row[test]) for test in ("t", "wilcox", "lm") if row[test] != "NA") for key, row in rates.items()
    }
    ratio, design, cut = min((gains[key][0] / max(best[key], 1e-9), *key) for key in gains)
    words = {
        word.value: _percent(sum(each.words.get(word, 0.0) for each in nothing) / len(nothing)) for word in Verdict
    }
    head = ("situation", "people", "improved", "faster", "more accurate", "traded", "worse", "wrong")
    power_head = ("design", *(f"{what}, {100 * cut:.0f}%" for cut in CUTS for what in ("faster", "R", "improved")))
    return (
        (ROOT / "tools" / "validity" / "page.md")
        .read_text(encoding="utf-8")
        .format(
            teams=told[0].teams,
            seed=SEED,
            error=_percent((PROMISED * (1.0 - PROMISED) / told[0].teams) ** 0.5),
            model=planning,
            nothing=_write_table(
                ("drills, passed", *map(str, PEOPLE)),
                [(each.name, *(_percent(cell.wrong) for cell in list_cells(each))) for each in NOTHING],
            ),
            nothing_kept=_judge(nothing),
            words=", ".join(f"{word} {share}" for word, share in words.items() if share != "0.0"),
            situations=_write_table(
                head,
                [
                    _write_row(cell, place)
                    for place in SITUATIONS
                    if place not in unchanged
                    for cell in list_cells(place)
                ],
            ),
            unchanged=_write_table(
                ("situation", "wrong, by people"),
                [
                    (each.name, "; ".join(f"{cell.people}: {_percent(cell.wrong)}" for cell in list_cells(each)))
                    for each in unchanged
                    if each not in silent
                ],
            ),
            silent="; ".join(place.name for place in silent),
            situations_kept=_judge(list_cells(*SITUATIONS)),
            r=next(iter(rates.values())),
            r_command=" ".join(simulate.R_COMMAND),
            power=_write_table(
                power_head,
                [
                    (
                        name,
                        *(
                            _percent(share)
                            for key in ((name, cut) for cut in CUTS)
                            for share in (gains[key][0], best[key], gains[key][1])
                        ),
                    )
                    for name in map(name_design, DESIGNS)
                ],
            ),
            power_kept=f"{KEPT[ratio >= PROMISED_POWER]}. Least: {ratio:.2f} ({design}, {100 * cut:.0f}% faster)",
            intervals=_write_table(
                ("interval", *(f"{people}, {100 * passed:.0f}%" for people, passed in covered)),
                [(name, *(_percent(each[place]) for each in covered.values())) for place, name in enumerate(INTERVALS)],
            ),
            whole=WHOLE,
            compared=sum(each.compared for each in told),
            unlike=sum(each.unlike for each in told),
        )
    )


def _write_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(f"|{'|'.join(cells)}|" for cells in (head, ("---",) * len(head), *rows))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _write_row(each: Told, place: Situation) -> tuple[str, ...]:
    improved, *others = (each.words.get(word, 0.0) for word in COLUMNS)
    shares = (improved, sum(each.words.get(word, 0.0) for word in FASTER), *others, each.wrong)
    return (each.name if each.people == place.sizes[0] else "", str(each.people), *map(_percent, shares))


def _judge(cells: Sequence[Told]) -> str:
    over = dict.fromkeys(each.name for each in cells if each.wrong > PROMISED)
    worst = max(cells, key=lambda each: each.wrong)
    told = f"{KEPT[not over]}. Most: {_percent(worst.wrong)} ({worst.name}, {worst.people})"
    return f"{told}. Over it: {'; '.join(over)}" if over else told


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m tools.validity`."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.validity",
        description="Simulate teams of which the truth is known and write docs/validity.md: how often words are wrong, "
        "changes found and intervals right. Where R is installed its rates are taken anew; else the kept ones stand.",
    )
    parser.add_argument("--teams", type=int, default=1000, help="teams of each kind (1000)")
    parser.add_argument("--processes", type=int, default=2, help="processes to share the work (2)")
    parser.add_argument("--out", type=Path, default=PAGE, help="write elsewhere, and keep the rates of R")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Simulate everything and write the page."""
    # each process has a core to itself; threads of the linear algebra would only wait for one another
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    pool = ProcessPoolExecutor(args.processes, mp_context=get_context("spawn"))
    with tempfile.TemporaryDirectory() as folder, pool:
        into = folder if args.out == PAGE and shutil.which(simulate.R_COMMAND[0]) else ""
        # all are asked for before any is waited for, so that no process is idle
        finding = {
            (name_design(plan), cut): pool.submit(simulate.find_gain, replace(plan, cut=cut), args.teams, into)
            for plan in DESIGNS
            for cut in CUTS
        }
        telling = [
            pool.submit(simulate.tell, each.name, people, args.teams)
            for each in simulate.ALL.values()
            for people in each.sizes
        ]
        kinds = [(people, passed) for people in COVERED for passed in (1.0, planning.USUAL_PASSED)]
        covering = {kind: pool.submit(simulate.cover, *kind, args.teams) for kind in kinds}
        gains = {key: each.result() for key, each in finding.items()}
        if into:
            with simulate.RATES.open("w", encoding="utf-8") as rates:
                subprocess.run([*simulate.R_COMMAND, folder], check=True, cwd=ROOT, stdout=rates)
        told = [each.result() for each in telling]
        covered = {kind: each.result() for kind, each in covering.items()}
    args.out.write_text(write_page(told, gains, covered), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(run_command(make_parser()))
