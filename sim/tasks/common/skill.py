"""How well a simulated searcher searches."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One kind of simulated searcher."""

    name: str  # for tests and reports
    miss_share: float  # chance of not noticing a leg, 0..1
    follow_share: float  # chance of marking someone else at a leg, 0..1
    detours: float  # mean number of wrong cameras opened before each leg, at least 0
    pace_s: float  # typical seconds to decide on one action, more than 0
    speed: float  # playback rate while searching
    place_share: float  # chance of naming the final place right when the last leg was found, 0..1

    def __post_init__(self) -> None:
        for name in ("miss_share", "follow_share", "place_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie in 0..1")
        if not (self.detours >= 0 and self.pace_s > 0 and self.speed > 0):
            raise ValueError("detours must be at least 0, pace_s and speed more than 0")


PERFECT = Skill(name="perfect", miss_share=0.0, follow_share=0.0, detours=0.0, pace_s=1.5, speed=2.0, place_share=1.0)
TRAINED = Skill(
    name="trained", miss_share=0.08, follow_share=0.03, detours=0.6, pace_s=2.2, speed=2.0, place_share=0.92
)
NOVICE = Skill(name="novice", miss_share=0.25, follow_share=0.15, detours=1.8, pace_s=3.6, speed=1.0, place_share=0.7)
SLOW = Skill(name="slow", miss_share=0.0, follow_share=0.0, detours=6.0, pace_s=9.0, speed=0.5, place_share=1.0)
FOLLOWER = Skill(name="follower", miss_share=0.0, follow_share=0.6, detours=0.5, pace_s=2.5, speed=2.0, place_share=0.5)
SKILLS = (PERFECT, TRAINED, NOVICE, SLOW, FOLLOWER)
