"""The view of Markov chains beside variational inference: exact in the end, and slow."""

import streamlit as st

from explorer.analysis.mcmc import N_CHAINS, N_REPEATS, Chains, metropolis, run_chains
from explorer.analysis.variation import total_variation
from explorer.figures.elbo import chain_distances_figure, chains_figure
from explorer.models.written_numbers import percent
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.results import kept
from explorer.ui.views.elbo.panels import Seen, gap_of

HEIGHT = STAGE_PX - 76
ACCEPT = r"z' \sim \mathcal{N}(z, s^2 I), \qquad "
ACCEPT += r"\text{accepted with probability } \min\!\Bigl(1, \frac{p(x, z')}{p(x, z)}\Bigr)"
ACCEPT_WORDS = (
    "p(x) cancels, so a chain needs no integral; its states are draws of p(z|x) once it has forgotten its start "
    "(Metropolis et al. 1953)."
)


def sampling(of: Seen) -> None:
    """Where chains end in the plane, and how far they are from p(z|x) after each number of steps."""
    gap = gap_of(of)
    found = kept(of.key("chains"), lambda: run_chains(of.observation, gap.posterior), doing="Running chains …")
    left, right = st.columns(2, gap="large")
    with left:
        show_figure(chains_figure(found, gap, HEIGHT), "chains", "The true posterior, the ends of chains and q(z|x)")
    with right:
        show_figure(chain_distances_figure(found, HEIGHT), "chain-distances", "Distance from p(z|x) against steps")
    st.markdown(chains_words(found))
    explain(formula=[(ACCEPT, ACCEPT_WORDS)], code=[metropolis, total_variation])


def chains_words(found: Chains) -> str:
    """After how many steps chains are nearer than q, and whether they have arrived."""
    last, q, floor = found.distances[-1], found.encoder, found.floor
    nearer = [step for step, one in zip(found.steps, found.distances, strict=True) if one.high < q.value]
    when = (
        f"Chains from the prior are nearer than that after {nearer[0]} steps"
        if nearer
        else f"Chains from the prior are not nearer than that after {found.steps[-1]} steps"
    )
    arrived = "as near as exact draws" if last.value <= floor.high else (
        "still farther than exact draws: some chains have not left the part of the plane in which they began"
    )  # fmt: skip
    return (
        f"One pass through the encoder gives q(z|x), {q.text(2)} from p(z|x), a distance that stays. "
        f"{when}; after {found.steps[-1]} they are at {last.text(2)}, {arrived}, {floor.text(2)}. "
        "Each step of a chain runs the decoder once, and each image needs chains of its own. "
        "Variational inference is fast but keeps its error; MCMC is slow, and exact once its chains have moved "
        "through the whole posterior. "
        f"Total variation over 12 × 12 rectangles, 0 for equal and 1 for disjoint distributions, of {N_CHAINS} chains "
        "or draws each: few draws lie farther from p(z|x) than their own law does, and exact draws show by how much. "
        f"Brackets: of chains 95 % intervals for the mean of such sets, of draws the central 95 % of {N_REPEATS} sets. "
        f"{percent(found.accepted)} of steps accepted."
    )
