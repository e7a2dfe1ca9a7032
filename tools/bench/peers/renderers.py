"""The people pass alone beside other software renderers, on the same meshes from the same camera, one thread."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.footage.paint.light import INDOORS
from sim.footage.paint.meshes import sort_faces
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.plate import FAR_M, Plate, make_plate
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance
from sim.site.camera import CameraView
from tools.bench.peers.scene import PeerScene, save_scene, time_frames

_LONGEST_S = 300.0
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LP_NUM_THREADS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another renderer: its name, the package it needs, and the module that measures it."""

    name: str
    package: str
    module: str


PEERS = (Peer(name="Panda3D tinydisplay", package="panda3d", module="tools.bench.peers.tinydisplay"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerResult:
    """What a peer took.

    Attributes:
        peer: which.
        ready_ms: milliseconds a frame with poses that were uploaded before; None when it was not measured.
        moving_ms: with vertices that are new in every frame; None where the renderer cannot.
        reason: why it was not measured, or "".
    """

    peer: Peer
    ready_ms: float | None
    moving_ms: float | None
    reason: str


def measure_people_pass(
    view: CameraView,
    figures: dict[tuple[str, int], Figure],
    stances: Sequence[Sequence[Stance]],
    *,
    clock: Callable[[], float],
) -> tuple[float, PeerScene]:
    """Return milliseconds a frame of drawing people alone, posing included, and the same scene for other renderers.

    No shadows, no supersampling, all faces, nothing in front of anybody, and no lens distortion: what the others can
    do, too.

    Args:
        view: of the camera.
        figures: all people in it.
        stances: of each frame; the same people in every one.
        clock: seconds, rising.
    """
    straight = replace(view, k1=0.0)
    painter = ScenePainter(
        straight, _make_grey(straight), figures, lighting=replace(INDOORS, contact=0.0), samples=1, coarse_px=0
    )
    ours_ms = time_frames(lambda frame: painter.paint(stances[frame]), frames=len(stances), clock=clock)
    return ours_ms, _make_scene(straight, figures, stances)


def measure_peers(scene: PeerScene) -> tuple[PeerResult, ...]:
    """Measure every peer that is installed, each in a process of its own on one thread."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "scene.npz"
        save_scene(scene, path)
        return tuple(_measure_peer(peer, path) for peer in PEERS)


def _measure_peer(peer: Peer, path: Path) -> PeerResult:
    if importlib.util.find_spec(peer.package) is None:
        return PeerResult(peer=peer, ready_ms=None, moving_ms=None, reason="not installed")
    try:
        done = subprocess.run(
            [sys.executable, "-m", peer.module, str(path)],
            env=os.environ | dict.fromkeys(_ONE_THREAD, "1"),
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=True,
        )
        measured = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return PeerResult(peer=peer, ready_ms=None, moving_ms=None, reason=f"took more than {_LONGEST_S:g} s")
    except (subprocess.CalledProcessError, ValueError, IndexError) as error:
        output = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
        last = (output or "no output").strip().splitlines()[-1]
        return PeerResult(peer=peer, ready_ms=None, moving_ms=None, reason=f"failed: {last[:90]}")
    return PeerResult(peer=peer, ready_ms=measured["ready"], moving_ms=measured.get("moving"), reason="")


def _make_grey(view: CameraView) -> Plate:
    width, height = view.size_wh
    return make_plate(
        np.full((height, width, 3), 128, dtype=np.uint8),
        np.full((height, width), FAR_M, dtype=np.float32),
        size_wh=view.size_wh,
    )


def _make_scene(
    view: CameraView, figures: dict[tuple[str, int], Figure], stances: Sequence[Sequence[Stance]]
) -> PeerScene:
    people = [figures[(s.person_id, s.look)] for s in stances[0]]
    placed = [[figures[(s.person_id, s.look)].place(s)[0] for s in frame] for frame in stances]
    first = np.cumsum([0, *(len(v) for v in placed[0])])
    sorted_faces = [sort_faces(f.dressed.vertices_m[0], f.dressed.faces) for f in people]
    numbered = list(zip(sorted_faces, first, strict=False))
    outside = [s.faces[: s.one_sided] + int(n) for s, n in numbered]
    both = [s.faces[s.one_sided :] + int(n) for s, n in numbered]
    colours = np.concatenate([f.dressed.albedo for f in people]) ** (1 / 2.2) * 255
    return PeerScene(
        vertices_m=np.stack([np.concatenate(frame) for frame in placed]).astype(np.float32),
        faces=np.concatenate([*outside, *both]).astype(np.int32),
        one_sided=sum(len(f) for f in outside),
        colours=np.clip(colours, 0, 255).astype(np.uint8),
        first_vertex=first.astype(np.int64),
        rotation=view.rotation,
        position_m=view.position_m,
        tan_half_wh=np.array(view.tan_half_wh),
        size_wh=np.array(view.size_wh),
    )
