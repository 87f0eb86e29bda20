"""What the server keeps in memory for all sessions, found by ids; who gets an object from here never changes it."""

import streamlit as st

from explorer.data import Dataset, Split, load_dataset
from explorer.store import Checkpoint, load_checkpoint

MOST_CHECKPOINTS = 12
MOST_SPLITS = 4


@st.cache_resource(max_entries=MOST_CHECKPOINTS, show_spinner="Loading the model …")
def cached_checkpoint(fingerprint: str, path: str) -> Checkpoint:  # noqa: ARG001 - the fingerprint is the cache's key
    """The checkpoint in the folder `path`; a changed content has another fingerprint. Raises CheckpointError."""
    return load_checkpoint(path)


@st.cache_resource(max_entries=MOST_SPLITS, show_spinner="Loading the data set …")
def cached_dataset(name: str, split: Split = "train") -> Dataset:
    """One split of a data set; raises DatasetError, which is not kept, so that a later download is seen."""
    return load_dataset(name, split)
