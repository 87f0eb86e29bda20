"""What the server keeps in memory for all sessions, found by ids; who gets an object from here never changes it."""

import streamlit as st

from explorer.data import Dataset, Split, load_dataset
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec
from explorer.store import Checkpoint, load_checkpoint, load_codes

MOST_CHECKPOINTS = 12
MOST_SPLITS = 4
MOST_THUMBNAILS = 200


@st.cache_resource(max_entries=MOST_CHECKPOINTS, show_spinner="Loading the model …")
def cached_checkpoint(fingerprint: str, path: str) -> Checkpoint:  # noqa: ARG001 - the fingerprint is the cache's key
    """The checkpoint in the folder `path`; a changed content has another fingerprint. Raises CheckpointError."""
    return load_checkpoint(path)


@st.cache_resource(max_entries=MOST_SPLITS, show_spinner="Loading the data set …")
def cached_dataset(name: str, split: Split = "train") -> Dataset:
    """One split of a data set; raises DatasetError, which is not kept, so that a later download is seen."""
    return load_dataset(name, split)


@st.cache_data(max_entries=MOST_THUMBNAILS, show_spinner=False)
def cached_thumbnail(fingerprint: str, path: str) -> bytes:  # noqa: ARG001 - the fingerprint is the cache's key
    """A PNG of the test codes of the checkpoint in the folder `path`; raises CheckpointError."""
    from explorer.figures.thumbnails import latent_thumbnail

    codes = load_codes(path)
    return latent_thumbnail(codes.test, codes.test_labels)


@st.cache_resource(max_entries=MOST_SPLITS, show_spinner="Fitting PCA to every image of the train split …")
def fitted_pca(name: str) -> PCA:
    """PCA of the whole train split; K = 2, truncate for others."""
    train = cached_dataset(name, "train")
    vectors = train.samples.reshape(len(train), -1)
    return fit_pca(vectors, train.sample_shape, PCASpec(latent_dim=2))
