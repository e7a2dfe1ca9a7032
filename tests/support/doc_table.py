"""Tables of documents that are made by a command and stand between two markers of their page."""

from pathlib import Path


def put_into_page(page: Path, table: str, *, begin: str, end: str) -> None:
    head, opening, rest = page.read_text(encoding="utf-8").partition(begin + "\n")
    _, closing, tail = rest.partition(end)
    assert opening and closing, f"{page} has no lines {begin} and {end}"
    page.write_text(f"{head}{opening}{table}\n{closing}{tail}", encoding="utf-8")
