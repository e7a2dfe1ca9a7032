"""An address as a QR code, drawn as SVG: sharp at any size, so that it can be scanned from a projector."""

import segno

QUIET_MODULES = 4


def draw_qr(address: str, *, title: str) -> str:
    """Return an SVG picture of the code, black on white with its quiet margin, that fills the width it is given.

    Error correction is at least level M: a projector's glare may hide some of it.
    """
    code = segno.make_qr(address, error="m", boost_error=False)
    return code.svg_inline(
        border=QUIET_MODULES,
        dark="#000000",
        light="#ffffff",
        omitsize=True,
        title=title,
        svgclass="sl-qr",
        lineclass=None,
    )
