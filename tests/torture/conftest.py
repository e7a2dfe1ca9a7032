"""One rig and one server for all trials of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.ui.http.route_description import describe_routes
from tools.torture.rig.rig import Rig, open_rig


@pytest.fixture(scope="session")
def rig(tiny_library: Path) -> Iterator[Rig]:
    """A rig on the tiny recording, with short waits."""
    with open_rig(library=tiny_library, description=describe_routes(), seed=7, is_short=True) as opened:
        yield opened
