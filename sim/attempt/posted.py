"""Values that browsers post, and what is checked of each."""

from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from sim.errors import AnswerError

MAX_TEXT = 4000
MAX_ON_SCREEN = 64


class ReportedFault(StrEnum):
    WRONG_CLOCK = "wrong-clock"
    WRONG_NAME = "wrong-name"
    NO_PICTURE = "no-picture"
    UNCLEAR = "unclear"
    MOVED = "moved"
    CHOPPY = "choppy"
    OTHER = "other"


class Unchecked:
    """Marks a field that nothing is refused for: what it lacks or garbles is None. `is_sent`: consoles always send it.

    It is what adds to a log and nothing to an answer, so that a console that sends it wrongly goes on.
    """

    def __init__(self, *, is_sent: bool) -> None:
        self.is_sent = is_sent

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_default_schema(handler(source), default=None, on_error="default")


Value = TypeVar("Value")
Number = Annotated[float, Field(allow_inf_nan=False)]
Seconds = Annotated[float, Field(allow_inf_nan=False, ge=0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Word = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]
Frame = Annotated[int, Field(ge=0)]
Loose = Annotated[Value | None, Unchecked(is_sent=True)]
Maybe = Annotated[Value | None, Unchecked(is_sent=False)]
Model = TypeVar("Model", bound=BaseModel)


def parse_posted(model: type[Model], body: bytes, *, expected: str) -> Model:
    """Return a body as a model. Raises AnswerError naming the first fault."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise describe_fault(error, expected=expected) from error


def describe_fault(error: ValidationError, *, prefix: str = "", expected: str = "") -> AnswerError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    return AnswerError(f"{prefix}{where or 'the body'}: {first['msg']}", expected=expected)
