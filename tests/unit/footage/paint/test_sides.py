"""Which faces of a mesh are drawn only from outside."""

import numpy as np

from sim.crowd.people.vehicle_track import Kind
from sim.footage.paint.meshes import sort_faces
from sim.footage.paint.things import load_vehicle

_SIDES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
_CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 2) for z in (0, 3)], dtype=np.float32)


def _make_box(*, is_inside_out: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return a box whose six sides have corners of their own: vertices [24, 3] and faces [12, 3]."""
    vertices = np.concatenate([_CORNERS[list(side)] for side in _SIDES])
    faces = np.array([[4 * k + i, 4 * k + j, 4 * k + n] for k in range(6) for i, j, n in ((0, 1, 2), (0, 2, 3))])
    return vertices, (faces[:, ::-1] if is_inside_out else faces).astype(np.int32)


def _find_outward(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return of each face [f, 3] whether its vertices run counterclockwise seen from outside the box."""
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    return (np.cross(b - a, c - a) * ((a + b + c) / 3 - vertices.mean(axis=0))).sum(axis=1) > 0


def test_a_box_whose_sides_have_their_own_corners_is_drawn_from_outside_alone() -> None:
    for is_inside_out in (False, True):
        vertices, faces = _make_box(is_inside_out=is_inside_out)
        joined = sort_faces(vertices, faces, joins_corners=True)
        assert joined.one_sided == len(faces)
        assert _find_outward(vertices, joined.faces).all()
        assert sort_faces(vertices, faces).one_sided == 0


def test_a_sheet_is_drawn_from_both_sides() -> None:
    vertices, faces = _make_box()
    assert sort_faces(vertices, faces[:2], joins_corners=True).one_sided == 0


def test_most_of_a_vehicle_is_drawn_from_outside_alone() -> None:
    for kind in Kind:
        for is_open in (False, True):
            mesh = load_vehicle(kind, rgb=(0.4, 0.4, 0.4), is_open=is_open)
            joined = sort_faces(mesh.vertices_m, mesh.faces, joins_corners=True)
            assert joined.one_sided > 0.75 * len(mesh.faces)
