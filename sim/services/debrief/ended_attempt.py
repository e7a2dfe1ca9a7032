"""An ended attempt with everything that a section of the debrief is built from."""

from dataclasses import dataclass
from datetime import datetime

from sim.db.rows import AttemptRow
from sim.drill.forms import Form
from sim.footage.recording.open import Recording
from sim.services.app.score import AttemptScore
from sim.text.times import write_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAttempt:
    """One attempt after its end."""

    row: AttemptRow  # as stored, with its score settled
    form: Form  # what was asked
    recording: Recording  # what was searched
    score: AttemptScore  # its log folded, scored and, where somebody was sought, looked up in truth
    names: dict[str, str]  # the right name of each camera by its camera_id, see `write_right_names`

    @property
    def start(self) -> datetime:
        """The moment of site time 0."""
        return self.recording.manifest.start_time

    def name_camera(self, camera_id: str) -> str:
        """Return a camera's right name, or its id when it has none."""
        return self.names.get(camera_id, camera_id)

    def write_clock(self, t_s: float) -> str:
        """Return site time as the cameras show it."""
        return write_clock(self.start, t_s)
