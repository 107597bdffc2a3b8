"""Pictures as the page holds them: a third as large as the files beside it."""

import io

QUALITY = 55
"""The quality of a WebP, of 100: letters of a figure are still clean."""
SHARE = 0.75
"""The width of a picture on the page over that of its PNG: more than the page shows of it."""


def light(png: bytes) -> tuple[bytes, int]:
    """Return a PNG as WebP, and its width in dots."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        file = io.BytesIO()
        size = (max(round(SHARE * image.width), 1), max(round(SHARE * image.height), 1))
        smaller = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        smaller.save(file, "WEBP", quality=QUALITY, method=2)
        return file.getvalue(), image.width
