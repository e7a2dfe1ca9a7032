"""One form in a list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCard:
    """One form in a list, as a trainee or trainer may see it before the attempt.

    `question` is what it asks, `shown` what is shown of the person sought, "" where nobody is.
    """

    form_id: str
    title: str
    place: str
    limit_s: float
    difficulty: str
    type: str
    question: str
    shown: str
