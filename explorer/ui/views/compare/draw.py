"""The view of a drawing: what PCA, an autoencoder and a VAE of one K make of a digit drawn by hand."""

from dataclasses import replace
from functools import partial
from math import prod
from typing import Any

import streamlit as st

from explorer.analysis.outside_sample import OutsideSample, OwnSamples, outside_sample, own_samples
from explorer.data import list_sources
from explorer.data.handwriting import PREPARATIONS, Ink, drawn_sample, like_mnist, like_uci_digits
from explorer.models.latent_model import LatentModel
from explorer.models.spec import CVAESpec
from explorer.scenes.drawn_code import DrawnReconstructions, build_drawn_code, build_reconstructions
from explorer.store import CheckpointInfo
from explorer.ui.caches import cached_dataset, model_of, pca_of
from explorer.ui.components.drawn_code.component import drawn_code
from explorer.ui.components.drawn_reconstructions.component import drawn_reconstructions
from explorer.ui.drawing import EXAMPLE, draw_here
from explorer.ui.explain import explain
from explorer.ui.foreign_text import as_text
from explorer.ui.models.at_hand import encoding_models, lecture_order, option_name
from explorer.ui.results import kept
from explorer.ui.unfolding import panel
from explorer.ui.views.compare.context import NOTHING, OfOneK, choose_k, images_at_hand
from explorer.ui.views.compare.kept_drawings import keep_drawings

EVERY_MODEL = "every_model"
PAD_AND_MODELS = (0.2, 0.8)
INVITATION = "Draw a digit on the sheet; every model here encodes it while the pen moves."
OF_EXAMPLE = "An example: draw a digit over it, and every model here encodes it while the pen moves."
FORMULA = r"\lVert x - \hat x \rVert^2 = \sum_{d=1}^{D} (x_d - \hat x_d)^2, \qquad \min_n \lVert z - z_n \rVert"
WORDS = (
    "The squared error of the drawing x, summed over its D pixels in [0, 1], and the distance of its code z to the "
    "nearest code zₙ of a training sample."
)


def draw(bar: Any) -> None:
    """The sheet on the left; on the right a plane for each model with the drawing's code, and its reconstruction below.

    bar: the title's row, which takes the widgets.
    """
    shapes = {source.name: source.sample_shape for source in list_sources()}
    found = {name: by_k for name, by_k in images_at_hand().items() if shapes[name] in PREPARATIONS}
    if not found:
        st.info(NOTHING, icon=":material/model_training:")
        return
    with bar:
        of_k = _without_linear(choose_k(found))
    shape = shapes[of_k.dataset]
    left, right = st.columns(PAD_AND_MODELS, gap="medium")
    with left:
        with st.container(key="of_drawing"):
            strokes = draw_here("drawing-pad", shape)
        x = None if strokes is None else drawn_sample(strokes, shape)
        keep_drawings(None if strokes is EXAMPLE else strokes, shape, cached_dataset(of_k.dataset, "test").class_names)
        if strokes is EXAMPLE:
            st.caption(OF_EXAMPLE)
        st.caption(INVITATION if x is None else PREPARATIONS[shape].sentence)
    with right:
        _show_models(of_k, x)
        _show_every_model(of_k.dataset)
        explain(formula=[(FORMULA, WORDS)], code=[like_mnist if shape == (28, 28) else like_uci_digits, outside_sample])


def _without_linear(of_k: OfOneK) -> OfOneK:
    """Without the linear autoencoder, whose plane PCA shows already, unless there is no other model."""
    others = tuple(info for info in of_k.infos if info.run.model.family != "linear_ae")
    return replace(of_k, infos=others or of_k.infos)


def _show_models(of_k: OfOneK, x: Ink | None) -> None:
    """A column for each model."""
    models = _models(of_k)
    columns = st.columns(len(models), gap="xsmall")
    for column, (title, (model, fingerprint)) in zip(columns, models.items(), strict=True):
        with column:
            with st.spinner(f"{title} encodes its own data …"):
                own = _own_samples(of_k.dataset, model, fingerprint)
            sample = None if x is None else outside_sample(model, own, x.ravel())
            st.markdown(f"**{title}**, K = {model.latent_dim}")
            scene = kept(
                ("drawn code", fingerprint, cached_dataset(of_k.dataset, "test").fingerprint),
                partial(build_drawn_code, title, model, own),
            )
            drawn_code(scene, f"drawn-code-{title}", sample)
            if sample is not None:
                st.caption(as_text(finding(sample, own)))
    st.caption(_protocol(of_k))


def _show_every_model(dataset: str) -> None:
    """What every model of the data set makes of the drawing, folded away until asked for."""
    panel("Every model at once", ":material/apps:", EVERY_MODEL, partial(_encode_by_all, dataset))


def _encode_by_all(dataset: str) -> None:
    infos = every_model(dataset)
    key = ("drawn by every model", *(info.fingerprint for info in infos))
    build = partial(build_reconstructions, ((_title(info), model_of(info)) for info in infos))
    scene = kept(key, build, doing=f"Loading {len(infos)} models …")
    drawn_reconstructions(scene, "drawn-reconstructions")
    st.caption(as_text(of_every_model(scene)))


def every_model(dataset: str) -> list[CheckpointInfo]:
    """The models of a data set that can encode a drawing, of which nobody says the class, as a lecture goes on."""
    models = (info for info in encoding_models().values() if info.run.dataset == dataset)
    return sorted((info for info in models if not isinstance(info.run.model, CVAESpec)), key=lecture_order)


def _title(info: CheckpointInfo) -> str:
    return option_name(info, with_dataset=False)


def of_every_model(scene: DrawnReconstructions) -> str:
    """How many models the browser runs, what they weigh, and which stay out."""
    said = (
        f"{len(scene.coders)} models encode and decode in the browser, {scene.weight_bytes / 1e6:.1f} MB of weights in "
        f"half precision. Squared errors, summed over {prod(scene.image_shape)} pixels."
    )
    names = ", ".join(scene.left_out)
    return (
        f"{said} Left out, as their encoders are more than plain layers or there was no room: {names}."
        if names
        else said
    )


def _models(of_k: OfOneK) -> dict[str, tuple[LatentModel, str]]:
    """PCA and the library's models by title, each with what tells it from others."""
    pca = pca_of(of_k.dataset, of_k.latent_dim)
    of_library = {info.run.model.title: (model_of(info), info.fingerprint) for info in of_k.infos}
    return {"PCA": (pca, f"pca {pca.latent_dim}"), **of_library}


def _own_samples(dataset: str, model: LatentModel, fingerprint: str) -> OwnSamples:
    train, test = cached_dataset(dataset), cached_dataset(dataset, "test")
    return kept(("own samples", fingerprint, test.fingerprint), lambda: own_samples(model, train, test))


def finding(sample: OutsideSample, own: OwnSamples) -> str:
    """What the model takes the drawing for, how well it reconstructs it and how far its code lies from others."""
    name = own.class_names[sample.label]
    return (
        f"Class {name}: {sample.n_votes} of the 5 nearest training codes (by chance {5 / len(own.class_names):.2g}). "
        f"Error {sample.sse:.1f}, more than that of {100 * sample.fraction_below:.0f} % of the test images of class "
        f"{name}. Nearest training code at {sample.distance:.2g}: {100 * sample.fraction_nearer:.0f} % of the test "
        "codes lie nearer to one."
    )


def _protocol(of_k: OfOneK) -> str:
    names = ", ".join(f"`{as_text(info.name)}`" for info in of_k.infos)
    return (
        f"PCA of the training split of {as_text(of_k.dataset)} and {names}. Errors are squared and summed over pixels. "
        "Dots: 2,000 test codes; ring: the drawing's code; a VAE's posterior at 1σ and 2σ. Codes and "
        "pictures follow the pen, the sentences below them when it is lifted. A drawing made with a mouse differs from "
        "scanned handwriting, so an error above most test images says little by itself."
    )
