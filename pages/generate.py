"""Generation: a density on codes that is drawn from and decoded, an AE's or PCA's beside a VAE's prior."""

import streamlit as st

from explorer.analysis.density import fit_sampler
from explorer.analysis.quality import frechet_distance
from explorer.errors import ExplorerError
from explorer.models.fields import Choice, Range
from explorer.ui.explain import explain
from explorer.ui.generate_panels import show_contours, show_quality, show_samples, show_steps, show_toys
from explorer.ui.hole_panels import Side, choose_side
from explorer.ui.latent_panels import usable_models
from explorer.ui.scene import bound
from explorer.ui.shell import open_page

VIEWS = ("Samples", "Toy data", "Step by step")
PROCESS = r"z \sim p(z), \qquad x \sim p(x \mid z)"
PROCESS_WORDS = "p(z) is the prior of a VAE, or any density fitted to a model's codes; p(x|z) is the decoder."
FRECHET = r"\lVert m_1 - m_2 \rVert^2 + \mathrm{tr}\big(S_1 + S_2 - 2 (S_1 S_2)^{1/2}\big)"
FRECHET_WORDS = "Between Gaussians fitted to the features of generated and of real images (Heusel et al. 2017, eq. 6)."

bar = open_page("generate")
view = bar.segmented_control(
    "View", VIEWS, default=VIEWS[0], required=True, label_visibility="collapsed", **bound("view", Choice(VIEWS))
)
models = usable_models()


def two_sides() -> list[Side]:
    """What is drawn from, left and right, each in its column."""
    sides, names = [], list(models)
    defaults = (("left", "ae-2d", "gaussian"), ("right", "vae-2d", "standard_normal"))
    for column, (key, model, sampler) in zip(st.columns(2), defaults, strict=True):
        with column:
            side = choose_side(key, models, model if model in models else names[0], sampler)
            sides.append(side)
            try:
                if view == VIEWS[0]:
                    show_samples(side, seed)
                else:
                    show_steps(side, seed)
            except ExplorerError as error:
                st.error(str(error), icon=":material/error:")
    return sides


if view == VIEWS[1]:
    show_toys()
elif not models:
    st.info("The library holds no model yet. Train one on the Train page.", icon=":material/model_training:")
else:
    with bar:
        seed = int(st.number_input("Seed", 0, 9999, 0, width=140, **bound("seed_of_draws", Range(int, 0, 9999))))
    sides = two_sides()
    st.markdown(
        "The same decoder draws well or badly depending on where its codes come from. N(0, I) is the prior that a VAE "
        "was trained towards; for an AE or PCA it is an arbitrary choice, and a density fitted to their codes is not."
    )
    if view == VIEWS[0]:
        st.fragment(show_quality)(sides, seed)
        if st.toggle("Show where each density draws", key="contours"):
            show_contours(sides)
explain(formula=[(PROCESS, PROCESS_WORDS), (FRECHET, FRECHET_WORDS)], code=[fit_sampler, frechet_distance])
