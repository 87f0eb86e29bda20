"""The generate page's view of a mixture prior: its clusters over the codes, what they draw, how they match classes."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.clustering import Clustering, cluster, project, samples_by_component
from explorer.analysis.density import prior_of
from explorer.analysis.latent_plane import axis_plane, principal_plane
from explorer.errors import DatasetError
from explorer.figures.clusters import (
    LabelledPoints,
    cluster_plane_figure,
    clustering_figure,
    component_names,
    named_rows_figure,
    shares_figure,
)
from explorer.figures.images import grey, mosaic_figure
from explorer.models.mixture import MixtureOfGaussians
from explorer.models.spec import GMVAESpec
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint, CheckpointInfo
from explorer.ui.caches import checkpoint_of
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_number
from explorer.ui.models.at_hand import samples_of_codes
from explorer.ui.models.picker import choose_model
from explorer.ui.results import kept
from explorer.ui.views.generate.context import models_of, shape_of_pictures

# Two lines of text lie below the plane, and the model's picker above the rows of pictures beside it.
PLANE_HEIGHT_PX = STAGE_PX - 70
ROWS_HEIGHT_PX, TABLE_HEIGHT_PX, SHARES_HEIGHT_PX = PLANE_HEIGHT_PX - ROW_PX, 460, 330
N_COLUMNS = 7
PICTURE_AND_CONTROLS = (62, 38)

MIXTURE = r"c \sim p(c), \quad z \sim \mathcal{N}(\mu_c, \operatorname{diag}\sigma_c^2), \quad x \sim p(x \mid z)"
RESPONSIBILITY = (
    r"p(c \mid z) = \frac{p(c)\,\mathcal{N}(z;\,\mu_c, \sigma_c^2)}{\sum_{c'} p(c')\,\mathcal{N}(z;\,\mu_{c'}, "
    r"\sigma_{c'}^2)}"
)
RATE = (
    r"\mathbb{E}_{q(c|x)}\bigl[\mathrm{KL}(q(z|x)\,\|\,p(z|c))\bigr] + \mathrm{KL}\bigl(q(c|x)\,\|\,p(c)\bigr), "
    r"\qquad q(c|x) = p(c \mid z),\; z \sim q(z|x)"
)


@dataclass(frozen=True, eq=False)
class ClusteredModel:
    """A checkpoint with its mixture prior and how its components match the classes of the test split."""

    checkpoint: Checkpoint
    prior: MixtureOfGaussians
    found: Clustering

    @property
    def names(self) -> list[str]:
        """The components, each with the class that most of its test samples have."""
        return named_components(self.found.counts, self.checkpoint.header.class_names)


def named_components(counts: NDArray[np.int64], class_names: tuple[str, ...]) -> list[str]:
    """Names such as 'c5: 1', the class that most test samples of a component have; counts: (M, C)."""
    named = zip(component_names(len(counts)), counts, strict=True)
    return [f"{name}: {class_names[row.argmax()]}" if row.any() else name for name, row in named]


def show_mixture(models: dict[str, CheckpointInfo], seed: int) -> None:
    """The components over the codes beside what each draws; below how they match classes, and one sample's shares."""
    usable = models_of(models, GMVAESpec, "gmvae", "a model with a mixture prior")
    if usable is None:
        return
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        subject = clustered_model(choose_model(usable, width="stretch"))
        _rows_of_components(subject, seed)
    with picture:
        _plane(subject)
    st.markdown(_accuracy_words(subject))
    explain(
        formula=[
            (MIXTURE, "The weights, means and variances are learned with encoder and decoder."),
            (RESPONSIBILITY, "The probability of a component given a code, by Bayes' rule."),
            (RATE, "What takes the place of the KL term (Jiang et al. 2017, eq. 12)."),
        ],
        code=[MixtureOfGaussians.responsibilities, cluster, samples_by_component],
    )
    table, shares = st.columns(2, gap="large")
    with table:
        st.markdown("**Test samples of each component in each class**; a frame marks the pairs of the best matching.")
        figure = clustering_figure(subject.found, subject.checkpoint.header.class_names, TABLE_HEIGHT_PX)
        show_figure(figure, "clustering", "Test samples of each component in each class")
    with shares:
        st.fragment(_one_sample)(subject)


def clustered_model(info: CheckpointInfo) -> ClusteredModel:
    """A checkpoint with a mixture prior clustered once; raises CheckpointError."""
    checkpoint = checkpoint_of(info)
    prior = prior_of(checkpoint.model)
    assert prior is not None
    codes, n_classes = checkpoint.codes, len(checkpoint.header.class_names)
    found = kept(("clustering", info.fingerprint), lambda: cluster(prior, codes.test, codes.test_labels, n_classes))
    return ClusteredModel(checkpoint, prior, found)


def _accuracy_words(subject: ClusteredModel) -> str:
    measured, null = subject.found.accuracy.measured, subject.found.accuracy.null
    return (
        f"Clustering accuracy on {len(subject.checkpoint.codes.test):,} test samples **{measured.value:.3f}** "
        f"[{measured.low:.3f}, {measured.high:.3f}], with shuffled labels {null.value:.3f}. No label was used in "
        "training: a component gathers samples that look alike, which are a class only in part."
    )


def _plane(subject: ClusteredModel) -> None:
    codes, prior = subject.checkpoint.codes, subject.prior
    held = codes.train.mean(axis=0)
    if len(held) < 2:
        st.info("A code of one dimension has no plane; the samples and probabilities beside this show the components.")
        return
    plane = axis_plane(held, 0, 1) if len(held) == 2 else principal_plane(codes.train, held)
    shadow = project(prior, plane)
    classes = subject.checkpoint.header.class_names
    scatter = LabelledPoints(plane.project(codes.test), codes.test_labels, classes)
    figure = cluster_plane_figure(scatter, shadow, plane.labels, PLANE_HEIGHT_PX)
    show_figure(figure, "components", "Test codes by class, under the components of the prior at 2σ")


def _rows_of_components(subject: ClusteredModel, seed: int) -> None:
    shape = shape_of_pictures(subject.checkpoint.info)
    z = samples_by_component(subject.prior, N_COLUMNS, np.random.default_rng(seed))
    images = subject.checkpoint.model.decode(z.reshape(-1, z.shape[-1])).reshape(len(z), N_COLUMNS, *shape)
    figure = named_rows_figure(images, subject.names, ROWS_HEIGHT_PX, "z ~ p(z|c); c: commonest class")
    show_figure(figure, "component-samples", "Images drawn from each component, a row each")


def _one_sample(subject: ClusteredModel) -> None:
    """A test sample, and the shares of the components in its code."""
    codes = subject.checkpoint.codes
    row = choose_number("sample", "Test sample", 0, len(codes.test) - 1, 0, width=150)
    shares = subject.prior.responsibilities(codes.test[row : row + 1])[0]
    image, bars = st.columns([1, 3])
    with image:
        _sample_image(subject, row)
    with bars:
        figure = shares_figure(shares, subject.prior.weights, SHARES_HEIGHT_PX)
        show_figure(figure, "shares", f"Probabilities of the components given the code of test sample {row}")
    commonest = int(shares.argmax())
    of_class = as_text(subject.checkpoint.header.class_names[codes.test_labels[row]])
    st.caption(
        f"Class {of_class}; likeliest component {subject.names[commonest]}, probability {shares[commonest]:.3f}."
    )


def _sample_image(subject: ClusteredModel, row: int) -> None:
    shape = image_shape(subject.checkpoint.header.sample_shape)
    try:
        x = samples_of_codes(subject.checkpoint).pixels(np.array([row]))
    except DatasetError as error:
        st.caption(as_text(error))
        return
    if shape is not None:
        show_figure(mosaic_figure(grey(x.reshape(1, *shape)), ["x"], 1, height=200), "clustered", f"Test sample {row}")
