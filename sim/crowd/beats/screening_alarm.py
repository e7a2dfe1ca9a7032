"""The entrance detector sounds, and staff check the student, completely or not. Only the procedure is judged."""

from typing import Literal

from pydantic import Field

from sim.crowd.beats.base import Actor, Beat, Where
from sim.crowd.file_part import SecondsRange
from sim.site.model import Identifier


class ScreeningAlarm(Beat):
    """`student` passes the detector, it sounds; at the table `officer` wands the student and searches the bag.

    The check is complete when the student was wanded (`wand`) and all `compartments` of the bag were opened, before
    the student walks on; `searched` says how many are.
    """

    kind: Literal["screening-alarm"]
    student: Actor
    officer: Actor
    detector: Identifier = Field(description="walk node in the detector")
    table: Identifier = Field(description="walk node in front of the screening table")
    wand: bool = True
    compartments: int = Field(default=3, ge=1, le=4)
    searched: int = Field(default=3, ge=0, le=4)
    for_s: SecondsRange = Field(default=(3.5, 5.0), description="for the wand, and for each compartment")

    @property
    def is_complete(self) -> bool:
        """Whether everything was checked before the student walked on."""
        return self.wand and self.searched >= self.compartments

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Student, officer."""
        return (self.student, self.officer)

    @property
    def staff(self) -> tuple[Actor, ...]:
        """The officer."""
        return (self.officer,)

    @property
    def places(self) -> tuple[Where, ...]:
        """Detector and table."""
        return (Where(node=self.detector), Where(node=self.table))
