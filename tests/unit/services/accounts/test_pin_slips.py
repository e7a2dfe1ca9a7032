"""PIN slips: a PDF that screen readers can read, with everything that was given and nothing more."""

from datetime import UTC, datetime
from io import BytesIO

import pypdf

from sim.services.accounts.roster_accounts import Slip, write_pin_slips

AT = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


def make(*slips: Slip) -> bytes:
    return write_pin_slips(slips, team="Front office", address="https://drills.example.org/account/sign-in", at=AT)


def read(pdf: bytes) -> tuple[str, int]:
    found = pypdf.PdfReader(BytesIO(pdf))
    return "\n".join(page.extract_text() for page in found.pages), len(found.pages)


def test_each_slip_has_name_sign_in_name_pin_and_where() -> None:
    text, pages = read(make(Slip(person="Ana Lopez", sign_in_name="Ana Lopez 2", pin="482915")))
    assert pages == 1
    for words in ("Front office", "Ana Lopez 2", "482915", "drills.example.org"):
        assert words in text


def test_a_whole_school_takes_pages_and_no_name_is_markup() -> None:
    slips = [
        Slip(person=f"#strong[{number}] $x$ " + "W" * 60, sign_in_name=f"n{number}", pin="1") for number in range(40)
    ]
    text, pages = read(make(*slips))
    assert pages > 2
    assert "#strong[39]" in text
