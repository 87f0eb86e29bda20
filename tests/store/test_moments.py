"""What a checkpoint keeps of its training is read from its file of codes without unpacking it."""

from pathlib import Path

import numpy as np
import pytest

from explorer.errors import CheckpointError
from explorer.store import KeptMoments, list_checkpoints, load_checkpoint, moments_of
from explorer.store.codes import kept_moments, parse_codes, write_codes


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(Path(__file__).parents[2] / "checkpoints"))


@pytest.mark.parametrize("name", ["digits-pca", "digits-vae-2d", "digits-cvae-2d", "digits-gmvae"])
def test_moments_are_those_of_the_codes(name: str) -> None:
    checkpoint = load_checkpoint(name)
    codes = checkpoint.codes
    assert moments_of(checkpoint.info) == KeptMoments(len(codes.snapshot_steps), len(codes.snapshot_images) > 0)


def test_some_shipped_models_keep_pictures() -> None:
    assert any(moments_of(info).has_pictures for info in list_checkpoints())


def test_a_torn_file_is_named(tmp_path: Path) -> None:
    torn = tmp_path / "codes.npz"
    torn.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(CheckpointError, match=r"codes\.npz cannot be used"):
        kept_moments(torn)


def test_codes_lie_by_dimension_in_the_file_and_by_sample_in_memory(tmp_path: Path) -> None:
    codes = load_checkpoint("digits-ae-8d").codes
    write_codes(tmp_path / "codes.npz", codes)
    with np.load(tmp_path / "codes.npz") as archive:
        assert archive["train"].flags.f_contiguous
        assert not archive["train"].flags.c_contiguous
        assert (archive["train"] == codes.train.astype(np.float16)).all()
    read = parse_codes((tmp_path / "codes.npz").read_bytes(), 8, 10)
    assert read.train.flags.c_contiguous
    assert (read.train == codes.train).all()
