"""The views of the trade-off page: a sweep over beta, a training played again, and both terms of the loss."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer.analysis.references import Reference
from explorer.analysis.sweeps import BETA, Sweep, find_sweeps
from explorer.analysis.tradeoff import effective_beta, kl_per_dim_nats
from explorer.models.fields import Choice, Range
from explorer.store import list_checkpoints, shipped_names
from explorer.ui.components.latent_animation import LatentAnimation, latent_animation
from explorer.ui.explain import explain
from explorer.ui.models import library_runs
from explorer.ui.query_params import OneOf, bound, read, write
from explorer.ui.views.tradeoff.animations import (
    NATS,
    SSE,
    replay_animation,
    replayable,
    sweep_animation,
    sweep_references,
)

OBJECTIVE = (
    r"\mathcal{L}_\beta = \underbrace{\mathbb{E}_{q(z|x)}[-\log p(x|z)]}_{\text{distortion } D} + "
    r"\beta\,\underbrace{\mathrm{KL}(q(z|x) \,\|\, \mathcal{N}(0, I))}_{\text{rate } R}"
)
OBJECTIVE_WORDS = (
    "Both in nats per image. −ELBO is D + R whatever β is. A larger β buys fewer nats in the code at the price of a "
    "worse reconstruction; the curve of (R, D) over β is the rate–distortion curve of this network (Alemi et al. 2018)."
)
KL = r"\mathrm{KL}_k = \tfrac12\,(\mu_k^2 + \sigma_k^2 - 1 - \log \sigma_k^2)"
KL_WORDS = (
    "What dimension k costs, averaged over images. A dimension whose posterior is the prior costs 0 and says nothing."
)
ONE_KNOB = (
    r"\frac{1}{2\sigma^2}\lVert x-\hat x\rVert^2 + \beta\,\mathrm{KL} = \frac{1}{\sigma^2}"
    r"\Bigl(\tfrac12\lVert x-\hat x\rVert^2 + \beta\sigma^2\,\mathrm{KL}\Bigr)"
)
ONE_KNOB_WORDS = (
    "With a Gaussian decoder, β and the variance σ² decide the optimum through their product alone. The mean of the "
    "squared error over 784 pixels with the whole KL is σ² = 784 / 2 = 392 at β = 1: such a VAE collapses."
)
START_BETA = 1.0


def choose_sweep(bar: Any) -> tuple[Sweep, str] | None:
    """The sweep to show and the unit of its distortion, chosen in the title's row; None when the library has none."""
    planes = [(name, run) for name, run in library_runs() if run.model.latent_dim > 1]
    sweeps = {sweep.title: sweep for sweep in find_sweeps(planes, BETA, shipped=shipped_names())}
    if not sweeps:
        return None
    names = Choice(tuple(sweeps))
    title = bar.selectbox("Sweep", names.options, width=290, **bound("sweep", names))
    units = Choice((NATS, SSE))
    unit = bar.segmented_control("Distortion in", units.options, default=NATS, required=True, **bound("unit", units))
    return sweeps[title], unit


def show_sweep(sweep: Sweep, unit: str) -> None:
    """The plane, the grid and the rate–distortion curve, all moved by the slider of beta."""
    keys = {info.name: (info.fingerprint, str(info.path)) for info in list_checkpoints()}
    references = sweep_references(sweep, unit)
    others = tuple((keys[reference.name], reference.name) for reference in references)
    animation = sweep_animation(tuple(keys[name] for name in sweep.names), others, unit)
    wanted = read("kl_weight", OneOf(sweep.weights))
    default = sweep.weights.index(START_BETA) if START_BETA in sweep.weights else 0
    frame = _moved(animation, f"sweep {sweep.title} {unit}", default if wanted is None else sweep.weights.index(wanted))
    write("kl_weight", [sweep.weights[frame]])
    st.markdown(
        "One VAE a value of β, the same network, data and seed; every dot is the code of the same test sample at each "
        "β, and the dashed circles are the prior at 1σ and 2σ. Turn β up: codes are pressed into the prior, the KL "
        "term falls and the reconstruction pays." + _references_in_words(references)
    )
    explain(formula=[(OBJECTIVE, OBJECTIVE_WORDS), (KL, KL_WORDS)], code=[kl_per_dim_nats, sweep_animation])


def _references_in_words(references: Sequence[Reference]) -> str:
    """What stands beside the sweep and how it differs from it; nothing where nothing does."""
    told = [f"`{reference.name}` ({', '.join(reference.differences)})" for reference in references]
    return f" Levels without a rate: {'; '.join(told)}." if told else ""


def show_replay(bar: Any) -> None:
    """A training played again: plane, grid and curves of one step."""
    found = replayable()
    if not found:
        st.info("The library holds no trained autoencoder yet; train one first.", icon=":material/model_training:")
        return
    names = Choice(tuple(found))
    info = found[bar.selectbox("Model", names.options, width=240, **bound("model", names))]
    animation = replay_animation(info.fingerprint, str(info.path))
    last = len(animation.captions) - 1
    wanted = read("moment", Range(int, 0, last))
    frame = _moved(animation, f"replay {info.fingerprint}", last if wanted is None else wanted)
    write("moment", [frame])
    note = "" if animation.images is not None else " Its pictures were not kept; train it again to see them."
    st.markdown(
        f"The codes of {len(animation.labels):,} training samples at {len(animation.captions)} moments, "
        "spread evenly over the logarithm of the step, since most happens early. The same seed gives the same replay."
        + note
    )
    explain(formula=[(OBJECTIVE, OBJECTIVE_WORDS)], code=[replay_animation])


def _moved(animation: LatentAnimation, key: str, frame: int) -> int:
    """Show an animation from the frame that it had when it was opened; returns the frame it is left on."""
    start = st.session_state.setdefault(f"start of {key}", frame)
    return latent_animation(animation, start, key)


def one_knob() -> None:
    """β and the decoder's variance as one knob: two sliders whose product is what counts."""
    with st.expander("β and the decoder's variance σ² are one knob", icon=":material/tune:"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            beta = st.select_slider("β", [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0], 1.0)
            variance = st.select_slider("σ² of a pixel", [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0], 0.1)
            product = effective_beta(beta, variance)
            st.metric("β σ²", f"{product:.3g}", help="Pixels in [0, 1]; σ² in squared pixel values.")
        with right:
            st.latex(ONE_KNOB)
            st.markdown(
                f"{ONE_KNOB_WORDS} The model of β = {beta:g} and σ² = {variance:g} is that of β = 1 and "
                f"σ² = {product:.3g}, or of β = {product:.3g} and σ² = 1; only the units of the loss differ."
            )
