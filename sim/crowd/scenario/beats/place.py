"""Places and clothes as a scenario file names them."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.site.model import Identifier

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


class Where(FilePart):
    """A place: somewhere quiet in a zone (within 5 m of the walk node `near`), at a walk node, or at a door."""

    zone: Identifier | None = None
    near: Identifier | None = None
    node: Identifier | None = None
    door: Identifier | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if sum(name is not None for name in (self.zone, self.node, self.door)) != 1:
            raise ValueError("a place is one of zone, node or door")
        if self.near is not None and self.zone is None:
            raise ValueError("near goes with zone")
        return self

    @property
    def name(self) -> str:
        if self.zone is not None:
            return f"zone {self.zone!r}" + (f" near {self.near!r}" if self.near else "")
        return f"walk node {self.node!r}" if self.node is not None else f"door {self.door!r}"


class Clothing(FilePart):
    """A garment or bag by its words of the wardrobe, such as kind: hoodie, colour: maroon."""

    kind: str
    colour: str
