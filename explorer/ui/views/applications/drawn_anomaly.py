"""A drawing as an anomaly: what models lose of it, among what they lose of the test images."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from explorer.analysis.anomaly import ErrorAmongOthers, encoded, error_among_others
from explorer.figures.applications import Row, errors_figure, rows_figure
from explorer.figures.theme import model_hue
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.results import kept
from explorer.ui.views.applications.context import ApplicationContext, model_and_pca
from explorer.ui.views.applications.picture import Picture, ask_to_draw, draw_picture

STRIP_PX, ERRORS_PX = 220, 520
# The fraction of the test images that a threshold of the error lets pass as false alarms.
FALSE_ALARMS = 0.05
ERROR = r"\lVert x - \hat x \rVert^2 = \sum_{d=1}^{D} (x_d - \hat x_d)^2"

ERROR_WORDS = "The squared error of a picture x, summed over its D pixels in [0, 1]."


def drawn_anomaly(context: ApplicationContext, picture: Any) -> None:
    """The sheet among the widgets; in `picture` the reconstructions, and the drawing's error among the test split's."""
    drawing = draw_picture(context)
    if drawing is None:
        with picture:
            ask_to_draw()
        return
    found = among_test_pictures(context, drawing)
    st.markdown(verdict(found))
    with picture:
        alt = "The drawing and its reconstructions: " + ", ".join(one.title for one in found)
        show_figure(rows_figure([strip(context, drawing, found)], STRIP_PX, len(found) + 1), "foreign", alt)
        hues = {one.title: model_hue(family) for one, family in zip(found, (context.family, "pca"), strict=False)}
        figure = errors_figure(found, hues, threshold_fraction=1 - FALSE_ALARMS, height=ERRORS_PX)
        show_figure(figure, "drawn-errors", as_text(" ".join(sentence(one) for one in found)))
        explain(formula=[(ERROR, ERROR_WORDS)], code=[error_among_others])


def among_test_pictures(context: ApplicationContext, drawing: Picture) -> tuple[ErrorAmongOthers, ...]:
    """The drawing's error by the chosen model and by PCA of equal K, each among those of all test images."""
    models = model_and_pca(context)

    def test_errors(title: str) -> np.ndarray[Any, Any]:
        return kept(("test errors", title, *context.key), lambda: encoded(models[title], context.test.pixels())[1])

    x = drawing.pixels[0]
    return tuple(error_among_others(title, model, x, test_errors(title)) for title, model in models.items())


def strip(context: ApplicationContext, drawing: Picture, found: Sequence[ErrorAmongOthers]) -> Row:
    """The drawing and what each model makes of it."""
    images = np.concatenate([drawing.pixels, *(np.clip(one.x_hat, 0, 1)[None] for one in found)])
    return Row(
        "", context.tile(images), [drawing.title, *(f"{one.title}\nerror {_written(one.error)}" for one in found)]
    )


def sentence(one: ErrorAmongOthers) -> str:
    """The error, how many test images lose less, and on which side of the threshold that leaves it."""
    threshold = float(np.quantile(one.errors, 1 - FALSE_ALARMS))
    side = "an anomaly" if one.error > threshold else "no anomaly"
    return (
        f"{one.title}: error {_written(one.error)}, more than that of {100 * one.fraction_below:.0f} % of the "
        f"{len(one.errors):,} test images. A threshold of {_written(threshold)}, above which "
        f"{100 * FALSE_ALARMS:.0f} % of them lie, calls it {side}."
    )


def _written(error: float) -> str:
    """An error with the digits that set it apart from a threshold near it."""
    return f"{error:.1f}" if error >= 10 else f"{error:.2f}"


def verdict(found: Sequence[ErrorAmongOthers]) -> str:
    """A sentence for each model, and what such an error does not say."""
    says = "\n".join(f"- {as_text(sentence(one))}" for one in found)
    return (
        f"{says}\n\nA drawing made with a mouse differs from scanned handwriting, so a digit too may be called an "
        "anomaly; what is no digit may be simple to rebuild, such as a single line."
    )
