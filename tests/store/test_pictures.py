"""Pictures as files: the pixels of the images, crisp, whole or not at all."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.errors import CheckpointError
from explorer.store import write_grid
from explorer.store.pictures import GAP_GREY, GAP_PIXELS
from tests.store.test_checkpoints import refusing

IMAGES = np.linspace(-0.5, 1.5, 5 * 6 * 7, dtype=np.float32).reshape(5, 6, 7)


def test_every_pixel_is_a_block_of_its_grey(tmp_path: Path) -> None:
    path = write_grid(tmp_path / "new" / "grid.png", IMAGES)
    with Image.open(path) as picture:
        assert picture.mode == "L"
        sheet = np.asarray(picture)
    block = 12
    height, width = 6 * block + GAP_PIXELS, 7 * block + GAP_PIXELS
    assert sheet.shape == (2 * height - GAP_PIXELS, 3 * width - GAP_PIXELS)
    greys = np.rint(np.clip(IMAGES, 0, 1) * 255)
    for i, image in enumerate(greys):
        row, column = divmod(i, 3)
        for y, x in np.ndindex(6, 7):
            top, left = row * height + y * block, column * width + x * block
            assert (sheet[top : top + block, left : left + block] == image[y, x]).all()
    assert (sheet[height - GAP_PIXELS : height] == GAP_GREY).all()
    assert (sheet[height:, 2 * width :] == GAP_GREY).all()


@pytest.mark.parametrize(
    ("shape", "size"), [((1, 28, 28), (84, 84)), ((2, 200, 100), (204, 200)), ((4, 1, 1), (172, 172))]
)
def test_tiles_are_large_enough_to_see(tmp_path: Path, shape: tuple[int, ...], size: tuple[int, int]) -> None:
    with Image.open(write_grid(tmp_path / "grid.PNG", np.zeros(shape, np.float32))) as picture:
        assert picture.size == size


def test_a_name_that_is_no_png_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"grid.jpg does not end in .png"):
        write_grid(tmp_path / "grid.jpg", IMAGES)
    assert list(tmp_path.iterdir()) == []


def test_samples_that_are_no_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=re.escape("Samples of shape (24,) are no images")):
        write_grid(tmp_path / "grid.png", np.zeros((3, 24), np.float32))


def test_a_full_disk_keeps_the_picture_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_grid(tmp_path / "grid.png", IMAGES)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "save", refusing())
        with pytest.raises(CheckpointError, match=r"grid.png could not be written \(No space left on device\)"):
            write_grid(path, 1 - IMAGES)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CheckpointError, match="could not be written"):
        write_grid(tmp_path / "file" / "grid.png", IMAGES)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(CheckpointError, match="could not be written"):
        write_grid(tmp_path / "folder.png", IMAGES)
