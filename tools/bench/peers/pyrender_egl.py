"""pyrender on EGL, which without a graphics card is Mesa's software OpenGL: meshes are uploaded each time or kept."""

import json
import os
import sys
import time
from pathlib import Path

os.environ["PYOPENGL_PLATFORM"] = "egl"

import numpy as np
import pyrender

from tools.bench.peers.scene import PeerScene, load_scene, time_frames


def measure(scene: PeerScene) -> dict[str, float]:
    """Return milliseconds a frame with new vertices every frame ("moving") and with the first pose only ("ready")."""
    width, height = (int(v) for v in scene.size_wh)
    world = pyrender.Scene(ambient_light=[1.0, 1.0, 1.0], bg_color=[0.5, 0.5, 0.5, 1.0])
    pose = np.eye(4)
    pose[:3, :3] = scene.rotation.T
    pose[:3, 3] = scene.position_m
    camera = pyrender.PerspectiveCamera(
        yfov=float(2 * np.arctan(scene.tan_half_wh[1])), aspectRatio=width / height, znear=0.25, zfar=200.0
    )
    world.add(camera, pose=pose)
    renderer = pyrender.OffscreenRenderer(width, height)
    flags = pyrender.RenderFlags.FLAT | pyrender.RenderFlags.SKIP_CULL_FACES
    people = [world.add(_make_mesh(scene, 0))]
    kept: list[np.ndarray] = []

    def draw(frame: int) -> None:
        kept[:] = [renderer.render(world, flags=flags)[0]]

    def draw_moving(frame: int) -> None:
        world.remove_node(people.pop())
        people.append(world.add(_make_mesh(scene, frame)))
        draw(frame)

    frames = len(scene.vertices_m)
    ready = time_frames(draw, frames=frames, clock=time.perf_counter)
    moving = time_frames(draw_moving, frames=frames, clock=time.perf_counter)
    covered = float((np.abs(kept[0].astype(int) - 128).max(axis=2) > 1).mean())
    renderer.delete()
    return {"moving": moving, "ready": ready, "covered": covered}


def _make_mesh(scene: PeerScene, frame: int) -> pyrender.Mesh:
    colours = np.concatenate([scene.colours, np.full((len(scene.colours), 1), 255, dtype=np.uint8)], axis=1)
    primitive = pyrender.Primitive(
        positions=scene.vertices_m[frame],
        indices=scene.faces,
        color_0=colours.astype(np.float32) / 255,
        material=pyrender.MetallicRoughnessMaterial(doubleSided=True),
    )
    return pyrender.Mesh(primitives=[primitive])


if __name__ == "__main__":
    print(json.dumps(measure(load_scene(Path(sys.argv[1])))))
