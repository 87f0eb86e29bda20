"""Samples as files, read back by the packages that others use."""

import io

import numpy as np
import pandas as pd
import pytest

from explorer.export.samples import SAMPLE_FORMATS, TakenSamples

IMAGES = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
CODES = np.array([[0.5, -1], [2, 3]], np.float32)


@pytest.fixture
def samples() -> TakenSamples:
    return TakenSamples(("cat", "dog, brown"), {"sample": np.array([7, 3])}, {"pixel": IMAGES, "z": CODES})


@pytest.mark.parametrize(("ending", "read"), [("csv", pd.read_csv), ("parquet", pd.read_parquet)])
def test_a_table_has_a_row_a_sample(samples: TakenSamples, ending: str, read: "type[pd.DataFrame]") -> None:
    table = read(io.BytesIO(SAMPLE_FORMATS[ending](samples)))
    pixels = [f"pixel{k}" for k in range(1, 7)]
    assert list(table.columns) == ["sample", "class", *pixels, "z1", "z2"]
    assert table["class"].tolist() == ["cat", "dog, brown"]
    assert table["sample"].tolist() == [7, 3]
    np.testing.assert_array_equal(table[pixels], IMAGES.reshape(2, 6))
    np.testing.assert_array_equal(table[["z1", "z2"]], CODES)


def test_an_archive_holds_the_arrays_in_their_shapes(samples: TakenSamples) -> None:
    with np.load(io.BytesIO(SAMPLE_FORMATS["npz"](samples)), allow_pickle=False) as arrays:
        assert set(arrays) == {"pixel", "z", "sample", "class"}
        np.testing.assert_array_equal(arrays["pixel"], IMAGES)
        assert arrays["class"].tolist() == ["cat", "dog, brown"]
