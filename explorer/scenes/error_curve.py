"""PCA's error against k with a handle on it: curves, marks, and the picture that k components give."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.pca import ErrorCurve, ModelError
from explorer.errors import CanvasError
from explorer.figures.theme import TEST, TRAIN, class_colour, model_hue
from explorer.models.spec import FAMILIES
from explorer.scenes.frame_tracks import Track, track_arrays
from explorer.scenes.latent_animation import Chart, Curve, Mark
from explorer.scenes.message import make_message

HUES = {"test": TEST, "train": TRAIN}
X_TITLE = "number of components k"
Y_TITLE = "SSE per image (pixels in [0, 1])"


@dataclass(frozen=True, eq=False)
class ErrorScene:
    """What is seen at each k; ks: (F,) rising from 1; captions: F; tracks: pictures, one or F each.

    chart: the handle moves on its first curve, by its dots. Raises CanvasError for parts of other lengths.
    """

    ks: NDArray[np.int64]
    chart: Chart
    captions: tuple[str, ...]
    tracks: tuple[Track, ...]
    alt: str

    def __post_init__(self) -> None:
        pictures = {len(track.levels) for track in self.tracks} - {1}
        lengths = {len(self.ks), len(self.chart.dots), len(self.captions), *pictures}
        if len(lengths) > 1:
            raise CanvasError(f"The error curve has parts of {sorted(lengths)} frames; each needs one for every k.")


def error_scene(
    curves: Mapping[str, ErrorCurve],
    ks: NDArray[np.int64],
    tracks: tuple[Track, ...] = (),
    models: Sequence[ModelError] = (),
    class_names: Sequence[str] = (),
) -> ErrorScene:
    """The curves by split, test first where it is known; models: marks at their own K; class_names: a curve each."""
    splits = sorted(curves, key=lambda name: name != "test")
    first = curves[splits[0]]
    lines = [_curve(f"PCA, {name}", HUES[name], ks, curves[name].sse) for name in splits]
    lines += [_curve(name, class_colour(i), ks, first.class_sse[i]) for i, name in enumerate(class_names)]
    lines += [Curve(FAMILIES[one].title, model_hue(one), (), ()) for one in _families(models)]
    marks = tuple(Mark("", model_hue(one.family), float(one.latent_dim), one.sse) for one in models)
    dots = tuple(((float(k), float(first.sse[k])),) for k in ks)
    chart = Chart(tuple(lines), dots, X_TITLE, Y_TITLE, marks, log_x=True, y_least=0.0)
    captions = tuple(caption(splits[0], first, int(k), models) for k in ks)
    return ErrorScene(ks, chart, captions, tracks, f"{Y_TITLE} of PCA against the {X_TITLE}, with a handle")


def caption(split: str, curve: ErrorCurve, k: int, models: Sequence[ModelError] = ()) -> str:
    """The error at k beside that of the mean image and beside models of as many dimensions."""
    fraction = curve.sse[k] / curve.sse[0]
    says = f"k = {k}: SSE {curve.sse[k]:.2f} on {split}, {100 * fraction:.1f} % of the mean image's {curve.sse[0]:.1f}"
    beside = [f"{one.name} {one.sse:.2f}" for one in sorted(models, key=lambda one: one.sse) if one.latent_dim == k]
    return f"{says} · at K = {k}: {', '.join(beside)}" if beside else says


def pack_error_scene(scene: ErrorScene, start: int) -> bytes:
    """A scene as a message: `levels0` (F, H, W) and `palette0` (256, 3) of the first track, and so on."""
    facts = {
        "ks": scene.ks.tolist(),
        "chart": asdict(scene.chart),
        "captions": list(scene.captions),
        "titles": [track.caption for track in scene.tracks],
        "alt": scene.alt,
        "start": start,
    }
    return make_message(facts, track_arrays(scene.tracks)).to_bytes()


def _curve(name: str, colour: str, ks: NDArray[np.int64], sse: NDArray[np.float64]) -> Curve:
    return Curve(name, colour, tuple(ks.astype(float).tolist()), tuple(sse[ks].round(4).tolist()))


def _families(models: Sequence[ModelError]) -> list[str]:
    return [family for family in FAMILIES if family in {one.family for one in models}]
