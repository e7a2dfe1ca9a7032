"""Several schools' files as one table of attempts, in which nobody of one file is taken for somebody of another."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pandas as pd

from sim.columns import ATTEMPTS
from sim.errors import ComparisonError
from sim.services.comparison.attempts_csv.read import read_attempts

MOST_FILES = 1_000
WHAT_WAS_DONE = ("person_id", "phase", "form_id", "elapsed_s", "finished", "limit_s", "idf1", "appearance_recall")
"""Columns that no two attempts share by chance, as long as the first is the same and the drill was finished."""


def read_several(paths: Sequence[Path]) -> pd.DataFrame:
    """Return the attempts of one file as they are, or of several as one table.

    In a table of several, an attempt without a school is of the school that its file is called after. `person_id` is
    the school and what the file calls the person, since M001 of one school is not M001 of another; where two files of
    one school both have it, the name of the file stands before it: nobody can tell whether they are the same. The
    index says row and file.
    """
    if len(paths) == 1:
        return read_attempts(paths[0])
    if not 1 <= len(paths) <= MOST_FILES:
        raise ComparisonError(f"{len(paths)} files were given", expected=f"1 to {MOST_FILES} files of attempts")
    _refuse_same_file(paths)
    tables = [_fill(read_attempts(path)) for path in paths]
    _refuse_same_attempts(tables, paths)
    return _join(tables, _name_files(paths))


def _fill(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with school and person as text without blanks around, so that they can be compared."""
    texts = {name: table[name] if name in table.columns else "" for name in ("school", "person_id")}
    filled = table.assign(**texts)
    for name in texts:
        filled[name] = filled[name].map(lambda value: "" if pd.isna(value) else str(value).strip()).astype(object)
    return filled


def _refuse_same_file(paths: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise ComparisonError(f"{path.name} is given twice", expected="each file once", todo="leave one out")
        seen.add(path.resolve())


def _refuse_same_attempts(tables: Sequence[pd.DataFrame], paths: Sequence[Path]) -> None:
    """Refuse an attempt that stands in two files.

    Where both files name the school, one row alike is enough. Where they do not, M001 of both may be two people who
    both ran out of time: a person counts as the same when every attempt of one file is in the other and one of them
    was finished.
    """
    keys = [_make_keys(table) for table in tables]
    everything = pd.concat(keys, keys=range(len(keys)), names=["file", "row"])
    if not everything.duplicated(["school", *WHAT_WAS_DONE]).any():
        return
    for (first, one), (second, other) in combinations(enumerate(keys), 2):
        both = one.reset_index().merge(other.reset_index(), on=["school", *WHAT_WAS_DONE], suffixes=("", "_other"))
        if both.empty:
            continue
        whole = both.groupby("person_id").size().reindex(both["person_id"]).to_numpy()
        counts = [keyed["person_id"].value_counts().reindex(both["person_id"]).to_numpy() for keyed in (one, other)]
        finished = both.groupby("person_id")["finished"].transform("max").to_numpy(dtype=bool)
        same = (both["school"] != "").to_numpy() | ((whole >= pd.DataFrame(counts).min().to_numpy()) & finished)
        if same.any():
            found = both[same].iloc[0]
            raise ComparisonError(
                f"row {found['row_other']} of {paths[second].name}, column person_id: the same attempt as row "
                f"{found['row']} of {paths[first].name} is there twice",
                expected="each attempt once",
                todo="leave one of the two files out, or delete what both have",
            )


def _make_keys(table: pd.DataFrame) -> pd.DataFrame:
    keys = table.reindex(columns=["school", *WHAT_WAS_DONE])
    keys.index.name = "row"
    return keys.assign(
        phase=keys["phase"].map(str),
        form_id=keys["form_id"].map(str),
        finished=keys["finished"].map({True: 1.0}).fillna(0.0),
    )


def _name_files(paths: Sequence[Path]) -> list[str]:
    """Return what to call each file: its name without ending, numbered where two have the same."""
    names: list[str] = []
    for path in paths:
        stem = path.stem.strip() or path.name
        taken = [name for name in names if name == stem or name.startswith(f"{stem} (")]
        names.append(f"{stem} ({len(taken) + 1})" if taken else stem)
    return names


def _join(tables: Sequence[pd.DataFrame], files: Sequence[str]) -> pd.DataFrame:
    known = {column.name for column in ATTEMPTS}
    named: dict[str, int] = {}
    joined = []
    for number, (table, file) in enumerate(zip(tables, files, strict=True)):
        schools = table["school"].where(table["school"] != "", file)
        labels: dict[str, str] = {}
        for person_id, school in zip(table["person_id"], schools, strict=True):
            if person_id and person_id not in labels:
                label = f"{school} {person_id}"
                while named.setdefault(label, number) != number or label in labels.values():
                    label = f"{file} {label}"
                labels[person_id] = label
        people = table["person_id"].map(lambda person_id, labels=labels: labels.get(person_id, ""))
        index = pd.Index([f"{row} of {file}" for row in table.index], dtype=object)
        joined.append(table.assign(school=schools, person_id=people).set_axis(index))
    for table, file in zip(joined, files, strict=True):
        unknown = [str(name) for name in table.columns if name not in known]
        if unknown:
            raise ComparisonError(
                f"row 1 (the header) of {file}, column {unknown[0]!r} is unknown",
                expected=", ".join(sorted(known)),
                todo="remove the column",
            )
    return pd.concat(joined)
