"""The views of the trade-off page: a sweep over beta, a training played again, and both terms of the loss."""

from collections.abc import Sequence
from functools import partial
from math import prod
from typing import Any

import streamlit as st

from explorer.analysis.references import Reference
from explorer.analysis.sweeps import Sweep
from explorer.analysis.tradeoff import (
    NATS_OF_A_DRAW,
    SQUARED_ERROR_OF_THE_MEAN,
    Distortion,
    effective_beta,
)
from explorer.export.player_pages import animation_page
from explorer.models.fields import Range
from explorer.models.likelihood import grey_pixels_note
from explorer.models.objectives import gaussian_kl_nats, total_loss
from explorer.scenes.latent_animation import LatentAnimation
from explorer.scenes.latent_scene import image_shape
from explorer.scenes.training_animations import first_member, rate_distortion, sweeps_of_beta
from explorer.store import CheckpointInfo
from explorer.training.replay import MOST_VALUES
from explorer.ui.components.latent_animation.component import latent_animation
from explorer.ui.explain import explain
from explorer.ui.foreign_text import as_code
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_button, choose_in_list
from explorer.ui.models.at_hand import visible_models
from explorer.ui.models.picker import choose_model
from explorer.ui.query_params import OneOf, read, write
from explorer.ui.runs.finished import replay_animation, replayable, turned_in_words
from explorer.ui.take_away.menu import take_away
from explorer.ui.take_away.scene_offers import scene_offer
from explorer.ui.views.tradeoff.animations import (
    sweep_animation,
    sweep_references,
)
from explorer.ui.views.tradeoff.prior_draws import show_prior_draws

OBJECTIVE = (
    r"\mathcal{L}_\beta = \underbrace{\mathbb{E}_{q(z|x)}[-\log p(x|z)]}_{\text{distortion } D} + "
    r"\beta\,\underbrace{\mathrm{KL}(q(z|x) \,\|\, \mathcal{N}(0, I))}_{\text{rate } R}"
)
OBJECTIVE_WORDS = (
    "Both in nats per image. −ELBO is D + R whatever β is. The best models of each β lie on the rate–distortion curve "
    "of the network (Alemi et al. 2018); trained models reach it only in part."
)
KL = r"\mathrm{KL}_k = \tfrac12\,(\mu_k^2 + \sigma_k^2 - 1 - \log \sigma_k^2)"
KL_WORDS = (
    "The KL of dimension k, averaged over images. It is 0 where the posterior is the prior; such a dimension says "
    "nothing about the image."
)
ONE_KNOB = (
    r"\frac{1}{2\sigma^2}\lVert x-\hat x\rVert^2 + \beta\,\mathrm{KL} = \frac{1}{\sigma^2}"
    r"\Bigl(\tfrac12\lVert x-\hat x\rVert^2 + \beta\sigma^2\,\mathrm{KL}\Bigr)"
)
ONE_KNOB_WORDS = (
    "With a Gaussian decoder, β and the variance σ² decide the optimum through their product alone. The "
    "squared error as a mean over 784 pixels, plus the whole KL, is the loss of σ² = 784 / 2 = 392 and β = 1: such a "
    "VAE collapses."
)
CODES, DRAWS = "Codes", "Prior draws"
DISTORTION_HELP = (
    "nats: −log p(x|z) of one draw of z; squared error: of the decoded mean. They are two quantities, not two units of "
    "one."
)
DISTORTIONS = {distortion.key: distortion for distortion in (NATS_OF_A_DRAW, SQUARED_ERROR_OF_THE_MEAN)}


def choose_sweep(bar: Any) -> tuple[Sweep, Distortion] | None:
    """The sweep to show and the unit of its distortion, chosen in the title's row; None when the library has none."""
    sweeps = {sweep.title: sweep for sweep in sweeps_of_beta(visible_models())}
    if not sweeps:
        return None
    with bar:
        title = choose_in_list("sweep", "Sweep", sweeps, width=290)
        unit = choose_button("unit", "Distortion", DISTORTIONS, help=DISTORTION_HELP)
    return sweeps[title], DISTORTIONS[unit]


def show_sweep(sweep: Sweep, distortion: Distortion) -> None:
    """The plane, the grid and distortion against rate, all moved by the slider of beta."""
    infos = {info.name: info for info in visible_models()}
    keys = {name: (info.fingerprint, str(info.path)) for name, info in infos.items()}
    references = sweep_references(sweep, distortion)
    others = tuple((keys[reference.name], reference.name) for reference in references)
    animation = sweep_animation(tuple(keys[name] for name in sweep.names), others, distortion)
    wanted = read("kl_weight", OneOf(sweep.weights))
    member = first_member(sweep) if wanted is None else sweep.weights.index(wanted)
    frame = _moved(animation, f"sweep {sweep.title} {distortion.key}", member)
    write("kl_weight", [sweep.weights[frame]])
    reached = rate_distortion([infos[name] for name in sweep.names], distortion)
    st.markdown(f"{reached.finding()} {_what_is_shown(sweep, animation, distortion)}{_references_in_words(references)}")
    explain(
        formula=[(OBJECTIVE, OBJECTIVE_WORDS), (KL, KL_WORDS)],
        code=[total_loss, gaussian_kl_nats],
    )
    members = [infos[name] for name in sweep.names]
    take_away([scene_offer("beta-sweep", partial(animation_page, members, animation, frame))])


def _what_is_shown(sweep: Sweep, animation: LatentAnimation, distortion: Distortion) -> str:
    """The protocol in words."""
    note = grey_pixels_note(sweep.run.model) if distortion == NATS_OF_A_DRAW else ""
    circles = "; the dashed circles are the prior N(0, I) at 1σ and 2σ" if animation.shows_prior else ""
    return (
        f"One VAE for each β, with the same network, data and seed {sweep.run.seed}; all numbers are of the test "
        f"split, and every dot is the code of the same test sample at each β{circles}. {note}"
    )


def _references_in_words(references: Sequence[Reference]) -> str:
    """What stands beside the sweep and how it differs from it; nothing where nothing does."""
    named = [f"{as_code(reference.name)} ({', '.join(reference.differences)})" for reference in references]
    return f" The levels have no rate: {'; '.join(named)}." if named else ""


def show_replay(bar: Any) -> None:
    """A training played again: its codes, or what it draws from its prior."""
    with bar:
        part = choose_button("part", "Part", (CODES, DRAWS), label_visibility="collapsed")
    (show_prior_draws if part == DRAWS else _show_codes)(bar)


def _show_codes(bar: Any) -> None:
    """Plane, grid and curves of one step, the last unless the address names another: Play begins at the first."""
    found = replayable()
    if not found:
        st.info("The library holds no trained autoencoder yet; train one first.", icon=":material/model_training:")
        return
    with bar:
        info = choose_model(found)
    animation = replay_animation(info.fingerprint, str(info.path))
    last = len(animation.captions) - 1
    wanted = read("moment", Range(int, 0, last))
    frame = _moved(animation, f"replay {info.fingerprint}", last if wanted is None else wanted)
    write("moment", None if frame == last else [frame])
    note = "" if animation.images is not None else _without_pictures(info)
    st.markdown(
        f"The codes of {len(animation.labels):,} training samples at {len(animation.captions)} moments, "
        "spread evenly over the logarithm of the step, since most happens early. Play begins at the first step, and "
        f"the same seed gives the same replay.{note}{turned_in_words(info)}"
    )
    explain(formula=[(OBJECTIVE, OBJECTIVE_WORDS)], code=[total_loss, gaussian_kl_nats])
    take_away([scene_offer(f"{info.name}-replay", partial(animation_page, [info], animation, frame))])


def _without_pictures(info: CheckpointInfo) -> str:
    """Why a replay has no pictures."""
    if image_shape(info.sample_shape) is None:
        return ""
    if prod(info.sample_shape) > MOST_VALUES:
        return f" Pictures are kept of images of at most {MOST_VALUES:,} values, such as 64 × 64 pixels in colour."
    return " Its pictures were not kept; train it again to see them."


def _moved(animation: LatentAnimation, key: str, wanted: int) -> int:
    """Show an animation at the frame that the address says; returns the frame it is left on."""
    return kept_frame(key, wanted, partial(latent_animation, animation))


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
            st.markdown(f"{ONE_KNOB_WORDS} {same_optimum(beta, variance)}")


def same_optimum(beta: float, variance: float) -> str:
    """The other pairs of β and σ² with the optimum of these, without the pair itself."""
    product = effective_beta(beta, variance)
    others = {
        f"β = {b:.3g} and σ² = {v:.3g}" for b, v in ((1.0, product), (product, 1.0)) if (b, v) != (beta, variance)
    }
    if not others:
        return "Here both are 1: the ELBO with unit variance."
    return (
        f"The model of β = {beta:g} and σ² = {variance:g} has the same optimum as {' or '.join(sorted(others))}; only "
        "the unit of the loss differs."
    )
