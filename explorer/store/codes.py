"""codes.npz: the codes that come with a checkpoint, so that its plane shows without model and data set."""

import zipfile
from dataclasses import dataclass, fields, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CheckpointError
from explorer.store.guarded_read import read
from explorer.store.tensors import smallest

MAX_CODES_BYTES = 1 << 29
_LABELS = ("train_labels", "test_labels", "snapshot_labels")
_BYTES = ("snapshot_images",)
_COARSE = ("train", "test_log_var", "snapshots")
# How many times its size on the disk an array has in memory at most: bytes become int64, half precision single.
_GROWTH = dict.fromkeys(_LABELS, 8) | dict.fromkeys((*_COARSE, "test"), 2)


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes that come with a checkpoint; an empty array where a model has none.

    train: (N, K) float32 (kept as float16), test: (N, K) float32, labels: (N,) int64;
    test_log_var: (N, K) of a VAE's posterior, else (0, K); snapshots: (S, M, K) at snapshot_steps (S,);
    snapshot_images: (S, G, D) uint8, what the decoder made of G points of the plane then, else (0, 0, 0).
    """

    train: NDArray[np.float32]
    train_labels: NDArray[np.int64]
    test: NDArray[np.float32]
    test_labels: NDArray[np.int64]
    test_log_var: NDArray[np.float32]
    snapshot_steps: NDArray[np.int64]
    snapshots: NDArray[np.float32]
    snapshot_labels: NDArray[np.int64]
    snapshot_images: NDArray[np.uint8]


def codes_of_class(codes: Codes, label: int) -> Codes:
    """The codes of the training and the test samples of one class; those of the training's moments stay."""
    of_train, of_test = codes.train_labels == label, codes.test_labels == label
    return replace(
        codes,
        train=codes.train[of_train],
        train_labels=codes.train_labels[of_train],
        test=codes.test[of_test],
        test_labels=codes.test_labels[of_test],
        test_log_var=codes.test_log_var[of_test] if len(codes.test_log_var) else codes.test_log_var,
    )


def without_replay(codes: Codes) -> Codes:
    """The codes without those of the training's moments, which take most of the room where K is large."""
    latent_dim = codes.train.shape[1]
    return replace(
        codes,
        snapshot_steps=np.empty(0, np.int64),
        snapshots=np.empty((0, 0, latent_dim), np.float32),
        snapshot_labels=np.empty(0, np.int64),
        snapshot_images=np.empty((0, 0, 0), np.uint8),
    )


@dataclass(frozen=True)
class KeptMoments:
    """How many moments of its training a checkpoint keeps, and whether with pictures."""

    n_moments: int
    has_pictures: bool


def kept_moments(path: Path) -> KeptMoments:
    """What the file of codes at `path` keeps of the training, from its arrays' headers; raises CheckpointError."""
    return read(path, _kept_moments, MAX_CODES_BYTES)


def _kept_moments(path: Path) -> KeptMoments:
    with zipfile.ZipFile(path) as archive:
        n_moments, n_pictured = (_length(archive, name) for name in ("snapshot_steps", "snapshot_images"))
    return KeptMoments(n_moments, n_pictured > 0)


def _length(archive: zipfile.ZipFile, name: str) -> int:
    """The length of an array of the archive, 0 where there is none."""
    if f"{name}.npy" not in archive.namelist():
        return 0
    with archive.open(f"{name}.npy") as member:
        np.lib.format.read_magic(member)
        return int(np.lib.format.read_array_header_1_0(member)[0][0])


def write_codes(path: Path, codes: Codes) -> None:
    """Write codes compressed: labels as bytes, and in half precision what only pictures need."""
    arrays = vars(codes) | {name: getattr(codes, name).astype(np.uint8) for name in _LABELS}
    arrays |= {name: _halved(getattr(codes, name)) for name in _COARSE} | {"test": smallest(codes.test)}
    # Sparse codes pack a third smaller dimension by dimension than sample by sample.
    by_dimension = {name: np.asfortranarray(array) for name, array in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, **by_dimension)


def parse_codes(content: bytes, latent_dim: int, n_classes: int) -> Codes:
    """Codes of K dimensions from the bytes of codes.npz; raises for what is damaged, foreign, executable or too large.

    Sizes and names are looked at before anything is unpacked.
    """
    return _checked(_arrays(content), latent_dim, n_classes)


def _halved(values: NDArray[np.float32]) -> NDArray[np.floating]:
    fits = np.abs(values).max(initial=0) < np.finfo(np.float16).max
    return values.astype(np.float16) if fits else values


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sizes = [(entry.filename.removesuffix(".npy"), entry.file_size) for entry in archive.infolist()]
    # Files from before a training kept pictures have none.
    names, given = {field.name for field in fields(Codes)}, {name for name, _ in sizes}
    if not names - {"snapshot_images"} <= given <= names:
        raise CheckpointError(f"it holds {', '.join(sorted(given))} instead of {', '.join(sorted(names))}")
    n_bytes = sum(size * _GROWTH.get(name, 1) for name, size in sizes)
    if n_bytes > MAX_CODES_BYTES:
        raise CheckpointError(f"it unpacks to {n_bytes:,} bytes, more than {MAX_CODES_BYTES:,}")
    with np.load(BytesIO(content), allow_pickle=False) as archive:
        return {"snapshot_images": np.empty((0, 0, 0), np.uint8)} | dict(archive)


def _checked(arrays: dict[str, NDArray[Any]], latent_dim: int, n_classes: int) -> Codes:
    codes = Codes(**{name: _widened(name, array) for name, array in arrays.items()})
    for name, shape in _shapes(codes, latent_dim).items():
        if getattr(codes, name).shape != shape:
            raise CheckpointError(f"{name} has the shape {getattr(codes, name).shape} instead of {shape}")
    for split in ("train", "test"):
        if not getattr(codes, split).size:
            raise CheckpointError(f"it holds no codes of the {split} split")
    if any(((labels := getattr(codes, name)) < 0).any() or (labels >= n_classes).any() for name in _LABELS):
        raise CheckpointError(f"a label is none of the {n_classes} classes")
    return codes


def _widened(name: str, array: Any) -> NDArray[Any]:
    is_whole = name in (*_LABELS, *_BYTES, "snapshot_steps")
    if not isinstance(array, np.ndarray) or array.dtype.kind not in ("ui" if is_whole else "f"):
        raise CheckpointError(f"{name} does not hold {'whole' if is_whole else 'floating-point'} numbers")
    if not np.isfinite(array).all():
        raise CheckpointError(f"{name} holds values that are not finite")
    return array.astype(np.uint8 if name in _BYTES else np.int64 if is_whole else np.float32, order="C")


def _shapes(codes: Codes, latent_dim: int) -> dict[str, tuple[int, ...]]:
    n_train, n_test, n_kept = (getattr(codes, name).size for name in _LABELS)
    n_pictured = codes.snapshot_steps.size if codes.snapshot_images.size else 0
    n_posteriors = n_test if codes.test_log_var.size else 0
    return {
        "train": (n_train, latent_dim),
        "train_labels": (n_train,),
        "test": (n_test, latent_dim),
        "test_labels": (n_test,),
        "test_log_var": (n_posteriors, latent_dim),
        "snapshot_steps": (codes.snapshot_steps.size,),
        "snapshots": (codes.snapshot_steps.size, n_kept, latent_dim),
        "snapshot_labels": (n_kept,),
        "snapshot_images": (n_pictured, *codes.snapshot_images.shape[1:3]),
    }
