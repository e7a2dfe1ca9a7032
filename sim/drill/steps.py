"""The steps of a training program: which kinds there are, and what a drill of one counts as."""

from enum import StrEnum

from sim.drill.attempt import Phase


class StepKind(StrEnum):
    """What is done in a step, in the order of a program."""

    FAMILIARIZATION = "familiarization"
    BEFORE = "before"
    TRAINING = "training"
    AFTER = "after"
    RETENTION = "retention"

    @property
    def phase(self) -> Phase | None:
        """The side of the training that its drills count for; None where none is measured."""
        return _PHASES.get(self)


_PHASES = {
    StepKind.BEFORE: Phase.BEFORE,
    StepKind.AFTER: Phase.AFTER,
    StepKind.RETENTION: Phase.RETENTION,
}
