"""`python -m sim serve`: check that the app can run here, then run it."""

import argparse


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("serve", help="run the app in this terminal; stop it with Ctrl-C")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine)")
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (default 8501)")
    parser.add_argument(
        "--open-to-network",
        action="store_true",
        help="let other machines in although sign-in is not set up; every page then says so",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="processes on this port and those after it, behind a proxy and with PostgreSQL; SIGHUP renews them",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped. Logs are set up first: packages that are loaded make their loggers then."""
    import gc
    import os

    from sim.app.logs import set_up_logs
    from sim.app.settings import read_log_settings

    set_up_logs(read_log_settings(os.environ))
    # the data folder holds answers and people's results: whatever is made in it from here on is this user's alone
    os.umask(0o077)
    if args.workers != 1:
        from sim.app.settings import read_settings
        from sim.db.engine import is_postgresql, make_engine
        from sim.server.workers import serve_several

        has_postgresql = is_postgresql(make_engine(read_settings(os.environ).database_url))
        return serve_several(
            host=args.host,
            port=args.port,
            workers=args.workers,
            is_open=args.open_to_network,
            has_postgresql=has_postgresql,
        )
    # a sixth of the start was looking for garbage among what is loaded and stays; `serve` looks again from there on
    gc.disable()
    from sim.server.serve import serve

    return serve(host=args.host, port=args.port, is_open=args.open_to_network)
