"""The replay's other part: what a VAE of more than two dimensions draws from its prior, epoch by epoch."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import streamlit as st

from explorer.analysis.code_sizes import Judge
from explorer.analysis.measure import Progress
from explorer.analysis.prior_draws import EPOCHS, PriorDraws, prior_run, watch_prior
from explorer.analysis.prior_draws import measured as measured_moment
from explorer.lessons.keys import prior_draws_key
from explorer.models.fields import Range
from explorer.models.names import full_name
from explorer.models.written_numbers import percent
from explorer.scenes.prior_draws_animation import prior_draws_animation
from explorer.store import load_classifier
from explorer.ui.caches import cached_dataset
from explorer.ui.components.latent_animation.component import latent_animation
from explorer.ui.explain import explain
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.query_params import read, write
from explorer.ui.results import measured_on_demand

REFERENCE_S = 90.0
DRAW = r"z \sim \mathcal{N}(0, I), \qquad \hat x = \mathbb{E}[x \mid z]"
DRAW_WORDS = (
    "z is drawn from the prior and not encoded from an image; x̂ looks like an image where codes of images lie near z."
)


def show_prior_draws(bar: Any) -> None:
    """One set of z, decoded after each epoch, beside the codes of test images."""
    with bar:
        name = choose_in_list("data", "Data set", EPOCHS, width=110)

    def steps() -> Iterator[Progress[Any]]:
        return watch_prior(Judge(cached_dataset(name), cached_dataset(name, "test"), load_classifier(name)[0]))

    key = prior_draws_key(name)
    found: PriorDraws | None = measured_on_demand(key, "Train a VAE", "Training a VAE", steps, REFERENCE_S)
    if found is None:
        return
    last = len(found.moments) - 1
    wanted = read("moment", Range(int, 0, last))
    shown = partial(latent_animation, prior_draws_animation(found))
    write("moment", [kept_frame(f"prior draws {key.text}", last if wanted is None else wanted, shown)])
    st.markdown(f"{finding(found)} {protocol(found, name)}")
    explain(formula=[(DRAW, DRAW_WORDS)], code=[watch_prior, measured_moment])


def finding(found: PriorDraws) -> str:
    """What the training made of the draws; other numbers make other sentences."""
    first, second, *_, last = found.moments
    lowest = min(one.frechet.value for one in found.moments)
    early = ""
    if last.frechet.value < first.frechet.value:
        share = (first.frechet.value - second.frechet.value) / (first.frechet.value - lowest)
        early = f", {percent(share)} of the fall to its lowest value by epoch {second.epoch}"
    ends = "above" if last.frechet.low > found.frechet_floor.high else "within chance of"
    bounds = [moment.negative_elbo_nats.value for moment in (first, last)]
    return (
        f"The Fréchet distance of the draws {_verb(first.frechet.value, last.frechet.value)} from "
        f"{first.frechet.value:.0f} to {last.frechet.text(1)}"
        f"{early}; it ends {ends} the {found.frechet_floor.value:.1f} of as many test images. −ELBO {_verb(*bounds)} "
        f"from {bounds[0]:.1f} to {bounds[1]:.1f} nats. A draw between the codes of two classes can be strokes without "
        "a digit."
    )


def _verb(first: float, last: float) -> str:
    return "falls" if last < first else "rises"


def protocol(found: PriorDraws, name: str) -> str:
    """How the model was trained and measured."""
    run = prior_run(name)
    return (
        f"{full_name(run.model)}, {run.n_epochs} epochs of {name}, seed {run.seed}; {found.n_scored:,} draws and test "
        "images, 95 % intervals. The plane is that of the last codes' first two principal components; the bars are the "
        "KL of each dimension in nats."
    )
