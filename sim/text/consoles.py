"""Names of console profiles as they are stored and as people read them.

A profile that comes with the program is stored by its name. One of a file is stored with everything it offers,
"front-desk?title=Front%20desk&speeds=1,2": whoever changes the file has made another console, and results on the two
are never taken together.
"""

import re
from zlib import crc32

from sim.columns import CONSOLE_PROFILES

LONGEST = 1200
"""Characters of a stored profile, at most."""
_OWN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\?[!-~]+")


def is_own_console(name: str) -> bool:
    """Return whether this names a profile of a file, with what it offers."""
    return len(name) <= LONGEST and _OWN.fullmatch(name) is not None


def is_console(name: str) -> bool:
    """Return whether this names a profile: one of the program, or one of a file."""
    return name in CONSOLE_PROFILES or is_own_console(name)


def say_console(name: str) -> str:
    """Return a profile as texts name it: "classic", or "front-desk (settings 3fa2)" for one of a file."""
    if not is_own_console(name):
        return name
    return f"{name.partition('?')[0]} (settings {crc32(name.encode()) & 0xFFFF:04x})"


def order_console(name: str) -> tuple[int, str]:
    """Return what consoles are sorted by: the program's in their order, then those of files."""
    return (CONSOLE_PROFILES.index(name) if name in CONSOLE_PROFILES else len(CONSOLE_PROFILES), name)
