"""A folder or zip of images: classes, split, colours, sizes, and everything that foreign files may hold."""

import io
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.errors import DatasetError
from tests.data.own.conftest import Read, given, grey_image, image_file, images_by_class, zipped


def test_folders_are_classes_and_every_pixel_is_that_of_its_file(read: Read) -> None:
    report = read("pets.zip", zipped(images_by_class()))
    train, test = given()
    assert report.class_names == ("cat", "dog")
    assert (report.n_train, report.n_test) == ((26, 26), (4, 4))
    assert train.sample_shape == (6, 5)
    assert train.samples.dtype == np.uint8
    expected = {grey_image(seed).tobytes(): int(seed >= 30) for seed in range(60)}
    found = {
        image.tobytes(): int(label)
        for part in (train, test)
        for image, label in zip(part.samples, part.labels, strict=True)
    }
    assert found == expected
    assert report.fingerprints == (train.fingerprint, test.fingerprint)


def test_a_folder_reads_as_the_zip_of_it(read: Read, tmp_path: Path) -> None:
    for path, content in images_by_class().items():
        file = tmp_path / "pets" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (tmp_path / "pets" / "cat" / ".DS_Store").write_bytes(b"litter")
    (tmp_path / "pets" / "cat" / "link.png").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pets" / "dog" / "pipe.png")
    report = read("pets", tmp_path / "pets")
    assert report.left_out == ()
    assert report.fingerprints == read("pets.zip", zipped(images_by_class())).fingerprints


@pytest.mark.parametrize("held_out", ["test", "Testing", "val"])
@pytest.mark.parametrize("root", ["", "pets-main/"])
def test_folders_named_train_and_test_divide(read: Read, held_out: str, root: str) -> None:
    files = {f"{root}train/{path}": content for path, content in images_by_class().items()}
    files |= {f"{root}{held_out}/{path}": content for path, content in images_by_class(7).items()}
    report = read("pets.zip", zipped(files))
    assert report.class_names == ("cat", "dog")
    assert (report.n_train, report.n_test) == ((30, 30), (7, 7))
    assert report.split == "Train and test are those of the file."


def test_images_without_folders_are_one_class(read: Read) -> None:
    files = {path.replace("/", "-"): content for path, content in images_by_class().items()}
    assert read("a.zip", zipped(files)).class_names == ("all",)
    assert read("a.zip", zipped(images_by_class()), label="none").class_names == ("all",)


def test_grey_stays_grey_and_one_colour_image_makes_all_colour(read: Read) -> None:
    files = images_by_class()
    as_colour = {path: image_file(np.repeat(grey_image(seed)[..., None], 3, 2)) for seed, path in enumerate(files)}
    assert read("a.zip", zipped(as_colour)).sample_shape == (6, 5)
    red = np.zeros((6, 5, 3), np.uint8)
    red[..., 0] = 200
    report = read("a.zip", zipped(files | {"dog/29.png": image_file(red)}))
    assert report.sample_shape == (6, 5, 3)
    samples = np.concatenate([part.samples for part in given()])
    assert any((image == red).all() for image in samples)
    assert any((image == grey_image(0)[..., None]).all() for image in samples)


def png_of_16_bits(levels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels.astype(np.uint16)).save(file, "png")
    return file.getvalue()


def turned(pixels: np.ndarray) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return image_file(pixels, "png", exif=exif)


def animated() -> bytes:
    file = io.BytesIO()
    frames = [Image.fromarray(np.full((6, 5), level, np.uint8)) for level in (0, 255)]
    frames[0].save(file, "gif", save_all=True, append_images=frames[1:])
    return file.getvalue()


def transparent() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (5, 6), (0, 0, 0, 0)).save(file, "png")
    return file.getvalue()


def cmyk() -> bytes:
    file = io.BytesIO()
    Image.new("CMYK", (5, 6), (0, 0, 0, 0)).save(file, "jpeg")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said", "first_pixel"),
    [
        (png_of_16_bits(np.full((6, 5), 257 * 100)), "1 images of 16 bits: brought to 8.", 100),
        (turned(grey_image(99, (5, 6))), "1 images turned upright as their EXIF data say.", None),
        (animated(), "1 images animated: the first frame is taken.", 0),
        (transparent(), "1 images partly transparent: laid on white.", 255),
        (cmyk(), "1 images in CMYK colours: converted to RGB.", 255),
    ],
)
def test_what_is_changed_is_said(read: Read, content: bytes, said: str, first_pixel: int | None) -> None:
    report = read("a.zip", zipped(images_by_class() | {"odd/0.png": content}))
    assert report.changed == (said,)
    samples, labels = (np.concatenate([getattr(part, name) for part in given()]) for name in ("samples", "labels"))
    (odd,) = samples[labels == report.class_names.index("odd")]
    expected = np.rot90(grey_image(99, (5, 6)), -1) if first_pixel is None else np.full((6, 5), first_pixel)
    np.testing.assert_array_equal(odd, expected)


def absurd_png() -> bytes:
    """A header that promises 100,000 x 100,000 pixels, and a few bytes of them."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(100)))]
    content = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + content


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cat/notes.txt", b"hello", "1 file (cat/notes.txt): no image file, by its name."),
        ("cat/torn.png", image_file(grey_image(0))[:40], "1 file (cat/torn.png): damaged or not an image."),
        ("cat/eps.png", b"%!PS-Adobe-3.0 EPSF-3.0\n", "1 file (cat/eps.png): damaged or not an image."),
        ("cat/absurd.png", absurd_png(), "1 file (cat/absurd.png): more than 50 million pixels."),
        ("cat/wide.png", image_file(grey_image(0, (6, 9))), "1 file (cat/wide.png): another size than 6 × 5."),
    ],
)
def test_what_is_left_out_is_said_and_why(read: Read, name: str, content: bytes, said: str) -> None:
    report = read("a.zip", zipped(images_by_class() | {name: content}))
    assert report.left_out == (said,)
    assert sum(report.n_train + report.n_test) == 60


def mixed_sizes() -> dict[str, bytes]:
    return {f"{n}.png": image_file(grey_image(n, (20 + n % 3, 300))) for n in range(60)}


def test_sizes_that_differ_ask_for_one(read: Read) -> None:
    with pytest.raises(DatasetError, match=r"^The images have 20 × 300, 21 × 300, 22 × 300 pixels .*such as 32\.$"):
        read("a.zip", zipped(mixed_sizes()))
    assert read("a.zip", zipped(mixed_sizes()), size="16x8").sample_shape == (16, 8)
    with pytest.raises(DatasetError, match=r"^The images have 20 × 300 pixels"):
        read("a.zip", zipped({f"{n}.png": image_file(grey_image(n, (20, 300))) for n in range(60)}))


def zip_with(info: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    file = io.BytesIO(zipped(images_by_class()))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(info, content)
    return file.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("cat/link.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted() -> bytes:
    content = bytearray(zipped(images_by_class()))
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def bomb() -> bytes:
    """A zip whose directory promises 3 GB."""
    content = bytearray(zipped(images_by_class()))
    at = content.index(b"PK\1\2") + 24
    content[at : at + 4] = struct.pack("<I", 3_000_000_000)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zip_with(zipfile.ZipInfo("../../up.png")), r"has the path '\.\./\.\./up\.png', which may lead out of it"),
        (zip_with(zipfile.ZipInfo("/etc/passwd.png")), r"has the path '/etc/passwd\.png', which may lead out of it"),
        (zip_with(zipfile.ZipInfo("a\\..\\b.png")), "which may lead out of it"),
        (zip_with(link(), b"/etc/passwd"), r"has a link, 'cat/link\.png'; pack the files themselves"),
        (encrypted(), "is encrypted; pack it without a password"),
        (bomb(), r"holds 3\.0 GB, but at most 2 GB are read"),
        (b"PK\3\4 torn", "The zip cannot be read"),
        (zipped({}), "There is no image that can be read"),
        (zipped({"a.png": b"torn"}), r"There is no image that can be read: 1 file \(a\.png\): damaged or not an image"),
        (zipped(images_by_class(5)), r"has 10 samples that can be read, but a data set needs 40 to 1,000,000"),
        (zipped({f"{n}/a.png": image_file(grey_image(n)) for n in range(120)}), "lie in 120 folders, but at most 100"),
    ],
)
def test_hostile_zip_is_one_sentence(read: Read, content: bytes, reason: str) -> None:
    with pytest.raises(DatasetError, match=rf"^[^\n]*{reason}[^\n]*\.$"):
        read("a.zip", content)
