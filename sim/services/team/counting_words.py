"""In words: why a drill does not count before and after training, and what to do about it."""

from dataclasses import dataclass
from datetime import date

from sim.compare.checks.counting import Reason
from sim.compare.data.conditions import say_options
from sim.compare.data.table import QUICK_S
from sim.drill.attempt import Phase
from sim.drill.profile import get_profile, read_profile

NOT_COUNTED = "Does not count: they saw this recording in practice before the drill, or during it."
WAS_OUT_OF_ORDER = "a drill before training was done later than one after training"
NONE_COUNT = "none of this person's drills before and after training count"
SIDES = {
    Phase.BEFORE: "before training",
    Phase.AFTER: "after training",
    Phase.RETENTION: "as a follow-up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the words name: the drill's phase and device, and the team's device, console and day of the training."""

    phase: Phase
    device: str
    team_device: str
    team_console: str
    training_on: date | None


def write_not_counted(reason: Reason, ground: Ground) -> str:
    """Return why a drill that has ended does not count."""
    if reason is Reason.SEEN_BEFORE:
        return NOT_COUNTED
    if reason is Reason.EXTRA_TIME:
        return "Done with extended time: kept out of the times that are compared."
    if reason is Reason.OUT_OF_ORDER:
        return f"Does not count: {WAS_OUT_OF_ORDER}, so {NONE_COUNT}."
    if reason is Reason.WRONG_SIDE:
        day = _write_day(ground.training_on)
        side = "before" if ground.phase is Phase.BEFORE else "after"
        other = "after" if side == "before" else "before"
        return f'Does not count: recorded as "{side}", but done {other} the training{day}.'
    if reason is Reason.DEVICE:
        here, wanted = _write_device(ground.device), _write_device(ground.team_device)
        return f"Does not count: done on {here}, while this team's drills are done on {wanted}."
    return f"Does not count: {_write_because(reason, ground)}."


def write_will_not_count(reason: Reason, ground: Ground) -> str:
    """Return why a drill that is to be done will not count, and what to do."""
    because = _write_because(reason, ground)
    return f"This will not count {SIDES[ground.phase]} because {because}. {_write_remedy(reason, ground)}".rstrip()


def _write_because(reason: Reason, ground: Ground) -> str:
    day = _write_day(ground.training_on)
    return {
        Reason.WRONG_SIDE: f"the training {'was' if ground.phase is Phase.BEFORE else 'is'}{day}",
        Reason.OUT_OF_ORDER: "a drill after training was done already"
        if ground.phase is Phase.BEFORE
        else f"{WAS_OUT_OF_ORDER}, so {NONE_COUNT}",
        Reason.EXTRA_TIME: "it has extended time",
        Reason.QUICK: f"it was submitted within {QUICK_S:.0f} seconds, which nobody can search in",
        Reason.SEEN_BEFORE: "this recording was seen in practice",
        Reason.FORM_MET: "the same drill was done before",
        Reason.CONSOLE: f"this team's drills are done on {_write_console(ground.team_console)}",
        Reason.DEVICE: f"it is on {_write_device(ground.device)}, and this team's drills are done on "
        f"{_write_device(ground.team_device)}",
    }[reason]


def _write_remedy(reason: Reason, ground: Ground) -> str:
    is_before = ground.phase is Phase.BEFORE
    return {
        Reason.WRONG_SIDE: "Give a drill after training instead." if is_before else "Do it after the training.",
        Reason.OUT_OF_ORDER: f"With it, {NONE_COUNT}. Give a drill after training instead." if is_before else "",
        Reason.QUICK: "Do another drill.",
        Reason.SEEN_BEFORE: "Measure with footage made on this computer, which nobody has practiced on.",
        Reason.FORM_MET: "Choose another drill.",
        Reason.CONSOLE: "Choose that console.",
        Reason.DEVICE: f"Open it on {_write_device(ground.team_device)}.",
    }.get(reason, "")


def _write_day(day: date | None) -> str:
    return f" on {day:%b} {day.day}, {day.year}" if day else ""


def _write_console(console: str) -> str:
    profile, _, options = console.partition(" ")
    return f"the {get_profile(read_profile(profile)).title} console {say_options(options)}"


def _write_device(device: str) -> str:
    return "more than one kind of device" if device == "mixed" else f"a {device}"
