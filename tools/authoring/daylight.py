"""Sun and sky of a plate, and the infra-red lamp of a camera at night."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.site.camera import CameraView

SUN_DIRECTION = (-0.50, 0.70, -0.46)
SUN_IRRADIANCE = (17.0, 14.6, 11.4)
SKY_SHARE_INDOORS = 0.24
SKY_PX = (256, 128)
ZENITH = (0.62, 1.15, 2.3)
HORIZON = (3.0, 3.3, 3.6)
CLOUD = (4.3, 4.2, 4.1)
NIGHT_GLOW = 0.012
IR_BEAM_DEG, IR_CUTOFF_DEG = 24.0, 64.0


def make_daylight(mi: Any, *, share: float) -> dict[str, Any]:
    """Return the emitters of a fair morning, dimmed to a share: cameras indoors hold back what is bright outside."""
    sky = draw_sky() * np.float32(share)
    return {
        "sky": {
            "type": "envmap",
            "bitmap": mi.Bitmap(np.ascontiguousarray(sky)),
            "to_world": mi.ScalarTransform4f().rotate([1, 0, 0], 90),
        },
        "sun": {
            "type": "directional",
            "direction": list(SUN_DIRECTION),
            "irradiance": {"type": "rgb", "value": [c * share for c in SUN_IRRADIANCE]},
        },
    }


def draw_sky() -> NDArray[np.float32]:
    """Return the radiance of the whole sphere, [128, 256, 3]: blue above, pale towards the horizon, thin clouds."""
    rng = np.random.default_rng(7)
    height = SKY_PX[1]
    up = np.cos(np.linspace(0, np.pi, height))[:, None, None]
    blend = np.clip(np.maximum(up, 0.0) ** 0.55, 0, 1)
    sky = np.asarray(ZENITH) * blend + np.asarray(HORIZON) * (1 - blend)
    noise = sum(
        cv2.resize(
            np.pad(rng.standard_normal((n, 2 * n)), ((0, 0), (0, 1)), mode="wrap"),
            SKY_PX,
            interpolation=cv2.INTER_CUBIC,
        )
        / weight
        for n, weight in ((4, 1.0), (8, 1.8), (16, 3.0))
    )
    cover = np.clip(np.asarray(noise)[..., None] * 0.55 - 0.15, 0, 0.8) * np.clip(up * 3, 0, 1)
    sky = sky * (1 - cover) + np.asarray(CLOUD) * cover
    ground = np.broadcast_to(np.array([1.5, 1.6, 1.5]), sky.shape)
    return np.asarray(np.where(up > 0, sky, ground), dtype=np.float32)


def make_night(mi: Any, view: CameraView) -> dict[str, Any]:
    """Return the emitters of a camera at night: its own infra-red lamp, and next to nothing else."""
    forward, up = -view.rotation[2], view.rotation[1]
    origin = view.position_m + 0.06 * up + 0.05 * view.rotation[0]
    return {
        "glow": {"type": "constant", "radiance": {"type": "rgb", "value": [NIGHT_GLOW] * 3}},
        "infra-red": {
            "type": "spot",
            "intensity": {"type": "rgb", "value": [40.0, 40.0, 40.0]},
            "beam_width": IR_BEAM_DEG,
            "cutoff_angle": IR_CUTOFF_DEG,
            "to_world": mi.ScalarTransform4f().look_at(
                origin=origin.tolist(), target=(origin + forward).tolist(), up=up.tolist()
            ),
        },
    }
