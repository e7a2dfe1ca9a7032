"""The text of a CSV file as people and spreadsheets save it."""

ENCODINGS = ("utf-8-sig", "cp1252")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def is_workbook(data: bytes) -> bool:
    """Return whether these are the bytes of an Excel workbook (or another ZIP file)."""
    return data[:4] in WORKBOOKS


def decode_text(data: bytes) -> str | None:
    """Return the text with plain line ends, or None where it is no text.

    UTF-8 with or without BOM, UTF-16 with or without, else Windows-1252.
    """
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
    return ENCODINGS
