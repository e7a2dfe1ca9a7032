"""The process that covers what is to be covered in the clips of a walk, and puts them on one clock.

It imports what it needs in `main`: each process that encodes a camera reads this file once more.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

_NICE = 10


def main(arguments: list[str]) -> int:
    """`FOLDER [SITE]`: says how far it is, and at the end what became of it, as lines of JSON."""
    from sim.errors import SimError  # noqa: PLC0415
    from sim.services.library.generate import count_processes  # noqa: PLC0415 - loaded when it is needed
    from sim.services.own_clips.aligning import DONE, align_folder  # noqa: PLC0415
    from sim.services.own_clips.clip_jobs import apply_covers  # noqa: PLC0415
    from sim.site.model import load_site  # noqa: PLC0415

    with suppress(OSError, AttributeError):
        os.nice(_NICE)
    end, folder = DONE, Path(arguments[0])
    try:
        site = load_site(Path(arguments[1])) if len(arguments) > 1 else None
        apply_covers(folder, on_step=_say)
        align_folder(folder, site, processes=count_processes(), on_step=_say)
    except SimError as error:
        end = error.on_screen
    print(json.dumps({"end": end}), flush=True)
    return 0 if end == DONE else 1


def _say(what: str, share: float) -> None:
    print(json.dumps({"what": what, "share": round(share, 3)}), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
