"""Uploaded pictures: only pixels of still JPEG, PNG and WebP pictures stay, whatever came with them."""

import io
import random
import re
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from topics import images
from topics.images import FIT, MAX_BYTES, NotAPicture, picture, type_of

ROOT = Path(__file__).parent.parent
RED, BLUE = (200, 20, 20), (20, 20, 200)
GPS_WORDS, SECRET, SCRIPT = b"51 30 26 N", b"Jane Patient, 943 476 5919", b"<script>alert(1)</script>"
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


def two_halves(size=(80, 40), mode="RGB"):
    """Red on the left, blue on the right: its way up can be told."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def file_of(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation=1):
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.ImageDescription] = SECRET.decode()
    gps = data.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (51.0, 30.0, 26.0)
    gps[ExifTags.GPS.GPSAreaInformation] = b"ASCII\0\0\0" + GPS_WORDS
    return data


def taken(data):
    return picture(io.BytesIO(data), len(data))


def opened(data):
    return Image.open(io.BytesIO(data))


def near(pixel, colour):
    return all(abs(one - other) < 30 for one, other in zip(pixel, colour, strict=False))


def refusal(data):
    with pytest.raises(NotAPicture) as refused:
        taken(data)
    return str(refused.value)


# --- what is taken ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_keeps_its_format_and_its_pixels(kind):
    stored = taken(file_of(two_halves(), FORMATS[kind]))
    again = opened(stored.data)
    assert again.format == FORMATS[kind] and (again.width, again.height) == (stored.width, stored.height) == (80, 40)
    assert near(again.convert("RGB").getpixel((10, 20)), RED) and near(again.convert("RGB").getpixel((70, 20)), BLUE)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_stored_name_is_random_and_of_our_own_form(kind):
    names = {taken(file_of(two_halves(), FORMATS[kind])).name for _ in range(3)}
    assert len(names) == 3
    for name in names:
        assert re.fullmatch(rf"([0-9a-f]{{2}})/\1[0-9a-f]{{6}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\.{kind}", name)
        assert type_of(name) == {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}[kind]


UUID = "01234567-89ab-4def-8123-456789abcdef"


@pytest.mark.parametrize(
    "name",
    [
        *("", "x.png", f"{UUID}.png", f"ab/{UUID}.gif", f"ab/{UUID}.svg", f"ab/{UUID}.html", f"ab/{UUID}.PNG"),
        *(f"ab/{UUID}.png\n", f"ab/{UUID}.png\0", f"ab/{UUID}.png.html", f"AB/{UUID}.png", f"abc/{UUID}.png"),
        *(
            f"../ab/{UUID}.png",
            f"ab/../{UUID}.png",
            f"ab%2F{UUID}.png",
            f"ab\\{UUID}.png",
            f"/ab/{UUID}.png",
            "a" * 5_000,
        ),
    ],
)
def test_a_name_of_another_form_has_no_type(name):
    assert type_of(name) is None


@pytest.mark.parametrize(
    ("mode", "kind", "stored"),
    [
        *(("L", "JPEG", "RGB"), ("CMYK", "JPEG", "RGB"), ("1", "PNG", "RGB"), ("L", "PNG", "RGB"), ("P", "PNG", "RGB")),
        *(("I;16", "PNG", "RGB"), ("LA", "PNG", "RGBA"), ("RGBA", "PNG", "RGBA"), ("RGBA", "WEBP", "RGBA")),
    ],
)
def test_every_mode_is_stored_as_colour_with_or_without_transparency(mode, kind, stored):
    image = two_halves(mode="L" if mode in ("I;16", "LA") else "RGB" if mode == "RGBA" else mode)
    if mode in ("LA", "RGBA"):
        image.putalpha(Image.new("L", image.size, 100))
    assert opened(taken(file_of(image.convert(mode), kind)).data).mode == stored


def test_transparency_of_a_palette_and_of_a_colour_is_kept():
    two_colours = two_halves().quantize(2)
    for image, transparency in ((two_colours, two_colours.getpixel((10, 20))), (two_halves(), RED)):
        again = opened(taken(file_of(image, "PNG", transparency=transparency)).data)
        assert again.mode == "RGBA"
        assert again.getpixel((10, 20))[3] == 0 and again.getpixel((70, 20))[3] == 255


@pytest.mark.parametrize(
    ("size", "stored"),
    [
        *(((1_600, 1_600), (1_600, 1_600)), ((1_601, 801), (1_600, 800)), ((3_200, 40), (1_600, 20))),
        *(((40, 5_000), (13, 1_600)), ((10_000, 1), (1_600, 1)), ((1, 1), (1, 1)), ((4_799, 3_001), (1_600, 1_001))),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_made_to_fit_and_never_larger(kind, size, stored):
    found = taken(file_of(two_halves(size), kind))
    assert max(found.width, found.height) <= FIT
    assert abs(found.width - stored[0]) <= 1 and abs(found.height - stored[1]) <= 1


def test_a_large_picture_shows_the_same_at_every_height():
    image = Image.linear_gradient("L").resize((5_000, 5_000))
    again = opened(taken(file_of(image)).data).convert("L")
    wrong = [y for y in range(0, 1_600, 7) if abs(again.getpixel((800, y)) - image.getpixel((2_500, y * 25 // 8))) > 3]
    assert wrong == []


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(orientation, kind):
    upright = two_halves()
    turned = {
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]
    stored = taken(file_of(turned, FORMATS[kind], exif=exif(orientation)))
    again = opened(stored.data).convert("RGB")
    assert again.size == (80, 40)
    assert near(again.getpixel((10, 20)), RED) and near(again.getpixel((70, 20)), BLUE)


def test_a_photo_with_more_pictures_behind_the_first_is_taken_as_its_first():
    data = file_of(two_halves(), "MPO", save_all=True, append_images=[Image.new("RGB", (80, 40), BLUE)])
    assert opened(data).format == "MPO"
    again = opened(taken(data).data)
    assert again.format == "JPEG" and near(again.getpixel((10, 20)), RED)


# --- what does not stay ----------------------------------------------------------------------


def with_everything(kind):
    """A picture that carries all that a camera, an editor or an attacker puts behind the pixels."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET.decode())
    words.add_text("Long", SECRET.decode() + "x" * 2_000, zip=True)
    words.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET.decode()}</x>")
    xmp = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    options = {
        "jpg": {"comment": SECRET, "xmp": xmp, "icc_profile": SECRET},
        "png": {"pnginfo": words, "icc_profile": SECRET},
        "webp": {"xmp": xmp, "icc_profile": SECRET},
    }[kind]
    data = file_of(two_halves(), FORMATS[kind], exif=exif(6), **options) + SCRIPT
    assert SECRET in data and GPS_WORDS in data and SCRIPT in data, "The sample lost what it is to carry."
    return data


@pytest.mark.parametrize("kind", FORMATS)
def test_metadata_comments_and_appended_scripts_are_gone(kind):
    data = taken(with_everything(kind)).data
    assert [secret for secret in (SECRET, GPS_WORDS, SCRIPT, b"Exif", b"xmp", b"ICC") if secret in data] == []
    again = opened(data)
    again.load()
    assert dict(again.getexif()) == {}
    assert set(again.info).isdisjoint({"exif", "comment", "xmp", "icc_profile", "Comment", "XML:com.adobe.xmp"})


def test_a_script_hidden_in_the_pixels_of_a_comment_chunk_is_gone():
    data = file_of(two_halves())
    chunk = b"tEXt" + b"Comment\0" + SCRIPT
    chunk = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert SCRIPT not in taken(data[:33] + chunk + data[33:]).data


def test_the_same_pixels_give_the_same_bytes_whatever_came_with_them():
    upright = two_halves().transpose(Image.Transpose.ROTATE_270)
    assert taken(with_everything("png")).data == taken(file_of(upright)).data


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "ICO", "TGA", "PDF", "JPEG2000", "EPS", "DDS"])
def test_another_format_is_refused_whatever_its_name_says(kind):
    assert refusal(file_of(two_halves(), kind)) == ("This is not a JPEG, PNG or WebP picture. Save it as one of these.")


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"\0",
            b"GIF89a",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<!DOCTYPE html>" + SCRIPT,
        ),
        *(
            b"MZ" + bytes(500),
            b"%PDF-1.7\n",
            b"PK\x03\x04",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"RIFF\0\0\0\0WEBP",
            bytes(10_000),
        ),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(data):
    assert re.match(r"(This is not a JPEG, PNG or WebP picture|The picture is damaged)", refusal(data))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind):
    data = file_of(two_halves(), kind, save_all=True, append_images=[two_halves().rotate(180)])
    assert refusal(data) == "The picture moves. Use a still picture."


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_cut_short_is_refused(kind):
    data = file_of(Image.effect_noise((200, 200), 90).convert("RGB"), FORMATS[kind])
    for length in (len(data) // 10, len(data) // 2, len(data) * 9 // 10):
        assert refusal(data[:length]).startswith(("The picture is damaged", "This is not a"))


def test_a_file_over_ten_megabytes_is_refused_before_it_is_opened():
    class Unread(io.BytesIO):
        def read(self, *_):
            raise AssertionError("The file was read.")

    with pytest.raises(NotAPicture, match="The picture has 11 MB; the limit is 10 MB."):
        picture(Unread(), MAX_BYTES + 600_000)


def empty_png(width, height):
    """A header that promises a picture of that size, with next to nothing behind it."""
    data = b"\x89PNG\r\n\x1a\n"
    rows = zlib.compress(bytes(1_000), 9)
    for name, body in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", rows),
        (b"IEND", b""),
    ):
        data += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return data


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ((10_001, 10), "The picture is 10,001 by 10 pixels. Use at most 10,000 a side and 40 million in all."),
        ((10, 10_001), "The picture is 10 by 10,001 pixels."),
        ((6_400, 6_400), "The picture is 6,400 by 6,400 pixels."),
        ((13_300, 13_300), "The picture is damaged or too large."),
        ((50_000, 50_000), "The picture is damaged or too large."),
        ((2**31 - 1, 2**31 - 1), "The picture is damaged or too large."),
        ((0, 10), "This is not a"),
    ],
)
def test_a_bomb_is_refused_by_its_header_before_any_pixel_is_decoded(size, sentence, monkeypatch):
    monkeypatch.setattr(images, "_shrunk", lambda *_: pytest.fail("The picture was decoded."))
    assert refusal(empty_png(*size)).startswith(sentence)


def test_a_webp_may_have_half_the_pixels_because_its_decoder_needs_more_memory():
    assert refusal(file_of(Image.new("RGB", (5_000, 4_100)), "WEBP")).endswith("20 million in all.")


PEAK = """
import pathlib, re, sys
from topics.images import picture
with open(sys.argv[1], "rb") as file:
    width = picture(file, 1).width
print(width, re.search(r"VmHWM:\\s+([0-9]+)", pathlib.Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read as Linux tells it")
@pytest.mark.parametrize(
    ("kind", "mode", "size", "options"),
    [
        ("PNG", "RGBA", (8_000, 5_000), {"compress_level": 1}),
        ("WEBP", "RGBA", (5_000, 4_000), {"method": 0}),
        ("JPEG", "RGB", (10_000, 3_199), {"progressive": True, "subsampling": 0}),
    ],
)
def test_the_largest_pictures_need_less_than_400_megabytes(kind, mode, size, options, tmp_path):
    path = tmp_path / "picture"
    Image.new(mode, size).save(path, kind, **options)
    shown = subprocess.run([sys.executable, "-c", PEAK, path], cwd=ROOT, capture_output=True, text=True, check=True)
    width, kilobytes = map(int, shown.stdout.split())
    assert width == 1_600 and kilobytes < 400_000


def test_at_most_two_pictures_are_decoded_at_once(monkeypatch):
    now, most, lock = [0], [0], threading.Lock()

    def slow(image):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1

    monkeypatch.setattr(images, "_written", slow)
    data = file_of(two_halves())
    threads = [threading.Thread(target=taken, args=(data,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [2]


def test_damaged_files_are_taken_or_refused_and_never_raise_anything_else():
    chance = random.Random(5919)
    samples = [with_everything(kind) for kind in FORMATS]
    samples.append(file_of(two_halves(), "MPO", save_all=True, append_images=[two_halves()], exif=exif(3)))
    samples.append(file_of(two_halves(), "PNG", save_all=True, append_images=[two_halves().rotate(180)]))
    outcomes = {"taken": 0, "refused": 0}
    for _ in range(3_000):
        data = bytearray(chance.choice(samples))
        for _ in range(chance.choice([1, 1, 2, 5, 30])):
            data[chance.randrange(min(len(data), chance.choice([100, 400, 10**6])))] = chance.choice(
                [0, 255, chance.randrange(256)]
            )
        try:
            taken(bytes(data[: chance.choice([len(data), len(data), chance.randrange(len(data))])]))
            outcomes["taken"] += 1
        except NotAPicture as refused:
            assert str(refused).endswith((".", "!"))
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 100, outcomes
