"""What is wrong with cameras in a scenario: the `faults:` list of its file, checked, and its rows of the truth.

A fault changes what a camera shows or says of itself, never what happens: site time, people and their ways stay.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from sim.columns import EVENTS
from sim.crowd.scenario.beats.place import FilePart
from sim.errors import ScenarioError, SiteError, TruthError
from sim.site.camera import Turn, find_covering_share
from sim.site.model import CameraSpec, Identifier, Site
from sim.truth.events import FaultKind

Share = Annotated[float, Field(gt=0, le=1)]
PictureXY = tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]]

DAY_S = 86_400.0


class _Fault(FilePart):
    """What all faults have: a camera, and the part of the recording they last, by default all of it.

    `from_s` belongs to the fault, `to_s` no more; both are seconds from the recording's start.
    """

    camera: Identifier
    from_s: float = Field(default=0.0, ge=0)
    to_s: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _check_span(self) -> Self:
        if self.to_s is not None and self.to_s <= self.from_s:
            raise ValueError(f"to_s {self.to_s:g} must be more than from_s {self.from_s:g}")
        return self


class ClockOffset(_Fault):
    """The clock in the picture is `offset_s` fast, or slow when negative. The console and truth keep site time."""

    kind: Literal[FaultKind.CLOCK_OFFSET]
    offset_s: float = Field(ge=-DAY_S, le=DAY_S, description="at most a day")

    @model_validator(mode="after")
    def _check_offset(self) -> Self:
        if abs(self.offset_s) < 0.1:
            raise ValueError("offset_s must be at least 0.1 either way: the picture shows tenths")
        return self

    def describe(self) -> str:
        return f"the clock in the picture is {abs(self.offset_s):g} s {'fast' if self.offset_s > 0 else 'slow'}"


class WrongName(_Fault):
    """The camera calls itself `shown`, in its picture and in the console's list."""

    kind: Literal[FaultKind.WRONG_NAME]
    shown: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^\S(.*\S)?$")]

    def describe(self) -> str:
        return f"named {self.shown!r} in its picture and in the camera list"


class DeadSpan(_Fault):
    """The recorder gets no picture and records its "no signal" picture instead; nobody is seen."""

    kind: Literal[FaultKind.DEAD_SPAN]
    to_s: float = Field(gt=0)

    def describe(self) -> str:
        return "no signal"


class DirtyLens(_Fault):
    """Smears and spots on the glass blur and cloud a share of the picture that grows with `amount`."""

    kind: Literal[FaultKind.DIRTY_LENS]
    amount: Share = 0.5

    def describe(self) -> str:
        return f"a dirty lens, amount {self.amount:g}"


class Glare(_Fault):
    """Light from a door or window floods the picture around `at` (shares of its width and height from top left)."""

    kind: Literal[FaultKind.GLARE]
    at: PictureXY
    radius: float = Field(default=0.16, ge=0.03, le=0.6, description="of the burnt-out part, in picture widths")
    amount: Share = 0.6

    def describe(self) -> str:
        return f"glare around {self.at[0]:g}, {self.at[1]:g} of the picture, amount {self.amount:g}"


class LowLight(_Fault):
    """Lamps are off: the camera turns its gain up and its picture is dark, soft, pale and noisy."""

    kind: Literal[FaultKind.LOW_LIGHT]
    amount: Share = 0.6

    def describe(self) -> str:
        return f"low light, amount {self.amount:g}"


class LowFrameRate(_Fault):
    """The camera delivers only `fps` pictures a second; the recorder repeats the last one in between."""

    kind: Literal[FaultKind.LOW_FRAME_RATE]
    fps: float = Field(ge=0.5, le=15)

    def describe(self) -> str:
        return f"{self.fps:g} pictures a second"


class MovedView(_Fault):
    """Somebody turned the camera at `from_s`: left (yaw) and up (pitch) when positive, and `roll_deg` clockwise."""

    kind: Literal[FaultKind.MOVED_VIEW]
    yaw_deg: float = Field(default=0.0, ge=-20, le=20)
    pitch_deg: float = Field(default=0.0, ge=-15, le=15)
    roll_deg: float = Field(default=0.0, ge=-15, le=15)

    @model_validator(mode="after")
    def _check_turn(self) -> Self:
        if max(abs(self.yaw_deg), abs(self.pitch_deg), abs(self.roll_deg)) < 0.5:
            raise ValueError("yaw_deg, pitch_deg or roll_deg must turn the camera by at least half a degree")
        if self.from_s == 0:
            raise ValueError("from_s must be after the start: before it the camera looks as installed")
        return self

    @property
    def turn(self) -> Turn:
        return Turn(yaw_deg=self.yaw_deg, pitch_deg=self.pitch_deg, roll_deg=self.roll_deg)

    def describe(self) -> str:
        turns = (("yaw", self.yaw_deg), ("pitch", self.pitch_deg), ("roll", self.roll_deg))
        return "the camera is turned by " + ", ".join(f"{turn:+g} degrees {name}" for name, turn in turns if turn)


AnyFault = ClockOffset | WrongName | DeadSpan | DirtyLens | Glare | LowLight | LowFrameRate | MovedView
Fault = Annotated[AnyFault, Field(discriminator="kind")]
_FAULT: TypeAdapter[AnyFault] = TypeAdapter(Fault)


def describe_fault(fault: AnyFault, *, duration_s: float) -> str:
    """Return a fault in words: "CAM-03 from 60 s to 84.5 s: no signal"; no span when it lasts the whole recording."""
    end_s = min(duration_s if fault.to_s is None else fault.to_s, duration_s)
    span = "" if fault.from_s == 0 and end_s == duration_s else f" from {fault.from_s:g} s to {end_s:g} s"
    return f"{fault.camera}{span}: {fault.describe()}"


def check_faults(faults: Sequence[AnyFault], *, site: Site, duration_s: float, fps: float) -> None:
    """Check that every fault names a camera of the site, begins in the recording and contradicts no other."""
    known = {camera.camera_id: camera for camera in site.cameras}
    for number, fault in enumerate(faults):
        key = f"faults.{number}"
        if fault.camera not in known:
            raise ScenarioError(
                f"{key}.camera: {fault.camera!r} is no camera of {site.name}", expected=f"one of {', '.join(known)}"
            )
        if fault.from_s >= duration_s:
            raise ScenarioError(
                f"{key}.from_s: {fault.from_s:g} is after the recording's end", expected=f"less than {duration_s:g}"
            )
        if isinstance(fault, WrongName) and fault.shown == known[fault.camera].name:
            raise ScenarioError(f"{key}.shown: {fault.shown!r} is the camera's right name", expected="a wrong one")
        if isinstance(fault, ClockOffset | WrongName) and (fault.from_s > 0 or fault.to_s is not None):
            raise ScenarioError(f"{key}: a {fault.kind} lasts the whole recording", expected="neither from_s nor to_s")
        if isinstance(fault, LowFrameRate) and fault.fps >= fps:
            raise ScenarioError(f"{key}.fps: {fault.fps:g} is no low rate here", expected=f"less than {fps:g}")
    _check_overlaps(faults, duration_s=duration_s)
    _check_turns(faults, known)


def _check_overlaps(faults: Sequence[AnyFault], *, duration_s: float) -> None:
    """Refuse the same kind twice at one time on one camera, which only a slip of the pen can mean; glare may repeat."""
    numbered = [(f.camera, f.kind, f.from_s, f.to_s or duration_s, n) for n, f in enumerate(faults)]
    for first, second in pairwise(sorted(row for row in numbered if row[1] is not FaultKind.GLARE)):
        same = first[:2] == second[:2]
        if same and second[2] < first[3]:
            raise ScenarioError(
                f"faults.{first[4]} and faults.{second[4]}: {first[0]} has two {first[1]} faults at {second[2]:g} s",
                expected="one at a time on a camera",
                todo="join them, or change from_s and to_s",
            )


def _check_turns(faults: Sequence[AnyFault], known: Mapping[str, CameraSpec]) -> None:
    for number, fault in enumerate(faults):
        if isinstance(fault, MovedView):
            try:
                find_covering_share(known[fault.camera], [fault.turn])
            except SiteError as error:
                raise ScenarioError(
                    f"faults.{number}: {error.what}", expected=error.expected, todo=error.todo
                ) from error


def make_fault_rows(faults: Sequence[AnyFault], *, duration_s: float) -> pd.DataFrame:
    """Return the events that the faults are, columns `sim.columns.EVENTS`, in the order of the file.

    Spans end with the recording; faults that begin after `duration_s` (a trial of the first seconds) have no row.
    `detail` holds the fault's own keys, such as {"offset_s": -90.0}.
    """
    shared = set(_Fault.model_fields) | {"kind"}
    nothing = float("nan")
    rows = [
        {
            "event_id": f"F{number:02d}",
            "kind": fault.kind.value,
            "start_s": fault.from_s,
            "end_s": min(duration_s if fault.to_s is None else fault.to_s, duration_s),
            "camera_id": fault.camera,
            "shown_s": nothing,
            "person_ids": "",
            "floor": "",
            "zone": "",
            **dict.fromkeys(("x_m", "y_m", "x1", "y1", "x2", "y2"), nothing),
            "detail": json.dumps(fault.model_dump(mode="json", exclude=shared), sort_keys=True),
        }
        for number, fault in enumerate(faults, start=1)
        if fault.from_s < duration_s
    ]
    return pd.DataFrame(rows, columns=[c.name for c in EVENTS]).astype({c.name: c.dtype for c in EVENTS})


def read_fault_rows(events: pd.DataFrame) -> tuple[AnyFault, ...]:
    """Return the faults that events tell of (columns `sim.columns.EVENTS`); rows of story beats are passed over."""
    rows = events[events["kind"].isin([kind.value for kind in FaultKind])]
    faults = []
    for row in rows.to_dict("records"):
        span = {"kind": row["kind"], "camera": row["camera_id"], "from_s": row["start_s"], "to_s": row["end_s"]}
        try:
            faults.append(_FAULT.validate_python(json.loads(row["detail"]) | span))
        except (ValidationError, ValueError, TypeError) as error:
            raise TruthError(
                f"event {row['event_id']} is no {row['kind']}", expected="the fault's own keys in `detail`"
            ) from error
    return tuple(faults)
