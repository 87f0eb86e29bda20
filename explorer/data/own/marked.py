"""Marked samples of a data set as a data set of two classes: the marked ones and the others."""

import numpy as np
from numpy.typing import NDArray

from explorer.data.dataset import Dataset
from explorer.data.own.content import Content, unlike
from explorer.data.own.draft import Draft, draft_of
from explorer.errors import DatasetError

Mask = NDArray[np.bool_]


def marked_draft(train: Dataset, test: Dataset, is_marked: tuple[Mask, Mask], name: str) -> Draft:
    """Both splits with the classes `others` and `name`, not kept yet; is_marked: (N,) and (M,).

    Raises DatasetError where one of the classes is empty in the train split, and leaves nothing behind then.
    """
    labels = np.concatenate(is_marked).astype(np.int64)
    if not 0 < is_marked[0].sum() < len(train):
        raise DatasetError(
            f"{is_marked[0].sum():,} of {len(train):,} training samples are marked, but both classes need some; draw "
            "another outline."
        )
    is_test = np.repeat([False, True], [len(train), len(test)])
    values = np.concatenate([train.samples, test.samples])
    content = Content(f"marked samples of {train.name}", values, labels, unlike(("others", name)), is_test)
    return draft_of(content, train.name)
