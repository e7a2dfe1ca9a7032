"""The shapes of the baked bodies, as parameters of the body model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyShape:
    """Anny's parameters of one body, each 0..1 (age 1/3 is a child, 2/3 a young adult; gender 1 is female)."""

    body_id: str
    gender: float
    age: float
    weight: float
    muscle: float
    height: float
    proportions: float = 0.5


SHAPES = (
    BodyShape(body_id="boy_slim", gender=0.05, age=0.37, weight=0.35, muscle=0.40, height=0.42),
    BodyShape(body_id="boy_average", gender=0.05, age=0.40, weight=0.52, muscle=0.48, height=0.50),
    BodyShape(body_id="boy_sturdy", gender=0.08, age=0.41, weight=0.80, muscle=0.45, height=0.48),
    BodyShape(body_id="boy_tall", gender=0.00, age=0.47, weight=0.42, muscle=0.55, height=0.56),
    BodyShape(body_id="girl_slim", gender=0.95, age=0.38, weight=0.34, muscle=0.40, height=0.50),
    BodyShape(body_id="girl_average", gender=0.95, age=0.42, weight=0.52, muscle=0.45, height=0.54),
    BodyShape(body_id="girl_sturdy", gender=0.92, age=0.43, weight=0.80, muscle=0.42, height=0.52),
    BodyShape(body_id="girl_tall", gender=0.96, age=0.49, weight=0.42, muscle=0.48, height=0.62),
    BodyShape(body_id="man_average", gender=0.02, age=0.70, weight=0.55, muscle=0.52, height=0.42),
    BodyShape(body_id="man_heavy", gender=0.02, age=0.78, weight=0.82, muscle=0.50, height=0.46),
    BodyShape(body_id="woman_average", gender=0.98, age=0.68, weight=0.50, muscle=0.46, height=0.42),
    BodyShape(body_id="woman_sturdy", gender=0.97, age=0.78, weight=0.76, muscle=0.44, height=0.40),
)
