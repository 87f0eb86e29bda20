"""The view of a learned prior: the same VAE with N(0, I) and with a VampPrior, in nats."""

from collections.abc import Iterator

import streamlit as st

from explorer.analysis.learned_priors import (
    SEEDS,
    STUDIES,
    PriorResult,
    PriorResults,
    binary,
    compare_priors,
    gain_nats,
    run_with_prior,
)
from explorer.analysis.measure import Interval, Progress
from explorer.figures.learned_priors import bounds_of_priors_figure, pictures_of_priors_figure
from explorer.lessons.keys import priors_key
from explorer.models.priors import VampPrior
from explorer.models.written_numbers import with_minus
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.results import measured_on_demand

DATA, REFERENCE_S = "digits", 50.0
# Three lines of text stand below the pictures.
HEIGHT = STAGE_PX - 110
PRIOR = (
    r"p(z) = \frac1C \sum_{c=1}^{C} q(z \mid u_c), \qquad \mathrm{KL} = \mathbb{E}_{q(z|x)}[\log q(z|x) - \log p(z)]"
)
PRIOR_WORDS = (
    "The prior that makes the bound largest is the mean of all posteriors; a VampPrior is that of C pseudo-inputs u, "
    "which are learned with the coders (Tomczak & Welling 2018). Train has it under *Prior*."
)


def show_priors() -> None:
    """Both bounds for each prior and K, pseudo-inputs and draws."""
    found = measured_on_demand(priors_key(), "Train 12 VAEs", "Training with either prior", _compared, REFERENCE_S)
    if found is None:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        show_figure(bounds_of_priors_figure(found, HEIGHT), "bounds-of-priors", numbers(found))
    with right:
        plain, vamp = pairs(found)[-1]
        alt = f"Pseudo-inputs, draws of the VampPrior and of N(0, I), K = {vamp.latent_dim}"
        show_figure(pictures_of_priors_figure(plain, vamp, HEIGHT), "pictures-of-priors", alt)
    st.markdown(f"{words(found)} {protocol()}")
    explain(formula=[(PRIOR, PRIOR_WORDS)], code=[VampPrior.kl_nats, run_with_prior])


def _compared() -> Iterator[Progress[PriorResults | None]]:
    return compare_priors(binary(cached_dataset(DATA)), binary(cached_dataset(DATA, "test")))


def pairs(found: PriorResults) -> list[tuple[PriorResult, PriorResult]]:
    """N(0, I) and the VampPrior of each K."""
    return list(zip(found[::2], found[1::2], strict=True))


def numbers(found: PriorResults) -> str:
    """The mean bound of each kind in words."""
    return "; ".join(
        f"{one.title}, K = {one.latent_dim}: −ELBO {one.negative_elbo_nats.mean():.2f} nats" for one in found
    )


def words(found: PriorResults) -> str:
    """What the VampPrior gains at each K, in what term, and when it helps."""
    gains = [(vamp.latent_dim, gain_nats(plain, vamp)) for plain, vamp in pairs(found)]
    said = ", ".join(f"{_text(gain)} nats with K = {latent_dim}" for latent_dim, gain in gains)
    plain, vamp = pairs(found)[-1]
    helps = [f"K = {latent_dim}" for latent_dim, gain in gains if gain.low > 0]
    harms = [f"K = {latent_dim}" for latent_dim, gain in gains if gain.high < 0]
    verdict = f"It helps with {', '.join(helps)}" if helps else "It helps nowhere beyond chance"
    against = f" and costs more than it saves with {', '.join(harms)}" if harms else ""
    return (
        f"Change of the ELBO by a VampPrior: {said}; 0 is no change. With K = {vamp.latent_dim} the KL "
        f"goes from {plain.rate_nats.mean():.2f} to {vamp.rate_nats.mean():.2f} nats and the distortion from "
        f"{plain.distortion_nats.mean():.2f} to {vamp.distortion_nats.mean():.2f}. {verdict}{against}."
    )


def _text(gain: Interval) -> str:
    return with_minus(f"{gain.value:+.2f} [{gain.low:.2f}, {gain.high:.2f}]")


def protocol() -> str:
    """What was trained and measured."""
    study = STUDIES[DATA]
    return (
        f"scikit-learn's digits, every pixel black or white; {study.hidden[0]} hidden units, {study.n_epochs} epochs, "
        f"{study.n_pseudo_inputs} pseudo-inputs, {len(SEEDS)} seeds, both terms on the test split with 10 draws; 95 % "
        "intervals over seeds, of changes seed by seed."
    )
