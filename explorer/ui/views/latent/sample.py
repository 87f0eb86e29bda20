"""One test sample followed through a model: input, code, output, and what was lost on the way."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.analysis.latent_plane import Array
from explorer.data import Dataset
from explorer.data.handwriting import PREPARATIONS, Strokes, drawn_sample
from explorer.errors import DatasetError
from explorer.figures.reconstruction import reconstruction_figure
from explorer.models.fields import Range
from explorer.models.latent_model import ConditionalModel
from explorer.scenes.canvas_scene import CanvasScene
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint
from explorer.training.codes import decoded
from explorer.ui.drawing import draw_here, follows_drawing
from explorer.ui.figure import show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.models.at_hand import samples_of_codes
from explorer.ui.plane.kept_canvas import keep_pin
from explorer.ui.query_params import bound

FOLLOWING = "following"
HEIGHT_PX = 260
SHEET_AND_PICTURE = (0.25, 0.75)
MOST_NUMBERS = 8


@dataclass(frozen=True, eq=False)
class FollowedSample:
    """A sample x and its reconstruction x_hat, both (H, W), by way of its code z (K,).

    what: its class, or that it was drawn.
    """

    x: Array
    z: Array
    x_hat: Array
    what: str

    @property
    def sse(self) -> float:
        """The squared error summed over pixels."""
        return float(np.square(self.x - self.x_hat, dtype=np.float64).sum())


def followed(checkpoint: Checkpoint, dataset: Dataset, number: int, shape: tuple[int, ...]) -> FollowedSample:
    """The sample of a number in the split whose codes the checkpoint keeps."""
    x = dataset.pixels(np.array([number]))
    z = checkpoint.codes.test[number : number + 1]
    x_hat = decoded(checkpoint.model, z, dataset.labels[[number]])
    name = dataset.class_names[dataset.labels[number]]
    return FollowedSample(x.reshape(shape), z[0], x_hat.reshape(shape), f"class {name}")


def followed_drawing(checkpoint: Checkpoint, strokes: Strokes) -> FollowedSample:
    """A drawing, prepared as the checkpoint's data were; raises DatasetError for a shape that no drawing has."""
    x = drawn_sample(strokes, checkpoint.header.sample_shape)
    z = checkpoint.model.encode(x.reshape(1, -1))
    return FollowedSample(x, z[0], checkpoint.model.decode(z).reshape(x.shape), "the drawing")


def code_and_error(sample: FollowedSample) -> str:
    """The code, its first numbers where it has many, and the error with its units."""
    numbers = ", ".join(f"{value:.3f}" for value in sample.z[:MOST_NUMBERS])
    more = ", …" if len(sample.z) > MOST_NUMBERS else ""
    return (
        f"Code z = ({numbers}{more}). Squared error summed over the {sample.x.size} pixels of this image: "
        f"{sample.sse:.2f} (mean over pixels {sample.sse / sample.x.size:.4f})."
    )


def follow_sample(checkpoint: Checkpoint, scene: CanvasScene) -> None:
    """One test sample or a drawing through the model, folded away until asked for; a link that names one opens it."""
    st.session_state.setdefault(FOLLOWING, bool({"sample", "follow"} & set(st.query_params)))
    panel = st.expander("Follow a sample through the model", icon=":material/route:", key=FOLLOWING, on_change="rerun")
    if panel.open:
        with panel:
            _follow(checkpoint, scene)


def _follow(checkpoint: Checkpoint, scene: CanvasScene) -> None:
    shape = checkpoint.header.sample_shape
    if image_shape(shape) is None:
        st.info("These samples are not pictures.", icon=":material/image_not_supported:")
    # A conditional model is given the class, which a drawing does not come with.
    elif shape in PREPARATIONS and not isinstance(checkpoint.model, ConditionalModel) and follows_drawing():
        _show_drawing(checkpoint, scene)
    else:
        _show_test_sample(checkpoint, shape)


def _show_drawing(checkpoint: Checkpoint, scene: CanvasScene) -> None:
    """The sheet beside what the model makes of the drawing; its code can be pinned in the plane."""
    sheet, picture = st.columns(SHEET_AND_PICTURE, gap="large")
    with sheet:
        strokes = draw_here("drawing-pad")
    if strokes is None:
        picture.info("Draw on the sheet on the left.", icon=":material/draw:")
        return
    sample = followed_drawing(checkpoint, strokes)
    with picture:
        _show(sample, "The drawing")
        st.caption(PREPARATIONS[checkpoint.header.sample_shape].sentence)
        place = scene.pin_at(sample.z)
        st.button("Show its code in the plane", icon=":material/keep:", on_click=keep_pin, args=(scene, place))


def _show_test_sample(checkpoint: Checkpoint, shape: tuple[int, ...]) -> None:
    try:
        dataset = samples_of_codes(checkpoint)
    except DatasetError as error:
        st.info(as_text(error), icon=":material/image_not_supported:")
        return
    last = len(dataset) - 1
    number = int(st.number_input("Test sample", 0, last, 0, width=150, **bound("sample", Range(int, 0, last))))
    _show(followed(checkpoint, dataset, number, shape), f"Test sample {number}")


def _show(sample: FollowedSample, title: str) -> None:
    figure = reconstruction_figure(sample.x, sample.x_hat, sample.what, HEIGHT_PX)
    show_figure(figure, "sample", f"{title}, its reconstruction, and the difference of the two")
    st.caption(code_and_error(sample))
