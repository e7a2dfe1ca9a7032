"""The messages by which a browser asks Streamlit to draw a page, and by which it hears that the page is drawn."""

_RERUN_SCRIPT, _QUERY_STRING, _PAGE_NAME = 11, 1, 4
"""Field numbers of Streamlit's `BackMsg` and `ClientState` messages."""
_SCRIPT_FINISHED = 6
"""Field number in `ForwardMsg`."""


def encode_page_request(*, query: str, page: str) -> bytes:
    """Return the message for a page's name with its query string."""
    state = _encode_field(_QUERY_STRING, query.encode()) + _encode_field(_PAGE_NAME, page.encode())
    return _encode_field(_RERUN_SCRIPT, state)


def is_script_finished(message: bytes) -> bool:
    """Return whether a message of Streamlit says that the page's script has run to its end.

    Raises:
        ValueError: it is no such message.
    """
    at = 0
    while at < len(message):
        tag, at = _decode_count(message, at)
        number, kind = tag >> 3, tag & 7
        if number == _SCRIPT_FINISHED:
            return True
        if kind == 0:
            _, at = _decode_count(message, at)
        elif kind == 2:
            length, at = _decode_count(message, at)
            at += length
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError(f"a field of kind {kind} in a message of {len(message)} bytes")
    return False


def _decode_count(message: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at a place, and where the next thing begins."""
    value = shift = 0
    while True:
        if at >= len(message):
            raise ValueError(f"a message of {len(message)} bytes ends inside a number")
        value |= (message[at] & 0x7F) << shift
        at += 1
        if message[at - 1] < 0x80:
            return value, at
        shift += 7


def _encode_field(number: int, value: bytes) -> bytes:
    return _encode_count(number << 3 | 2) + _encode_count(len(value)) + value


def _encode_count(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
