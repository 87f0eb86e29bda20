"""Files of one's own, mutated from a seed, 40 or 200 of each kind: each is read or refused in one sentence."""

import re
from pathlib import Path

import numpy as np
import pytest

from explorer.data.own.bounds import MAX_SAMPLES, MIN_SAMPLES
from explorer.data.own.parts import own_folder
from explorer.errors import DatasetError
from tests.data.own.conftest import Read, given, images_by_class, zipped
from tests.data.own.test_arrays import images, mat, npz
from tests.data.own.test_tables import csv_of, parquet_of, table
from tests.data.test_mutations import mutants

N_EACH, N_EACH_SLOWLY = 40, 200
ONE_SENTENCE = re.compile(r"[^\n\r]{10,600}\.")
FILES = {
    "images.zip": zipped(images_by_class(20)),
    "arrays.npz": npz(x=images(), y=np.arange(50) % 3),
    "matlab.mat": mat(X=images().reshape(50, 30), y=np.arange(50) % 3),
    "table.csv": csv_of(table()),
    "table.parquet": parquet_of(table()),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("n_files", [N_EACH, pytest.param(N_EACH_SLOWLY, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", FILES)
def test_a_mutated_file_is_one_sentence_or_a_whole_data_set(
    read: Read, name: str, n_files: int, tmp_path: Path
) -> None:
    read(name, FILES[name])
    n_read = 0
    for content in mutants(FILES[name])[:n_files]:
        try:
            report = read(name, content)
        except DatasetError as error:
            sentence = str(error)
            assert ONE_SENTENCE.fullmatch(sentence), sentence
            continue
        n_read += 1
        counts = sum(report.n_train), sum(report.n_test)
        assert MIN_SAMPLES <= sum(counts) <= MAX_SAMPLES
        train, test = given()
        assert (len(train), len(test)) == counts
        assert np.isfinite(train.pixels()).all()
    assert n_read < n_files
    assert {path.name for path in own_folder().iterdir()} == {"given"}
    assert {path.name for path in tmp_path.iterdir()} == {"data", "files"}
