"""Tables of text, as screens show them and files hold them."""

import csv
import io
import math
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVarTuple, Unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Parts = TypeVarTuple("Parts")


def make_table(
    name: str, rows: Iterable[tuple[*Parts]], columns: Mapping[str, Callable[[Unpack[Parts]], str]]
) -> TextTable:
    """Return a table with a row for each of some things, or pairs; `columns` tell the cells by what is above them."""
    cells = tuple(tuple(tell(*row) for tell in columns.values()) for row in rows)
    return TextTable(name=name, header=tuple(columns), rows=cells)


def own_columns(*names: str, part: int = 0, none: str = "", **renamed: str) -> dict[str, Callable[..., str]]:
    """Return columns of what the things have under these names; `none` for nothing, `part` of pairs."""

    def tell(name: str) -> Callable[..., str]:
        return lambda *row: write_cell(getattr(row[part], name)) or none

    return {shown: tell(name) for shown, name in (dict(zip(names, names, strict=True)) | renamed).items()}


def write_cell(value: object) -> str:
    """Return a value as files hold it: numbers as short as they are, "" for None."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def write_time(seconds: float) -> str:
    """Return a drill time as minutes and seconds: 312.4 gives "5:12"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""As OWASP lists them (https://owasp.org/www-community/attacks/CSV_Injection), with their full-width forms."""


def write_table_csv(table: TextTable) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([guard_cell(cell) for cell in table.header])
    writer.writerows([guard_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def pack_files(files: Mapping[str, bytes], *, made_at: datetime) -> bytes:
    """Return files in a ZIP; the same files and time give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=(*made_at.timetuple()[:5], made_at.second // 2 * 2))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def guard_cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


MOST_DECIMALS: Final = 4


def round_to_sum(parts: Sequence[float]) -> tuple[int, ...]:
    """Return whole numbers whose sum is the rounded sum (largest remainders): 1.4, 1.4 and 1.4 give 2, 1 and 1."""
    whole = [math.floor(part) for part in parts]
    missing = math.floor(sum(parts) + 0.5) - sum(whole)
    for n in sorted(range(len(parts)), key=lambda n: (whole[n] - parts[n], n))[: max(0, missing)]:
        whole[n] += 1
    return tuple(whole)


def round_beside(value: float, goal: float) -> str:
    """Return a whole number, with decimals where it alone would read as the goal: 5.04 beside 5 gives "5.04"."""
    texts = [f"{value:.{digits}f}" for digits in range(MOST_DECIMALS + 1)]
    is_at_goal = math.isclose(value, goal, abs_tol=1e-9)
    return next((text for text in texts if is_at_goal or float(text) != goal), texts[-1])


DELIMITERS = (",", ";", "\t")


def is_workbook(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def find_delimiter(text: str, delimiters: Sequence[str] = DELIMITERS) -> tuple[str, str, int]:
    """Return a table's text, what stands between its cells, and 1 where a line "sep=;" of Excel was taken off."""
    first, _, rest = text.partition("\n")
    skipped = int(first.strip().strip('"').lower().startswith("sep=") and bool(rest))
    text = rest if skipped else text
    return text, max(delimiters, key=text.partition("\n")[0].count), skipped


def decode_text(data: bytes) -> str | None:
    """Return UTF-8, UTF-16 or else Windows-1252 text with plain line ends; None where it is no text."""
    for encoding in _guess_encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    return None


def _guess_encodings(data: bytes) -> tuple[str, ...]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16",)
    if data[1:2] == b"\x00":
        return ("utf-16-le",)
    if data[:1] == b"\x00":
        return ("utf-16-be",)
    return ("utf-8-sig", "cp1252")
