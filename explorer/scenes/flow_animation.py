"""A flow as a latent animation: draws that move from N(0, I) to the codes, with the velocity that carries them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.conditional import labels_to_draw
from explorer.analysis.euler import N_EULER, EulerQuality, at_times, euler_paths
from explorer.analysis.flow import Flow
from explorer.analysis.latent_plane import Plane, principal_plane, subscript
from explorer.figures.theme import MODEL_HUES, MUTED, Z
from explorer.models.latent_model import LatentModel
from explorer.scenes.decoded_grid import mosaics
from explorer.scenes.extent import Extent, square_extent
from explorer.scenes.latent_animation import Chart, Curve, FlowLines, LatentAnimation, Mark
from explorer.training.codes import decoded

Array = NDArray[np.float32]
Times = NDArray[np.float64]
N_FRAMES, FRAME_MS = 17, 160
N_DRAWS, N_CODES, N_PATHS = 500, 1_200, 14
SIDE, ARROWS_SIDE = 6, 14
# Of the distance between two arrows, that of the longest.
LONGEST_ARROW = 1.3
NAMES = ("codes", "draws")


@dataclass(frozen=True, eq=False)
class FlowView:
    """What a flow leads to, codes (N, K), how good its draws are, and the plane on which it is seen.

    plane: of the codes; None where the two whitened dimensions themselves are shown.
    """

    flow: Flow
    codes: Array
    quality: EulerQuality
    plane: Plane | None

    def project(self, whitened: Array) -> Array:
        """Whitened points (…, K) on the plane, (…, 2)."""
        if self.plane is None:
            return whitened
        flat = self.flow.whitening.undo(whitened.reshape(-1, whitened.shape[-1]).astype(np.float64))
        return self.plane.project(flat.astype(np.float32)).reshape(*whitened.shape[:-1], 2)


def flow_view(flow: Flow, codes: Array, quality: EulerQuality) -> FlowView:
    """A flow on its two whitened dimensions or, of more, on the plane of the codes' principal components."""
    plane = None if codes.shape[1] == 2 else principal_plane(codes, codes.mean(axis=0))
    return FlowView(flow, codes, quality, plane)


def flow_animation(view: FlowView, n_steps: int, seed: int, model: LatentModel | None) -> LatentAnimation:
    """The frames from t = 0 to 1 of draws that go n Euler steps; model: decodes some of them if it makes pictures."""
    rng, times = np.random.default_rng(seed), np.linspace(0, 1, N_FRAMES)
    latent_dim = view.codes.shape[1]
    paths = euler_paths(view.flow, rng.standard_normal((N_DRAWS, latent_dim)).astype(np.float32), n_steps)
    moments = at_times(paths, times)  # (F, M, K)
    codes = view.flow.whitening.apply(rng.permutation(view.codes)[:N_CODES]).astype(np.float32)
    still, moving = view.project(codes), view.project(moments)
    points = np.concatenate((np.broadcast_to(still, (N_FRAMES, *still.shape)), moving), axis=1)
    extent = square_extent(points.reshape(-1, 2))
    images = None if model is None else _decoded(view.flow, moments[:, : SIDE**2], model)
    lines = FlowLines(
        MODEL_HUES["vae"],
        _arrows(view, times, extent),
        np.stack((moving[0, :N_PATHS], still[:N_PATHS]), axis=1),
        view.project(paths[:, :N_PATHS]).transpose(1, 0, 2),
    )
    return LatentAnimation(
        points=points.astype(np.float32),
        labels=np.repeat(np.arange(2, dtype=np.uint8), [len(still), N_DRAWS]),
        class_names=NAMES,
        colors=(MUTED, Z),
        axis_labels=_axis_labels(view),
        chart=_chart(view.quality, n_steps),
        captions=tuple(f"t = {t:.2f} · {n_steps} Euler step{'s' * (n_steps > 1)}" for t in times),
        control="Time t of the flow",
        alt=f"{N_DRAWS} draws of N(0, I) on their way to {len(still):,} codes",
        images=images,
        image_title=f"{SIDE**2} of the draws, decoded at this time",
        shows_prior=view.plane is None,
        transition_ms=FRAME_MS,
        extent=extent,
        flow_lines=lines,
    )


def _decoded(flow: Flow, moments: Array, model: LatentModel) -> NDArray[np.uint8] | None:
    """What the decoder makes of whitened points (F, side², K) in each frame; None where it makes no pictures."""
    labels = labels_to_draw(model, moments.shape[1])
    places = [flow.whitening.undo(moment.astype(np.float64)).astype(np.float32) for moment in moments]
    return mosaics([np.clip(decoded(model, z, labels), 0, 1) for z in places], model.sample_shape, SIDE)


def _arrows(view: FlowView, times: Times, extent: Extent) -> Array:
    """The velocity on a grid at each time, (F, A, 2, 2); none where it depends on more than what the plane shows."""
    if view.plane is not None:
        return np.zeros((len(times), 0, 2, 2), np.float32)
    u, v, half = extent
    ticks = (np.arange(ARROWS_SIDE) + 0.5) / ARROWS_SIDE * 2 - 1
    starts = np.array([(u + half * a, v + half * b) for b in ticks for a in ticks], np.float32)  # (A, 2)
    velocities = np.stack([view.flow.velocity(starts, float(t)) for t in times])  # (F, A, 2)
    scale = LONGEST_ARROW * 2 * half / ARROWS_SIDE / np.linalg.norm(velocities, axis=-1).max()
    begin = np.broadcast_to(starts, velocities.shape)
    return np.stack((begin, begin + velocities * np.float32(scale)), axis=2)


def _chart(quality: EulerQuality, n_steps: int) -> Chart:
    """Two-sample accuracy against the number of steps, with the null as a level and a dot at the present number."""
    percent = tuple(100 * one.value for one in quality.accuracies)
    dot = (float(n_steps), percent[N_EULER.index(n_steps)])
    return Chart(
        curves=(Curve("draws", Z, tuple(map(float, N_EULER)), percent),),
        dots=((dot,),) * N_FRAMES,
        x_title="Euler steps",
        y_title="two-sample accuracy, %",
        marks=(Mark("training codes", MUTED, None, 100 * quality.null.value),),
        log_x=True,
    )


def _axis_labels(view: FlowView) -> tuple[str, str]:
    if view.plane is not None:
        return view.plane.labels
    return f"z{subscript(1)}, whitened", f"z{subscript(2)}, whitened"
