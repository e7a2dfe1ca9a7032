"""`python -m sim scenario`: make new scenarios, and show that their difficulties differ."""

import argparse
import sys
from pathlib import Path

STORIES = ("arrival", "passing", "lunch", "dismissal", "class-time")
LEVELS = ("easy", "medium", "hard")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `scenario` commands."""
    group = subparsers.add_parser("scenario", help="make new scenarios of a chosen difficulty")
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser(
        "new",
        help="write a new scenario for a site",
        description="Write a scenario file: a story at a site, drawn by the seed, with people to trace whose ways are "
        "chosen for the difficulty. The difficulty it prints is an estimate; the forms of the built recording are "
        "measured.",
    )
    _add_site(new)
    new.add_argument("--story", required=True, choices=STORIES, help="what happens")
    new.add_argument("--difficulty", required=True, choices=LEVELS, help="how hard its drills shall be")
    new.add_argument("--seed", type=int, required=True, help="another seed gives another scenario")
    new.add_argument("--people", type=int, help="everybody together, 12 to 240; by difficulty when not given")
    new.add_argument("--minutes", type=float, help="length, 1 to 15; by difficulty when not given")
    new.add_argument("--title", default="", help="title of the recording; the story's when not given")
    new.add_argument("--out", type=Path, metavar="FILE.yaml", help="file to write; named by its id when not given")
    new.add_argument("--force", action="store_true", help="replace FILE.yaml")
    new.set_defaults(run=run_new)
    separate = actions.add_parser(
        "separate",
        help="measure the difficulty of many generated forms",
        description="Generate scenarios of every difficulty, measure their truth with the painter (small pictures, "
        "nothing encoded), choose forms, and print them. Exit code 1 when an easy form is above a hard one.",
    )
    _add_site(separate)
    separate.add_argument("--count", type=int, default=20, help="forms of each difficulty (default 20)")
    separate.add_argument("--forms", type=int, default=1, help="most forms from one scenario (default 1)")
    separate.add_argument("--story", action="append", choices=STORIES, help="only these stories; all in turn otherwise")
    separate.add_argument("--people", type=int, help="as for `new`")
    separate.add_argument("--minutes", type=float, help="as for `new`")
    separate.add_argument("--every", type=float, default=0.5, metavar="S", help="look every S seconds (default 0.5)")
    separate.add_argument("--seed", type=int, default=1, help="of the first scenario (default 1)")
    separate.add_argument("--jobs", type=int, default=1, help="processes at a time (default 1)")
    separate.add_argument("--out", type=Path, metavar="FILE.csv", help="also write every form's parts to a table")
    separate.set_defaults(run=run_separate)
    job = actions.add_parser("build-job", help="make the drill that the app was asked for; the app starts this itself")
    job.add_argument("data", type=Path, metavar="DATA_DIR", help="the app's data folder")
    job.set_defaults(run=run_job)


def _add_site(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site", required=True, metavar="S", help="a site's folder, or its name in scenarios/sites")


def run_new(args: argparse.Namespace) -> int:
    """Write the scenario, say what it is likely to be and what building it takes."""
    import os

    from sim.crowd.generator.draft import Wish
    from sim.crowd.generator.levels import Level
    from sim.services.library.generate.scenario import describe_estimate, write_scenario
    from sim.services.library.generate.sites import find_site

    wish = Wish(
        story=args.story,
        level=Level(args.difficulty),
        seed=args.seed,
        people=args.people,
        minutes=args.minutes,
        title=args.title,
    )
    made = write_scenario(wish, site_folder=find_site(args.site), out=args.out, replace=args.force)
    needs = made.planned.describe_needs(processes=os.cpu_count() or 1)
    sys.stdout.write(
        f"{made.path}\n{describe_estimate(made.estimate)}\n{needs}\n"
        f"Build it with `python -m sim footage build {made.path} --out DIR`.\n"
    )
    return 0


def run_separate(args: argparse.Namespace) -> int:
    """Measure, print the table, say whether the difficulties separate."""
    from sim.services.library.footage import require_opencv

    require_opencv()
    from sim.lab.validity.generate_separate import Trial, measure_forms, write_table, write_verdict
    from sim.services.library.generate.sites import find_site

    trial = Trial(
        site_folder=find_site(args.site),
        stories=tuple(args.story or STORIES),
        count=args.count,
        forms_each=args.forms,
        people=args.people,
        minutes=args.minutes,
        first_seed=args.seed,
        every_s=args.every,
    )
    measured = measure_forms(trial, processes=args.jobs, on_scenario=_say)
    sys.stdout.write(write_table(measured) + "\n")
    if args.out is not None:
        measured.to_csv(args.out, index=False)
    verdict, separates = write_verdict(measured)
    sys.stdout.write(verdict + "\n")
    return 0 if separates else 1


def run_job(args: argparse.Namespace) -> int:
    """Work on the job of a data folder once a line comes in."""
    from sim.services.library.generate.worker import main

    return main(args.data)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
