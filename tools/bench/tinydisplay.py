"""Panda3D's software renderer on the scene that `render.make_scene` wrote: a process of its own prints ms a frame."""

import json
import sys
from collections.abc import Mapping

import numpy as np
from direct.showbase.ShowBase import ShowBase
from numpy.typing import NDArray
from panda3d.core import (
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    GraphicsOutput,
    LMatrix4f,
    NodePath,
    Texture,
    loadPrcFileData,
)

from tools.bench.render import time_frames

Scene = Mapping[str, NDArray[np.generic]]

_FLOATS = 4


def measure(scene: Scene) -> float:
    """Return milliseconds a frame, the vertices of every pose ready in its buffers."""
    width, height = (int(v) for v in scene["size_wh"])
    loadPrcFileData(
        "",
        f"load-display p3tinydisplay\nwindow-type offscreen\nwin-size {width} {height}\n"
        "audio-library-name null\nsync-video false\n",
    )
    base = ShowBase()
    base.disableMouse()
    base.setBackgroundColor(0.5, 0.5, 0.5)
    right, up, backward = scene["rotation"]
    rows = [(*right, 0), (*(-backward), 0), (*up, 0), (*scene["position_m"], 1)]
    base.camera.setMat(LMatrix4f(*(float(v) for row in rows for v in row)))
    base.camLens.setFov(*(float(np.rad2deg(2 * np.arctan(t))) for t in scene["tan_half_wh"]))
    base.camLens.setNearFar(0.25, 200.0)
    texture = Texture()
    base.win.addRenderTexture(texture, GraphicsOutput.RTMCopyRam)
    frames = len(scene["vertices_m"])
    data = [_make_data(scene, frame) for frame in range(frames)]
    nodes = [base.render.attachNewNode(_make_node(scene, vertices)) for vertices in data]
    for node in nodes[1:]:
        node.hide()

    def show() -> None:
        base.graphicsEngine.renderFrame()
        np.frombuffer(texture.getRamImage(), dtype=np.uint8)

    shown: list[NodePath] = [nodes[0]]

    def draw_ready(frame: int) -> None:
        shown.pop().hide()
        nodes[frame].show()
        shown.append(nodes[frame])
        show()

    return time_frames(draw_ready, frames=frames)


def _make_data(scene: Scene, frame: int) -> GeomVertexData:
    layout = GeomVertexArrayFormat()
    layout.addColumn("vertex", 3, GeomEnums.NTFloat32, GeomEnums.CPoint)
    layout.addColumn("color", 4, GeomEnums.NTUint8, GeomEnums.CColor)
    made = GeomVertexFormat()
    made.addArray(layout)
    data = GeomVertexData("people", GeomVertexFormat.registerFormat(made), Geom.UHDynamic)
    count = scene["vertices_m"].shape[1]
    data.uncleanSetNumRows(count)
    table = np.empty((count, _FLOATS), dtype=np.float32)
    table[:, :3] = scene["vertices_m"][frame]
    colours = np.concatenate([scene["colours"], np.full((count, 1), 255, dtype=np.uint8)], axis=1)
    table[:, 3] = np.ascontiguousarray(colours).view(np.float32)[:, 0]
    np.asarray(memoryview(data.modifyArray(0)).cast("B").cast("f"))[:] = table.reshape(-1)
    return data


def _make_node(scene: Scene, data: GeomVertexData) -> GeomNode:
    node = GeomNode("people")
    faces, one_sided = scene["faces"].astype(np.int32), int(scene["one_sided"])
    for part in (faces[:one_sided], np.concatenate([faces[one_sided:], faces[one_sided:, ::-1]])):
        node.addGeom(_make_geom(part, data))
    return node


def _make_geom(faces: NDArray[np.int32], data: GeomVertexData) -> Geom:
    triangles = GeomTriangles(Geom.UHStatic)
    triangles.setIndexType(GeomEnums.NTUint32)
    numbers = triangles.modifyVertices()
    numbers.uncleanSetNumRows(faces.size)
    np.asarray(memoryview(numbers).cast("B").cast("I"))[:] = faces.reshape(-1)
    geom = Geom(data)
    geom.addPrimitive(triangles)
    return geom


if __name__ == "__main__":
    with np.load(sys.argv[1]) as written:
        print(json.dumps(measure(dict(written))))
