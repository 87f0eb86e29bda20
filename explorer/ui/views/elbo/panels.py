"""The views of the page elbo: the gap, where it comes from, and what draws tell of log p(x)."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.elbo import ElboGap, elbo_gap, elbo_nats
from explorer.analysis.evidence import (
    BoundsByDraws,
    Observation,
    closed_kl_estimates_nats,
    elbo_estimates_nats,
    importance_weighted,
    observed,
    prior_estimates_nats,
    true_posterior,
)
from explorer.analysis.measure import Interval, variance_interval
from explorer.analysis.ppca import exact_rate_and_distortion_nats
from explorer.data import list_sources
from explorer.figures import elbo as pictures
from explorer.figures.elbo import Estimates
from explorer.figures.images import grey, mosaic_figure
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.latent_model import Array
from explorer.models.likelihood import grey_pixels_note
from explorer.models.ppca import PPCA
from explorer.models.spec import PPCASpec, VAESpec
from explorer.models.written_numbers import with_minus
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint, CheckpointInfo
from explorer.ui.caches import checkpoint_of, model_of
from explorer.ui.explain import explain, show_formula
from explorer.ui.figure import STAGE_PX, low_row, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_button, choose_number, slide_number
from explorer.ui.models.at_hand import lecture_order, samples_of_codes, visible_models
from explorer.ui.results import kept
from explorer.ui.views.elbo import forces
from explorer.ui.views.elbo.derivations import DERIVATIONS, EXACT, Line

Floats = NDArray[np.float64]
MISSING = (
    "The library holds no VAE of two dimensions with the prior N(0, I) whose data set is on this machine; train one on "
    "the Train page."
)
# Two lines of text stand below each picture.
HEIGHT, IMAGE_HEIGHT, GAPS_HEIGHT = STAGE_PX - 76, 200, 240
# A sample whose gap has a share of each kind.
FIRST_ROW = 3
N_SINGLE = 4_000
BOUND_DRAWS, N_WEIGHTS = (1, 10, 100, 500), 25_000
N_PRIOR_DRAWS, N_RUNS = 20_000, 5
# After how many draws an estimate is looked at first, and what counts as low.
FEW_DRAWS, LOW_NATS = 100, 0.5
REFERENCE_DRAWS = 5_000
GAP = r"\log p(x) = \underbrace{\mathbb{E}_{q}[\log p(x, z) - \log q(z|x)]}_{\mathrm{ELBO}} + "
GAP += r"\mathrm{KL}\bigl(q(z|x) \,\|\, p(z|x)\bigr)"
IWAE = r"\mathcal{L}_K = \mathbb{E}\left[\log \frac1K \sum_{k=1}^K \frac{p(x, z_k)}{q(z_k|x)}\right]"
NAIVE = r"\log p(x) \approx \log \frac1n \sum_{i=1}^n p(x|z_i), \qquad z_i \sim p(z)"
SINGLE = r"\log p(x|z) + \log p(z) - \log q(z|x) \quad\text{or}\quad \log p(x|z) - \mathrm{KL}(q \,\|\, p)"


@dataclass(frozen=True, eq=False)
class Seen:
    """The test sample that is followed, as a model sees it."""

    checkpoint: Checkpoint
    row: int
    x: Array

    @property
    def observation(self) -> Observation:
        """The sample and its model."""
        return _observation(self.checkpoint, self.x)

    def key(self, what: str) -> tuple[object, ...]:
        """What a result is known by."""
        return ("elbo", what, self.checkpoint.info.fingerprint, self.row)


def _observation(checkpoint: Checkpoint, x: Array) -> Observation:
    assert isinstance(checkpoint.model, VariationalAutoencoder)
    return observed(checkpoint.model, x)


def usable_vaes() -> dict[str, CheckpointInfo]:
    """The library's VAEs of two dimensions with the prior N(0, I) whose samples are at hand, in the order of a lecture.

    A model that is told a class has a prior for each class, and is left out.
    """
    return {info.name: info for info in _plain_vaes() if info.run.model.latent_dim == 2}


def _plain_vaes() -> list[CheckpointInfo]:
    at_hand = available_datasets()
    found = [info for info in visible_models() if info.run.dataset in at_hand and _is_plain(info)]
    return sorted(found, key=lambda info: (info.run.dataset == "digits", _weight_from_one(info), lecture_order(info)))


def _is_plain(info: CheckpointInfo) -> bool:
    spec = info.run.model
    return isinstance(spec, VAESpec) and spec.prior == "standard_normal" and spec.family not in ("gmvae", "cvae")


def _weight_from_one(info: CheckpointInfo) -> float:
    """How far β is from 1, with which the loss is the negative ELBO."""
    assert isinstance(info.run.model, VAESpec)
    return abs(info.run.model.beta - 1)


def seen(info: CheckpointInfo, bar: DeltaGenerator) -> Seen:
    """A model and the test sample that is followed, chosen in the bar; raises CheckpointError, DatasetError."""
    checkpoint = checkpoint_of(info)
    dataset = samples_of_codes(checkpoint)
    look = {"width": 100, "icon": ":material/image:", "label_visibility": "collapsed"}
    with bar:
        row = choose_number("sample", "Test sample", 0, len(dataset) - 1, FIRST_ROW, **look)
    return Seen(checkpoint, row, dataset.pixels(np.array([row]))[0])


def gap_of(of: Seen) -> ElboGap:
    """The gap of the sample, computed once."""
    return kept(of.key("gap"), lambda: elbo_gap(of.observation), doing="Integrating over the plane …")


def the_gap(of: Seen) -> None:
    """p(z|x) under three q, and log p(x) as the ELBO and what is missing."""
    gap = gap_of(of)
    plane, side = st.columns([55, 45], gap="large")
    with plane:
        show_figure(pictures.posterior_figure(gap, HEIGHT), "true-posterior", "The true posterior under three q")
    with side:
        show_figure(pictures.bars_figure(gap, HEIGHT - GAPS_HEIGHT), "bars", "log p(x), the ELBO and the gap in nats")
        show_figure(pictures.gaps_figure(gap, GAPS_HEIGHT), "gaps", "The gap of each q to log p(x), in nats")
    st.markdown(f"{gap_words(gap)} {ppca_words(of)} {grey_pixels_note(of.checkpoint.run.model)}")
    _show_sample(of)
    explain(formula=[(GAP, "Kingma & Welling 2014, eq. 1.")], code=[true_posterior, elbo_nats])


def gap_words(gap: ElboGap) -> str:
    """The gap in parts, and whether the encoder's draws alone would have found log p(x)."""
    true, family = gap.posterior, gap.best_diagonal
    evidence, drawn = (with_minus(f"{nats:.2f}") for nats in (true.log_evidence_nats, true.draws_nats))
    # Cremer, Li & Duvenaud 2018; of the two numbers as they are written, so that the three add up.
    amortisation = max(round(gap.encoder.gap_nats, 2) - round(family.gap_nats, 2), 0)
    parts = (
        f"For this sample log p(x) = {evidence} nats (a sum over a grid), and the ELBO of the encoder's q lies "
        f"{gap.encoder.gap_nats:.2f} nats below it. The best diagonal Gaussian has a gap of {family.gap_nats:.2f}: "
        f"{amortisation:.2f} nats are lost because one encoder serves all samples (amortisation), the "
        f"rest because p(z|x) is no diagonal Gaussian. With a full covariance {gap.best_full.gap_nats:.2f} nats remain."
    )
    missed = true.log_evidence_nats - true.draws_nats
    if abs(missed) < 0.1:
        return f"{parts} {true.n_draws:,} weighted draws of q give the same within {max(abs(missed), 0.01):.2f} nats."
    return (
        f"{parts} {true.n_draws:,} weighted draws of q give {drawn} nats: q is narrower than p(z|x) or misses a part "
        f"of it, and the weights are so uneven that these draws count as {true.n_effective:,.0f} of equal weight "
        "(effective sample size). The grid is the value to trust."
    )


def ppca_words(of: Seen) -> str:
    """The gap of probabilistic PCA on the same image, which is 0; nothing where the library has no such model."""
    found = next((info for info in visible_models() if _is_ppca_of(info, of.checkpoint.run.dataset)), None)
    if found is None:
        return ""
    model = model_of(found)
    assert isinstance(model, PPCA)
    rate, distortion = exact_rate_and_distortion_nats(model, of.x[None])
    gap_nats = float((model.log_likelihood_nats(of.x[None]) + rate + distortion)[0])
    return (
        f"Probabilistic PCA ({as_text(found.name)}) has a Gaussian p(z|x) and uses it as q: its gap for this sample "
        f"is {abs(gap_nats):.0e} nats, which is 0 up to rounding."
    )


def _is_ppca_of(info: CheckpointInfo, dataset: str) -> bool:
    return isinstance(info.run.model, PPCASpec) and info.run.dataset == dataset


def available_datasets() -> set[str]:
    """The names of the data sets on this machine."""
    return {source.name for source in list_sources() if source.available}


def _show_sample(of: Seen) -> None:
    """The image, and what the encoder's mean decodes to."""
    shape = image_shape(of.checkpoint.header.sample_shape)
    if shape is None:
        return
    mean = of.checkpoint.model.encode(of.x[None])
    tiles = grey(np.vstack([of.x[None], of.checkpoint.model.decode(mean)]).reshape(-1, *shape))
    figure = mosaic_figure(tiles, ["x", "decoded μ(x)"], 2, height=IMAGE_HEIGHT)
    show_figure(figure, "sample", "The test sample and what the mean of its posterior decodes to")


def two_derivations(of: Seen) -> None:
    """From log p(x) to the bound, a line at a time; each line lights the bars that it speaks of."""
    text, picture = st.columns([46, 54], gap="medium")
    with text:
        lines = _lines()
        with st.container(key="derivation"):
            for line in lines:
                show_formula(line.latex)
        st.markdown(lines[-1].reason)
    gap = gap_of(of)
    with picture:
        figure = pictures.bars_figure(gap, STAGE_PX, lines[-1].lit)
        show_figure(figure, "bars", "log p(x), the ELBO and the gap in nats; those in the line are lit")
    explain(code=[elbo_nats, true_posterior])


def _lines() -> tuple[Line, ...]:
    """The lines of the chosen derivation down to the chosen one."""
    with low_row():
        way = choose_button("proof", "Derivation", DERIVATIONS, EXACT, label_visibility="collapsed")
        n = len(DERIVATIONS[way])
        last = slide_number("lines", "Lines", 1, n, n, width=180)
    return DERIVATIONS[way][:last]


def one_draw(of: Seen) -> None:
    """What a single draw says of the ELBO, by the two forms of the loss."""
    gap = gap_of(of)
    with_log_q = kept(of.key("one draw"), lambda: elbo_estimates_nats(of.observation, N_SINGLE))
    closed = kept(of.key("closed"), lambda: closed_kl_estimates_nats(of.observation, N_SINGLE))
    figure = pictures.single_draws_figure(with_log_q, closed, gap.encoder.elbo_nats, HEIGHT)
    show_figure(figure, "single-draws", "Estimates of the ELBO from one draw each, by both forms")
    st.markdown(single_words(with_log_q, closed, gap.encoder.elbo_nats))
    explain(
        formula=[(SINGLE, "Both have the ELBO as their mean.")], code=[elbo_estimates_nats, closed_kl_estimates_nats]
    )


def single_words(with_log_q: Floats, closed: Floats, elbo: float) -> str:
    """Mean and variance of both estimators, and which of them scatters less here."""
    spreads = [variance_interval(values, np.random.default_rng(0)) for values in (with_log_q, closed)]
    of_q, of_closed = (f"{one.text(2)} nats²" for one in spreads)
    return with_minus(
        f"The ELBO is {elbo:.2f} nats. {len(closed):,} single draws have the mean {with_log_q.mean():.2f} and the "
        f"variance {of_q} with log q, and {closed.mean():.2f} and {of_closed} with the KL in closed form (95 % "
        f"intervals by bootstrap). Training takes one draw for each image and step; {_scatters_less(*spreads)}. Where "
        "q is the true posterior, the form with log q does not scatter at all: it is log p(x) for every z."
    )


def _scatters_less(with_log_q: Interval, closed: Interval) -> str:
    """Which form scatters less, where the intervals lie apart."""
    if with_log_q.high < closed.low:
        return "here the form with log q scatters less"
    if closed.high < with_log_q.low:
        return "here the form with the KL in closed form scatters less"
    return "here neither form clearly scatters less"


def more_draws(of: Seen) -> None:
    """The importance-weighted bound climbs from the ELBO towards log p(x)."""
    gap = gap_of(of)
    bounds = kept(of.key("bounds"), lambda: importance_weighted(of.observation, BOUND_DRAWS, N_WEIGHTS))
    evidence = gap.posterior.log_evidence_nats
    figure = pictures.bounds_figure(bounds, evidence, gap.encoder.elbo_nats, HEIGHT)
    show_figure(figure, "bounds", "Importance-weighted bounds against the number of draws")
    st.markdown(bounds_words(bounds, evidence))
    explain(formula=[(IWAE, "Burda, Grosse & Salakhutdinov 2016, eq. 8.")], code=[importance_weighted])


def bounds_words(bounds: BoundsByDraws, log_evidence_nats: float) -> str:
    """How much of the gap the draws close."""
    left = log_evidence_nats - bounds.mean_nats
    of_most = f"{left[-1]:.3f} ± {bounds.margin_nats[-1]:.3f} nats"
    is_apart = left[-1] > bounds.margin_nats[-1]
    return with_minus(
        f"With {bounds.n_draws[0]} draw the bound lies {left[0]:.3f} nats below log p(x), with {bounds.n_draws[-1]} "
        f"draws {of_most if is_apart else f'no measurable distance is left, {of_most}'} (means over {N_WEIGHTS:,} "
        "draws in groups of K, 95 % intervals). With more draws the same log p(x) is bounded more tightly, so "
        "compare models only by bounds of equal K."
    )


def draws_from_the_prior(of: Seen) -> None:
    """Why log p(x) is not simply estimated with draws from the prior."""
    others = [of, *_of_more_dimensions(of)]
    with st.spinner("Decoding draws from the prior …"):
        panels = [kept(each.key("prior"), lambda each=each: _prior_estimates(each)) for each in others]  # type: ignore[misc]
    show_figure(pictures.estimates_figure(panels, HEIGHT), "prior-draws", "Estimates of log p(x) by draws of the prior")
    st.markdown(prior_words(panels))
    explain(formula=[(NAIVE, "Unbiased for p(x), not for its logarithm.")], code=[prior_estimates_nats])


def _of_more_dimensions(of: Seen) -> list[Seen]:
    """The same sample seen by the library's plain VAE of most dimensions on the same data with the same likelihood."""
    spec, run = of.checkpoint.run.model, of.checkpoint.run
    assert isinstance(spec, VAESpec)
    found = [
        info
        for info in _plain_vaes()
        if isinstance(info.run.model, VAESpec)
        and info.run.dataset == run.dataset
        and info.run.model.likelihood == spec.likelihood
        and info.run.model.latent_dim > spec.latent_dim
    ]
    largest = sorted(found, key=lambda info: -info.run.model.latent_dim)[:1]
    return [Seen(checkpoint_of(info), of.row, of.x) for info in largest]


def _prior_estimates(of: Seen) -> Estimates:
    observation, latent_dim = of.observation, of.checkpoint.run.model.latent_dim
    if latent_dim == 2:
        evidence = true_posterior(observation).log_evidence_nats
    else:
        evidence = float(importance_weighted(observation, (REFERENCE_DRAWS,), 2 * REFERENCE_DRAWS).mean_nats[0])
    values = prior_estimates_nats(observation, N_PRIOR_DRAWS, N_RUNS)
    return Estimates(f"{of.checkpoint.info.name}, K = {latent_dim}", values, evidence)


def prior_words(panels: list[Estimates]) -> str:
    """How far the estimates are from log p(x) after 100 and after all draws."""
    found = [_off_nats(panel) for panel in panels]
    numbers = [
        with_minus(f"{few:+.2f} nats after {FEW_DRAWS} draws, {many:+.2f} after {panels[0].values_nats.shape[1]:,}")
        for few, many in found
    ]
    sentences = [f"{as_text(panel.title)}: {said}" for panel, said in zip(panels, numbers, strict=True)]
    return (
        f"The median of {N_RUNS} runs differs from log p(x) by: {'; '.join(sentences)}. log p(x) is a sum "
        f"over a grid for K = 2, and an importance-weighted bound of {REFERENCE_DRAWS:,} draws of q(z|x) for more "
        f"dimensions. {_why_low(found)} That is why a VAE has an "
        "encoder that proposes z."
    )


def _off_nats(panel: Estimates) -> tuple[float, float]:
    """The median of the runs less log p(x), after few draws and after all."""
    off = np.median(panel.values_nats - panel.log_evidence_nats, axis=0)
    return float(off[FEW_DRAWS - 1]), float(off[-1])


def _why_low(off_nats: list[tuple[float, float]]) -> str:
    """Whether estimates are low after few draws and after all, and why."""
    after_few, after_all = zip(*off_nats, strict=True)
    rare = "Few draws of the prior decode to anything like this image, and fewer in more dimensions"
    if min(after_all) < -LOW_NATS:
        return f"{rare}: an estimate stays low until one of them does, and some are low after all of these draws."
    if min(after_few) < -LOW_NATS:
        return f"{rare}: an estimate stays low until one of them does, and then jumps."
    return (
        f"Here no estimate is low by more than {LOW_NATS:g} nats after {FEW_DRAWS} draws. In more dimensions fewer "
        "draws of the prior decode to anything like an image, and the estimate stays low until one of them does."
    )


def two_forces(of: Seen) -> None:
    """What reconstruction and KL each want of σ."""
    forces.two_forces(of.observation)
