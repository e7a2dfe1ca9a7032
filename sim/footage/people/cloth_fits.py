"""How every kind of top and legwear is cut. A new kind is a line here."""

from dataclasses import dataclass

CUFFED = frozenset({"hoodie", "zip hoodie", "sweatshirt", "jacket", "puffer jacket"})
OPEN_FRONT = frozenset({"jacket", "cardigan", "zip hoodie", "denim jacket", "blazer", "puffer jacket"})
LEGS_UNDER = frozenset({"leggings", "skirt", "long skirt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClothFit:
    """How a kind of top or legwear is cut, for a body 1.6 m tall, meters."""

    ease: float  # distance from the skin on the torso or thigh
    limb_ease: float  # distance on the arms or calves
    end: float  # where sleeves end (0 shoulder, 1 wrist) or legs end (height above the ground)
    hem_drop: float = 0.0  # how far a top reaches below the hip joints
    end_radius: float = 0.0  # radius that the leg opening has at least
    neck_drop: float = 0.0  # how much lower in front the neckline lies than close around the neck


TOPS = {
    "hoodie": ClothFit(ease=0.026, limb_ease=0.020, end=1.0, hem_drop=0.043),
    "T-shirt": ClothFit(ease=0.013, limb_ease=0.022, end=0.36, hem_drop=0.065, neck_drop=0.034),
    "polo shirt": ClothFit(ease=0.013, limb_ease=0.020, end=0.36, hem_drop=0.05, neck_drop=0.012),
    "sweatshirt": ClothFit(ease=0.021, limb_ease=0.017, end=1.0, hem_drop=0.03, neck_drop=0.018),
    "jacket": ClothFit(ease=0.030, limb_ease=0.022, end=1.01, hem_drop=0.04),
    "cardigan": ClothFit(ease=0.019, limb_ease=0.013, end=0.99, hem_drop=0.05),
    "long-sleeved shirt": ClothFit(ease=0.011, limb_ease=0.009, end=0.99, hem_drop=0.052, neck_drop=0.03),
    "zip hoodie": ClothFit(ease=0.027, limb_ease=0.020, end=1.0, hem_drop=0.048),
    "striped T-shirt": ClothFit(ease=0.013, limb_ease=0.022, end=0.36, hem_drop=0.065, neck_drop=0.034),
    "sports jersey": ClothFit(ease=0.019, limb_ease=0.028, end=0.4, hem_drop=0.075, neck_drop=0.04),
    "puffer jacket": ClothFit(ease=0.044, limb_ease=0.034, end=1.0, hem_drop=0.045),
    "denim jacket": ClothFit(ease=0.022, limb_ease=0.017, end=0.99, hem_drop=0.01),
    "blazer": ClothFit(ease=0.021, limb_ease=0.015, end=0.97, hem_drop=0.07),
    "tank top": ClothFit(ease=0.012, limb_ease=0.010, end=0.02, hem_drop=0.06, neck_drop=0.055),
    "dress": ClothFit(ease=0.011, limb_ease=0.016, end=0.34, hem_drop=0.0, neck_drop=0.034),
    "shirt": ClothFit(ease=0.014, limb_ease=0.014, end=0.99, hem_drop=-0.03),
}
BOTTOMS = {
    "jeans": ClothFit(ease=0.009, limb_ease=0.011, end=0.055, end_radius=0.062),
    "trousers": ClothFit(ease=0.011, limb_ease=0.013, end=0.045, end_radius=0.070),
    "joggers": ClothFit(ease=0.014, limb_ease=0.016, end=0.085, end_radius=0.050),
    "leggings": ClothFit(ease=0.003, limb_ease=0.003, end=0.09),
    "shorts": ClothFit(ease=0.016, limb_ease=0.026, end=0.47, end_radius=0.094),
    "skirt": ClothFit(ease=0.003, limb_ease=0.003, end=0.47),
    "long skirt": ClothFit(ease=0.003, limb_ease=0.003, end=0.16),
    "cargo trousers": ClothFit(ease=0.017, limb_ease=0.022, end=0.05, end_radius=0.074),
}
