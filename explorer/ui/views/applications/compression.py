"""Compression on the page of applications: error against bytes of codes, principal components and JPEG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.analysis import compression
from explorer.analysis.compression import BITS, N_PICTURES, Curves, Levels, Point
from explorer.analysis.measure import Progress
from explorer.figures.applications import ByteCurve, Row, bytes_figure, rows_figure
from explorer.figures.theme import MUTED, model_hue
from explorer.lessons.keys import compression_key
from explorer.models.latent_model import Array, LatentModel
from explorer.models.parameters import parameter_counts
from explorer.ui.caches import fitted_pca
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.linked_widgets import slide_number
from explorer.ui.results import measured_on_demand
from explorer.ui.views.applications.context import ApplicationContext, codes_of
from explorer.ui.views.applications.picture import Picture, ask_to_draw, choose_picture

DEFAULT_BITS = 4
PICTURES_AND_CURVES = (0.53, 0.47)
FLOAT_BYTES = 4
REFERENCE_S = 15
BYTES = r"\mathrm{bytes} = \frac{K \cdot b}{8}"
LLOYD = r"\min_{\ell_1 < \dots < \ell_{2^b}} \sum_n \min_j\, (z_n - \ell_j)^2"
IDEAL = (
    r"\mathrm{bytes} = -\tfrac18 \textstyle\sum_k \log_2 p_k(s_k), \quad "
    r"s_k = \lfloor w_k^\top (x - \bar x) / \Delta \rceil"
)


@dataclass(frozen=True, eq=False)
class CodedPicture:
    """A picture (1, D) as a code gives it back: under which title, in how many bytes, with what error per pixel."""

    title: str
    size: str
    x_hat: Array
    mse: float


def compress(context: ApplicationContext) -> None:
    """A test image at a few bytes, and error against bytes beside PCA and JPEG."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with picture:
        pictures, chart = st.columns(PICTURES_AND_CURVES, gap="small")
    with controls:
        bits = slide_number("bits", "Bits per number", BITS[0], BITS[-1], DEFAULT_BITS)
        shown = choose_picture(context)
    with pictures:
        if shown is None:
            ask_to_draw()
        else:
            _show_one(context, shown, bits)
    with controls:
        curves = _measured(context)
    if curves is not None:
        with chart:
            _show_curves(context, curves, bits)
        with controls:
            _say(curves, bits)
    with picture:
        explain(
            formula=[
                (BYTES, "K numbers of b bits, packed; the same for every image, without an entropy coder."),
                (LLOYD, "The levels of each number minimise the error of the training codes z."),
                (IDEAL, "PCA has the better coder: every component in steps of Δ, then an ideal entropy code."),
            ],
            code=[compression.fit_levels, compression.entropy_bytes, compression.scan_bytes],
        )


def _show_one(context: ApplicationContext, shown: Picture, bits: int) -> None:
    levels = compression.fit_levels(codes_of(context)[0], bits)
    coded = coded_pictures(context.model, context.name, levels, shown.pixels, context.shape)
    alt = f"Of {shown.title}: its reconstruction from its code, from {bits} bits per number, and the smallest JPEG"
    rows = [strip(coded[first : first + 2], context.shape) for first in (0, 2)]
    show_figure(rows_figure(rows, STAGE_PX, 2), "compressed", alt)


def coded_pictures(
    model: LatentModel, name: str, levels: Levels, x: Array, shape: tuple[int, ...]
) -> tuple[CodedPicture, ...]:
    """A picture (1, D), what a model makes of it from floats and from quantised numbers, and its smallest JPEG.

    levels: (K, 2^bits), the values that each number of the code may have.
    """
    n_numbers, bits = len(levels), int(np.log2(levels.shape[1]))
    z = model.encode(x)
    file, standard = compression.jpeg(compression.as_bytes(x, shape)[0], compression.QUALITIES[0])
    n_headers = len(file) - compression.scan_bytes(standard)
    answers = {
        (name, f"{FLOAT_BYTES * n_numbers} bytes"): model.decode(z),
        (f"{bits} bits per number", f"{compression.code_bytes(n_numbers, bits):g} bytes"): model.decode(
            compression.quantised(z, levels)
        ),
        ("smallest JPEG", f"{len(file)} bytes, {n_headers} headers"): compression.jpeg_pixels(file).reshape(x.shape),
    }
    coded = (CodedPicture(*words, x_hat, compression.error(x, x_hat)) for words, x_hat in answers.items())
    return CodedPicture("the picture", f"{x.size} bytes", x, 0.0), *coded


def strip(coded: Sequence[CodedPicture], shape: tuple[int, ...]) -> Row:
    """Pictures side by side, each under its title, its bytes and its error."""
    images = np.concatenate([one.x_hat for one in coded]).reshape(-1, *shape)
    return Row("", images, [f"{one.title}\n{one.size}\nMSE {one.mse:.4f}" for one in coded])


def _measured(context: ApplicationContext) -> Curves | None:
    """Error against bytes where it is known or asked for."""
    test = context.test
    n = min(N_PICTURES, len(test))
    n_weights = parameter_counts(context.run.model, test.sample_shape, len(test.class_names)).decoder
    st.markdown(
        f"The receiver keeps the decoder, which is not counted: {n_weights:,} parameters, "
        f"{FLOAT_BYTES * n_weights / 1000000.0:.2f} MB once for all images."
    )

    def steps() -> Iterator[Progress[Curves | None]]:
        codes, pca = codes_of(context)[0], fitted_pca(test.name)
        return compression.measure_on_test(context.model, codes, pca, context.train, test)

    key = compression_key(*context.key)
    return measured_on_demand(key, f"Measure on {n} pictures", "Compressing", steps, REFERENCE_S)


def _show_curves(context: ApplicationContext, curves: Curves, bits: int) -> None:
    hue = model_hue(context.family)
    drawn = [
        ByteCurve(f"{context.name}, 1 to 8 bits per number", curves.codes, hue, "solid", bits - 1),
        ByteCurve("PCA, ideal entropy code", curves.pca, model_hue("pca"), "dash"),
        ByteCurve("JPEG without headers", curves.jpeg_scans, MUTED, "dash"),
        ByteCurve("JPEG files", curves.jpeg_files, MUTED, "solid"),
    ]
    alt = "Squared error against bytes per image for quantised codes, PCA and JPEG"
    show_figure(bytes_figure(drawn, STAGE_PX), "bytes", alt)


def _say(curves: Curves, bits: int) -> None:
    at: Point = curves.codes[bits - 1]
    others = {
        "PCA with an ideal entropy code": compression.bytes_at(curves.pca, at.mse),
        "JPEG without headers": compression.bytes_at(curves.jpeg_scans, at.mse),
    }
    words = [f"{name} needs {n_bytes:.1f} bytes" for name, n_bytes in others.items() if n_bytes is not None]
    beside = f"; for the same error {' and '.join(words)}" if words else ""
    st.markdown(f"**{at.bytes_per_picture:g} bytes** per image: MSE {at.mse:.4f}{beside}.")
    st.caption(
        "MSE over pixels of held-out test images. Levels and frequencies were learned on training images. JPEG's "
        "headers are the same for all images of a quality, so that they could be shared as a decoder is."
    )
