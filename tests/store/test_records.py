"""Records of a training that is not done come back as they were, up to the state beside them."""

from pathlib import Path

import numpy as np
import pytest

from explorer.errors import CheckpointError
from explorer.store import load_records, save_records
from explorer.training import Record, TrainingState
from explorer.training.record import SNAPSHOT_FIELDS


def numbers(record: Record) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in SNAPSHOT_FIELDS}


def test_records_come_back_as_they_were(trained: tuple[TrainingState, list[Record]], tmp_path: Path) -> None:
    records = trained[1]
    save_records(records, tmp_path)
    found = load_records(tmp_path, records[-1].step)
    assert [numbers(record) for record in found] == [numbers(record) for record in records]
    for one, other in zip(found, records, strict=True):
        for name in SNAPSHOT_FIELDS:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert any(record.snapshot is not None for record in found)
    assert any(record.snapshot_images is not None for record in found)
    assert [path.name for path in tmp_path.iterdir()] == ["records.safetensors"]


def test_what_came_after_the_state_is_forgotten(trained: tuple[TrainingState, list[Record]], tmp_path: Path) -> None:
    save_records(trained[1], tmp_path)
    assert [record.step for record in load_records(tmp_path, 3)] == [1, 2, 3]


def test_a_training_without_records_has_none(tmp_path: Path) -> None:
    save_records([], tmp_path)
    assert load_records(tmp_path, 9) == []


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 64])
def test_torn_records_are_named(
    content: bytes | None, trained: tuple[TrainingState, list[Record]], tmp_path: Path
) -> None:
    file = save_records(trained[1], tmp_path)
    file.write_bytes(file.read_bytes()[:-100] if content is None else content)
    with pytest.raises(CheckpointError, match=r"records.safetensors cannot be used: "):
        load_records(tmp_path, 9)


def test_records_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"lacks records.safetensors"):
        load_records(tmp_path, 9)
