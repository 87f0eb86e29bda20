"""The picture that a view is about: one of the test split, or a drawing."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.data.handwriting import PREPARATIONS, Strokes, drawn_sample
from explorer.models.latent_model import Array
from explorer.ui.drawing import draw_here, follows_drawing
from explorer.ui.sample_picker import choose_sample
from explorer.ui.views.applications.context import ApplicationContext


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
    title = f"test picture {row[0]}, class {context.test.class_names[label]}"
    return Picture(title, context.test.pixels(row), label)


def takes_drawings(context: ApplicationContext) -> bool:
    """Whether a drawing can be prepared as the pictures of the data set were."""
    return context.test.sample_shape in PREPARATIONS


def draw_picture(context: ApplicationContext) -> Picture | None:
    """The sheet, with a sentence on how the drawing is prepared; None for an empty one."""
    strokes = draw_here("applications-pad")
    st.caption(PREPARATIONS[context.test.sample_shape].sentence)
    return None if strokes is None else drawn_picture(context, strokes)


def drawn_picture(context: ApplicationContext, strokes: Strokes) -> Picture:
    """A drawing, prepared as the pictures of the data set were."""
    return Picture("your drawing", drawn_sample(strokes, context.test.sample_shape).reshape(1, -1), None)


def ask_to_draw() -> None:
    """What stands in the place of a view whose sheet is empty."""
    st.info("Draw on the sheet on the right.", icon=":material/draw:")
