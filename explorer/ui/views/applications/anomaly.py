"""Foreign pictures on the page of applications: a class left out of training, or another data set's pictures."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.analysis import anomaly
from explorer.analysis.anomaly import BOTH, KINDS, Detection
from explorer.analysis.measure import Progress
from explorer.data import list_sources
from explorer.data.subsets import without_class
from explorer.figures.applications import Row, roc_figure, rows_figure
from explorer.figures.theme import model_hue
from explorer.models.fields import Choice
from explorer.models.latent_model import Array, LatentModel
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure
from explorer.ui.query_params import bound
from explorer.ui.results import computed_anew, known
from explorer.ui.views.applications.context import PICTURE_AND_CONTROLS, Key, Subject, pca_beside

SEED = 0
LEFT_OUT, OTHER = "A class left out", "Another data set"
N_SHOWN = 10
STRIPS_PX = 330
ROC_PX = 430
SCORE_ERROR = r"s_{\mathrm{error}}(x) = \lVert x - g(f(x)) \rVert^2"
SCORE_DENSITY = r"s_{\mathrm{density}}(x) = -\log q(f(x))"
SCORE_BOTH = r"s_{\mathrm{both}}(x) = -\log q\bigl(f(x),\, \log s_{\mathrm{error}}(x)\bigr)"
AUC = r"\mathrm{AUC} = P\bigl(s(x_{\mathrm{foreign}}) > s(x_{\mathrm{known}})\bigr)"


@dataclass(frozen=True, eq=False)
class Question:
    """What is known and what is foreign, with the rows of the pictures on show."""

    title: str
    key: Key
    known: Array
    foreign: Array


def anomalies(subject: Subject) -> None:
    """How well reconstruction error, latent density and both tell foreign pictures from known ones."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="large")
    with controls:
        kinds = Choice((LEFT_OUT, OTHER))
        kind = st.segmented_control(
            "What is foreign", kinds.options, default=LEFT_OUT, required=True, **bound("foreign", kinds)
        )
        asked = _left_out(subject) if kind == LEFT_OUT else _other_data(subject)
    if asked is None:
        return
    question, detections = asked
    with picture:
        if detections:
            _show(subject, question, detections)
        else:
            _show_pictures(subject, question)
        explain(
            formula=[
                (SCORE_ERROR, "What the model loses of a picture: f encodes, g decodes."),
                (SCORE_DENSITY, "q is a mixture of twenty Gaussians fitted to the training codes."),
                (SCORE_BOTH, "The same with the logarithm of the error as one more number of the code."),
                (AUC, "The area under the ROC curve: .5 for guessing, 1 for a perfect score."),
            ],
            code=[anomaly.Detector, anomaly.judge, anomaly.learn],
        )
    if detections:
        with controls:
            _show_table(detections)


def _left_out(subject: Subject) -> tuple[Question, tuple[Detection, ...]]:
    """The class that is foreign, and the detections where they are known or asked for."""
    names = Choice(subject.test.class_names)
    if st.session_state.get("left_out") not in (None, *names.options):
        st.session_state["left_out"] = names.options[0]
    name = st.selectbox("Class left out of training", names.options, **bound("left_out", names))
    label = names.options.index(name)
    is_foreign = subject.test.labels == label
    x = subject.test.pixels()
    question = Question(f"class {name}", ("left out", subject.test.fingerprint, label), x[~is_foreign], x[is_foreign])
    is_small = len(subject.train) < anomaly.SMALL_SAMPLES
    st.markdown(
        f"{subject.name} has seen every class, so a small autoencoder learns anew, without class {name}, and PCA with "
        "as many numbers beside it. Then the test pictures come, those of the class among them."
    )
    if known(question.key) is None:
        label_of = f"Train without class {name} ({'10' if is_small else '40'} s)"
        if not st.button(label_of, icon=":material/play_arrow:", type="primary", width="stretch", key="leave_out"):
            return question, ()
        st.button("Stop", icon=":material/stop:", key="stop_leaving_out")
    return question, computed_anew(question.key, "Without the class", lambda: _steps(subject, label, question))


def _steps(subject: Subject, label: int, question: Question) -> Iterator[Progress[tuple[Detection, ...]]]:
    """Train without a class, then judge both models; the training takes the first four fifths of the time."""
    dataset = without_class(subject.train, label)
    run = anomaly.run_for(dataset)
    model: LatentModel | None = None
    for step in anomaly.learn(run, dataset):
        model = step.result
        yield Progress(0.8 * step.fraction, step.doing, ())
    assert model is not None
    yield Progress(0.8, "fitting PCA", ())
    vectors = dataset.samples.reshape(len(dataset), -1)
    pca = fit_pca(vectors, dataset.sample_shape, PCASpec(latent_dim=run.model.latent_dim))
    models: dict[str, LatentModel] = {"AE": model, "PCA": pca}
    for judged in anomaly.detect(models, dataset.pixels(), question.known, question.foreign, SEED):
        yield Progress(0.8 + 0.2 * judged.fraction, judged.doing, judged.result)


def _other_data(subject: Subject) -> tuple[Question, tuple[Detection, ...]] | None:
    """Another data set of pictures of the same size, judged by the chosen model itself."""
    others = [
        source.name
        for source in list_sources()
        if source.available and source.sample_shape == subject.test.sample_shape and source.name != subject.test.name
    ]
    if not others:
        height, width = subject.shape
        st.info(
            f"No other data set of {height} × {width} pictures is at hand; download one from the start page, or "
            "leave out a class.",
            icon=":material/download:",
        )
        return None
    name = st.selectbox("Foreign data set", others, key="foreign_data")
    foreign = cached_dataset(name, "test")
    question = Question(name, ("foreign", name, *subject.key), subject.test.pixels(), foreign.pixels())
    st.markdown(f"{subject.title} learned {subject.test.name}; the pictures of {name} are new to it.")
    if known(question.key) is None:
        label = "Judge every test picture (20 s)"
        if not st.button(label, icon=":material/straighten:", type="primary", width="stretch", key="judge"):
            return question, ()
    models: dict[str, LatentModel] = {subject.name: subject.model, "PCA": pca_beside(subject)}

    def steps() -> Iterator[Progress[tuple[Detection, ...]]]:
        return anomaly.detect(models, subject.train.pixels(), question.known, question.foreign, SEED)

    return question, computed_anew(question.key, "Judging", steps)


def _show_pictures(subject: Subject, question: Question) -> None:
    rows = [
        Row("known", subject.tile(question.known[:N_SHOWN])),
        Row(f"foreign: {question.title}", subject.tile(question.foreign[:N_SHOWN])),
    ]
    show_figure(rows_figure(rows, STRIPS_PX, N_SHOWN), "foreign", f"Known pictures, and foreign ones: {question.title}")


def _show(subject: Subject, question: Question, detections: tuple[Detection, ...]) -> None:
    hues = {
        detection.title: model_hue("pca" if detection.title == "PCA" else subject.family) for detection in detections
    }
    hues["AE"] = model_hue("ae")
    alt = "ROC curves: " + ", ".join(f"{one.title} by {one.kind} AUC {one.auc:.3f}" for one in detections)
    show_figure(roc_figure(detections, hues, ROC_PX), "roc", alt)
    shown = next(one for one in detections if one.kind == BOTH)
    of_known, of_foreign = np.argsort(-shown.known), np.argsort(-shown.foreign)
    rows = [
        Row("foreign, noticed first", subject.tile(question.foreign[of_foreign[:N_SHOWN]])),
        Row("foreign, noticed last", subject.tile(question.foreign[of_foreign[::-1][:N_SHOWN]])),
        Row("known, but taken for foreign", subject.tile(question.known[of_known[:N_SHOWN]])),
    ]
    alt = f"Pictures that {shown.title} by {BOTH} is surest and least sure of"
    show_figure(rows_figure(rows, STRIPS_PX, N_SHOWN), "foreign", alt)


def _show_table(detections: tuple[Detection, ...]) -> None:
    titles = list(dict.fromkeys(one.title for one in detections))
    auc = {(one.title, one.kind): one.auc for one in detections}
    lines = ["| AUC | " + " | ".join(KINDS) + " |", "|---|" + "---|" * len(KINDS)]
    lines += [f"| {title} | " + " | ".join(f"{auc[title, kind]:.3f}" for kind in KINDS) + " |" for title in titles]
    st.markdown("\n".join(lines))
    first = detections[0]
    st.caption(
        f"{len(first.known):,} known and {len(first.foreign):,} foreign test pictures; .5 is guessing. A simple shape "
        "such as a 1 is easy to rebuild even if it was never seen: then the error alone points the wrong way."
    )
