"""Rows of any table, read and written on one open transaction: of all schools, or of some alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Final, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import Column, ColumnElement, Connection, Executable, FromClause, Select, Table, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.selectable import SelectState

from sim.db.columns import Row, metadata
from sim.errors import AccessError

R = TypeVar("R", bound=Row)
T = TypeVar("T")
E = TypeVar("E", bound=Executable)
AT_ONCE = 1_000
Columns = Sequence[ColumnElement[Any]]
Condition = ColumnElement[bool]
OTHER_SCHOOL: Final = "this is of a school that is not open to you"
_WHOLE, _SCHOOLS = "is_whole", "schools"
INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_KEY: Final = "key_"  # see `Row.select_by_key`


def limit(connection: Connection, schools: frozenset[str]) -> None:
    """Have every statement of an open transaction read and write what is of some schools, and nothing else.

    Each table that a statement is about is narrowed, see `Row`; what is chosen only to compare with is not. A row of
    another school that is to be stored raises AccessError.
    """

    def narrow(
        connection: Connection, statement: Executable, many: Sequence[Any], one: Any, options: Mapping[str, Any]
    ) -> tuple[Executable, Sequence[Any], Any]:
        if options.get(_WHOLE):
            return statement, many, one
        if isinstance(statement, Select):
            return statement.where(*_list_conditions(statement, schools)), many, one
        if not isinstance(statement, sa.Insert | sa.Update | sa.Delete):
            raise TypeError(f"a {type(statement).__name__} cannot be narrowed to some schools")
        if not isinstance(statement, sa.Delete):
            _check(connection, statement, many or ((one or statement.compile().params),), schools)
        if not isinstance(statement, sa.Insert):
            statement = statement.where(_is_of(statement.table, schools))
        return statement, many, one

    connection.execution_options(**{_SCHOOLS: schools})
    sa.event.listen(connection, "before_execute", narrow, retval=True)


def whole(statement: E) -> E:
    """Return a statement that is about the rows of all schools, whoever asks: for numbers and names given once."""
    return statement.execution_options(**{_WHOLE: True})


def _list_conditions(chosen: Select[Any], schools: frozenset[str]) -> Iterator[Condition]:
    # what `get_final_froms` gives; that puts the whole statement together, which takes longer than the database does
    is_plain = not chosen._setup_joins and not chosen._from_obj
    froms = (is_plain and chosen.columns_clause_froms) or SelectState(chosen, None).froms  # type: ignore[arg-type]
    for rows, may_lack in chain.from_iterable(map(_list_tables, froms)):
        own = _is_of(rows, schools)
        yield sa.or_(next(iter(rows.primary_key)).is_(None), own) if may_lack else own


def _list_tables(chosen: FromClause, *, may_lack: bool = False) -> Iterator[tuple[FromClause, bool]]:
    """Return the tables that a choice is made from, each with whether a row found may be without one of it."""
    if isinstance(chosen, sa.Join):
        yield from _list_tables(chosen.left, may_lack=may_lack or chosen.full)
        yield from _list_tables(chosen.right, may_lack=may_lack or chosen.full or chosen.isouter)
    else:
        yield chosen, may_lack


def _get_table(rows: FromClause) -> Table:
    found = rows.element if isinstance(rows, sa.Alias) else rows
    if not isinstance(found, Table):
        raise TypeError(f"a {type(found).__name__} cannot be narrowed to some schools")
    return found


@lru_cache(maxsize=1_000)
def _is_of(rows: FromClause, schools: frozenset[str]) -> Condition:
    owners: Mapping[str, str] = _get_table(rows).info["owners"]
    if "school" in owners:
        return sa.case((rows.c.school == "", rows.c.name), else_=rows.c.school).in_(sorted(schools))
    found = [_has_owner(rows, owner, name, schools) for owner, name in owners.items() if owner != "nobody"]
    if "nobody" in owners:
        found.append(sa.and_(*(rows.c[name].is_(None) for name in owners.values() if name in rows.c)))
    return sa.or_(*found) if found else sa.true()


def _has_owner(rows: FromClause, owner: str, name: str, schools: frozenset[str]) -> Condition:
    owners = metadata.tables[owner].alias()
    if name not in rows.c:  # rows of the owner name this one
        (key,) = rows.primary_key
        return exists().where(owners.c[key.name] == key, _is_of(owners, schools))
    (key,) = owners.primary_key
    # of teams there are few: found once for all rows. Other owners are looked up row by row
    if "school" in metadata.tables[owner].info["owners"]:
        return rows.c[name].in_(select(key).where(_is_of(owners, schools)))
    return exists().where(key == rows.c[name], _is_of(owners, schools))


def _check(
    connection: Connection, statement: sa.Insert | sa.Update, rows: Iterable[Mapping[str, Any]], schools: frozenset[str]
) -> None:
    """Go on only if no row would be of another school than these. Raises AccessError."""
    owners = _get_table(statement.table).info["owners"]
    may_lack = "nobody" in owners or isinstance(statement, sa.Update)
    owners = {owner: name for owner, name in owners.items() if name in statement.table.c or owner == "school"}
    if "school" in owners:
        if not all((row["school"] or row.get("name")) in schools for row in rows if "school" in row):
            raise AccessError("this school is not one of yours", todo="choose one of your schools")
    elif owners:
        given = [{(owner, row[name]) for owner, name in owners.items() if row.get(name) is not None} for row in rows]
        known: set[tuple[str, str]] = set()
        for owner, name in owners.items():
            wanted = {value for each in given for named, value in each if named == owner}
            columns = [*metadata.tables[owner].primary_key]
            if isinstance(statement, sa.Update):  # whose they are already: of a session here, and moved away since
                columns.append(statement.table.c[name])
            for column in columns:
                known.update((owner, value) for value in connection.scalars(select(column).where(column.in_(wanted))))
        if not all(each & known or (may_lack and not each) for each in given):
            raise make_refusal()


def is_there(*where: Condition) -> Condition:
    """Choose rows for which others are there, of a table that is chosen from nowhere else."""
    return exists().where(*where)


def is_any(column: Column[Any], wanted: object) -> Condition:
    return column.in_(wanted) if isinstance(wanted, tuple | list | set | frozenset) else column == wanted


def make_refusal() -> AccessError:
    return AccessError(OTHER_SCHOOL, todo="choose one of your own teams")


def in_parts(values: Sequence[T], *, most: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """Yield a few at a time: many at once cost as much again in collecting garbage."""
    return (values[first : first + most] for first in range(0, len(values), most))


@dataclass(eq=False, slots=True)
class Rows:
    """Rows of any table. `where` chooses them, in the order of their class where none is given."""

    connection: Connection

    def list_rows(
        self, kind: type[R], *where: Condition, order_by: Columns = (), most: int | None = None
    ) -> tuple[R, ...]:
        return self.read(kind, select(kind.table).where(*where).order_by(*(order_by or kind.order)).limit(most))

    def find_row(self, kind: type[R], *where: Condition) -> R | None:
        return next(iter(self.list_rows(kind, *where, most=1)), None)

    def by_key(self, kind: type[R], *key: str) -> R | None:
        """Return the row of a key, None where there is none. Raises AccessError: it is of another school."""
        values = {_KEY + own.name: value for own, value in zip(kind.table.primary_key, key, strict=True)}
        found = self.connection.execute(kind.select_by_key, values).first()
        if found is not None:
            return kind.make(found)
        is_limited = _SCHOOLS in self.connection.get_execution_options()
        if is_limited and self.connection.execute(whole(kind.select_by_key), values).first() is not None:
            raise make_refusal()
        return None

    def read(self, kind: type[R], chosen: Select[Any]) -> tuple[R, ...]:
        """Return the rows of a choice that begins with all columns of their table."""
        return tuple(map(kind.make, self.connection.execute(chosen)))

    def list_values(self, column: Column[T], *where: Condition, order_by: Columns = ()) -> tuple[T, ...]:
        return tuple(self.connection.scalars(select(column).where(*where).order_by(*order_by)))

    def list_columns(self, columns: Columns, *where: Condition, order_by: Columns = ()) -> tuple[Any, ...]:
        return tuple(map(tuple, self.connection.execute(select(*columns).where(*where).order_by(*order_by))))

    def list_distinct(self, column: Column[T], *where: Condition) -> frozenset[T]:
        """Return the values of a column, of whatever school: for names and recordings that all share."""
        return frozenset(self.connection.scalars(whole(select(column).where(*where).distinct())))

    def count_rows(self, kind: type[Row], *where: Condition) -> int:
        return self.connection.scalar(select(sa.func.count()).select_from(kind.table).where(*where)) or 0

    def find_highest(self, column: Column[T], *where: Condition) -> T | None:
        return self.connection.scalar(select(sa.func.max(column)).where(*where))

    def count_on(self, ordinal: Column[int]) -> int:
        return (self.connection.scalar(whole(select(sa.func.max(ordinal)))) or 0) + 1

    def insert(self, *rows: Row) -> None:
        for part in in_parts(rows):
            self.connection.execute(sa.insert(part[0].table), [row.values() for row in part])

    def insert_new(self, row: Row) -> bool:
        """Store a row unless there is one like it; return whether it is new, also against other processes."""
        new = INSERT[self.connection.dialect.name](row.table).on_conflict_do_nothing()
        return self.connection.execute(new.returning(*row.table.primary_key), row.values()).first() is not None

    def save_row(self, *rows: Row) -> bool:
        """Write every value of rows of one table, found by their keys; return whether any was there."""
        named = {own.name: _KEY + own.name for own in rows[0].table.primary_key} if rows else {}
        values = [{named.get(name, name): value for name, value in row.values().items()} for row in rows]
        return bool(rows) and self.connection.execute(rows[0].update_by_key, values).rowcount > 0

    def put(self, row: Row) -> None:
        if not self.save_row(row):
            self.insert(row)

    def change(self, kind: type[Row], *where: Condition, **values: Any) -> int:
        return self.connection.execute(sa.update(kind.table).where(*where).values(**values)).rowcount

    def delete(self, kind: type[Row], *where: Condition) -> int:
        return self.connection.execute(sa.delete(kind.table).where(*where)).rowcount


@dataclass(eq=False, slots=True)
class RowsOf(Rows, Generic[R]):
    """Rows of one table, in the order of their class.

    `columns` chooses them by what stands in these: a value, None, or one of several values.
    """

    kind: type[R]

    def get(self, *key: str) -> R:
        """Return the row of a key. Raises what its class says where there is none, AccessError of another school."""
        found = self.by_key(self.kind, *key)
        if found is None:
            raise self.kind.unknown()
        return found

    def find(self, **columns: object) -> R | None:
        return self.find_row(self.kind, *self._are(columns))

    def list_all(self, *where: Condition, most: int | None = None, **columns: object) -> tuple[R, ...]:
        return self.list_rows(self.kind, *where, *self._are(columns), most=most)

    def change_one(self, key: str, *where: Condition, **values: Any) -> bool:
        """Write some values of the row of a key, where it is as `where` says; return whether it was."""
        (own,) = self.kind.table.primary_key
        return self.change(self.kind, own == key, *where, **values) > 0

    def _are(self, columns: Mapping[str, object]) -> Iterator[Condition]:
        for name, value in columns.items():
            yield is_any(getattr(self.kind, name), value)
