"""Pictures that staff upload: decoded, checked, and written anew, so that only pixels stay."""

from __future__ import annotations

import re
import threading
import uuid
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import ExifTags, Image, UnidentifiedImageError

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
MAX_WEBP_PIXELS = 20_000_000  # its decoder needs four times the memory of the others
MAX_SIDE = 10_000
FIT = 1_600
STORED = re.compile(r"^[0-9a-f]{2}/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\.(jpg|png|webp)\Z")
TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
SEVERAL = "MPO"  # a JPEG with more pictures behind the first, as many phones write
# What Pillow's own exif_transpose does, without writing the metadata again, which fails on odd ones.
UPRIGHT: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BAND = 64
TWO_AT_ONCE = threading.BoundedSemaphore(2)


class NotAPicture(Exception):
    """The upload cannot be taken; the message says what to do."""


@dataclass(frozen=True)
class Picture:
    """A picture as it will be stored; `name` is its path below the media folder."""

    name: str
    data: bytes
    width: int
    height: int


def type_of(name: str) -> str | None:
    match = STORED.match(name)
    return TYPES[match[1]] if match else None


def picture(file: BinaryIO, size: int) -> Picture:
    """A new file with the pixels of `file`: upright, at most 1,600 pixels a side, no metadata.

    Raises NotAPicture for anything but a JPEG, PNG or WebP picture within the limits.
    """
    if size > MAX_BYTES:
        raise NotAPicture(
            f"The picture has {size / 1e6:.0f} MB; the limit is {MAX_BYTES // 10**6} MB. Make it smaller."
        )
    with TWO_AT_ONCE, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # damaged metadata is left behind anyway
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=list(FORMATS)) as image:
                return _written(image)
        except UnidentifiedImageError:
            raise NotAPicture("This is not a JPEG, PNG or WebP picture. Save it as one of these.") from None
        except (
            OSError,
            SyntaxError,
            ValueError,
            MemoryError,
            EOFError,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
        ):
            raise NotAPicture("The picture is damaged or too large. Open it, save it again, and retry.") from None


def _written(image: Image.Image) -> Picture:
    kind = FORMATS["JPEG" if image.format == SEVERAL else str(image.format)]
    width, height = image.size
    most = MAX_WEBP_PIXELS if kind == "webp" else MAX_PIXELS
    if width * height > most or max(width, height) > MAX_SIDE:
        limit = f"at most {MAX_SIDE:,} a side and {most // 10**6} million in all"
        raise NotAPicture(f"The picture is {width:,} by {height:,} pixels. Use {limit}.")
    if image.format != SEVERAL and getattr(image, "n_frames", 1) > 1:
        raise NotAPicture("The picture moves. Use a still picture.")
    image.draft(None, (FIT, FIT))
    image.load()
    clear = kind != "jpg" and (image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info)
    small = _shrunk(image, "RGBA" if clear else "RGB")
    turn = UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation))
    pixels = small if turn is None else small.transpose(turn)
    pixels.thumbnail((FIT, FIT))
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    out = BytesIO()
    fresh.save(out, "JPEG" if kind == "jpg" else kind.upper(), **({"quality": 85} if kind != "png" else {}))
    name = str(uuid.uuid4())
    return Picture(f"{name[:2]}/{name}.{kind}", out.getvalue(), *fresh.size)


def _shrunk(image: Image.Image, mode: str) -> Image.Image:
    """`image` in another mode, brought near the stored size band by band: never a second one of full size."""
    width, height = image.size
    by = max(1, max(image.size) // FIT)
    small = Image.new(mode, (-(-width // by), -(-height // by)))
    for top in range(0, height, BAND * by):
        band = image.crop((0, top, width, min(top + BAND * by, height))).convert(mode)
        small.paste(band.reduce(by), (0, top // by))
    return small
