"""One line of a score card, in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One line of the score card: the measure's name, its value as text, and what it means in a sentence."""

    key: str
    label: str
    value: str
    sentence: str
    good: bool | None
