"""PyBullet's TinyRenderer. It cannot change the vertices of a mesh, so it draws the first pose only."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pybullet

from tools.bench.peers.scene import PeerScene, load_scene, time_frames

_MOST_FRAMES = 6


def measure(scene: PeerScene) -> dict[str, float]:
    """Return milliseconds a frame of the first pose ("ready"), each person in one colour."""
    width, height = (int(v) for v in scene.size_wh)
    pybullet.connect(pybullet.DIRECT)
    owner = np.searchsorted(scene.first_vertex, scene.faces[:, 0], side="right") - 1
    for person in range(len(scene.first_vertex) - 1):
        start, end = (int(v) for v in scene.first_vertex[person : person + 2])
        shape = pybullet.createVisualShape(
            pybullet.GEOM_MESH,
            vertices=scene.vertices_m[0, start:end].astype(float).tolist(),
            indices=(scene.faces[owner == person] - start).reshape(-1).tolist(),
            rgbaColor=[*(scene.colours[start:end].mean(axis=0) / 255).tolist(), 1.0],
        )
        pybullet.createMultiBody(0, baseVisualShapeIndex=shape)
    eye = scene.position_m
    view = pybullet.computeViewMatrix(eye.tolist(), (eye - scene.rotation[2]).tolist(), scene.rotation[1].tolist())
    fov = float(np.rad2deg(2 * np.arctan(scene.tan_half_wh[1])))
    lens = pybullet.computeProjectionMatrixFOV(fov, width / height, 0.25, 200.0)
    kept: list[object] = []

    def draw(frame: int) -> None:
        kept[:] = pybullet.getCameraImage(width, height, view, lens, renderer=pybullet.ER_TINY_RENDERER)

    ready = time_frames(draw, frames=min(_MOST_FRAMES, len(scene.vertices_m)), clock=time.perf_counter)
    covered = float((np.asarray(kept[4]).reshape(height, width) >= 0).mean())
    pybullet.disconnect()
    return {"ready": ready, "covered": covered}


if __name__ == "__main__":
    print(json.dumps(measure(load_scene(Path(sys.argv[1])))))
