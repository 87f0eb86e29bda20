"""An address as a picture that a phone reads."""

from io import BytesIO

import segno


def qr_svg(address: str) -> str:
    """The QR code of an address as SVG, dark on white, with the margin that the norm asks for (ISO/IEC 18004)."""
    buffer = BytesIO()
    segno.make(address, error="m").save(buffer, kind="svg", scale=5, border=4, light="white", xmldecl=False)
    return buffer.getvalue().decode()
