"""Pictures as the page holds them: a third as large as the files beside it."""

import io

QUALITY = 55
"""The quality of a WebP, of 100: letters of a figure are still clean."""


def light(png: bytes) -> tuple[bytes, int]:
    """Return a PNG as WebP, and its width in dots."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        file = io.BytesIO()
        image.convert("RGB").save(file, "WEBP", quality=QUALITY, method=2)
        return file.getvalue(), image.width
