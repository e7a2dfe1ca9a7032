"""An address as a QR code, drawn as SVG: sharp at any size, so that it can be scanned from a projector."""

import segno

QUIET_MODULES = 4


def draw_qr(address: str) -> str:
    """Return the code as an SVG picture in a `data:` address, black on white with its quiet margin.

    Error correction is level M: a projector's glare may hide some of it. It has no size of its own.
    """
    code = segno.make_qr(address, error="m", boost_error=False)
    return code.svg_data_uri(border=QUIET_MODULES, dark="#000000", light="#ffffff", omitsize=True, encode_minimal=True)
