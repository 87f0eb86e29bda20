"""The generate page's view of a flow, which carries draws of N(0, I) to toy codes, a drawing or a model's codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.euler import N_EULER, EulerQuality, euler_paths, euler_quality
from explorer.analysis.flow import FLOW, Flow, flow_steps
from explorer.analysis.measure import Progress
from explorer.analysis.toy_codes import FLOW_TOYS, drawn_codes, split_codes, toy_codes
from explorer.data.handwriting import strokes_text
from explorer.lessons.keys import euler_key, toy_flow_keys
from explorer.models.fields import Range
from explorer.models.latent_model import LatentModel
from explorer.scenes.flow_animation import N_FRAMES, N_PATHS, FlowView, flow_animation, flow_view
from explorer.store import CheckpointInfo
from explorer.training.flow import train_flow
from explorer.ui.caches import model_of
from explorer.ui.components.latent_animation.component import latent_animation
from explorer.ui.drawing import draw_here
from explorer.ui.explain import explain
from explorer.ui.figure import low_row
from explorer.ui.foreign_text import as_text
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_button, choose_in_list
from explorer.ui.models.fitted_samplers import codes_of, key_of_model, sampler_of
from explorer.ui.models.picker import choose_model
from explorer.ui.query_params import read, write
from explorer.ui.results import computed, measured_on_demand

Array = NDArray[np.float32]
SEED = 0
TOY, DRAWING, MODEL = "toy data", "a drawing", "a model's codes"
TARGETS = (TOY, DRAWING, MODEL)
DEFAULT_EULER = "16"
PAD_AND_FLOW = (0.22, 0.78)
DRAWN_STEPS, DRAWN_S = 1_500, 8.0
FIELD = r"\frac{dz}{dt} = v(z, t), \quad z_0 \sim \mathcal{N}(0, I), \quad z_1 \sim q(z)"
LOSS = r"\min_v\, \mathbb{E}\,\lVert v(z_t, t) - (z_1 - z_0) \rVert^2, \qquad z_t = (1 - t)\, z_0 + t\, z_1"
LOSS_WORDS = (
    "z₀ is noise and z₁ a code, drawn independently; v is a small network (Lipman et al. 2023, eq. 22-23). At "
    "each point v learns the mean direction of all straight lines that pass through it."
)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A flow and what it leads to: its name, codes (N, K), how good its draws are, and the model that they are of."""

    title: str
    flow: Flow
    codes: Array
    quality: EulerQuality
    model: LatentModel | None = None


def show_flow(models: dict[str, CheckpointInfo], seed: int) -> None:
    """Choose what the flow leads to and the number of steps; the animation, its numbers, and what they mean."""
    with low_row():
        target = choose_button("flow_to", "Carry N(0, I) to", TARGETS)
        what = _choose_what(target, models)
        n_steps = int(choose_button("euler_steps", "Euler steps", map(str, N_EULER), DEFAULT_EULER))
    if target == DRAWING:
        _show_drawn(n_steps, seed)
    elif isinstance(what, str):
        _show(_of_toy(what), n_steps, seed)
    elif what is None:
        st.info("The library holds no model of two or more dimensions; train one.", icon=":material/model_training:")
    else:
        _show(_of_model(what), n_steps, seed)
    explain(
        formula=[(FIELD, "t runs from 0 to 1; Euler's rule goes along v in equal steps."), (LOSS, LOSS_WORDS)],
        code=[train_flow, euler_paths],
    )


def _choose_what(target: str, models: dict[str, CheckpointInfo]) -> str | CheckpointInfo | None:
    """The toy data, or the model; None for a drawing and where there is no model."""
    if target == TOY:
        return choose_in_list("toy", "Data", FLOW_TOYS, width=180)
    usable = {name: info for name, info in models.items() if info.run.model.latent_dim > 1}
    return choose_model(usable) if target == MODEL and usable else None


def _of_toy(name: str) -> Fitted:
    flow_key, quality_key = toy_flow_keys(name)
    train, held_out = split_codes(lambda n, rng: toy_codes(name, n, rng))
    flow: Flow = computed(flow_key, f"Training a flow to {name}", lambda: flow_steps(train, SEED))
    steps = "Counting Euler steps", lambda: euler_quality(flow, train, held_out, SEED)
    return Fitted(name, flow, train, computed(quality_key, *steps))


def _of_model(info: CheckpointInfo) -> Fitted:
    codes, flow = codes_of(info), sampler_of(info, FLOW)
    assert isinstance(flow, Flow)
    key = key_of_model(euler_key, info, FLOW, None)
    steps = "Counting Euler steps", lambda: euler_quality(flow, codes.train, codes.held_out, SEED)
    model = model_of(info)
    return Fitted(info.name, flow, codes.train, computed(key, *steps), model)


def _show_drawn(n_steps: int, seed: int) -> None:
    """A sheet on the left; on the right the flow to points along its strokes."""
    left, right = st.columns(PAD_AND_FLOW, gap="medium")
    with left:
        strokes = draw_here("flow-pad")
        st.caption("Draw a shape; points along its lines are the data.")
    with right:
        if strokes is None:
            st.info("The sheet is empty; draw a line, a ring or a letter on it.", icon=":material/draw:")
            return
        train, held_out = split_codes(lambda n, rng: drawn_codes(strokes, n, rng))
        key = ("drawn flow", strokes_text(strokes))
        steps = "Training a flow to the drawing", lambda: _drawn_steps(train, held_out)
        found = measured_on_demand(key, "Train a flow to the drawing", *steps, DRAWN_S)
        if found is not None:
            _show(found, n_steps, seed)


def _drawn_steps(train: Array, held_out: Array) -> Iterator[Progress[Fitted | None]]:
    """The training of a flow and the count of its steps, each half of the progress."""
    for step in flow_steps(train, SEED, DRAWN_STEPS):
        yield Progress(step.fraction / 2, step.doing, None)
    for tested in euler_quality(step.result, train, held_out, SEED):
        fitted = Fitted("the drawing", step.result, train, tested.result)
        yield Progress((1 + tested.fraction) / 2, tested.doing, fitted)


def _show(fitted: Fitted, n_steps: int, seed: int) -> None:
    view = flow_view(fitted.flow, fitted.codes, fitted.quality)
    animation = flow_animation(view, n_steps, seed, fitted.model)
    last = N_FRAMES - 1
    wanted = read("time", Range(int, 0, last))
    with st.container(key="row_and_picture"):
        start = last if wanted is None else wanted
        frame = kept_frame(f"flow {fitted.title}", start, partial(latent_animation, animation))
    write("time", None if frame == last else [frame])
    st.markdown(as_text(words(view, n_steps)))


def words(view: FlowView, n_steps: int) -> str:
    """What is seen, with the accuracy after this number of steps beside its null."""
    quality, latent_dim = view.quality, view.codes.shape[1]
    after = quality.accuracies[N_EULER.index(n_steps)].percent()
    return (
        f"Dashed: {N_PATHS} straight lines of the training, each from noise to a random code; they cross. Solid: the "
        f"paths of the same noise along the learned field. {_plane_words(view)} After {n_steps} Euler "
        f"step{'s' * (n_steps > 1)} boosted trees classify {after} of {quality.n:,} draws and as many held-out codes "
        f"correctly; with training codes in place of draws {quality.null.percent()} (95 % intervals; 50 % is "
        f"guessing){'' if latent_dim == 2 else f', in all {latent_dim} dimensions'}. A single step can only go "
        "straight, towards the mean of the codes; curved paths need more steps."
    )


def _plane_words(view: FlowView) -> str:
    if view.plane is None:
        return (
            "Exact paths are never at one place at the same time, since the velocity (arrows) depends on position and "
            "time alone; the drawn ones can cross at different times, and where Euler steps are few."
        )
    latent_dim = view.codes.shape[1]
    return (
        f"The plane shows two principal components of {latent_dim} dimensions: paths can cross on it that do not in "
        f"{latent_dim}, and the velocity, which depends on all of them, has no arrows here."
    )
