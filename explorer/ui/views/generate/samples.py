"""The parts of the page of generation: samples of two models, where they are drawn, their quality, toy densities."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.density import Sampler, fit_sampler
from explorer.analysis.generation import draw_images
from explorer.analysis.hole_map import LOG_RATIO
from explorer.analysis.measure import Measure, mean_interval
from explorer.analysis.quality import N_JUDGED, judge_draws
from explorer.analysis.toy_codes import PLANTED_HOLES, toy_codes
from explorer.errors import CheckpointError
from explorer.figures.density import density_contours_figure, density_curves_figure
from explorer.figures.holes import hole_map_figure
from explorer.figures.images import grey, mosaic_figure
from explorer.lessons.keys import Measures, quality_key
from explorer.models.fields import Choice
from explorer.models.written_numbers import with_minus
from explorer.store import ResultKey, load_classifier
from explorer.ui.caches import cached_dataset, checkpoint_of, model_of
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_button, choose_in_list, slide_number
from explorer.ui.models.at_hand import samples_of_codes
from explorer.ui.models.fitted_samplers import codes_of, hole_map, sampler_of
from explorer.ui.models.model_and_sampler import Side, side_scene
from explorer.ui.query_params import bound
from explorer.ui.refusals import said_in_place
from explorer.ui.results import kept, known
from explorer.ui.views.generate.context import shape_of_pictures

SIDE, N_TOY = 8, 2_000
TOY_SEED = 0
DIMENSIONS = ("1-D", "2-D")
MIXTURE = "mixture"
KDE, BEST = "kde", "best"
DENSITIES = ("gaussian", MIXTURE, KDE)
BANDWIDTHS = (BEST, "0.01", "0.03", "0.1", "0.3", "1")


def show_samples(side: Side, seed: int) -> None:
    """A square of generated images."""
    shape = shape_of_pictures(side.info)
    model = model_of(side.info)
    images = draw_images(model, sampler_of(side.info, side.sampler), SIDE * SIDE, seed)
    figure = mosaic_figure(grey(images.reshape(-1, *shape)), [""] * len(images), SIDE, height=STAGE_PX - 36)
    show_figure(figure, f"samples-{side.key}", f"{SIDE * SIDE} images decoded from draws: {side.title}")


def show_contours(sides: Sequence[Side]) -> None:
    """Where each sampler draws, over the codes."""
    for column, side in zip(st.columns(len(sides)), sides, strict=True):
        with column, said_in_place():
            scene = side_scene(side)
            result = hole_map(side.info, side.sampler, scene)
            labels = checkpoint_of(side.info).codes.train_labels
            figure = hole_map_figure(result, LOG_RATIO.key, scene.canvas.codes, labels, 420)
            show_figure(figure, f"contours-{side.key}", f"Codes and the density's contours: {side.title}")


def show_quality(sides: Sequence[Side], seed: int) -> None:
    """Fréchet distance, confidence, class balance and copying of both sides, each beside its floor."""
    is_known = all(known(_key_of(side, seed)) is not None for side in sides)
    if not is_known and len(lacking := list(filter(None, map(_lacks, sides)))) == len(sides):
        st.info(as_text(" ".join(dict.fromkeys(lacking))), icon=":material/grading:")
        return
    if not is_known and not st.button(f"Judge {N_JUDGED:,} images per side (up to 30 s)", icon=":material/grading:"):
        return
    rows = []
    for side in sides:
        with said_in_place(side.title):
            rows += [_quality_row(side, measure) for measure in quality(side, seed)]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch")
        st.caption(
            f"Of {N_JUDGED:,} draws per side. The Fréchet distance is measured on the features of a small classifier "
            "trained by this project, so it cannot be compared with published values. Copying above one half means "
            "that a sampler wins by repeating training images, as a kernel density of small bandwidth does."
        )


def _lacks(side: Side) -> str:
    """What a side cannot be judged without, and how to get it; nothing where all is there."""
    try:
        load_classifier(side.info.run.dataset)
    except CheckpointError as error:
        return str(error)
    return ""


def quality(side: Side, seed: int) -> Measures:
    """The quality of generated images beside held-out ones; raises an ExplorerError for what is missing."""

    def measure() -> Measures:
        checkpoint = checkpoint_of(side.info)
        data = cached_dataset(checkpoint.run.dataset), samples_of_codes(checkpoint)
        classifier, _ = load_classifier(checkpoint.run.dataset)
        sampler, held_out = sampler_of(side.info, side.sampler), codes_of(side.info).held_out
        return judge_draws(checkpoint.model, sampler, held_out, data, classifier, seed)

    return kept(_key_of(side, seed), measure, doing=f"Judging {as_text(side.title)} …")


def _key_of(side: Side, seed: int) -> ResultKey[Measures]:
    return quality_key(side.info.fingerprint, side.sampler, seed)


def figures(value: float) -> str:
    """A number to three significant figures, its last zeros included."""
    return f"{value:#.3g}".rstrip(".")


def _quality_row(side: Side, measure: Measure) -> dict[str, str]:
    measured, null = measure.measured, measure.null
    return {
        "model and sampler": side.title,
        "quantity": measure.metric.title,
        "value": figures(measured.value),
        "95 % interval": f"{figures(measured.low)} to {figures(measured.high)}",
        "held-out images": figures(null.value) if null.low < null.high else f"{figures(null.value)}, by definition",
        "unit": measure.metric.unit,
    }


def show_toys() -> None:
    """Densities on toy data, first in one dimension, then in two."""
    plot, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        dimensions = choose_button("dimensions", "Dimensions", DIMENSIONS)
        name = choose_in_list("toy", "Data", PLANTED_HOLES)
        density, sampler_name = choose_density()
    n_dimensions = DIMENSIONS.index(dimensions) + 1
    points, held_out = (
        toy_codes(name, N_TOY, np.random.default_rng(TOY_SEED + add))[:, :n_dimensions] for add in (0, 2)
    )
    sampler = fit_sampler(sampler_name, points, TOY_SEED)
    with controls:
        st.markdown(likelihood_words(sampler, fit_sampler("gaussian", points, TOY_SEED), points, held_out))
    with plot:
        if n_dimensions == 1:
            figure = density_curves_figure(points, {density: sampler}, STAGE_PX)
        else:
            draws = sampler.sample(N_TOY, np.random.default_rng(TOY_SEED + 1))
            figure = density_contours_figure(points, sampler, draws, STAGE_PX)
        show_figure(figure, "toy", f"A {density} fitted to toy data in {dimensions}")
    st.markdown(
        "A density fitted to what was observed can be drawn from: that is all a generative model does. One Gaussian "
        "fills every hole in the data, a mixture with enough components leaves them open, and a kernel density "
        "repeats what it has seen when its bandwidth is small: set it to 0.01."
    )


def likelihood_words(
    fitted: Sampler, one_gaussian: Sampler, seen: NDArray[np.float32], held_out: NDArray[np.float32]
) -> str:
    """log p per point under a fitted density, of the points (N, d) that it has seen and of others."""
    own, other = (mean_interval(fitted.log_density(points)) for points in (seen, held_out))
    null = mean_interval(one_gaussian.log_density(held_out))
    return with_minus(
        f"Mean log p per point: {own.value:.2f} nats for the {len(seen):,} points that the density was fitted to, "
        f"**{other.value:.2f}** [{other.low:.2f}, {other.high:.2f}] for {len(held_out):,} others; one Gaussian has "
        f"{null.value:.2f} for those. Only points that it was not fitted to show whether a density is good or repeats "
        "what it has seen."
    )


def choose_density() -> tuple[str, str]:
    """The widgets of a density: its kind, and the name of its sampler, such as gmm3 or kde0.1."""
    density = choose_in_list("density", "Density", DENSITIES)
    n = slide_number("gaussians", "Gaussians", 1, 20, 3, disabled=density != MIXTURE)
    width = _choose_bandwidth(disabled=density != KDE)
    return density, {MIXTURE: f"gmm{n}", KDE: KDE if width == BEST else f"{KDE}{width}"}.get(density, density)


def _choose_bandwidth(*, disabled: bool) -> str:
    """The widget of the kernel's bandwidth, in standard deviations of the data."""
    allowed = Choice(BANDWIDTHS)
    meaning = (
        'The kernel\'s standard deviation, in standard deviations of the data; "best" makes data that are left out '
        "most likely."
    )
    return str(
        st.select_slider("Bandwidth", BANDWIDTHS, BEST, help=meaning, disabled=disabled, **bound("bandwidth", allowed))
    )
