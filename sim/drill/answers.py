"""What a trainee answers besides marks, folded from the log: choices and clips."""

from dataclasses import dataclass, field

from sim.drill.event import Event, EventKind
from sim.drill.marks import read_number, read_text
from sim.scoring.evidence import Clip, TimedChoice


@dataclass(slots=True, kw_only=True)
class AnswerFold:
    """Takes the events of a log in their order. Garbled payloads change nothing."""

    choices: dict[str, str] = field(default_factory=dict)  # the value each key has now
    # every choice, in the order they were made, those taken back with value ""
    made: list[TimedChoice] = field(default_factory=list)
    clips: dict[str, Clip] = field(default_factory=dict)  # by clip_id, in the order they were first made
    wall: tuple[str, ...] = ()  # cameras of the wall as it was arranged last
    own_view: tuple[str, ...] = ()  # cameras of the person's own view that the wall showed last; () while there is none

    @property
    def view(self) -> tuple[str, ...]:
        """What is handed in as a view: their own, whatever they looked at after it; else the wall as it is."""
        return self.own_view or self.wall

    def take(self, event: Event) -> None:
        """Take one event; other kinds change nothing."""
        match event.kind:
            case EventKind.CHOICE:
                self._choose(event)
            case EventKind.CLIP:
                self._cut(event)
            case EventKind.UNCLIP:
                self.clips.pop(read_text(event.payload, "clip_id") or "", None)
            case EventKind.VIEW if event.payload.get("name") == "wall":
                self.wall = _read_cameras(event, self.wall)
            case EventKind.VIEW if event.payload.get("name") == "own":
                self.own_view = _read_cameras(event, self.own_view)
            case _:
                pass

    def _choose(self, event: Event) -> None:
        key, value = read_text(event.payload, "key"), event.payload.get("value")
        if key is None or not isinstance(value, str):
            return
        self.made.append(TimedChoice(key=key, value=value, at_s=event.t_client_ms / 1000.0))
        if value:
            self.choices[key] = value
        else:
            self.choices.pop(key, None)

    def _cut(self, event: Event) -> None:
        clip_id, camera_id = read_text(event.payload, "clip_id"), read_text(event.payload, "camera_id")
        from_s, to_s = read_number(event.payload, "from_s"), read_number(event.payload, "to_s")
        if clip_id is None or camera_id is None or from_s is None or to_s is None or not from_s < to_s:
            return
        self.clips[clip_id] = Clip(camera_id=camera_id, from_s=from_s, to_s=to_s)


def _read_cameras(event: Event, before: tuple[str, ...]) -> tuple[str, ...]:
    cameras = event.payload.get("cameras")
    if isinstance(cameras, list) and all(isinstance(camera, str) for camera in cameras):
        return tuple(cameras)
    return before
