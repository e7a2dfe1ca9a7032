"""The process that makes one build: told what on its input, it tells progress and result in lines of JSON."""

import errno
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o077
"""What others may not do with what is made, which may hold seed, truth and answers. A folder's own rule (a default
access list, as for nginx) goes before."""
UNKNOWN = "Something went wrong on our side. Nothing else is affected. Try again, or choose other settings."
FULL = "The disk is full. Free some space, then continue: what is finished is kept."


def main(data: Path) -> int:
    from importlib import import_module  # noqa: PLC0415

    from sim.builds.kinds import Job  # noqa: PLC0415
    from sim.errors import SimError, TaskError  # noqa: PLC0415

    os.umask(PRIVATE)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    told = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_worker, daemon=True).start()
    with suppress(OSError, AttributeError):
        os.nice(int(told["nice"]))
    if told["is_for_one_core"]:
        # also where painting and writing a clip overlap
        with suppress(OSError, AttributeError):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    def say(**what: object) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    job = Job(
        data=data,
        kind=told["kind"],
        owner=told["owner"],
        name=told["name"],
        asked=json.loads(told["asked"]),
        say=lambda share, step: say(step=step, **{} if share is None else {"share": min(max(share, 0.0), 1.0)}),
    )
    try:
        say(result=import_module(told["module"]).build(job))
    except SimError as error:
        # no drill comes of footage that has none: to continue would say the same again
        say(error=FULL if _is_full(error) else error.on_screen, is_final=isinstance(error, TaskError))
        return 1
    except Exception as error:
        say(error=FULL if _is_full(error) else UNKNOWN)
        raise
    return 0


def _is_full(error: BaseException) -> bool:
    def list_causes(error: BaseException | None) -> Iterator[BaseException]:
        while error is not None:
            yield error
            error = error.__cause__ or error.__context__

    return any(isinstance(e, OSError) and e.errno in (errno.ENOSPC, errno.EDQUOT) for e in list_causes(error))


def _end_with_worker() -> None:
    """Wait until the worker's end of the line is gone, and end with it: another one goes on from what is finished."""
    from sim.builds.processes import end_own_group  # noqa: PLC0415

    while sys.stdin.buffer.readline():
        pass
    end_own_group()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
