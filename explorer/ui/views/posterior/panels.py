"""The views of the posterior page: one posterior, how it is drawn from, what holds it up, and all of them together."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.density import own_prior
from explorer.analysis.gradient_estimators import GradientEstimates, gradient_estimates
from explorer.analysis.latent_plane import subscript
from explorer.analysis.sweeps import BETA, Sweep, find_sweeps, weight_of
from explorer.analysis.tradeoff import (
    Aggregate,
    aggregate_posterior,
    costliest_dimensions,
    ellipse,
    nats_of_dimensions,
    rate_per_dim_nats,
)
from explorer.data.handwriting import PREPARATIONS
from explorer.data.subsets import evenly
from explorer.errors import DatasetError
from explorer.export.player_pages import posterior_page
from explorer.figures import posterior as pictures
from explorer.figures.images import grey, mosaic_figure
from explorer.models import ConditionalModel
from explorer.models.fields import Range
from explorer.models.foreign_spec import is_foreign_vae
from explorer.models.latent_model import Gaussian
from explorer.models.mixture import MixtureOfGaussians
from explorer.models.spec import VAESpec
from explorer.models.written_numbers import with_minus
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint, CheckpointInfo, shipped_names
from explorer.training.codes import decoded
from explorer.ui.caches import checkpoint_of
from explorer.ui.drawing import draw_here, follows_drawing, takes_drawings
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_button, choose_in_list, choose_number
from explorer.ui.models.at_hand import library_runs, samples_of_codes, visible_models
from explorer.ui.query_params import read, write
from explorer.ui.take_away.menu import take_away
from explorer.ui.take_away.scene_offers import scene_offer
from explorer.ui.views.posterior.machine import drawn_posterior, show_machine

Array = NDArray[np.float32]
N_OTHERS, N_DRAWS, N_ELLIPSES = 2000, 12, 150
DRAW_HEIGHT = 330
MOST_LINES = 4
DRAWING = "drawing"
STEP_S = 2.5

POSTERIOR = r"q(z|x) = \mathcal{N}\bigl(\mu(x), \operatorname{diag}\sigma^2(x)\bigr)"
REPARAMETERISED = r"z = \mu(x) + \sigma(x) \odot \varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, I)"
GRADIENT = (
    r"\nabla_{\mu}\,\mathbb{E}_{\varepsilon}[f(\mu+\sigma\varepsilon)] = \mathbb{E}_\varepsilon[f'(z)], \qquad "
    r"\nabla_{\sigma} = \mathbb{E}_\varepsilon[f'(z)\,\varepsilon]"
)
AGGREGATE = r"q(z) = \frac1N \sum_n q(z|x_n) \quad\text{beside}\quad p(z)"
TRICK, DIRECTLY = "z = μ + σ ε", "z ~ N(μ, σ²) directly"
HIGHEST_SEED = 9999
CAPTIONS = (
    "1 · The image x enters the encoder.",
    "2 · The encoder gives two numbers for each latent dimension: the mean μ and the width σ.",
    "3 · A number ε is drawn from N(0, 1). It does not depend on the network.",
    "4 · z = μ + σ · ε: the draw, as a sum and a product.",
    "5 · The decoder makes an image of z, and the loss compares it with x.",
    "6 · The gradient goes back through the sum and the product to μ and σ, and on into the encoder; ε needs none.",
)
CAPTIONS_WITHOUT = (
    *CAPTIONS[:2],
    "3 · z is to be drawn from N(μ, σ²) directly.",
    "4 · The draw gives a number z, but no rule by which backpropagation could pass from z to μ and σ.",
    CAPTIONS[4],
    "6 · Backpropagation reaches z and ends there. Another estimate of the gradient exists, and is noisy: see below.",
)
SCORE = (
    r"\nabla_{\mu}\,\mathbb{E}_{z}[f(z)] = \mathbb{E}_z\Bigl[f(z)\,\frac{\partial \log q(z)}{\partial \mu}\Bigr] = "
    r"\mathbb{E}_z\Bigl[f(z)\,\frac{z - \mu}{\sigma^2}\Bigr]"
)
SHEET_AND_MACHINE = (0.2, 0.8)
N_GRADIENTS = 1_000
# Of the slow motion and the two pictures beside it: their widths, and heights below a row of two lines.
MOTION_AND_DRAWS = (0.64, 0.36)
MOTION_HEIGHT, GRADIENT_HEIGHT = STAGE_PX - 78, 220


@dataclass(frozen=True, eq=False)
class PosteriorModel:
    """A VAE with the posteriors of its test samples and the two dimensions that cost most."""

    checkpoint: Checkpoint
    posterior: Gaussian
    prior: MixtureOfGaussians
    dimensions: tuple[int, int]

    @property
    def prior_name(self) -> str:
        """The prior in symbols, or as the mixture that was learned."""
        n = len(self.prior.weights)
        return "N(0, I)" if self.prior.is_standard_normal else f"that was learned, a mixture of {n} Gaussians"

    @property
    def axis_names(self) -> tuple[str, str]:
        """The names of the two dimensions."""
        return (f"z{subscript(self.dimensions[0] + 1)}", f"z{subscript(self.dimensions[1] + 1)}")


def usable_vaes() -> dict[str, CheckpointInfo]:
    """The library's VAEs with two dimensions or more, those of two first and plain ones before others, by name."""
    models = ((info, info.run.model) for info in visible_models())
    found = [info for info, model in models if isinstance(model, VAESpec) or is_foreign_vae(model)]

    def order(info: CheckpointInfo) -> tuple[bool, bool, bool, str]:
        model = info.run.model
        return (model.latent_dim != 2, info.run.dataset == "digits", model.family != "vae", info.name)

    return {info.name: info for info in sorted(found, key=order) if info.run.model.latent_dim > 1}


def posterior_model(info: CheckpointInfo) -> PosteriorModel:
    """A VAE with its posteriors; raises CheckpointError."""
    checkpoint = checkpoint_of(info)
    posterior, prior = Gaussian(checkpoint.codes.test, checkpoint.codes.test_log_var), own_prior(checkpoint.model)
    return PosteriorModel(checkpoint, posterior, prior, costliest_dimensions(posterior, prior))


def one_posterior(model: PosteriorModel, bar: DeltaGenerator) -> None:
    """The whole machine with a test sample or a drawing, its posterior in words, and what draws of z decode to."""
    with bar:
        is_drawing = takes_drawings(model.checkpoint) and follows_drawing()
    if is_drawing:
        _posterior_of_drawing(model)
        return
    row = _choose_sample(model, bar)
    is_shown = show_machine(model.checkpoint, model.dimensions, row)
    st.markdown(_in_words(model, model.posterior.mean[row], model.posterior.std[row]))
    panel = st.expander(f"{N_DRAWS} draws of z, and the posterior to scale", key=DRAWING, on_change="rerun")
    if panel.open or not is_shown:
        with panel:
            _draws_to_scale(model, row)
    explain(formula=[(POSTERIOR, "Two numbers per dimension instead of one.")], code=[Gaussian, ellipse])
    if is_shown:
        page = partial(posterior_page, model.checkpoint, row)
        take_away([scene_offer(f"{model.checkpoint.info.name}-posterior", page)])


def _posterior_of_drawing(model: PosteriorModel) -> None:
    """The sheet beside the machine that has the drawing as its sample."""
    sheet, machine = st.columns(SHEET_AND_MACHINE, gap="medium")
    with sheet:
        strokes = draw_here("posterior-pad", model.checkpoint.header.sample_shape, shows_image=False)
        st.caption(PREPARATIONS[model.checkpoint.header.sample_shape].sentence)
    with machine:
        if strokes is None:
            st.info("Draw on the sheet on the left.", icon=":material/draw:")
            return
        drawn = drawn_posterior(model.checkpoint, strokes)
        show_machine(model.checkpoint, model.dimensions, 0, drawn)
    st.markdown(_in_words(model, drawn.posterior.mean[0], drawn.posterior.std[0]))


def _draws_to_scale(model: PosteriorModel, row: int) -> None:
    picture, side = st.columns([62, 38], gap="large")
    with side:
        seed = choose_number("seed_of_draws", "Seed of the draws", 0, HIGHEST_SEED, 0)
        draws = _draws(model, row, seed)
        _decoded(model, row, draws)
    with picture:
        figure = pictures.ellipse_figure(_neighbourhood(model, row, draws), STAGE_PX)
        show_figure(figure, "posterior", f"Posterior of test sample {row} to scale, among the means of others")


def _draws(model: PosteriorModel, row: int, seed: int) -> Array:
    """Draws of z from a sample's posterior, (N_DRAWS, K)."""
    mean, std = model.posterior.mean[row], model.posterior.std[row]
    return np.asarray(mean + std * _epsilon(len(mean), seed))


def _epsilon(n_dims: int, seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal((N_DRAWS, n_dims), dtype=np.float32)


def _neighbourhood(model: PosteriorModel, row: int, draws: Array) -> pictures.Neighbourhood:
    axes = list(model.dimensions)
    mean, std = model.posterior.mean[:, axes], model.posterior.std[:, axes]
    others = evenly(len(mean), N_OTHERS)
    labels = model.checkpoint.codes.test_labels[others]
    return pictures.Neighbourhood(
        mean[others], std[others], labels, mean[row], std[row], draws[:, axes], model.axis_names
    )


def _choose_sample(model: PosteriorModel, bar: DeltaGenerator) -> int:
    with bar:
        return choose_number("sample", "Test sample", 0, len(model.posterior.mean) - 1, 0, width=100)


def _decoded(model: PosteriorModel, row: int, draws: Array) -> None:
    """The sample itself where its data set is at hand, what its mean decodes to, and what the draws do."""
    shape = image_shape(model.checkpoint.header.sample_shape)
    if shape is None:
        st.info("These samples are no pictures.", icon=":material/image_not_supported:")
        return
    mean = model.posterior.mean[row : row + 1]
    codes = np.vstack([mean, draws])
    # A conditional model decodes all of them as the sample's own class.
    images = [decoded(model.checkpoint.model, codes, model.checkpoint.codes.test_labels[np.full(len(codes), row)])]
    labels = ["of μ", *[f"z {n + 1}" for n in range(len(draws))]]
    try:
        images.insert(0, samples_of_codes(model.checkpoint).pixels(np.array([row])))
        labels.insert(0, "x")
    except DatasetError as error:
        st.caption(as_text(error))
    tiles = grey(np.vstack(images).reshape(-1, *shape))
    figure = mosaic_figure(tiles, labels, 5, height=DRAW_HEIGHT)
    show_figure(figure, "draws", "The sample, what its mean decodes to, and what draws of z decode to")


def _in_words(model: PosteriorModel, mean: Array, std: Array) -> str:
    parts = [
        with_minus(f"{name}: μ = {mean[k]:.2f}, σ = {std[k]:.3f}")
        for name, k in zip(model.axis_names, model.dimensions, strict=True)
    ]
    one = Gaussian(mean[None], 2 * np.log(std)[None])
    nats = float(rate_per_dim_nats(one, model.prior, np.random.default_rng(0)).sum())
    return (
        f"{'; '.join(parts)}. The KL from this posterior to the prior {model.prior_name} is {nats:.1f} nats. Where "
        "ellipses overlap, one z may stand for several images, so the decoder makes neighbouring codes look alike."
    )


def reparameterisation(model: PosteriorModel, bar: DeltaGenerator) -> None:
    """One step of training in slow motion beside draws of z and both gradients; it opens with the last step."""
    row = _choose_sample(model, bar)
    with st.container(horizontal=True, vertical_alignment="center"):
        way = choose_button("trick", "Draw", (TRICK, DIRECTLY), label_visibility="collapsed")
        plays = st.toggle("Play", key="posterior_plays", help=f"One step every {STEP_S:g} seconds.")
        if st.button("Next step", icon=":material/skip_next:"):
            _advance()
        caption = st.container(key="motion_caption").empty()
    motion, beside = st.columns(MOTION_AND_DRAWS, gap="medium")
    with motion:
        st.fragment(
            lambda: _slow_motion(model, row, way == TRICK, plays, caption), run_every=STEP_S if plays else None
        )()
    found = gradients_of(model, row)
    with beside:
        _draws_and_gradients(model, row, found)
    st.markdown(gradient_words(found))
    explain(
        formula=[
            (REPARAMETERISED, "Kingma & Welling 2014, eq. 4."),
            (GRADIENT, "For any smooth loss f of z."),
            (SCORE, "The score function (Williams 1992): f need not be smooth, but the estimate scatters."),
        ],
        code=[Gaussian.sample, gradient_estimates],
    )


def _draws_and_gradients(model: PosteriorModel, row: int, found: GradientEstimates) -> None:
    """Draws of z in the posterior's ellipses; below, what each draw says of the gradient, by both estimates."""
    draws = _draws(model, row, 0)
    figure = pictures.draws_figure(_neighbourhood(model, row, draws), MOTION_HEIGHT - GRADIENT_HEIGHT)
    show_figure(figure, "draws-of-z", f"{N_DRAWS} draws of z in the posterior of test sample {row}; one is z")
    figure = pictures.gradients_figure(found, GRADIENT_HEIGHT)
    show_figure(figure, "gradients", "Estimates of one gradient from single draws, through the draw and by the score")


def gradients_of(model: PosteriorModel, row: int) -> GradientEstimates:
    """Both estimates of the gradient of a test sample's squared error with respect to its costliest mean."""
    k, mean, std = model.dimensions[-1], model.posterior.mean[row], model.posterior.std[row]
    label = model.checkpoint.codes.test_labels[[row]]
    target = decoded(model.checkpoint.model, mean[None], label)
    with suppress(DatasetError):
        target = samples_of_codes(model.checkpoint).pixels(np.array([row]))

    def loss(z: NDArray[np.float64]) -> NDArray[np.float64]:
        codes = np.tile(mean, (len(z), 1))
        codes[:, k] = z
        made = decoded(model.checkpoint.model, codes, np.repeat(label, len(z)))
        return np.asarray(np.square(made - target, dtype=np.float64).sum(axis=1))

    return gradient_estimates(loss, float(mean[k]), float(std[k]), N_GRADIENTS, np.random.default_rng(0))


def gradient_words(found: GradientEstimates) -> str:
    """The two estimates in numbers."""
    ways = (("through the draw", found.pathwise), ("by the score function", found.score))
    both = with_minus(" and ".join(f"{values.mean():.1f} ± {values.std():.1f} {way}" for way, values in ways))
    return (
        f"Both estimate the same gradient of the squared error with respect to μ. One draw gives {both} (mean ± "
        f"standard deviation of {len(found.score):,} draws): the variance by the score function is "
        f"{found.variance_ratio:,.1f} times as large."
    )


def _step() -> int:
    """The step that is shown, which the address holds."""
    return read("motion_step", Range(int, 1, len(CAPTIONS))) or len(CAPTIONS)


def _advance() -> None:
    write("motion_step", [_step() % len(CAPTIONS) + 1])


def _slow_motion(model: PosteriorModel, row: int, is_used: bool, plays: bool, above: DeltaGenerator) -> None:
    step = _step()
    figure = pictures.reparameterisation_figure(
        step, _values(model, row, step, is_used), reparameterised=is_used, height=MOTION_HEIGHT
    )
    caption = (CAPTIONS if is_used else CAPTIONS_WITHOUT)[step - 1]
    above.markdown(f"#### {caption}")
    show_figure(figure, "reparameterisation", caption)
    if plays:
        _advance()


def _values(model: PosteriorModel, row: int, step: int, is_used: bool) -> dict[str, str]:
    """What stands below the nodes: the numbers of a test sample, in the first dimension of the plane."""
    k = model.dimensions[0]
    mean, std = float(model.posterior.mean[row, k]), float(model.posterior.std[row, k])
    epsilon = float(_epsilon(len(model.posterior.mean[row]), 0)[0, k])
    values = {"x": "an image", "mu": f"{mean:.3f}", "sigma": f"{std:.3f}", "z": f"{mean + std * epsilon:.3f}"}
    values |= {"epsilon": f"{epsilon:.3f}"} if is_used else {}
    known = {1: {"x"}, 2: {"x", "mu", "sigma"}, 3: {"x", "mu", "sigma", "epsilon"}}.get(step, set(values))
    return {name: with_minus(text) for name, text in values.items() if name in known}


def reconstruction_alone(model: PosteriorModel, _bar: DeltaGenerator) -> None:
    """The same samples' ellipses under β = 0, the chosen model's β and the largest: without the KL term σ shrinks."""
    sweep = next(sweep for sweep in sweeps_from_zero() if model.checkpoint.info.name in sweep.names)
    infos = {info.name: info for info in visible_models()}
    shown = sorted({0, sweep.names.index(model.checkpoint.info.name), last_active(sweep, infos)})
    panels = [_panel(posterior_model(infos[sweep.names[place]]), sweep.weights[place]) for place in shown]
    figure = pictures.many_ellipses_figure(panels, model.axis_names, STAGE_PX)
    show_figure(figure, "reconstruction-alone", "Posteriors at 1σ of the same samples under rising β")
    st.markdown(
        f"Means and ellipses at 1σ of the same {N_ELLIPSES} test samples ({as_text(sweep.title)}), each panel to its "
        "own scale: β = 0, the chosen model's β, and the largest β with an active unit. With β = 0 "
        "the loss is the reconstruction alone, which noise in z only makes worse: σ shrinks against the spread of the "
        "means, and the VAE becomes an autoencoder. The KL term holds σ up and pulls the means together."
    )
    st.page_link("pages/tradeoff.py", label="Train it live with β = 0", query_params={"view": "Live"})


def sweeps_from_zero() -> list[Sweep]:
    """The library's sweeps over β that begin at 0."""
    found = find_sweeps(library_runs(), BETA, shipped=shipped_names())
    return [sweep for sweep in found if sweep.weights[0] == 0 and sweep.run.model.latent_dim > 1]


def nearest_to_one(models: Mapping[str, CheckpointInfo]) -> int:
    """The place of the model whose β is nearest 1."""
    distances = [abs(weight_of(info.run.model, BETA) - 1) for info in models.values()]
    return distances.index(min(distances))


def last_active(sweep: Sweep, infos: Mapping[str, CheckpointInfo]) -> int:
    """The place of the largest β with which a unit is active."""
    active = [place for place, name in enumerate(sweep.names) if infos[name].metrics["active_units"]]
    return active[-1] if active else len(sweep.names) - 1


def _panel(model: PosteriorModel, beta: float) -> tuple[str, Array, Array, NDArray[np.int64]]:
    axes = list(model.dimensions)
    rows = np.linspace(0, len(model.posterior.mean) - 1, N_ELLIPSES).astype(np.int64)
    mean, std = model.posterior.mean[:, axes], model.posterior.std[:, axes]
    ratio = float(np.median(std) / mean.std())
    title = f"β = {beta:g}\nσ: {100 * ratio:.2g} % of the spread"
    return title, mean[rows], std[rows], model.checkpoint.codes.test_labels[rows]


def aggregate(model: PosteriorModel, _bar: DeltaGenerator) -> None:
    """All posteriors together, dimension by dimension, beside the model's own prior."""
    label = _choose_class(model)
    rows = slice(None) if label is None else model.checkpoint.codes.test_labels == label
    posterior = Gaussian(model.posterior.mean[rows], model.posterior.log_var[rows])
    result = aggregate_posterior(posterior, model.prior)
    dimensions = sorted(np.argsort(nats_of_dimensions(posterior, model.prior))[::-1][:MOST_LINES].tolist())
    figure = pictures.aggregate_figure(result, dimensions, STAGE_PX)
    show_figure(figure, "aggregate", "Aggregate posterior beside the prior")
    st.markdown(aggregate_words(result, dimensions, len(posterior.mean), model.prior_name))
    explain(formula=[(AGGREGATE, "Hoffman & Johnson 2016.")], code=[aggregate_posterior])


def _choose_class(model: PosteriorModel) -> int | None:
    """The class whose codes are shown: a conditional model draws each class from the whole prior."""
    if not isinstance(model.checkpoint.model, ConditionalModel):
        return None
    names = model.checkpoint.header.class_names
    return names.index(choose_in_list("label", "Class", names, width=160))


def aggregate_words(result: Aggregate, dimensions: Sequence[int], n_samples: int, prior_name: str) -> str:
    """What the marginals say of prior and codes, and what they cannot say."""
    least = min(dimensions, key=lambda k: float(result.overlap[k]))
    return (
        f"The mean of q(z|x) over {n_samples:,} test samples, for the dimensions of largest KL, beside the prior "
        f"{prior_name}. The two densities share {100 * result.overlap[least]:.0f} % of their area in "
        f"z{subscript(least + 1)}, the smallest share of these; 100 % means that they are equal. Where q(z) lies below "
        "the prior, the prior draws z where codes seldom lie. Equal marginals do not exclude holes: codes can leave a "
        "hole in the plane that no single dimension shows."
    )
