"""The linear autoencoder of MNIST with and without a sigmoid, on the manifold page: losses, pictures, axes."""

from collections.abc import Iterator

import streamlit as st

from explorer.analysis.linear_losses import LECTURE, N_MEASURED, RUN, LinearLosses, compare_outputs, turned_onto
from explorer.analysis.measure import Progress
from explorer.figures.linear_losses import axes_figure, losses_figure, restored_figure
from explorer.lessons.keys import linear_losses_key
from explorer.models.written_numbers import percent
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, show_figure
from explorer.ui.results import computed_anew

SHAPE = (28, 28)
WIDTHS = (0.6, 0.4)
PICTURES_PX, AXES_PX = 270, 190
CHART_PX = STAGE_PX - ROW_PX - 150
MODEL = r"\hat x = s(V z + b), \quad z = U x + a, \qquad s(t) = t \ \text{ or } \ \frac{1}{1 + e^{-t}}"
MODEL_WORDS = "Without a sigmoid the best V spans PCA's axes (Baldi & Hornik 1989); with one it need not."
ROTATION = r"\min_R\ \lVert Q R - W \rVert_F \ \text{ with } R^\top R = I: \qquad R = A B^\top, \quad"
ROTATION += r" Q^\top W = A \Sigma B^\top"
ROTATION_WORDS = "Q is an orthonormal basis of V's columns, W has PCA's axes; R turns the one onto the other."


def linear_losses() -> None:
    """The losses beside the lecture's; what the networks make of pictures; their axes beside PCA's."""
    found: LinearLosses = computed_anew(linear_losses_key(), "Training two linear autoencoders", _compared)
    chart, beside = st.columns(WIDTHS, gap="medium")
    with chart:
        show_figure(losses_figure(found, CHART_PX), "ten-losses", numbers(found))
        st.markdown(finding(found))
        explain(formula=[(MODEL, MODEL_WORDS), (ROTATION, ROTATION_WORDS)], code=[compare_outputs, turned_onto])
    with beside:
        figure = restored_figure(found, SHAPE, PICTURES_PX)
        show_figure(figure, "linear-pictures", "Test images, and what PCA and both networks make of them")
        st.markdown("**Axes**: PCA's, and what each decoder spans, as learned and turned within its plane")
        figure = axes_figure(found, SHAPE, AXES_PX)
        show_figure(figure, "linear-axes", "PCA's axes and those of both networks, before and after the rotation")


def _compared() -> Iterator[Progress[LinearLosses]]:
    return compare_outputs(cached_dataset(RUN.dataset), cached_dataset(RUN.dataset, "test"))


def numbers(found: LinearLosses) -> str:
    """The last error of each, in words."""
    return "; ".join(f"{one.title} {one.errors[-1]:.5f} after {len(one.errors)} epochs" for one in found.networks)


def finding(found: LinearLosses) -> str:
    """Where the lecture's losses and ours end between the mean image and PCA."""
    share = (found.mean_error - LECTURE[-1]) / (found.mean_error - found.pca_error)
    return (
        f"The lecture prints ten losses of a linear autoencoder with a sigmoid, from {LECTURE[0]:.5f} (above the "
        f"chart) to {LECTURE[-1]:.5f}. The mean image alone has {found.mean_error:.5f}, two principal components "
        f"{found.pca_error:.5f}: the last printed loss has covered {percent(share)} of the distance between the two, "
        f"so that network hardly improves on the mean image yet. Ours: {numbers(found)}. MNIST, K = 2, Adam with step "
        f"{RUN.learning_rate:g}, batches of {RUN.batch_size}, seed {RUN.seed}, error on {N_MEASURED:,} training "
        "images; the lecture does not say how its own was trained."
    )
