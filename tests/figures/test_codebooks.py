"""A decoded codebook shows what is used and dims what is not; errors stand at their bits with the seeds' intervals."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer.analysis.codebooks import AE, CLUSTERS, PCA, VQ
from explorer.figures.codebooks import DIMMED, bits_figure, codebook_figure, usage_figure
from tests.figures.cases import some_codebooks


def test_used_vectors_are_shown_as_they_decode_and_unused_ones_dimmed() -> None:
    of = some_codebooks().decoded[0]
    fig = codebook_figure(of, 400)
    assert [note.text for note in fig.layout.annotations] == ["5", "3", "2", "0"]
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(fig.data[0].source.split(",")[1]))))[..., 0]
    bottom, right = sheet.shape[0] - 3, sheet.shape[1] - 3
    assert np.array_equal(sheet[bottom:, :3], of.pictures[2])
    assert np.array_equal(sheet[bottom:, right:], np.rint(DIMMED * of.pictures[3]))


def test_bars_count_pictures_beside_even_use() -> None:
    fig = usage_figure(some_codebooks().decoded[0], 200)
    assert list(fig.data[0].x) == [1, 2, 3, 4]
    assert list(fig.data[0].y) == [5, 3, 2, 0]
    assert fig.layout.shapes[0].y0 == fig.layout.shapes[0].y1 == 2.5
    assert fig.layout.yaxis.title.text == "pictures"


def test_errors_stand_at_their_bits_with_students_interval_of_three_seeds() -> None:
    fig = bits_figure(some_codebooks(), 400)
    lines = {line.name: line for line in fig.data}
    assert list(lines) == [VQ, AE, PCA, CLUSTERS]
    assert list(lines[VQ].x) == [2, 8]
    assert list(lines[CLUSTERS].x) == [2]
    seeds = np.array([0.05, 0.051, 0.054])
    assert lines[VQ].y[0] == pytest.approx(seeds.mean())
    half = 4.303 * seeds.std(ddof=1) / np.sqrt(3)
    assert lines[VQ].error_y.array[0] == pytest.approx(half, rel=1e-3)
    assert lines[VQ].error_y.arrayminus[0] == pytest.approx(half, rel=1e-3)
    assert lines[PCA].error_y.array is None
    assert fig.layout.xaxis.type == "log"
    assert list(fig.layout.xaxis.tickvals) == [2, 8]
