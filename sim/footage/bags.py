"""Backpacks, shoulder bags and their straps."""

import numpy as np

from sim.crowd.people import Garment
from sim.footage.bodies import REST, Body
from sim.footage.extra import Clothed, Extra, Side, attach, darken, lay_on, make_extra, make_ribbon
from sim.footage.mesh_tools import make_rounded_box


def make_bag(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    """Return the bag and its straps."""
    if bag.kind == "backpack":
        return _make_backpack(body, cloth, bag)
    if bag.kind == "shoulder bag":
        return _make_shoulder_bag(body, cloth, bag)
    return []


def _make_backpack(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    scale = float(body.rest_m[:, 2].max()) / 1.6
    shoulder = body.get_joint("upperarm01.L")
    rest = cloth.vertices_m[REST]
    near = (np.abs(rest[:, 1]) < 0.09 * scale) & (np.abs(rest[:, 2] - shoulder[2] + 0.12 * scale) < 0.12 * scale)
    back = float(rest[near, 0].min())
    middle_z = float(shoulder[2]) - 0.165 * scale
    main, main_faces = make_rounded_box(
        (back - 0.062 * scale, 0.0, middle_z), (0.078 * scale, 0.140 * scale, 0.205 * scale), power=0.42
    )
    taper = 1 - 0.16 * np.clip((main[:, 2] - middle_z) / (0.205 * scale), 0, 1) ** 2
    main[:, 1] *= taper
    pocket, pocket_faces = make_rounded_box(
        (back - 0.128 * scale, 0.0, middle_z - 0.075 * scale), (0.034 * scale, 0.105 * scale, 0.098 * scale), power=0.4
    )
    handle, handle_faces = make_rounded_box(
        (back - 0.03 * scale, 0.0, middle_z + 0.205 * scale), (0.012, 0.035 * scale, 0.018 * scale), power=0.7
    )
    shade = np.clip(0.86 + 0.14 * (main[:, 2] - middle_z) / (0.2 * scale), 0.7, 1.0).astype(np.float32)
    carried = {"spine02": 0.8, "spine04": 0.2}
    extras = [
        make_extra(attach(body, main, carried), main_faces, bag.rgb, shade),
        make_extra(attach(body, pocket, carried), pocket_faces, bag.accent or darken(bag.rgb, 0.78), 0.95),
        make_extra(attach(body, handle, carried), handle_faces, darken(bag.rgb, 0.6)),
    ]
    for sign in (-1, 1):
        y = np.array([0.070, 0.073, 0.078, 0.087, 0.098]) * scale * sign
        z = shoulder[2] + np.array([0.062, 0.02, -0.045, -0.105, -0.16]) * scale
        at = np.linspace(0, 1, 11)
        path = np.stack([np.interp(at, np.linspace(0, 1, 5), y), np.interp(at, np.linspace(0, 1, 5), z)], axis=1)
        points, faces = make_ribbon(path, 0.044 * scale)
        strap = lay_on(cloth, points, Side.FRONT, lift_m=0.008)
        extras.append(make_extra(strap, faces, darken(bag.rgb, 0.7)))
    return extras


def _make_shoulder_bag(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    scale = float(body.rest_m[:, 2].max()) / 1.6
    hip = body.get_joint("upperleg01.R")
    rest = cloth.vertices_m[REST]
    near = (np.abs(rest[:, 2] - hip[2]) < 0.06 * scale) & (np.abs(rest[:, 0]) < 0.05)
    torso = rest[near & (np.abs(rest[:, 1]) < 0.26 * scale), 1]
    side = float(torso.min())
    center = (-0.02 * scale, side - 0.045 * scale, float(hip[2]) - 0.005 * scale)
    half = (0.125 * scale, 0.038 * scale, 0.092 * scale)
    box, box_faces = make_rounded_box(center, half, power=0.4)
    flap, flap_faces = make_rounded_box(
        (center[0], center[1] - 0.014 * scale, center[2] + 0.040 * scale),
        (half[0] * 1.02, half[1] * 0.85, half[2] * 0.62),
        power=0.35,
    )
    extras = [
        make_extra(attach(body, box, {"root": 1.0}), box_faces, bag.rgb, 0.92),
        make_extra(attach(body, flap, {"root": 1.0}), flap_faces, bag.accent or darken(bag.rgb, 0.82)),
    ]
    neck = body.get_joint("neck01")
    share = np.linspace(0, 1, 15)
    for seen_from in (Side.FRONT, Side.BACK):
        y = 0.085 * scale + (0.68 * side - 0.085 * scale) * share
        z = neck[2] - 0.022 * scale + (center[2] + 0.10 * scale - neck[2] + 0.022 * scale) * share**1.15
        points, faces = make_ribbon(np.stack([y, z], axis=1), 0.034 * scale)
        extras.append(make_extra(lay_on(cloth, points, seen_from, lift_m=0.007), faces, darken(bag.rgb, 0.65)))
    return extras
