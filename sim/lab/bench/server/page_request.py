"""The message by which a browser asks Streamlit to draw a page."""

_RERUN_SCRIPT, _QUERY_STRING, _PAGE_NAME = 11, 1, 4
"""Field numbers of Streamlit's `BackMsg` and `ClientState` messages."""


def encode_page_request(*, query: str, page: str) -> bytes:
    """Return the message for a page's name with its query string."""
    state = _encode_field(_QUERY_STRING, query.encode()) + _encode_field(_PAGE_NAME, page.encode())
    return _encode_field(_RERUN_SCRIPT, state)


def _encode_field(number: int, value: bytes) -> bytes:
    return _encode_count(number << 3 | 2) + _encode_count(len(value)) + value


def _encode_count(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
