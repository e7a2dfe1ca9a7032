"""Console profiles, also from a file of one's own district, and drill options as pages and console see them."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode
from sim.attempt.options import (
    NO_OPTIONS,
    OPTION_CARDS,
    PROFILES,
    ConsoleProfile,
    DrillOption,
    OptionCard,
    Options,
    ProfileName,
    check_options,
    get_profile,
    read_options,
    read_profile,
    write_own,
)
from sim.checked import check, read_yaml
from sim.db.attempts import AttemptRow
from sim.errors import AttemptError, SimError, TaskError
from sim.text.words import is_own_console

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


NO_SEARCH: Options = frozenset({DrillOption.APPEARANCE_SEARCH})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileCard:
    name: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundConsole:
    """A console file: what it offers, or what is wrong with it, `on_screen` without labels."""

    path: Path
    profile: ConsoleProfile | None
    problem: str = ""
    on_screen: str = ""


def load_console(path: Path) -> ConsoleProfile:
    if path.stem in PROFILES or re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", path.stem) is None:
        raise TaskError(
            f"a console cannot be called {path.stem[:60]!r}",
            expected="small letters, digits and hyphens, 1 to 40, and no name of a console of this program",
            todo="give the file another name",
        )
    file = check(
        ConsoleFile,
        read_yaml(path, fault=TaskError),
        source=path.name,
        newest=CONSOLE_SCHEMA,
        fault=TaskError,
        todo="correct the file; scenarios/consoles has three to begin with",
    )
    return make_profile(path.stem, file)


def find_consoles(folders: Iterable[Path]) -> Iterator[FoundConsole]:
    """Yield every console file of folders, by name; of two of one name the first folder's."""
    paths: dict[str, Path] = {}
    for folder in folders:
        for path in folder.glob("*.yaml"):
            paths.setdefault(path.stem, path)
    for _, path in sorted(paths.items()):
        try:
            yield FoundConsole(path=path, profile=load_console(path))
        except SimError as error:
            yield FoundConsole(path=path, profile=None, problem=str(error), on_screen=error.on_screen)


def list_profiles(app: App, *, kept: str | None = None) -> tuple[ProfileCard, ...]:
    """Return every profile that can be chosen, and `kept`, one chosen before: the usual first, those of files last."""
    found = [each.profile.name for each in find_consoles(app.settings.consoles) if each.profile is not None]
    cards = [get_card(name) for name in (*PROFILES, *found)]
    if kept is not None and kept not in {card.name for card in cards}:
        before = get_card(read_profile(kept))
        cards.append(replace(before, title=f"{before.title}, as given before"))
    return tuple(cards)


def list_console_troubles(app: App) -> tuple[str, ...]:
    return tuple(each.on_screen for each in find_consoles(app.settings.consoles) if each.profile is None)


def get_card(name: ProfileName) -> ProfileCard:
    profile = get_profile(name)
    return ProfileCard(name=profile.name.value, title=profile.title, summary=profile.summary)


def list_profile_choices(app: App, row: AttemptRow) -> tuple[ProfileCard, ...]:
    return list_profiles(app, kept=row.profile) if _is_open(row) else ()


def choose_profile(app: App, attempt_id: str, name: str) -> None:
    profile = read_profile(name)
    if is_own_console(name) and all(card.name != name for card in list_profiles(app)):
        raise TaskError("this console was changed or removed meanwhile", todo="reload the page and choose again")
    with app.store.write() as work:
        row = work.attempts.get(attempt_id)
        if not _is_open(row):
            raise AttemptError(
                "the console of this drill cannot be changed",
                expected="a practice drill whose clock does not run yet",
                todo="continue with the console it has, or start another practice drill",
            )
        options = row.options if get_profile(profile).search else row.options - NO_SEARCH
        work.save_row(replace(row, profile=profile, options=options))


def check_console(profile: ProfileName, options: Options) -> None:
    if not get_profile(profile).search and options & NO_SEARCH:
        raise TaskError(
            f"the console {get_profile(profile).title} has no appearance search",
            expected="a drill without it, or another console",
            todo="leave the appearance search out, or choose another console",
        )


def describe_profile(name: ProfileName) -> dict[str, Any]:
    profile = get_profile(name)
    return {
        "name": profile.name.partition("?")[0],
        "title": profile.title,
        "speeds": list(profile.speeds),
        "tiles": profile.tiles,
        "jumps_s": list(profile.jumps_s),
        "sync": profile.sync,
        "map": profile.map,
        "links": profile.links,
        "is_narrow": profile.is_narrow,
        "keys": dict(profile.keys),
        "buttons": dict(profile.buttons),
    }


OFFERED: tuple[DrillOption, ...] = (DrillOption.INTERRUPTIONS, DrillOption.APPEARANCE_SEARCH, DrillOption.HINTS)
"""Options that the console of this program has, in the order of `OPTION_CARDS`."""


def list_offered(*, mode: Mode, task_type: str, profile: ProfileName = ProfileName.CLASSIC) -> tuple[OptionCard, ...]:
    missing = NO_OPTIONS if get_profile(profile).search else NO_SEARCH
    return tuple(
        card
        for card in OPTION_CARDS.values()
        if card.name in OFFERED
        and card.name not in missing
        and (mode is Mode.PRACTICE or not card.practice_only)
        and (card.task_types is None or task_type in card.task_types)
    )


def list_option_choices(row: AttemptRow, *, task_type: str) -> tuple[OptionCard, ...]:
    return list_offered(mode=row.mode, task_type=task_type, profile=row.profile) if _is_open(row) else ()


def choose_options(app: App, attempt_id: str, names: Collection[str]) -> None:
    options = read_options(names)
    with app.store.write() as work:
        row = work.attempts.get(attempt_id)
        if not _is_open(row):
            raise AttemptError(
                "the options of this drill cannot be changed",
                expected="a practice drill whose clock does not run yet",
                todo="continue with the options it has, or start another practice drill",
            )
        offered = {
            card.name for card in list_option_choices(row, task_type=app.catalog.get_form(row.form_id).form.type)
        }
        if not options <= offered:
            raise TaskError(
                f"this drill cannot be given with {OPTION_CARDS[min(options - offered)].given_with}",
                expected=", ".join(sorted(offered)) or "no option",
                todo="choose among these",
            )
        check_options(options, mode=row.mode)
        work.save_row(replace(row, options=options))


def _is_open(row: AttemptRow) -> bool:
    return row.mode is Mode.PRACTICE and row.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
