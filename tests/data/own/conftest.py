"""Small foreign files of every kind, and reading one as its own process would."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.data import Dataset
from explorer.data.own import Choices, Report, load_kept
from explorer.data.own.parts import own_folder
from explorer.data.own.reader import read_request
from explorer.data.own.report import report_from_json

Pixels = NDArray[np.uint8]
Read = Callable[..., Report]


def image_file(pixels: Pixels, form: str = "png", **options: object) -> bytes:
    """An image file of pixels (H, W) or (H, W, 3)."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form, **options)
    return file.getvalue()


def grey_image(seed: int, shape: tuple[int, ...] = (6, 5)) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by their paths."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return file.getvalue()


def images_by_class(n_each: int = 30, shape: tuple[int, ...] = (6, 5)) -> dict[str, bytes]:
    """Image files in the folders cat and dog."""
    names = [f"{name}/{number:02}.png" for name in ("cat", "dog") for number in range(n_each)]
    return {name: image_file(grey_image(seed, shape)) for seed, name in enumerate(names)}


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """`read("a.zip", content, label="none")` reads a file in this process and keeps its parts as `given`."""
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    (tmp_path / "files").mkdir()

    def read_file(name: str, content: bytes | Path, **choices: object) -> Report:
        path = content if isinstance(content, Path) else tmp_path / "files" / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        folder = own_folder() / "given"
        folder.mkdir(parents=True, exist_ok=True)
        request = {
            "path": str(path),
            "name": name,
            "folder": str(folder),
            "choices": asdict(Choices(**choices)),  # type: ignore[arg-type]
        }
        return report_from_json(str(read_request(json.dumps(request).encode())["report"]))

    return read_file


def given() -> tuple[Dataset, Dataset]:
    """Train and test of what was read last."""
    return load_kept("given", "train"), load_kept("given", "test")
