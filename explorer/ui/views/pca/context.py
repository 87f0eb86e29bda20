"""What the PCA page is about: a data set's PCA, and as much of the data as this machine has."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.pca import ErrorCurve, ModelError, Spectrum, reconstruction_errors, spectrum, tails
from explorer.data import Dataset, list_sources
from explorer.data.own import own_version
from explorer.models.fields import Range
from explorer.models.latent_model import Array
from explorer.models.pca import PCA
from explorer.store import CheckpointInfo
from explorer.ui.caches import cached_dataset, checkpoint_of, fitted_pca, model_of
from explorer.ui.models.at_hand import visible_models
from explorer.ui.query_params import read, write
from explorer.ui.results import kept

# The number of components that is shown at first.
START_K = 10


@dataclass(frozen=True, eq=False)
class PCAContext:
    """A fitted PCA; where the data set is missing, `test` is None and `missing` says how to get it."""

    name: str
    model: PCA
    class_names: tuple[str, ...]
    test: Dataset | None
    missing: str = ""

    @property
    def spectrum(self) -> Spectrum:
        """The variances of the principal components."""
        return spectrum(self.model)


def data_set_names() -> tuple[str, ...]:
    """The data sets there are: those at hand, then those of which the library has a PCA, then the others."""
    images = [source for source in list_sources() if source.kind in ("images", "colour")]
    kept = {info.run.dataset for info in _pcas_in_library()}
    return tuple(source.name for source in sorted(images, key=lambda one: (not one.available, one.name not in kept)))


def find_context(name: str) -> PCAContext | str:
    """The PCA of a data set, fitted here or from the library; else the sentence that says how to get the data.

    Raises DatasetError when the data set's files are damaged, CheckpointError when the library's are.
    """
    source = {source.name: source for source in list_sources()}[name]
    if source.available:
        test = cached_dataset(name, "test")
        return PCAContext(name, fitted_pca(name), test.class_names, test)
    info = _pca_in_library(name)
    if info is None:
        return source.how_to_get
    model = model_of(info)
    if not isinstance(model, PCA):
        return source.how_to_get
    return PCAContext(name, model, info.class_names, None, source.how_to_get)


def measured_errors(name: str) -> dict[str, ErrorCurve]:
    """The reconstruction error against k on train and on test."""

    def errors() -> dict[str, ErrorCurve]:
        model = fitted_pca(name)
        return {split: reconstruction_errors(model, cached_dataset(name, split)) for split in ("train", "test")}

    key = ("errors of PCA", name, own_version(name))
    return kept(key, errors, doing="Projecting every image of train and test …")


def errors_of(context: PCAContext) -> dict[str, ErrorCurve]:
    """Measured on train and test; without the data what is known of train: the variance that k components discard."""
    if context.test is not None:
        return measured_errors(context.name)
    return {"train": ErrorCurve(tails(context.model.variances.astype(np.float64)), np.empty((0, 0)))}


def projected_test(name: str) -> Array:
    """The test split's scores along the first two components, (N, 2)."""
    key = ("scores of PCA", name, own_version(name))
    return kept(key, lambda: fitted_pca(name).encode(cached_dataset(name, "test").pixels()))


def codes_in_plane(context: PCAContext) -> tuple[Array, NDArray[np.int64]] | None:
    """Scores of the test split along the first two components, (N, 2), and labels; None where nobody kept them."""
    if context.test is not None:
        return projected_test(context.name), context.test.labels
    info = _pca_in_library(context.name)
    if info is None or info.run.model.latent_dim < 2:
        return None
    codes = checkpoint_of(info).codes
    return codes.test[:, :2], codes.test_labels


def models_beside(context: PCAContext) -> list[ModelError]:
    """The library's models, other than PCA, that were trained on the same data set and measured on its test split."""
    marks = []
    for info in visible_models():
        sse = info.metrics.get("sse")
        if sse is None or info.run.dataset != context.name or info.run.model.family == "pca":
            continue
        marks.append(ModelError(info.name, info.run.model.family, info.run.model.latent_dim, sse))
    return marks


def _pcas_in_library() -> list[CheckpointInfo]:
    return [info for info in visible_models() if info.run.model.family == "pca"]


def _pca_in_library(name: str) -> CheckpointInfo | None:
    """The first readable PCA of a data set in the library."""
    return next((info for info in _pcas_in_library() if info.run.dataset == name), None)


def wanted_frame(ks: NDArray[np.int64]) -> int:
    """The frame nearest to the k that the address says; ks: the k of each frame."""
    k = read("k", Range(int, 0, int(ks[-1])))
    return int(np.abs(ks - (START_K if k is None else k)).argmin())


def keep_k(k: int) -> None:
    """Write the k of the frame on show into the address; the default is not written."""
    if k != START_K or "k" in st.query_params:
        write("k", [k])
