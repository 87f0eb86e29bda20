"""Generation: a density on codes that is drawn from and decoded, a class that is told, a prior that was learned."""

from collections.abc import Callable

from explorer.analysis.density import fit_sampler
from explorer.analysis.quality import frechet_distance
from explorer.store import CheckpointInfo
from explorer.ui.explain import explain
from explorer.ui.linked_widgets import choose_number, choose_view
from explorer.ui.models.at_hand import encoding_models, say_that_the_library_is_empty
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.generate.blur import show_blur
from explorer.ui.views.generate.conditional import show_conditional
from explorer.ui.views.generate.context import FORMULAS
from explorer.ui.views.generate.flow import show_flow
from explorer.ui.views.generate.linear import show_linear
from explorer.ui.views.generate.mixture import show_mixture
from explorer.ui.views.generate.samples import show_toys
from explorer.ui.views.generate.two_sides import two_draws, two_samples
from explorer.ui.views.generate.why_generative import show_why_generative

SAMPLES, TOYS, LINEAR, STEPS, FLOW = "Samples", "Toy data", "PCA + density", "Step by step", "Flow"
ONE_MODEL: dict[str, Callable[[dict[str, CheckpointInfo], int], None]] = {
    FLOW: show_flow,
    "Blur": show_blur,
    "Class-conditional": show_conditional,
    "Mixture prior": show_mixture,
    "Why generative": show_why_generative,
}
TWO_MODELS = {SAMPLES: two_samples, STEPS: two_draws}
VIEWS = (SAMPLES, TOYS, LINEAR, STEPS, *ONE_MODEL)


bar = open_page("generate")
with bar:
    view, seed = choose_view(VIEWS), 0
    if view != TOYS:
        seed = choose_number("seed_of_draws", "Seed", 0, 9999, 0, width=110)
models = encoding_models()
with said_in_place():
    if view == TOYS:
        show_toys()
    elif view == LINEAR:
        show_linear(seed)
    elif models or view == FLOW:
        (TWO_MODELS | ONE_MODEL)[view](models, seed)
    else:
        say_that_the_library_is_empty()
if view not in (LINEAR, *ONE_MODEL):
    explain(formula=FORMULAS, code=[fit_sampler, frechet_distance])
