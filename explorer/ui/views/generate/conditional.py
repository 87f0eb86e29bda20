"""The generate page's view of conditional models: one z under every class, and whether the classes come out."""

import numpy as np
import streamlit as st

from explorer.analysis.conditional import N_PER_CLASS, Agreement, across_classes, label_agreement
from explorer.analysis.measure import Interval
from explorer.errors import AnalysisError
from explorer.figures.clusters import named_rows_figure, table_figure
from explorer.lessons.keys import agreement_key
from explorer.models import ConditionalModel
from explorer.models.latent_model import Array
from explorer.models.spec import CVAESpec
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint, CheckpointInfo, load_classifier
from explorer.ui.caches import checkpoint_of
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.models.at_hand import samples_of_codes
from explorer.ui.models.fitted_samplers import SEED
from explorer.ui.models.picker import choose_model
from explorer.ui.refusals import said_in_place
from explorer.ui.results import kept, known
from explorer.ui.views.generate.context import models_of

TABLE_HEIGHT_PX = 420
N_COLUMNS, N_ROWS_OF_ONE = 15, 10
ALL = "all classes"

CONDITIONAL = r"y \sim p(y), \quad z \sim \mathcal{N}(0, I), \quad x \sim p(x \mid z, y)"
BOUND = (
    r"\log p(x \mid y) \ge \mathbb{E}_{q(z|x,y)}[\log p(x \mid z, y)] "
    r"- \mathrm{KL}\bigl(q(z|x,y)\,\|\,p(z)\bigr)"
)


def show_conditional(models: dict[str, CheckpointInfo], seed: int) -> None:
    """Rows of classes with the same z in each column, or many draws of one class."""
    usable = models_of(models, CVAESpec, "cvae", "a model that is given the class")
    if usable is None:
        return
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        info = choose_model(usable, width="stretch")
        checkpoint = checkpoint_of(info)
        names = checkpoint.header.class_names
        label = choose_in_list("label", "Class", (ALL, *names))
        st.markdown(_words(label))
    with picture:
        images, rows = _images(checkpoint, label, seed)
        head = "each column: one z" if label == ALL else ""
        figure = named_rows_figure(images, rows, STAGE_PX, head)
        show_figure(figure, "conditional", f"Images of {info.name} for {label}, a row each; {head}")
        explain(
            formula=[(CONDITIONAL, "The class is given, so z need not hold it."), (BOUND, "Sohn, Lee & Yan 2015.")],
            code=[across_classes, label_agreement],
        )
    with controls:
        st.fragment(_judge)(info, checkpoint)


def _images(checkpoint: Checkpoint, label: str, seed: int) -> tuple[Array, list[str]]:
    """Rows of images (R, n, H, W) and their names; raises AnalysisError for what is no picture."""
    model, shape = checkpoint.model, image_shape(checkpoint.header.sample_shape)
    if shape is None or not isinstance(model, ConditionalModel):
        raise AnalysisError(f"{checkpoint.info.name} draws no pictures by class; choose a CVAE of images.")
    rng, names = np.random.default_rng(seed), checkpoint.header.class_names
    if label == ALL:
        return across_classes(model, N_COLUMNS, rng).reshape(len(names), N_COLUMNS, *shape), [*names]
    n = N_ROWS_OF_ONE * N_COLUMNS
    images = model.decode(model.prior().sample(n, rng), np.full(n, names.index(label)))
    return images.reshape(N_ROWS_OF_ONE, N_COLUMNS, *shape), [label] * N_ROWS_OF_ONE


def _words(label: str) -> str:
    if label != ALL:
        n = N_COLUMNS * N_ROWS_OF_ONE
        return (
            f"{n} draws z ~ p(z), each decoded as class **{as_text(label)}**: z holds what the class leaves open, "
            "such as how a digit is written."
        )
    return (
        "Each column decodes **one z** under every class. The decoder is given the class, so z holds what the class "
        "leaves open, the **style**: of a written digit, slant and stroke."
    )


def _judge(info: CheckpointInfo, checkpoint: Checkpoint) -> None:
    """How often a classifier sees the class that was asked for, behind a button the first time."""
    n, key = N_PER_CLASS * len(checkpoint.header.class_names), agreement_key(info.fingerprint)
    if known(key) is None and not st.button(f"Classify {n:,} fresh draws (up to 10 s)", icon=":material/grading:"):
        st.caption("Does a class come out as what was asked for? A classifier of real images judges.")
        return
    with said_in_place():
        found = kept(key, lambda: agreement_of(checkpoint), doing="Drawing and classifying …")
        _show_agreement(found, checkpoint.header.class_names)


def _show_agreement(found: Agreement, names: tuple[str, ...]) -> None:
    st.markdown(verdict(found, names))
    with st.expander("Class asked for against class seen, in % of each class asked for", icon=":material/grid_on:"):
        figure = table_figure(100 * found.confusion, names, names, TABLE_HEIGHT_PX, digits=1)
        figure.update_xaxes(title_text="seen by the classifier").update_yaxes(title_text="class asked for")
        show_figure(figure, "told-and-seen", "Classes that were asked for against those that the classifier sees")


def agreement_of(checkpoint: Checkpoint) -> Agreement:
    """The agreement of a conditional checkpoint with its data set's classifier; raises an ExplorerError."""
    classifier, _ = load_classifier(checkpoint.run.dataset)
    assert isinstance(checkpoint.model, ConditionalModel)
    return label_agreement(checkpoint.model, classifier, samples_of_codes(checkpoint), np.random.default_rng(SEED))


def verdict(found: Agreement, class_names: tuple[str, ...]) -> str:
    """How often a classifier sees the class that was asked for, and where least often."""
    measured, null = found.measure.measured, found.measure.null
    weakest = int(found.confusion.diagonal().argmin())
    return (
        f"**{100 * measured.value:.1f} %** [{_limits(measured)}] of fresh draws, {N_PER_CLASS:,} per class, are "
        f"classified as their label; real test images: {100 * null.value:.1f} % [{_limits(null)}]. Least often: "
        f"{100 * found.confusion[weakest, weakest]:.1f} % of class {as_text(class_names[weakest])}. A share above that "
        "of real images means draws that are more typical than images are, not better ones."
    )


def _limits(interval: Interval) -> str:
    return f"{100 * interval.low:.1f}, {100 * interval.high:.1f}"
