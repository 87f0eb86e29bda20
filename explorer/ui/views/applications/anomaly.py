"""Anomalies on the page of applications: a class left out of training, or another data set's pictures."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from explorer.analysis import anomaly
from explorer.analysis.anomaly import ERROR, KINDS, Detection, auc_difference
from explorer.analysis.auc import auc_interval
from explorer.data import Dataset, list_sources
from explorer.figures.applications import Row, roc_figure, rows_figure
from explorer.figures.theme import model_hue
from explorer.lessons.keys import Detections, left_out_key
from explorer.models.latent_model import Array, LatentModel
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_button, choose_in_list
from explorer.ui.results import measured_on_demand
from explorer.ui.views.applications.context import ApplicationContext, pca_beside
from explorer.ui.views.applications.drawn_anomaly import drawn_anomaly
from explorer.ui.views.applications.picture import takes_drawings

SEED = 0
LEFT_OUT, OTHER, DRAWING = "A class left out", "Another data set", "A drawing"
N_SHOWN = 12
STRIPS_PX = 330
ROC_PX = 430
SMALL_REFERENCE_S, LARGE_REFERENCE_S, JUDGING_REFERENCE_S = 10, 40, 20
SCORE_ERROR = r"s_{\mathrm{error}}(x) = \lVert x - g(f(x)) \rVert^2"
SCORE_DENSITY = r"s_{\mathrm{density}}(x) = -\log q(f(x))"
SCORE_BOTH = r"s_{\mathrm{both}}(x) = -\log q\bigl(f(x),\, \log s_{\mathrm{error}}(x)\bigr)"
AUC = r"\mathrm{AUC} = P\bigl(s(x_{\mathrm{anomaly}}) > s(x_{\mathrm{inlier}})\bigr)"
EQUAL_K = "The model and PCA have the same K: a best one cannot be chosen without anomalies to choose it by."
FORMULAS = (
    (SCORE_ERROR, "The error of the reconstruction: f encodes, g decodes."),
    (SCORE_DENSITY, "q is a mixture of twenty Gaussians fitted to the training codes."),
    (SCORE_BOTH, "The same with the logarithm of the error as one more number of the code."),
    (AUC, "The area under the ROC curve: 0.5 for guessing, 1 for a perfect score."),
)


@dataclass(frozen=True, eq=False)
class Question:
    """Which pictures are inliers (N, D) and which are anomalies (M, D)."""

    title: str
    key: Hashable
    inliers: Array
    anomalies: Array


def anomalies(context: ApplicationContext) -> None:
    """How well reconstruction error, latent density and both tell anomalies from inliers."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        kind = _choose_kind(context)
        if kind == DRAWING:
            drawn_anomaly(context, picture)
            return
        asked = _left_out(context) if kind == LEFT_OUT else _other_data(context)
        if asked is not None and asked[1]:
            st.markdown(verdict(asked[1], as_text(asked[0].title)))
            st.markdown(auc_table(asked[1]))
    if asked is not None:
        with picture:
            _show(context, *asked)
            explain(formula=FORMULAS, code=[anomaly.Detector, anomaly.judge, auc_interval, anomaly.learn])


def _choose_kind(context: ApplicationContext) -> str:
    """The widget of what the anomalies are; a drawing can be one where the data set's shape has drawings."""
    kinds = (LEFT_OUT, OTHER, DRAWING) if takes_drawings(context) else (LEFT_OUT, OTHER)
    if st.session_state.get("foreign") not in (None, *kinds):
        st.session_state["foreign"] = LEFT_OUT
    return choose_button("foreign", "What the anomalies are", kinds, wrap=True)


def _left_out(context: ApplicationContext) -> tuple[Question, Detections] | None:
    """The class that is an anomaly, and the detections where they are known or asked for.

    None where the test images are not divided by the class.
    """
    names = context.test.class_names
    if st.session_state.get("left_out") not in (None, *names):
        st.session_state["left_out"] = names[0]
    name = choose_in_list("left_out", "Class left out of training", names)
    label = names.index(name)
    is_anomaly = context.test.labels == label
    if is_anomaly.all() or not is_anomaly.any():
        st.info(undivided(name, int(is_anomaly.sum())), icon=":material/category:")
        return None
    x = context.test.pixels()
    question = Question(
        f"class {name}", left_out_key(context.train, context.test, label), x[~is_anomaly], x[is_anomaly]
    )
    st.markdown(
        f"{as_text(context.name)} has seen every class. So a small autoencoder is trained anew without class "
        f"{as_text(name)}, and PCA is fitted with as many dimensions. Both then score all test images, including "
        f"those of the class. {EQUAL_K}"
    )
    reference_s = SMALL_REFERENCE_S if len(context.train) < anomaly.SMALL_SAMPLES else LARGE_REFERENCE_S
    title = f"Train without class {name}"
    steps = partial(anomaly.detect_left_out, context.train, context.test, label, SEED)
    found = measured_on_demand(question.key, title, title, steps, reference_s)
    return question, found or ()


def undivided(class_name: str, n_of_class: int) -> str:
    """Why a class with all test images or with none cannot be left out, and what to do."""
    share = "All test images are" if n_of_class else "No test image is"
    return (
        f"{share} of class {as_text(class_name)}, so it cannot be told from others; choose another class or *{OTHER}*."
    )


def _other_data(context: ApplicationContext) -> tuple[Question, Detections] | None:
    """Another data set of pictures of the same size, judged by the chosen model itself."""
    others = _others_of_one_size(context.test)
    if not others:
        height, width = context.shape[:2]
        st.info(
            f"No other data set of {height} × {width} pictures is at hand; download one from the start page, or "
            "leave out a class.",
            icon=":material/download:",
        )
        return None
    name = choose_in_list("foreign_data", "Data set of the anomalies", others)
    others_x = cached_dataset(name, "test").pixels()
    question = Question(name, ("foreign", name, *context.key), context.test.pixels(), others_x)
    st.markdown(
        f"{as_text(context.title)} was trained on {as_text(context.test.name)}; it has never seen the pictures of "
        f"{as_text(name)}. {EQUAL_K}"
    )
    models: dict[str, LatentModel] = {context.name: context.model, "PCA": pca_beside(context)}
    steps = partial(anomaly.detect, models, context.train.pixels(), question.inliers, question.anomalies, SEED)
    found = measured_on_demand(question.key, "Score every test image", "Scoring", steps, JUDGING_REFERENCE_S)
    return question, found or ()


def _others_of_one_size(dataset: Dataset) -> list[str]:
    """The data sets at hand whose samples have the shape of a data set's, without that one."""
    return [
        source.name
        for source in list_sources()
        if source.available and source.sample_shape == dataset.sample_shape and source.name != dataset.name
    ]


def _show(context: ApplicationContext, question: Question, detections: Detections) -> None:
    if detections:
        hues = {one.title: model_hue("pca" if one.title == "PCA" else context.family) for one in detections}
        hues["AE"] = model_hue("ae")
        curves = ", ".join(f"{one.title} by {one.kind} AUC {one.auc.value:.3f}" for one in detections)
        show_figure(roc_figure(detections, hues, ROC_PX), "roc", f"ROC curves: {curves}")
    rows = strips(question, detections, context.shape)
    alt = "; ".join(row.title for row in rows)
    show_figure(rows_figure(rows, STRIPS_PX, N_SHOWN), "foreign", alt)


def strips(question: Question, detections: Sequence[Detection], shape: tuple[int, ...]) -> list[Row]:
    """Some inliers and anomalies; where they are scored, the anomalies found first and last, and the false alarms."""

    def tiles(x: Array) -> Array:
        return x[:N_SHOWN].reshape(-1, *shape)

    if not detections:
        return [
            Row("inliers", tiles(question.inliers)),
            Row(f"anomalies: {question.title}", tiles(question.anomalies)),
        ]
    shown = best(detections)
    of_inliers, of_anomalies = np.argsort(-shown.inliers), np.argsort(-shown.anomalies)
    by = f"by {shown.kind} of {shown.title}"
    return [
        Row(f"anomalies with the highest scores, {by}", tiles(question.anomalies[of_anomalies])),
        Row("anomalies with the lowest scores", tiles(question.anomalies[of_anomalies[::-1]])),
        Row("inliers with the highest scores", tiles(question.inliers[of_inliers])),
    ]


def best(detections: Sequence[Detection]) -> Detection:
    """The detection with the largest area under its ROC curve."""
    return max(detections, key=lambda one: one.auc.value)


def auc_table(detections: Sequence[Detection]) -> str:
    """The areas as a table, a row per model and a column per score, each with its 95 % interval."""
    areas = {(one.title, one.kind): one.auc.text(3) for one in detections}
    titles = dict.fromkeys(one.title for one in detections)
    lines = ["| AUC | " + " | ".join(KINDS) + " |", "|---|" + "---|" * len(KINDS)]
    return "\n".join(
        [*lines, *(f"| {as_text(title)} | {' | '.join(areas[title, kind] for kind in KINDS)} |" for title in titles)]
    )


def verdict(detections: Sequence[Detection], title: str) -> str:
    """Which score tells the anomalies best, and what the error alone does, in sentences made from the numbers."""
    first = best(detections)
    others = [one for one in detections if one.title != first.title]
    says = _against(first, best(others), title) if others else _alone(first, title)
    sizes = f"{len(first.inliers):,} inliers and {len(first.anomalies):,} anomalies of the test split"
    note = f"{sizes}; brackets are intervals of at least 95 %."
    return " ".join([says, *_misled(detections), note])


def _alone(first: Detection, title: str) -> str:
    name = as_text(first.title)
    return f"The **{first.kind} of {name}** tells {title} from the rest best: AUC {first.auc.text(3)}."


def _against(first: Detection, second: Detection, title: str) -> str:
    lead = auc_difference(first, second)
    difference = lead.text(3)
    first_name, second_name = (f"**{one.kind} of {as_text(one.title)}**" for one in (first, second))
    if lead.low > 0:
        return f"The {first_name} tells {title} from the rest best; its AUC is {difference} above the {second_name}'s."
    return (
        f"Neither the {first_name} nor the {second_name} is shown to tell {title} from the rest better than the other: "
        f"the AUCs differ by {difference}."
    )


def _misled(detections: Sequence[Detection]) -> list[str]:
    """A sentence for each model whose reconstruction error alone is worse than guessing."""
    return [
        f"The error of {as_text(one.title)} alone points the wrong way: the model reconstructs these images, which "
        "it has never seen, better than those that it was trained on."
        for one in detections
        if one.kind == ERROR and one.auc.high < 0.5
    ]
