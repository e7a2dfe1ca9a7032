"""A console profile as a file, so that drills are done on a console like the video system of one's own district."""

from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.attempt.profile import ConsoleProfile, ProfileName, get_profile, write_own

_KEYED = """
togglePlay frameBack frameForward shuttleBack pause shuttleForward arrowLeft arrowRight arrowUp arrowDown slower faster
motionBack motionForward timelineCloser timelineWider timelineAll cross crossMark closer lessClose similar undo
previousMark nextMark bookmark snapshot pinTime wallToHere saveData playerDetails togglePlan nextLink hint
answerCall nextLayout openViews pageBack pageForward findCamera openKeys
number1 number2 number3 number4 number5 number6 number7 number8 number9
"""
_NAMED = """
shuttleBack frameBack frameForward findCamera cross bookmark snapshot openViews openKeys pageBack pageForward togglePlan
timelineCloser timelineWider timelineAll pinTime wallToHere saveData playerDetails similar motionBack motionForward
"""
_SAME = "Enter ArrowLeft ArrowRight ArrowUp ArrowDown PageUp PageDown Home End Backspace Delete F2 F4 F8 F9"

KEYED: Final = frozenset(_KEYED.split())
"""Actions whose key a profile may choose: all but Esc, which is the way out everywhere."""

NAMED: Final = frozenset(_NAMED.split())
"""Actions whose button a profile may name."""

NAMED_KEYS: Final = MappingProxyType({"Space": " "} | {name: name for name in _SAME.split()})
"""Keys that are no single sign, as a file writes them, and as a browser does."""


CONSOLE_SCHEMA = 1
_LETTERS = r"\p{L}\p{N}"
Words = Annotated[str, Field(min_length=1, max_length=40, pattern=rf"^[{_LETTERS}][{_LETTERS} .,:;'()&/+-]*$")]
Speed = Annotated[float, Field(ge=0.0625, le=16.0, allow_inf_nan=False)]
Skip = Annotated[int, Field(ge=1, le=600)]


class ConsoleFile(BaseModel):
    """A file of `scenarios/consoles`; its name without the ending is the profile's id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1]
    title: Words  # as people read it
    # what is different, in one sentence
    summary: str = Field(min_length=1, max_length=160, pattern=rf"^[{_LETTERS} .,:;'()&/+-]+$")
    speeds: tuple[Speed, ...] = Field(min_length=1, max_length=12)  # how fast it plays forward; 1 is among them
    reverse: tuple[Speed, ...] = Field(default=(), max_length=12)  # how fast it plays backward; empty where it does not
    skips_s: tuple[Skip, ...] = Field(min_length=1, max_length=2)  # lengths of the skip buttons, seconds: one or two
    tiles: Literal[1, 4, 9, 16]  # most pictures on the wall at a time
    one_time: bool = True  # all cameras show the same moment; without, each has a time of its own
    plan: bool = True  # there is a floor plan
    links: bool = True  # the picture links to the next camera
    search: bool = True  # there is an appearance search, where a drill is given with it
    keys: dict[str, str] = Field(default_factory=dict)  # other keys than usual, by action
    buttons: dict[str, Words] = Field(default_factory=dict)  # other names of buttons, by action

    @model_validator(mode="after")
    def _check_speeds(self) -> Self:
        for name, values in (("speeds", self.speeds), ("reverse", self.reverse), ("skips_s", self.skips_s)):
            if list(values) != sorted(set(values)):
                raise ValueError(f"{name}: write each once, the smallest first")
        if 1.0 not in self.speeds:
            raise ValueError("speeds: 1 is missing, the speed that every drill begins with")
        return self

    @model_validator(mode="after")
    def _check_actions(self) -> Self:
        _refuse_unknown("keys", set(self.keys), KEYED)
        _refuse_unknown("buttons", set(self.buttons), NAMED)
        taken: dict[str, str] = {}
        for action, key in self.keys.items():
            if key not in NAMED_KEYS and not (len(key) == 1 and key.isprintable() and key != " "):
                names = ", ".join(sorted(NAMED_KEYS))
                raise ValueError(f"keys.{action}: {key[:20]!r} is no key; write one letter, digit or sign, or {names}")
            if key.lower() in taken:
                raise ValueError(f"keys.{action}: {key!r} is also the key of {taken[key.lower()]}")
            taken[key.lower()] = action
        return self


def _refuse_unknown(where: str, names: set[str], known: frozenset[str]) -> None:
    if unknown := sorted(names - known):
        raise ValueError(f"{where}: there is no action {unknown[0][:40]!r}; write one of {', '.join(sorted(known))}")


def make_profile(profile_id: str, file: ConsoleFile) -> ConsoleProfile:
    """Return the profile of a file. Raises TaskError: it says more than can be stored with a result."""
    profile = ConsoleProfile(
        name=ProfileName.CLASSIC,
        title=file.title,
        summary=file.summary,
        speeds=(*(-each for each in file.reverse), *file.speeds),
        tiles=file.tiles,
        jumps_s=file.skips_s,
        sync=file.one_time,
        map=file.plan,
        links=file.links,
        search=file.search,
        keys={action: NAMED_KEYS.get(key, key.lower()) for action, key in file.keys.items()},
        buttons=dict(file.buttons),
    )
    return get_profile(write_own(profile_id, profile=profile))
