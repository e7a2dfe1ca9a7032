"""Bags on people: on the back, at the hip, in the hand or pulled behind, with their straps."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment
from sim.footage.people.bag_shapes import BAG_SOLIDS, Solid
from sim.footage.people.bodies import REST, Body
from sim.footage.people.carrying import HAND_BAGS, PULLED_BAGS, is_carried
from sim.footage.people.extra import Clothed, Extra, Side, attach, darken, lay_on, make_extra, make_ribbon
from sim.footage.people.materials import Material

FloatArray = NDArray[np.float32]

_ON_BACK = {"backpack": 0.37, "drawstring bag": 0.36, "guitar bag": 0.55, "cello case": 0.72}
"""How far below the shoulder joints the bottom of a bag hangs, for a body 1.6 m tall."""
_AT_HIP = {"shoulder bag": 0.097, "messenger bag": 0.15}
_STRAP_M = {"backpack": 0.044, "drawstring bag": 0.012, "guitar bag": 0.038, "cello case": 0.05}
_BESIDE_M = (0.06, 0.37)


def make_bag(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    if bag.kind in _ON_BACK:
        return _make_on_back(body, cloth, bag)
    if bag.kind in _AT_HIP:
        return _make_at_hip(body, cloth, bag)
    if bag.kind in HAND_BAGS:
        return _make_in_hand(body, bag)
    return _make_pulled(body, bag) if bag.kind in PULLED_BAGS else []


def _get_scale(body: Body) -> float:
    return float(body.rest_m[:, 2].max()) / 1.6


def _make_on_back(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    scale = _get_scale(body)
    shoulder = body.get_joint("upperarm01.L")
    rest = cloth.vertices_m[REST]
    near = (np.abs(rest[:, 1]) < 0.09 * scale) & (np.abs(rest[:, 2] - shoulder[2] + 0.12 * scale) < 0.12 * scale)
    back = float(rest[near, 0].min()) + 0.014 * scale
    bottom = float(shoulder[2]) - _ON_BACK[bag.kind] * scale
    carried = {"spine02": 0.8, "spine04": 0.2}
    extras = []
    for solid in BAG_SOLIDS[bag.kind](bag):
        at = solid.vertices_m * scale
        placed = np.stack([back - at[:, 0], -at[:, 1], bottom + at[:, 2]], axis=1).astype(np.float32)
        extras.append(make_extra(attach(body, placed, carried), solid.faces, solid.rgb, solid.shade))
    for sign in (-1, 1):
        y = np.array([0.070, 0.074, 0.084, 0.106, 0.136]) * scale * sign
        z = shoulder[2] + np.array([0.062, 0.0, -0.085, -0.165, -0.215]) * scale
        at = np.linspace(0, 1, 11)
        path = np.stack([np.interp(at, np.linspace(0, 1, 5), y), np.interp(at, np.linspace(0, 1, 5), z)], axis=1)
        points, faces = make_ribbon(path, _STRAP_M[bag.kind] * scale)
        strap = lay_on(cloth, points, Side.FRONT, lift_m=0.008)
        extras.append(replace(make_extra(strap, faces, darken(bag.rgb, 0.7)), material=Material.CLOTH))
    return extras


def _make_at_hip(body: Body, cloth: Clothed, bag: Garment) -> list[Extra]:
    scale = _get_scale(body)
    hip = body.get_joint("upperleg01.R")
    rest = cloth.vertices_m[REST]
    near = (np.abs(rest[:, 2] - hip[2]) < 0.06 * scale) & (np.abs(rest[:, 0]) < 0.05)
    side = float(rest[near & (np.abs(rest[:, 1]) < 0.26 * scale), 1].min())
    bottom = float(hip[2]) - _AT_HIP[bag.kind] * scale
    extras = []
    for solid in BAG_SOLIDS[bag.kind](bag):
        at = solid.vertices_m * scale
        placed = np.stack([at[:, 1] - 0.02 * scale, side - 0.006 - at[:, 0], bottom + at[:, 2]], axis=1)
        extras.append(
            make_extra(attach(body, placed.astype(np.float32), {"root": 1.0}), solid.faces, solid.rgb, solid.shade)
        )
    neck = body.get_joint("neck01")
    top = bottom + 0.195 * scale
    share = np.linspace(0, 1, 15)
    for seen_from in (Side.FRONT, Side.BACK):
        y = 0.085 * scale + (0.68 * side - 0.085 * scale) * share
        z = neck[2] - 0.022 * scale + (top - neck[2] + 0.022 * scale) * share**1.15
        points, faces = make_ribbon(np.stack([y, z], axis=1), 0.034 * scale)
        strap = make_extra(lay_on(cloth, points, seen_from, lift_m=0.007), faces, darken(bag.rgb, 0.65))
        extras.append(replace(strap, material=Material.CLOTH))
    return extras


def _find_left_hand(body: Body) -> FloatArray:
    hand = (body.get_part("hand") > 0.5) & (body.rest_m[:, 1] > 0)
    return np.asarray(body.vertices_m[:, hand].mean(axis=1), dtype=np.float32)


def _get_top_m(solids: list[Solid]) -> float:
    return max(float(solid.vertices_m[:, 2].max()) for solid in solids)


def _make_in_hand(body: Body, bag: Garment) -> list[Extra]:
    """Return a bag that hangs from the left hand, its width along the walk, or stands beside the person."""
    solids = BAG_SOLIDS[bag.kind](bag)
    hand, top = _find_left_hand(body), _get_top_m(solids)
    depth = max(float(solid.vertices_m[:, 0].max()) for solid in solids)
    carried = np.array([is_carried(name) for name in body.pose_names])[:, None]
    ground = np.array([*_BESIDE_M, 0.0], dtype=np.float32)
    base = np.where(carried, hand - np.array([0.0, 0.0, top - 0.012], dtype=np.float32), ground)
    extras = []
    for solid in solids:
        turned = np.stack([solid.vertices_m[:, 1], depth / 2 - solid.vertices_m[:, 0], solid.vertices_m[:, 2]], axis=1)
        turned[:, 1] *= -1
        turned[:, 0] *= -1
        placed = base[:, None] + turned[None]
        extras.append(make_extra(placed.astype(np.float32), solid.faces, solid.rgb, solid.shade))
    return extras


def _make_pulled(body: Body, bag: Garment) -> list[Extra]:
    """Return a bag on wheels that leans from the left hand to the floor behind, or stands beside the person."""
    solids = BAG_SOLIDS[bag.kind](bag)
    hand, length = _find_left_hand(body), _get_top_m(solids)
    extras = []
    rise = np.clip(hand[:, 2] / length, 0.1, 0.98)
    lean = np.arcsin(rise)
    upright = np.array([not is_carried(name) for name in body.pose_names])
    lean = np.where(upright, np.pi / 2, lean)
    along = np.stack([np.cos(lean), np.zeros_like(lean), np.sin(lean)], axis=1)
    out = np.stack([-np.sin(lean), np.zeros_like(lean), np.cos(lean)], axis=1)
    wheels = np.stack([hand[:, 0] - length * np.cos(lean), hand[:, 1], np.zeros(len(hand))], axis=1)
    wheels[upright] = (*_BESIDE_M, 0.0)
    for solid in solids:
        at = solid.vertices_m
        placed = wheels[:, None] + at[None, :, 2:] * along[:, None] + at[None, :, :1] * out[:, None]
        placed[..., 1] -= at[None, :, 1]
        extras.append(make_extra(placed.astype(np.float32), solid.faces, solid.rgb, solid.shade))
    return extras
