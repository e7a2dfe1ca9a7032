"""`python -m sim routes`: the server's own HTTP routes as an OpenAPI description."""

import argparse
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    parser = subparsers.add_parser("routes", help="print the server's own HTTP routes as OpenAPI 3.1, JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import json

    from sim.server.route_description import describe_routes

    print(json.dumps(describe_routes(), indent=2))
    return 0
