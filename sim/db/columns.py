"""Tables as classes: a column is declared once, with its type, its default, and what it says about a person.

An object is one row: frozen, detached, what services use; `DayOff.name` is the column, for queries. SQLAlchemy's own
mapped classes cannot be frozen, and are read at less than half the speed into three times the memory.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from types import NoneType
from typing import (
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    Self,
    TypeVar,
    dataclass_transform,
    get_args,
    get_type_hints,
    overload,
)

import sqlalchemy as sa
from sqlalchemy import Column, ColumnElement, Dialect, ForeignKey, String, Table, Text, TypeDecorator

from sim.errors import SimError, StoreError

metadata = sa.MetaData()
T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """Stores UTC, gives back UTC with its zone. A time without zone is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    # SQLite's text is read and written in one step, zone and all: a district has 40,000 times to read
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _write_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.name != "sqlite":
            return _to_utc
        return lambda text: None if text is None else datetime.fromisoformat(text + "+00:00")


class MomentText(UtcDateTime):
    """Gives a stored time as SQLite has it: "2026-11-25 21:47:20.000125"."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return None if dialect.name == "sqlite" else _write_text


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("a stored time needs its zone")
    return value.astimezone(UTC)


def _write_text(value: datetime | None) -> str | None:
    moment = _to_utc(value)
    return None if moment is None else moment.isoformat(" ", "microseconds")[:-6]


class Converted(TypeDecorator[Any]):
    """Stored as the text that `write` makes, given back as what `read` makes of it; text itself is stored as it is."""

    impl = Text
    cache_ok = True

    def __init__(self, read: Callable[[str], Any], write: Callable[[Any], str] = str) -> None:
        super().__init__()
        self.read, self.write = read, write

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        write = self.write
        # str() also of text: an enum's member is text, and drivers know plain text only
        return lambda value: None if value is None else str(value) if isinstance(value, str) else write(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:
        # what JSON is read to can be changed by whoever has it
        read = self.read if self.read is json.loads else lru_cache(64)(self.read)
        return lambda text: None if text is None else read(text)


def several(kind: Callable[[Iterable[str]], Any], *, between: str = " ") -> Converted:
    """Several words in one text, with a blank or a line's end between; those of a set in alphabetical order."""
    return Converted(
        lambda text: kind(text.split() if between == " " else text.splitlines()),
        lambda value: between.join(sorted(value) if isinstance(value, frozenset) else value),
    )


def listed(kind: Callable[..., Any]) -> Converted:
    """Several objects of a dataclass in one text, as JSON."""
    return Converted(
        lambda text: tuple(kind(**each) for each in json.loads(text)),
        lambda value: json.dumps([asdict(each) for each in value]),
    )


_write_json = json.JSONEncoder(allow_nan=False, separators=(",", ":"), sort_keys=True).encode
"""Made once: a log has thousands of payloads."""


def write_json(value: Mapping[str, Any]) -> str:
    return _write_json(value if type(value) is dict else dict(value))


JSON_TEXT: Final = Converted(json.loads, write_json)


def raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column that gives what is stored: text where rows have something else."""
    if not isinstance(column.type, Converted):
        return column
    return sa.type_coerce(column, column.type.impl_instance).label(getattr(column, "name", None))


class Col(Generic[T]):
    """How a column is declared: the class has the column, and a row its value."""

    @overload
    def __get__(self, row: None, kind: Any) -> Column[T]: ...
    @overload
    def __get__(self, row: object, kind: Any) -> T: ...
    def __get__(self, row: object | None, kind: Any) -> Column[T] | T:
        raise NotImplementedError("a class of rows has put its column here")

    def __set__(self, row: object, value: T) -> None:
        raise NotImplementedError


def column(*what: Any, default: Any = MISSING, told: str = "", path: str | None = None, **options: Any) -> Any:
    """Declare a column that says nothing about a person.

    `what` is the most letters of a text, or a type where the annotation does not say it; and foreign keys. A default
    of a row that is text or a number is that of the database too. `options` are those of `sqlalchemy.Column`, and
    `loose` where the value may change without an entry of the audit.
    """
    if type(default) in (str, int, float):
        options.setdefault("server_default", str(default))
    info = {"told": told, "secret": options.pop("secret", False), "loose": options.pop("loose", False)}
    info |= {"default": default, "path": path.split(".") if path is not None else ()}
    args: list[Any] = [String(each) if isinstance(each, int) else each for each in what]
    return Column(*args, info=info, **options)


def told(says: str, *what: Any, default: Any = MISSING, **options: Any) -> Any:
    """Declare a column that says something about a person, in words; one that is `secret` is nobody's to read."""
    return column(*what, default=default, told=says, **options)


def inner(path: str, says: str, *what: Any, init: Literal[False] = False, **options: Any) -> Any:
    """Declare a column whose value is inside another value of the row, as `timing.state`; "" where rows lack it."""
    return column(*what, told=says, path=path, **options)


cascade: Final = partial(ForeignKey, ondelete="CASCADE")
set_null: Final = partial(ForeignKey, ondelete="SET NULL")
MOST_SAID = 300
"""Letters of what another server said."""
EVIDENCE = "5 years, also when the person is deleted before: the training record is evidence"
PRACTICE = "practice: {days} days; measured drills: until the person is deleted"
_TYPES: Final = {str: Text, int: sa.Integer, float: sa.Double, bool: sa.Boolean, datetime: UtcDateTime, date: sa.Date}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(column, told, inner))
class Row:
    """One row of a table. The page "What is stored" shows the docstring of its class, the first sentence as the title,
    and `kept`: how long rows are.

    `of` names the tables of whose row it is, as "team person" for any of these, each by the id in a column of its name
    (`team_id`) or in the one that `by` names, or the other way round. Who is for some schools alone sees what is of
    these, and what is nobody's where "nobody" is among the names; what is everybody's is of "". `sorted_by` names the
    columns that rows are listed by, "-" before one that falls.

    `audit` is a row in words, with a place for each value of its key, where rows are compared with the audit: all
    columns but the loose ones. Rows that `outlives` is said of stay when the person they are about is deleted: their
    ids are no foreign keys.
    """

    table: ClassVar[Table]
    # made once: putting them together takes longer than the database does
    select_by_key: ClassVar[sa.Select[Any]]
    update_by_key: ClassVar[sa.Update]
    order: ClassVar[tuple[ColumnElement[Any], ...]]
    unknown: ClassVar[Callable[[], SimError]] = partial(StoreError, "this exists no more", todo="reload the page")
    _maker: ClassVar[Callable[[Sequence[Any]], Any]]
    _paths: ClassVar[Mapping[str, tuple[str, ...]]]  # where in a row the value of each column is

    def __init_subclass__(
        cls,
        *,
        table: str,
        of: str,
        by: str = "",
        sorted_by: str = "",
        kept: str = "",
        audit: str = "",
        outlives: bool = False,
    ) -> None:
        title, _, what = " ".join(str(cls.__doc__).split()).partition(". ")
        hints = get_type_hints(cls)
        columns = {name: found for name, found in vars(cls).items() if isinstance(found, Column)}
        for name, own in columns.items():
            kind, own.nullable = _unwrap(get_args(hints[name])[0])
            own.key = own.name = own.name or name
            if isinstance(own.type, sa.types.NullType):
                own.type = _TYPES[kind]() if kind in _TYPES else Converted(kind)
            if own.info["path"]:
                del cls.__annotations__[name]
            else:
                setattr(cls, name, field(default=own.info["default"]))
        dataclass(frozen=True, kw_only=True)(cls)
        kept = kept or (EVIDENCE if outlives else "until the person is deleted")
        info = {"title": title.rstrip("."), "what": what, "kept": kept, "audit": audit, "outlives": outlives}
        owners = {"owners": {name: by or f"{name}_id" for name in of.split()}}
        cls.table = Table(table, metadata, *columns.values(), info=info | owners)
        key = [own == sa.bindparam(f"key_{own.name}") for own in cls.table.primary_key]
        cls.select_by_key, cls.update_by_key = sa.select(cls.table).where(*key), sa.update(cls.table).where(*key)
        ordered = ((columns[name.lstrip("-")], name.startswith("-")) for name in sorted_by.split())
        cls.order = tuple(own.desc() if falls else own for own, falls in ordered)
        for name, own in columns.items():
            setattr(cls, name, _Inner(own) if own.info["path"] else own)
        paths = {own.name: tuple(own.info["path"]) or (name,) for name, own in columns.items()}
        cls._paths = {name: path for name, path in paths.items() if path != ("",)}
        places = {path: list(paths).index(name) for name, path in cls._paths.items()}
        cls._maker = staticmethod(_make_maker(cls, places))

    @classmethod
    def make(cls, row: Sequence[Any]) -> Self:
        made: Self = cls._maker(row)
        return made

    def values(self) -> dict[str, Any]:
        return {name: _follow(self, path) for name, path in self._paths.items()}


class _Inner:
    """What a class has in place of a column whose value is inside another: the column, and the value of a row."""

    def __init__(self, own: Column[Any]) -> None:
        self._column = own

    def __get__(self, row: object | None, kind: object) -> Any:
        return self._column if row is None else _follow(row, self._column.info["path"])


def _follow(value: Any, path: Iterable[str]) -> Any:
    for name in path:
        value = None if value is None else getattr(value, name)
    return value


def _unwrap(hint: Any) -> tuple[Any, bool]:
    is_optional = NoneType in get_args(hint)
    return (get_args(hint)[0] if is_optional else hint), is_optional


def _make_maker(
    kind: Callable[..., Any], places: Mapping[tuple[str, ...], int], *, is_optional: bool = False
) -> Callable[[Sequence[Any]], Any]:
    """Return what makes an object of a row's values: `places` say where the values of its fields are, by path."""
    hints = get_type_hints(kind)
    direct = {path[0]: place for path, place in places.items() if len(path) == 1}
    inside = {}
    for name in {path[0]: None for path in places if len(path) > 1}:
        own = {path[1:]: place for path, place in places.items() if path[0] == name}
        of, may_lack = _unwrap(hints[name])
        inside[name] = _make_maker(of, own, is_optional=may_lack)

    def make(row: Sequence[Any]) -> Any:
        values = {name: row[place] for name, place in direct.items()}
        if is_optional and None in values.values():
            return None
        return kind(**values, **{name: each(row) for name, each in inside.items()})

    return make
