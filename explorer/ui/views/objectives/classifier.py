"""A classifier beside the reconstruction, on the page of objectives: plane, grid and figures of merit by its weight."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from explorer.analysis.decision_map import DecisionMap, decision_map
from explorer.analysis.references import Reference, find_reference
from explorer.analysis.sweeps import BETA, LAMBDA, Sweep, find_sweeps, weight_of
from explorer.data.subsets import evenly
from explorer.figures.decision_map import decision_map_figure
from explorer.figures.objectives import OBJECTIVE_HUE
from explorer.figures.theme import class_colour, model_hue
from explorer.models.objectives import total_loss
from explorer.models.written_numbers import percent
from explorer.scenes.decoded_grid import GRID_TITLE, N_SHOWN, decoded_grid, mosaics
from explorer.scenes.latent_animation import Chart, Curve, LatentAnimation, Mark
from explorer.store import Checkpoint, shipped_names
from explorer.training import recipes
from explorer.ui.caches import cached_checkpoint
from explorer.ui.components.latent_animation.component import latent_animation
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, ROW_PX, STAGE_PX, show_figure
from explorer.ui.foreign_text import as_code
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_button, choose_in_list
from explorer.ui.models.at_hand import library_runs, visible_models
from explorer.ui.query_params import OneOf, read, write
from explorer.ui.views.objectives.context import ObjectivesContext, autoencoder_of, spec_of
from explorer.ui.views.objectives.missing_model import offer_training

FEWEST_MEMBERS = 2
OVER_WEIGHTS, DECISIONS = "Over λ", "Decision map"
OBJECTIVE = (
    r"\mathcal{L} = \frac{1}{D}\lVert x - g(z) \rVert^2 - \lambda \log p(y \mid z), \qquad "
    r"p(y \mid z) = \operatorname{softmax}(W z + b)_y"
)
BORDER = r"p(y \mid z) = p(y' \mid z) \iff (w_y - w_{y'})^\top z + b_y - b_{y'} = 0"
BORDER_WORDS = "Two classes meet on a straight line of the plane."
OBJECTIVE_WORDS = (
    "A linear classifier reads the code. λ weighs its cross-entropy in nats against the squared error of one pixel; "
    "λ = 0 is the plain autoencoder."
)


def with_classifier(context: ObjectivesContext, bar: Any) -> None:
    """The plane, the grid and accuracy against error, all moved by the slider of λ."""
    planes = [(name, info.run) for name, info in context.where(lambda spec: spec.latent_dim == 2).items()]
    found = find_sweeps(planes, LAMBDA, FEWEST_MEMBERS, shipped_names())
    sweeps = {sweep.title: sweep for sweep in found}
    if not sweeps:
        recipe = recipes.classifiers(context.name)
        offer_training(context, recipe, "autoencoders with a classifier of several weights λ")
        return
    sweep = next(iter(sweeps.values()))
    if len(sweeps) > 1:
        with bar:
            sweep = sweeps[choose_in_list("weights_of", "Sweep", sweeps, width=240, label_visibility="collapsed")]
    if choose_button("part", "Part", (OVER_WEIGHTS, DECISIONS), label_visibility="collapsed") == DECISIONS:
        _decisions(sweep)
    else:
        _over_weights(sweep)


def _over_weights(sweep: Sweep) -> None:
    reference = vae_beside(sweep)
    animation = weight_animation(_keys(sweep.names), _keys([reference.name] if reference else []))
    frame = _moved(animation, sweep)
    write("label_weight", [sweep.weights[frame]])
    st.markdown(
        "One autoencoder per value of λ, with the same network, data and seed. Every dot is the code of the same test "
        f"image at each λ; λ = 0 is the plain autoencoder. {finding(sweep.weights, animation.chart.curves[0])} "
        f"Chance is {1 / len(animation.class_names):.3g}."
        + (f" The mark is {as_code(reference.name)}: {', '.join(reference.differences)}." if reference else "")
    )
    explain(formula=[(OBJECTIVE, OBJECTIVE_WORDS)], code=[total_loss, label_accuracy])


def _decisions(sweep: Sweep) -> None:
    """Which class the classifier of one λ gives each point of the plane, with the test codes on it."""
    trained = [weight for weight in sweep.weights if weight > 0]
    wanted = read("label_weight", OneOf(tuple(trained)))
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        weight = float(st.select_slider("Weight λ", trained, wanted or trained[-1], key="decision_weight"))
    write("label_weight", [weight])
    checkpoint = cached_checkpoint(*_keys([sweep.names[sweep.weights.index(weight)]])[0])
    codes, labels = checkpoint.codes.test, checkpoint.codes.test_labels
    of = decision_map(autoencoder_of(checkpoint.info).class_probabilities, codes, labels)
    with controls:
        st.markdown(decision_words(of, weight, len(labels)))
        explain(formula=[(BORDER, BORDER_WORDS)], code=[decision_map])
    with picture:
        figure = decision_map_figure(of, codes, labels, checkpoint.header.class_names, STAGE_PX - ROW_PX)
        show_figure(figure, "decision-map", f"The class that the classifier gives each point, λ = {weight:g}")


def decision_words(of: DecisionMap, weight: float, n_test: int) -> str:
    """What the regions are, and how often they are right on test."""
    right = of.accuracy
    return (
        "The classifier reads z linearly, so its regions are cut out by straight lines; the encoder has to move the "
        f"codes into them. Colours fade where it is unsure. With λ = {weight:g} it is right for "
        f"{percent(right.value, 1)} [{percent(right.low, 1)}, {percent(right.high, 1)}] of {n_test:,} test codes; "
        f"always saying the most frequent class is right for {percent(of.null, 1)}. It is most confident far from all "
        "codes, where it has seen no sample."
    )


def _keys(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    keys = {info.name: (info.fingerprint, str(info.path)) for info in visible_models()}
    return tuple(keys[name] for name in names)


def vae_beside(sweep: Sweep) -> Reference | None:
    """The VAE of the sweep's network, data and training."""
    vaes = [one for one in library_runs() if one[1].model.family == "vae" and weight_of(one[1].model, BETA) == 1]
    return find_reference(vaes, sweep.run, shipped=shipped_names())


@st.cache_resource(max_entries=4, show_spinner="Laying out the planes …")
def weight_animation(members: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]) -> LatentAnimation:
    """The frames of a sweep over λ, one a member; members, others: pairs of fingerprint and path."""
    checkpoints = [cached_checkpoint(*member) for member in members]
    first = checkpoints[0]
    rows = evenly(len(first.codes.test), N_SHOWN)
    points = [_merits(checkpoint) for checkpoint in checkpoints]
    x, y = zip(*points, strict=True)
    n_classes = len(first.header.class_names)
    chart = Chart(
        curves=(Curve("AE + classifier", OBJECTIVE_HUE, x, y),),
        dots=tuple((point,) for point in points),
        x_title="test MSE",
        y_title="5-NN accuracy of codes",
        marks=tuple(_mark(cached_checkpoint(*other)) for other in others),
    )
    return LatentAnimation(
        points=np.stack([checkpoint.codes.test[rows] for checkpoint in checkpoints]),
        labels=first.codes.test_labels[rows].astype(np.uint8),
        class_names=first.header.class_names,
        colors=tuple(class_colour(label) for label in range(n_classes)),
        axis_labels=("z₁", "z₂"),
        chart=chart,
        captions=tuple(_caption(checkpoint) for checkpoint in checkpoints),
        control="Weight λ of the classifier",
        alt=f"Plane of {len(rows):,} test codes of {first.run.dataset}, the same images at every λ",
        images=mosaics([decoded_grid(checkpoint) for checkpoint in checkpoints], first.header.sample_shape),
        image_title=GRID_TITLE,
    )


def _merits(checkpoint: Checkpoint) -> tuple[float, float]:
    metrics = checkpoint.header.metrics
    return float(metrics["mse"] or 0.0), float(metrics["knn_accuracy"] or 0.0)


def _mark(checkpoint: Checkpoint) -> Mark:
    mse, accuracy = _merits(checkpoint)
    return Mark(checkpoint.info.name, model_hue(checkpoint.run.model.family), mse, accuracy)


def _caption(checkpoint: Checkpoint) -> str:
    mse, accuracy = _merits(checkpoint)
    weight, right = spec_of(checkpoint.info).classifier_weight, label_accuracy(checkpoint)
    own = "no classifier" if right is None else f"its classifier {right:.3f}"
    return f"λ = {weight:g} · 5-NN accuracy {accuracy:.3f} · {own} · test MSE {mse:.4f}"


def label_accuracy(checkpoint: Checkpoint) -> float | None:
    """The share of test codes that the model's own classifier gives their class; None without one."""
    if not spec_of(checkpoint.info).classifier_weight:
        return None
    probabilities = autoencoder_of(checkpoint.info).class_probabilities(checkpoint.codes.test)
    return float((probabilities.argmax(axis=1) == checkpoint.codes.test_labels).mean())


def _moved(animation: LatentAnimation, sweep: Sweep) -> int:
    """Show an animation at the λ that the address says; returns the frame it is left on."""
    wanted = read("label_weight", OneOf(sweep.weights))
    member = 0 if wanted is None else sweep.weights.index(wanted)
    return kept_frame(f"labels {sweep.title} {sweep.names[0]}", member, partial(latent_animation, animation))


def finding(weights: Sequence[float], curve: Curve) -> str:
    """What the classifier gains and the reconstruction pays, from the smallest λ to that of the highest accuracy."""
    best = int(np.argmax(curve.y))
    if best == 0:
        return f"With this network no λ above {weights[0]:g} raises the accuracy of the codes (one seed each)."
    gain, cost = curve.y[best] - curve.y[0], curve.x[best] / curve.x[0] - 1
    pays = f"the test MSE rises by {percent(cost)}" if cost > 0 else f"the test MSE falls by {percent(-cost)}"
    return (
        f"From λ = {weights[0]:g} to {weights[best]:g}, the best on these test codes, the 5-NN accuracy rises by "
        f"{gain:.3f} to {curve.y[best]:.3f}, "
        f"and {pays} (one seed each)."
    )
