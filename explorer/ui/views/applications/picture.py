"""The picture that a view is about: one of the test split, or a drawing."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.data.handwriting import PREPARATIONS, Strokes, drawn_sample
from explorer.models.latent_model import Array
from explorer.scenes.drawn_code import DrawnReconstructions, build_reconstructions
from explorer.ui.components.drawn_reconstructions.component import drawn_reconstructions
from explorer.ui.drawing import draw_here, follows_drawing
from explorer.ui.foreign_text import as_text
from explorer.ui.results import kept
from explorer.ui.sample_picker import choose_sample
from explorer.ui.views.applications.context import ApplicationContext, model_and_pca


@dataclass(frozen=True, eq=False)
class Picture:
    """pixels: (1, D) in [0, 1]; label: its class, None for a drawing, which nobody labelled."""

    title: str
    pixels: Array
    label: int | None


def choose_picture(context: ApplicationContext) -> Picture | None:
    """The widgets of the picture; None for an empty sheet. Drawings are offered where the data set's shape has them."""
    if takes_drawings(context) and follows_drawing():
        return draw_picture(context)
    row = np.array([choose_sample(context.test, "picture")])
    label = int(context.test.labels[row[0]])
    title = f"test image {row[0]}, class {context.test.class_names[label]}"
    return Picture(title, context.test.pixels(row), label)


def takes_drawings(context: ApplicationContext) -> bool:
    """Whether a drawing can be prepared as the pictures of the data set were."""
    return context.test.sample_shape in PREPARATIONS


def draw_picture(context: ApplicationContext) -> Picture | None:
    """The sheet, and below it what models make of the drawing while the pen moves; None for an empty one."""
    strokes = draw_here("applications-pad", context.test.sample_shape, shows_image=False)
    scene = kept(("drawn beside PCA", *context.key), lambda: build_reconstructions(model_and_pca(context).items()))
    drawn_reconstructions(scene, "applications-reconstructions")
    st.caption(as_text(f"{PREPARATIONS[context.test.sample_shape].sentence} {of_pen(scene)}"))
    return None if strokes is None else drawn_picture(context, strokes)


def of_pen(scene: DrawnReconstructions) -> str:
    """What follows the pen, and which models encode when it is lifted."""
    follows = "Reconstructions below the sheet follow the pen; all else is computed when it is lifted."
    waits = f"{' and '.join(scene.left_out)} encodes on the server, when the pen is lifted."
    return " ".join([follows] * bool(scene.coders) + [waits] * bool(scene.left_out))


def drawn_picture(context: ApplicationContext, strokes: Strokes) -> Picture:
    """A drawing, prepared as the pictures of the data set were."""
    return Picture("your drawing", drawn_sample(strokes, context.test.sample_shape).reshape(1, -1), None)


def ask_to_draw() -> None:
    """What stands in the place of a view whose sheet is empty."""
    st.info("Draw on the sheet on the right.", icon=":material/draw:")
