"""The 1,797 real 8 x 8 digits that are always there: scikit-learn's, kept here since its import takes a second."""

from pathlib import Path

import numpy as np

from explorer.data.dataset import Dataset, Split

N_TEST = 360
N_TRAIN = 1797 - N_TEST
_FILE = Path(__file__).with_name("digits.npz")


def load_digits_dataset(split: Split) -> Dataset:
    """Digits with pixels in [0, 1], divided once and for all into 1,437 train and 360 test samples, by class alike."""
    with np.load(_FILE) as arrays:
        images = arrays[f"{split}_samples"] / np.float32(16)
        labels = arrays[f"{split}_labels"].astype(np.int64)
    return Dataset("digits", split, images, labels, tuple("0123456789"))
