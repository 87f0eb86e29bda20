"""What the server keeps in memory for all sessions, found by ids; who gets an object from here never changes it."""

from math import prod

import streamlit as st

from explorer.data import Dataset, Split, load_dataset
from explorer.data.own import own_version
from explorer.errors import AnalysisError
from explorer.models.latent_model import LatentModel
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec
from explorer.store import Checkpoint, CheckpointInfo, load_checkpoint, load_codes

MOST_CHECKPOINTS = 12
MOST_SPLITS = 4
MOST_THUMBNAILS = 200
# The eigenvectors of as many values take about a minute and 0.4 GB.
MOST_PCA_VALUES = 5000


@st.cache_resource(max_entries=MOST_CHECKPOINTS, show_spinner="Loading the model …")
def cached_checkpoint(fingerprint: str, path: str) -> Checkpoint:  # noqa: ARG001 - the fingerprint is the cache's key
    """The checkpoint in the folder `path`; a changed content has another fingerprint. Raises CheckpointError."""
    return load_checkpoint(path)


def checkpoint_of(info: CheckpointInfo) -> Checkpoint:
    """The checkpoint of a model of the library; raises CheckpointError."""
    return cached_checkpoint(info.fingerprint, str(info.path))


def model_of(info: CheckpointInfo) -> LatentModel:
    """Its model alone; raises CheckpointError."""
    return checkpoint_of(info).model


def cached_dataset(name: str, split: Split = "train") -> Dataset:
    """One split of a data set; raises DatasetError, which is not kept, so that a later download is seen."""
    return _loaded(name, split, own_version(name))


@st.cache_resource(max_entries=MOST_SPLITS, show_spinner="Loading the data set …")
def _loaded(name: str, split: Split, version: str) -> Dataset:  # noqa: ARG001 - the version is part of the cache's key
    return load_dataset(name, split)


@st.cache_data(max_entries=MOST_THUMBNAILS, show_spinner=False)
def cached_thumbnail(fingerprint: str, path: str) -> bytes:  # noqa: ARG001 - the fingerprint is the cache's key
    """A PNG of the test codes of the checkpoint in the folder `path`; raises CheckpointError."""
    from explorer.figures.thumbnails import latent_thumbnail

    codes = load_codes(path)
    return latent_thumbnail(codes.test, codes.test_labels)


def fitted_pca(name: str) -> PCA:
    """PCA of the whole train split; K = 2, truncate for others."""
    return _fitted(name, own_version(name))


def pca_of(name: str, n_components: int) -> PCA:
    """PCA of the whole train split with so many components, or with all where it has fewer."""
    pca = fitted_pca(name)
    return pca.truncated(min(n_components, len(pca.mean)))


@st.cache_resource(max_entries=MOST_SPLITS, show_spinner="Fitting PCA to every sample of the train split …")
def _fitted(name: str, version: str) -> PCA:  # noqa: ARG001 - the version is part of the cache's key
    train = cached_dataset(name, "train")
    n_values = prod(train.sample_shape)
    if n_values > MOST_PCA_VALUES:
        raise AnalysisError(
            f"PCA of {n_values:,} values per sample would take minutes, but at most {MOST_PCA_VALUES:,} are shown "
            "here; choose a data set of smaller images."
        )
    vectors = train.samples.reshape(len(train), -1)
    return fit_pca(vectors, train.sample_shape, PCASpec(latent_dim=2))
