"""One test sample followed through a model: input, code, output, and what was lost on the way."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from explorer.analysis.latent_plane import Array, Plane
from explorer.analysis.outside_sample import code_and_covariance
from explorer.data import Dataset
from explorer.data.handwriting import PREPARATIONS, Strokes, drawn_sample
from explorer.errors import DatasetError
from explorer.figures.reconstruction import reconstruction_figure
from explorer.models.written_numbers import with_minus
from explorer.scenes.drawn_code import DrawnCode, drawn_code_in
from explorer.scenes.latent_scene import LatentScene, image_shape
from explorer.store import Checkpoint
from explorer.training.codes import decoded
from explorer.ui.components.drawn_code.component import drawn_code
from explorer.ui.drawing import draw_here, follows_drawing, takes_drawings
from explorer.ui.figure import show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_number
from explorer.ui.models.at_hand import samples_of_codes
from explorer.ui.plane.kept_canvas import keep_pin
from explorer.ui.results import kept
from explorer.ui.unfolding import panel

FOLLOWING = "following"
HEIGHT_PX = 260
SHEET_PLANE_AND_PICTURE = (0.22, 0.28, 0.5)
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


@dataclass(frozen=True, eq=False)
class FollowedDrawing(FollowedSample):
    """A drawing, with its place (2,) in a plane and a VAE's posterior covariance there, (2, 2) or None."""

    place: Array
    covariance: Array | None


def followed_drawing(checkpoint: Checkpoint, plane: Plane, strokes: Strokes) -> FollowedDrawing:
    """A drawing, prepared as the checkpoint's data were; raises DatasetError for a shape that no drawing has."""
    x = drawn_sample(strokes, checkpoint.header.sample_shape)
    z, covariance = code_and_covariance(checkpoint.model, plane, x.reshape(1, -1))
    x_hat = checkpoint.model.decode(z).reshape(x.shape)
    return FollowedDrawing(x, z[0], x_hat, "the drawing", plane.project(z)[0], covariance)


def plane_of_drawing(checkpoint: Checkpoint, plane: Plane) -> DrawnCode:
    """The test codes in the plane, in which the browser shows the code of what is drawn."""
    codes, names = checkpoint.codes, checkpoint.header.class_names
    return drawn_code_in(plane, checkpoint.info.name, checkpoint.model, codes.test, codes.test_labels, names)


def code_and_error(sample: FollowedSample) -> str:
    """The code, its first numbers where it has many, and the error with its units."""
    numbers = with_minus(", ".join(f"{value:.3f}" for value in sample.z[:MOST_NUMBERS]))
    more = ", …" if len(sample.z) > MOST_NUMBERS else ""
    return (
        f"Code z = ({numbers}{more}). Squared error summed over the {sample.x.size} pixels of this image: "
        f"{sample.sse:.2f} (mean over pixels {sample.sse / sample.x.size:.4f})."
    )


def follow_sample(checkpoint: Checkpoint, scene: LatentScene) -> None:
    """One test sample or a drawing through the model, folded away until asked for; a link that names one opens it."""
    is_linked, show = bool({"sample", "follow"} & set(st.query_params)), partial(_follow, checkpoint, scene)
    panel("Follow a sample through the model", ":material/route:", FOLLOWING, show, opens=is_linked)


def _follow(checkpoint: Checkpoint, scene: LatentScene) -> None:
    shape = checkpoint.header.sample_shape
    if image_shape(shape) is None:
        st.info("These samples are not pictures.", icon=":material/image_not_supported:")
    elif takes_drawings(checkpoint) and follows_drawing():
        _show_drawing(checkpoint, scene)
    else:
        _show_test_sample(checkpoint, shape)


def _show_drawing(checkpoint: Checkpoint, scene: LatentScene) -> None:
    """The sheet, its code in the plane while the pen moves, and what the model makes of it; the code can be pinned."""
    plane = scene.plane
    sheet, live, picture = st.columns(SHEET_PLANE_AND_PICTURE, gap="medium")
    with sheet:
        strokes = draw_here("drawing-pad", checkpoint.header.sample_shape)
    sample = None if strokes is None else followed_drawing(checkpoint, plane, strokes)
    with live:
        key = ("drawing in a plane", checkpoint.info.fingerprint, plane.origin.tobytes(), plane.axes.tobytes())
        drawn_code(kept(key, lambda: plane_of_drawing(checkpoint, plane)), "drawn-code-latent", sample)
    if sample is None:
        picture.info("Draw on the sheet on the left.", icon=":material/draw:")
        return
    with picture:
        _show(sample, "The drawing")
        st.caption(PREPARATIONS[checkpoint.header.sample_shape].sentence)
        st.button("Show its code in the plane", icon=":material/keep:", on_click=_pin, args=(scene, sample.z))


def _pin(scene: LatentScene, z: Array) -> None:
    keep_pin(scene.canvas, scene.canvas.pin_at(z))


def _show_test_sample(checkpoint: Checkpoint, shape: tuple[int, ...]) -> None:
    try:
        dataset = samples_of_codes(checkpoint)
    except DatasetError as error:
        st.info(as_text(error), icon=":material/image_not_supported:")
        return
    number = choose_number("sample", "Test sample", 0, len(dataset) - 1, 0, width=150)
    _show(followed(checkpoint, dataset, number, shape), f"Test sample {number}")


def _show(sample: FollowedSample, title: str) -> None:
    figure = reconstruction_figure(sample.x, sample.x_hat, sample.what, HEIGHT_PX)
    show_figure(figure, "sample", f"{title}, its reconstruction, and the difference of the two")
    st.caption(code_and_error(sample))
