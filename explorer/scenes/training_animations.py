"""A sweep over β and a training played again, as latent animations: checkpoints in, frames that move out."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import own_prior, prior_of
from explorer.analysis.latent_plane import principal_plane, subscript
from explorer.analysis.sweeps import BETA, Sweep, find_sweeps, weight_of
from explorer.analysis.tradeoff import NATS_OF_A_DRAW, Distortion, RateDistortion, in_tenths, rate_per_dim_nats
from explorer.data.subsets import evenly
from explorer.errors import AnalysisError
from explorer.figures.theme import ERROR, MODEL_HUES, MUTED, class_colour, model_hue
from explorer.models.latent_model import Gaussian
from explorer.models.likelihood import is_trained_in_nats
from explorer.models.spec import GMVAESpec, VAESpec
from explorer.scenes.decoded_grid import GRID_TITLE, N_SHOWN, decoded_grid, mosaics
from explorer.scenes.latent_animation import Chart, Curve, LatentAnimation, Mark
from explorer.store import Checkpoint, CheckpointInfo, shipped_names
from explorer.training.changes import Changes, names_of

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]
# On a logarithmic axis from here both terms of the loss are seen; a smaller KL tells nothing.
LEAST_NATS = 0.1
START_BETA = 1.0
RECONSTRUCTION = "reconstruction"
SAMPLES_TITLE = "Reconstructions of the same training samples"


def sweeps_of_beta(models: Iterable[CheckpointInfo]) -> list[Sweep]:
    """The sweeps over β with a plane among these models; those that are rate–distortion curves come first."""
    infos = {info.name: info for info in models if info.run.model.latent_dim > 1}
    runs = [(name, info.run) for name, info in infos.items()]
    found = find_sweeps(runs, BETA, shipped=shipped_names())
    return sorted(
        found, key=lambda sweep: not rate_distortion([infos[name] for name in sweep.names], NATS_OF_A_DRAW).is_curve
    )


def first_member(sweep: Sweep) -> int:
    """The member on which a sweep begins: β = 1, the plain VAE, else the first."""
    return sweep.weights.index(START_BETA) if START_BETA in sweep.weights else 0


def sweep_animation(
    checkpoints: Sequence[Checkpoint], others: Sequence[tuple[Checkpoint, str]], distortion: Distortion
) -> LatentAnimation:
    """The frames of a sweep over β, one per member.

    others: models without a rate, drawn as levels of the chart under their labels.
    """
    first, reached = checkpoints[0], rate_distortion([item.info for item in checkpoints], distortion)
    is_plane, names = first.model.latent_dim == 2, first.header.class_names
    rows = evenly(len(first.codes.test), N_SHOWN)
    return LatentAnimation(
        points=np.stack([_plane(checkpoint.codes.test, rows) for checkpoint in checkpoints]),
        labels=first.codes.test_labels[rows].astype(np.uint8),
        class_names=names,
        colors=tuple(class_colour(label) for label in range(len(names))),
        axis_labels=_axis_labels(first),
        chart=rate_distortion_chart(reached, tuple(_level(*other) for other in others)),
        captions=tuple(reached.caption(member) for member in range(len(checkpoints))),
        control="Weight β of the KL term",
        alt=f"Plane of {len(rows):,} test codes of {first.run.dataset}, the same samples at every β",
        images=mosaics([decoded_grid(checkpoint) for checkpoint in checkpoints], first.header.sample_shape),
        image_title=GRID_TITLE if is_plane else SAMPLES_TITLE.replace("training", "test"),
        bars=np.stack([_bars(checkpoint) for checkpoint in checkpoints]),
        shows_prior=is_plane and shows_standard_normal(first),
    )


def rate_distortion(infos: Sequence[CheckpointInfo], distortion: Distortion) -> RateDistortion:
    """What the members of a sweep reach on the test split, by rising β."""
    return RateDistortion(
        distortion,
        betas=tuple(weight_of(info.run.model, BETA) for info in infos),
        rates_nats=tuple(_metric(info, "rate_nats") for info in infos),
        values=tuple(_metric(info, distortion.metric) for info in infos),
        active_units=tuple(int(_metric(info, "active_units")) for info in infos),
        latent_dim=infos[0].run.model.latent_dim,
    )


def rate_distortion_chart(reached: RateDistortion, levels: tuple[Mark, ...] = ()) -> Chart:
    """Distortion up, rate across, on linear axes so that a rate of 0 is drawn at 0."""
    return Chart(
        curves=(Curve("VAE", model_hue("vae"), reached.rates_nats, reached.values),),
        dots=tuple((point,) for point in zip(reached.rates_nats, reached.values, strict=True)),
        x_title="rate: KL, nats per image",
        y_title=reached.distortion.title,
        marks=levels,
    )


def _bars(checkpoint: Checkpoint) -> Array:
    """What each dimension costs under the model's own prior, nats."""
    posterior = Gaussian(checkpoint.codes.test, checkpoint.codes.test_log_var)
    return rate_per_dim_nats(posterior, own_prior(checkpoint.model), np.random.default_rng(0))


def shows_standard_normal(checkpoint: Checkpoint) -> bool:
    """Whether a model's prior is N(0, I), whose circles a plane can show."""
    prior = prior_of(checkpoint.model)
    return prior is not None and prior.is_standard_normal


def _level(checkpoint: Checkpoint, label: str) -> Mark:
    """The squared error of a model without a rate."""
    return Mark(label, model_hue(checkpoint.run.model.family), None, _metric(checkpoint.info, "sse"))


def replay_animation(checkpoint: Checkpoint) -> LatentAnimation:
    """The frames of a training, one per snapshot; raises AnalysisError for a model without any."""
    codes, history = checkpoint.codes, checkpoint.history
    if len(codes.snapshots) < 2:
        raise AnalysisError(
            f"{checkpoint.info.name} was kept without the moments of its training; train it again to replay it, or "
            "choose another model."
        )
    final = principal_plane(codes.snapshots[-1], codes.snapshots[-1].mean(axis=0))
    is_plane = checkpoint.model.latent_dim == 2
    points = np.stack([part if is_plane else final.project(part) for part in codes.snapshots])
    places = np.searchsorted(history["step"].to_numpy(), codes.snapshot_steps)
    return LatentAnimation(
        points=points.astype(np.float32),
        labels=codes.snapshot_labels.astype(np.uint8),
        class_names=checkpoint.header.class_names,
        colors=tuple(class_colour(label) for label in range(len(checkpoint.header.class_names))),
        axis_labels=_axis_labels(checkpoint) if is_plane else final.labels,
        chart=_replay_chart(checkpoint, places),
        captions=_replay_captions(checkpoint, places),
        control="Step of the training",
        alt=f"Plane of {len(codes.snapshot_labels):,} training codes of {checkpoint.run.dataset} along the training",
        images=_replayed_images(checkpoint),
        image_title=GRID_TITLE if is_plane else SAMPLES_TITLE,
        shows_prior=is_plane and shows_standard_normal(checkpoint),
        transition_ms=450,
    )


def _replay_chart(checkpoint: Checkpoint, places: NDArray[np.int64]) -> Chart:
    """The terms of the loss against the step, with dots at the rows of the history that have snapshots."""
    terms, steps = _terms(checkpoint), checkpoint.history["step"].to_numpy(float)
    values = [_drawn_values(checkpoint, column) for column, _, _ in terms]
    return Chart(
        curves=tuple(
            Curve(name, color, tuple(steps), tuple(y)) for (_, name, color), y in zip(terms, values, strict=True)
        ),
        dots=tuple(tuple((float(steps[i]), float(y[i])) for y in values) for i in places),
        x_title="step",
        y_title="nats per image" if is_trained_in_nats(checkpoint.run.model) else "SSE per image",
        log_x=True,
        log_y=True,
        y_least=LEAST_NATS if len(terms) > 1 else None,
        marks=_change_marks(checkpoint.run.changes),
    )


def _change_marks(changes: Changes) -> tuple[Mark, ...]:
    """A moment for each change that was made while the model trained; step 0 lies on no logarithmic axis."""
    made = tuple(change for change in changes if change.step > 0)
    return tuple(Mark(name, MUTED, float(change.step), None) for change, name in zip(made, names_of(made), strict=True))


def _replay_captions(checkpoint: Checkpoint, places: NDArray[np.int64]) -> tuple[str, ...]:
    """For each snapshot its step, its epoch, and the terms of the loss there."""
    values = {name: _drawn_values(checkpoint, column)[places] for column, name, _ in _terms(checkpoint)}
    epochs = checkpoint.history["epoch"].to_numpy(float)[places]
    unit = "nats" if is_trained_in_nats(checkpoint.run.model) else "squared error"
    return tuple(
        f"Step {step:,} · epoch {epoch:.2f} · {_sum_in_words({name: at[moment] for name, at in values.items()})} {unit}"
        for moment, (step, epoch) in enumerate(zip(checkpoint.codes.snapshot_steps, epochs, strict=True))
    )


def _drawn_values(checkpoint: Checkpoint, column: str) -> NDArray[np.float64]:
    return above_zero(checkpoint.history[column].to_numpy(float))


def _sum_in_words(terms: Mapping[str, float]) -> str:
    """The terms of the loss at one moment, such as 'reconstruction 152.3, KL 6.8'."""
    shown = {name: value for name, value in terms.items() if name in (RECONSTRUCTION, "KL")}
    return ", ".join(f"{name} {in_tenths(value)}" for name, value in shown.items())


def above_zero(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values as they are for a logarithmic axis, which has no 0: that is drawn at the smallest value above it."""
    return np.maximum(values, values[values > 0].min(initial=np.inf) if (values > 0).any() else 1.0)


def _terms(checkpoint: Checkpoint) -> tuple[tuple[str, str, str], ...]:
    """The curves of a history: column, name and colour."""
    reconstruction = ("reconstruction", RECONSTRUCTION, ERROR)
    model = checkpoint.run.model
    if not isinstance(model, VAESpec):
        return (reconstruction,)
    weight = "" if model.beta == 1 else f"{model.beta:g} × "
    is_plain = not (model.warm_up or model.free_bits or model.classifier_weight or model.tc_weight)
    is_plain = is_plain and not isinstance(model, GMVAESpec) and not checkpoint.run.changes
    total = f"reconstruction + {weight}KL" if is_plain else "weighted sum"
    return (("loss", total, MUTED), reconstruction, ("kl", "KL", MODEL_HUES["vae"]))


def _plane(codes: Array, rows: NDArray[np.int64]) -> Array:
    """The codes of some samples in the plane itself, or in that of the first two principal components."""
    plane = codes if codes.shape[1] == 2 else principal_plane(codes, codes.mean(axis=0)).project(codes)
    return plane[rows].astype(np.float32)


def _axis_labels(checkpoint: Checkpoint) -> tuple[str, str]:
    if checkpoint.model.latent_dim == 2:
        return (f"z{subscript(1)}", f"z{subscript(2)}")
    return ("PC1", "PC2")


def _replayed_images(checkpoint: Checkpoint) -> Bytes | None:
    images = checkpoint.codes.snapshot_images
    return mosaics(list(images / np.float32(255)), checkpoint.header.sample_shape) if len(images) else None


def _metric(info: CheckpointInfo, name: str) -> float:
    value = info.metrics[name]
    return float("nan") if value is None else float(value)
