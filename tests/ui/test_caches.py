"""Caches are found by ids, so that equal content is loaded once and changed content anew."""

import pytest

from explorer.errors import DatasetError
from explorer.store import list_checkpoints
from explorer.ui.caches import cached_checkpoint, cached_dataset, cached_thumbnail

pytestmark = pytest.mark.usefixtures("clear_caches")


def test_checkpoint_is_shared_until_its_content_changes() -> None:
    info = next(info for info in list_checkpoints() if info.name == "digits-pca")
    first = cached_checkpoint(info.fingerprint, str(info.path))
    assert first.info == info
    assert cached_checkpoint(info.fingerprint, str(info.path)) is first
    assert cached_checkpoint("another content", str(info.path)) is not first


def test_data_set_is_shared() -> None:
    assert cached_dataset("digits", "test") is cached_dataset("digits", "test")


def test_failure_is_not_kept() -> None:
    for _ in range(2):
        with pytest.raises(DatasetError):
            cached_dataset("unknown")


def test_thumbnail_is_a_png() -> None:
    info = next(info for info in list_checkpoints() if info.name == "digits-pca")
    assert cached_thumbnail(info.fingerprint, str(info.path)).startswith(b"\x89PNG")
