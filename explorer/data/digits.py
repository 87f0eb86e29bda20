"""The 1,797 real 8 x 8 digits that come with scikit-learn: the data set that is always there."""

import numpy as np

from explorer.data.dataset import Dataset, Split

N_TEST = 360
N_TRAIN = 1797 - N_TEST


def load_digits_dataset(split: Split) -> Dataset:
    """Digits with pixels in [0, 1], divided once and for all into 1,437 train and 360 test samples."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    images = (bunch.images / 16).astype(np.float32)
    parts = train_test_split(images, bunch.target, test_size=N_TEST, random_state=0, stratify=bunch.target)
    chosen = parts[0::2] if split == "train" else parts[1::2]
    return Dataset("digits", split, chosen[0], chosen[1].astype(np.int64), tuple("0123456789"))
