"""What every part of a scenario file has in common: unknown keys are refused, spans of seconds go forward."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SecondsRange = Annotated[tuple[float, float], Field(description="shortest and longest, seconds")]


class FilePart(BaseModel):
    """A part of a scenario file. Its fields `for_s` and `at_s`, where it has them, must be spans."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="after")
    def _check_ranges(self) -> Self:
        for name in ("for_s", "at_s"):
            span = getattr(self, name, None)
            if span is not None and not 0 <= span[0] <= span[1]:
                raise ValueError(f"{name} {list(span)} must be two numbers, 0 <= first <= second")
        return self
