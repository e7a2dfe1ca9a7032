"""How far apart feet are: bodies are baked from a rest pose with the legs spread, and nobody walks or stands so.

Steps of adults are about 10 cm wide between the middles of the heels (T. M. Owings and M. D. Grabiner, "Step width
variability", Gait and Posture 20, 2004), and feet of people who stand 17 to 20 cm apart (W. E. McIlroy and B. E. Maki,
"Preferred placement of the feet during quiet stance", Clinical Biomechanics 12, 1997). Both are wider on larger bodies.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.bodies import Body

FloatArray = NDArray[np.float32]

STANDING = "stand_a"
_CYCLE_SHARES = {"walk": 0.5, "walk_hurry": 0.5, "run": 0.6, "up": 0.5, "down": 0.5}
_UPRIGHT_SHARE = 0.43
"""By how much of a foot's distance from the middle, as baked in `STANDING`, it is moved inward."""
_UPRIGHT_POSES = ("stand_", "talk_", "phone", "locker", "hand_over", "arms_out", "wand_", "search_")
_BONES = ("upperleg01", "lowerleg01", "foot")


def bring_feet_together(body: Body) -> Body:
    """Return the body, which has the pose `STANDING`, with its legs leant inward in walks and where it stands.

    In all poses of a cycle a leg is moved by the same, so a foot that stays where it is put still does.
    """
    rest = body.rest_m
    hip_m, ankle_m = (float(body.get_joint(name)[2]) for name in ("upperleg01.L", "foot.L"))
    low = np.clip((hip_m - rest[:, 2]) / (hip_m - ankle_m), 0, 1) * body.get_part("thigh", "calf", "foot")
    is_foot = body.get_part("foot") > 0.9
    inward = np.array([_find_share(name) for name in body.pose_names], dtype=np.float32)
    vertices, frames = body.vertices_m.copy(), body.frames.copy()
    for side, sign in (("L", 1), ("R", -1)):
        mine = rest[:, 1] * sign > 0
        aside_m = body.vertices_m[body.pose_names.index(STANDING), is_foot & mine, 1].mean()
        shift_m = -inward * aside_m
        vertices[..., 1] += shift_m[:, None] * (low * mine).astype(np.float32)
        for bone in _BONES:
            if (name := f"{bone}.{side}") in body.frame_names:
                number = body.frame_names.index(name)
                reach = np.clip((hip_m - body.frame_heads_m[number, 2]) / (hip_m - ankle_m), 0, 1)
                frames[:, number, 1, 3] += shift_m * np.float32(reach)
    return replace(body, vertices_m=vertices, frames=frames)


def _find_share(pose_name: str) -> float:
    if pose_name[-2:].isdigit():
        return _CYCLE_SHARES.get(pose_name[:-2], 0.0)
    return _UPRIGHT_SHARE if pose_name.startswith(_UPRIGHT_POSES) else 0.0
