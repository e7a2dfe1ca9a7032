"""Steps of drawing, one after the other: who draws now, what they did, and taking it back.

One browser tab draws at a time. It is known by a name that it made up, and loses its turn when it has not been heard of
for a while or somebody takes over.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.app.wiring import App
from sim.checked import describe_first
from sim.errors import SiteError, StoreError
from sim.features.own_school.folder import LOG_NAME, MOST_LINES, Log, append_step, get_folder, read_log
from sim.rules.school_rights import require_open
from sim.site.drawing import Change, Drawing

LOCK_NAME: Final = "being-edited.json"
LOCK_S: Final = 45.0
"""How long after its last word a tab is taken for drawing."""
KNOWN_STEPS: Final = 50
MOST_CHANGES: Final = 1500
_changing = threading.Lock()
_logs: dict[Path, tuple[int, Log]] = {}

TabName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]


class StepKind(StrEnum):
    DO = "do"
    UNDO = "undo"
    REDO = "redo"


class Step(BaseModel):
    """One step as a browser sends it; `base` is the revision it was made on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tab: TabName
    step: TabName
    base: int = Field(ge=0)
    kind: StepKind
    changes: tuple[Change, ...] = Field(default=(), max_length=MOST_CHANGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    revision: int  # grows with each step
    drawing: Drawing
    # can_undo, can_redo: whether there is a step to take back or to make again
    can_undo: bool
    can_redo: bool
    editor: str | None  # who draws in another tab, None where nobody does

    def write(self) -> dict[str, Any]:
        return {
            "revision": self.revision,
            "drawing": self.drawing,
            "can_undo": self.can_undo,
            "can_redo": self.can_redo,
            "editor": self.editor,
        }


def parse_step(body: bytes) -> Step:
    try:
        return Step.model_validate_json(body)
    except ValidationError as error:
        raise SiteError(describe_first(error, source="this step"), todo="reload the page") from error


def get_drawing(app: App, school_id: str) -> Drawing:
    return _read(get_folder(app, school_id)).history.drawing


def get_state(app: App, school_id: str, *, tab: str) -> State:
    folder = get_folder(app, school_id)
    return _describe(app, folder, _read(folder), tab)


def hold_turn(app: App, school_id: str, *, tab: str, name: str, takes_over: bool) -> State:
    """Say that a tab draws, or go on saying so; with `takes_over` in the place of another. Raises StoreError."""
    folder = get_folder(app, school_id)
    with _alone(app, school_id):
        if takes_over or _find_editor(app, folder, tab) is None:
            _write_lock(app, folder, tab, name)
    return _describe(app, folder, _read(folder), tab)


def take_step(app: App, school_id: str, step: Step, *, name: str = "", keeps_turn: bool = True) -> State:
    """Make a step, or take one back; one that is sent again is known and made once."""
    folder = get_folder(app, school_id)
    require_open(app, school_id)
    with _alone(app, school_id):
        log = _read(folder)
        if step.step in log.steps[-KNOWN_STEPS:]:
            return _describe(app, folder, log, step.tab)
        editor = _find_editor(app, folder, step.tab)
        if editor is not None:
            raise StoreError(f"{editor} is editing this school now", todo="take over, or wait until they are done")
        if step.base != log.revision:
            raise StoreError("the plan was changed in another window meanwhile", todo="reload the page")
        if log.revision >= MOST_LINES:
            raise StoreError("this plan has too many steps", todo="export it, and import it as a new school")
        _make(folder, log, step)
        if keeps_turn:
            _write_lock(app, folder, step.tab, name)
        return _describe(app, folder, _read(folder), step.tab)


def edit(app: App, school_id: str, changes: tuple[Change, ...], *, tab: str = "services-own") -> None:
    base = _read(get_folder(app, school_id)).revision
    step = Step(tab=tab, step=f"{tab}-{base}", base=base, kind=StepKind.DO, changes=changes)
    take_step(app, school_id, step, keeps_turn=False)


def forget_log(folder: Path) -> None:
    _logs.pop(folder, None)


def _make(folder: Path, log: Log, step: Step) -> None:
    history = log.history
    before = (history.drawing, list(history.steps), history.place)
    try:
        if step.kind is StepKind.DO:
            history.do(step.changes)
        elif step.kind is StepKind.UNDO:
            history.undo()
        else:
            history.redo()
        is_redo = step.kind is StepKind.REDO
        changes = step.changes if step.kind is StepKind.DO else None
        append_step(folder, step=step.step, changes=changes, is_redo=is_redo)
    except (SiteError, StoreError):
        history.drawing, history.steps, history.place = before
        raise
    log.revision += 1
    log.steps.append(step.step)
    _logs[folder] = ((folder / LOG_NAME).stat().st_size, log)


def _read(folder: Path) -> Log:
    """Return the log; what is kept of it counts as long as nobody else wrote."""
    size = (folder / LOG_NAME).stat().st_size
    kept = _logs.get(folder)
    if kept is not None and kept[0] == size:
        return kept[1]
    log = read_log(folder)
    _logs[folder] = (size, log)
    return log


@contextmanager
def _alone(app: App, school_id: str) -> Iterator[None]:
    with _changing, app.store.hold(f"own school {school_id}"):
        yield


def _describe(app: App, folder: Path, log: Log, tab: str) -> State:
    history = log.history
    return State(
        revision=log.revision,
        drawing=history.drawing,
        can_undo=history.place > 0,
        can_redo=history.place < len(history.steps),
        editor=_find_editor(app, folder, tab),
    )


def _find_editor(app: App, folder: Path, tab: str) -> str | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        lock = json.loads((folder / LOCK_NAME).read_bytes())
        now_s = app.clock.read().wall.timestamp()
        if lock["tab"] != tab and 0 <= now_s - float(lock["at_s"]) < LOCK_S:
            return str(lock["name"])
    return None


def _write_lock(app: App, folder: Path, tab: str, name: str) -> None:
    lock = {"tab": tab, "name": name or "Someone in another window", "at_s": app.clock.read().wall.timestamp()}
    part = folder / f"{LOCK_NAME}.part"
    with suppress(OSError):
        part.write_text(json.dumps(lock), encoding="utf-8")
        part.replace(folder / LOCK_NAME)
