"""Light baked with a plate: needs no package but those for authoring, and is what the painter reads."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.footage.paint.light import find_light_file, read_light
from sim.services.app.settings import PROJECT
from tests.support.tiny_site import make_tiny_site
from tools.authoring.bake_plates import write_scene_light


def test_baking_needs_no_compiler_of_loops() -> None:
    code = "import sys; sys.modules['numba'] = None; import tools.authoring.bake_plates"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT, timeout=120)


def test_the_light_of_a_plate_is_written_beside_it_and_read_again(tmp_path: Path) -> None:
    site = make_tiny_site()
    camera = site.cameras[0]
    light = np.full((90, 160, 3), (0.4, 0.2, 0.1))
    write_scene_light(tmp_path, site, camera, light, np.full((90, 160), 6000, dtype=np.uint16))
    read = read_light(find_light_file(tmp_path, camera.camera_id))
    assert len(read.places_m) == 3
    even = read.light[:, 0].mean(axis=0)
    assert even[2] > even[1] > even[0]
    assert read.places_m[:, 2] == pytest.approx(1.1)
