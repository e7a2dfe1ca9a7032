"""`python -m sim scenario`: make new scenarios."""

import argparse
import sys
from pathlib import Path

STORIES = ("arrival", "passing", "lunch", "dismissal", "class-time")
LEVELS = ("easy", "medium", "hard")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = subparsers.add_parser("scenario", help="make new scenarios of a chosen difficulty")
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser(
        "new",
        help="write a new scenario for a site",
        description="Write a scenario file: a story at a site, drawn by the seed, with people to trace whose ways are "
        "chosen for the difficulty. The difficulty it prints is an estimate; the forms of the built recording are "
        "measured.",
    )
    new.add_argument("--site", required=True, metavar="S", help="a site's folder, or its name in scenarios/sites")
    new.add_argument("--story", required=True, choices=STORIES, help="what happens")
    new.add_argument("--difficulty", required=True, choices=LEVELS, help="how hard its drills shall be")
    new.add_argument("--seed", type=int, required=True, help="another seed gives another scenario")
    new.add_argument("--people", type=int, help="everybody together, 12 to 240; by difficulty when not given")
    new.add_argument("--minutes", type=float, help="length, 1 to 15; by difficulty when not given")
    new.add_argument("--title", default="", help="title of the recording; the story's when not given")
    new.add_argument("--out", type=Path, metavar="FILE.yaml", help="file to write; named by its id when not given")
    new.add_argument("--force", action="store_true", help="replace FILE.yaml")
    new.set_defaults(run=run_new)


def run_new(args: argparse.Namespace) -> int:
    import os

    from sim.crowd.generator.draft import Wish
    from sim.crowd.generator.levels import Level
    from sim.features.library.scenario import describe_estimate, write_scenario
    from sim.features.library.sites import find_site

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
