"""The shapes of the baked bodies, as parameters of the body model.

Children's heights are within 6 % of the medians for the middle of their ages in the growth charts of R. J. Kuczmarski
and others, "2000 CDC growth charts for the United States: methods and development", Vital and Health Statistics
11(246), 2002, which a test repeats (`tests/unit/footage/people/test_body_sets.py`).
"""

from dataclasses import dataclass

ADULT_AGES = (21, 70)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyShape:
    """Anny's parameters of one body, each 0..1 (age 1/3 is a child, 2/3 a young adult; gender 1 is female).

    Attributes:
        ages: whose body it may be, in years, both ends included; `age` is the model's own scale.
    """

    body_id: str
    gender: float
    age: float
    weight: float
    muscle: float
    height: float
    proportions: float = 0.5
    ages: tuple[int, int] = ADULT_AGES


ELEMENTARY = (
    BodyShape(body_id="girl_5", gender=0.95, age=0.185, weight=0.52, muscle=0.40, height=0.54, ages=(5, 5)),
    BodyShape(body_id="boy_6", gender=0.05, age=0.195, weight=0.48, muscle=0.42, height=0.52, ages=(5, 6)),
    BodyShape(body_id="girl_7", gender=0.95, age=0.235, weight=0.42, muscle=0.40, height=0.56, ages=(6, 7)),
    BodyShape(body_id="boy_7_sturdy", gender=0.08, age=0.225, weight=0.78, muscle=0.44, height=0.52, ages=(6, 8)),
    BodyShape(body_id="boy_8", gender=0.05, age=0.255, weight=0.50, muscle=0.45, height=0.50, ages=(7, 8)),
    BodyShape(body_id="girl_9", gender=0.95, age=0.290, weight=0.52, muscle=0.42, height=0.60, ages=(8, 9)),
    BodyShape(body_id="boy_9_slim", gender=0.05, age=0.275, weight=0.33, muscle=0.42, height=0.50, ages=(8, 10)),
    BodyShape(body_id="girl_10_sturdy", gender=0.93, age=0.325, weight=0.78, muscle=0.42, height=0.58, ages=(9, 11)),
    BodyShape(body_id="boy_10", gender=0.05, age=0.295, weight=0.54, muscle=0.46, height=0.50, ages=(9, 11)),
)
MIDDLE = (
    BodyShape(body_id="boy_slim", gender=0.05, age=0.37, weight=0.35, muscle=0.40, height=0.42, ages=(10, 12)),
    BodyShape(body_id="boy_average", gender=0.05, age=0.40, weight=0.52, muscle=0.48, height=0.50, ages=(12, 14)),
    BodyShape(body_id="boy_sturdy", gender=0.08, age=0.41, weight=0.80, muscle=0.45, height=0.48, ages=(12, 14)),
    BodyShape(body_id="boy_tall", gender=0.00, age=0.47, weight=0.42, muscle=0.55, height=0.56, ages=(13, 15)),
    BodyShape(body_id="girl_slim", gender=0.95, age=0.38, weight=0.34, muscle=0.40, height=0.50, ages=(10, 12)),
    BodyShape(body_id="girl_average", gender=0.95, age=0.42, weight=0.52, muscle=0.45, height=0.54, ages=(11, 14)),
    BodyShape(body_id="girl_sturdy", gender=0.92, age=0.43, weight=0.80, muscle=0.42, height=0.52, ages=(11, 14)),
    BodyShape(body_id="girl_tall", gender=0.96, age=0.49, weight=0.42, muscle=0.48, height=0.62, ages=(13, 15)),
)
HIGH = (
    BodyShape(body_id="boy_15", gender=0.03, age=0.52, weight=0.44, muscle=0.50, height=0.46, ages=(14, 16)),
    BodyShape(body_id="boy_17", gender=0.00, age=0.60, weight=0.55, muscle=0.62, height=0.43, ages=(15, 18)),
    BodyShape(body_id="girl_16", gender=0.98, age=0.58, weight=0.48, muscle=0.46, height=0.42, ages=(14, 18)),
    BodyShape(body_id="girl_17_sturdy", gender=0.96, age=0.60, weight=0.80, muscle=0.44, height=0.40, ages=(15, 18)),
)
ADULTS = (
    BodyShape(body_id="man_average", gender=0.02, age=0.70, weight=0.55, muscle=0.52, height=0.37),
    BodyShape(body_id="man_heavy", gender=0.02, age=0.78, weight=0.82, muscle=0.50, height=0.40),
    BodyShape(body_id="man_lean", gender=0.03, age=0.68, weight=0.38, muscle=0.52, height=0.42),
    BodyShape(body_id="man_older", gender=0.02, age=0.93, weight=0.58, muscle=0.38, height=0.38),
    BodyShape(body_id="man_short", gender=0.04, age=0.72, weight=0.66, muscle=0.52, height=0.26),
    BodyShape(body_id="woman_average", gender=0.98, age=0.68, weight=0.50, muscle=0.46, height=0.42),
    BodyShape(body_id="woman_sturdy", gender=0.97, age=0.78, weight=0.76, muscle=0.44, height=0.40),
    BodyShape(body_id="woman_heavy", gender=0.97, age=0.76, weight=0.97, muscle=0.40, height=0.44),
    BodyShape(body_id="woman_older", gender=0.97, age=0.95, weight=0.58, muscle=0.36, height=0.36),
    BodyShape(body_id="woman_short", gender=0.98, age=0.70, weight=0.46, muscle=0.44, height=0.28),
)
SHAPES = (*ELEMENTARY, *MIDDLE, *HIGH, *ADULTS)
