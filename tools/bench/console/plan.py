"""How much is measured: everything, or a short run while developing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often and how long.

    Attributes:
        seeks, steps, marks, hovers, slow_seeks: how many of each.
        checked: how many of the seeks and of the steps are compared by pixels.
        play_s: how long each speed is played, seconds.
        cpu_s: how long the processor is watched, seconds.
        posts: event posts to wait for.
        use_minutes: how long memory is watched.
    """

    seeks: int
    steps: int
    marks: int
    hovers: int
    slow_seeks: int
    checked: int
    play_s: float
    cpu_s: float
    posts: int
    use_minutes: float


FULL = Plan(
    seeks=100,
    steps=200,
    marks=200,
    hovers=50,
    slow_seeks=40,
    checked=200,
    play_s=6.0,
    cpu_s=20.0,
    posts=40,
    use_minutes=10.0,
)
QUICK = Plan(
    seeks=30,
    steps=40,
    marks=18,
    hovers=15,
    slow_seeks=12,
    checked=12,
    play_s=2.5,
    cpu_s=6.0,
    posts=8,
    use_minutes=0.5,
)
