"""Latent planes as pages of one file: one plane, or two or three whose pointers follow each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExportError
from explorer.export.scene_page import MountedScene, ScenePage
from explorer.export.statements import statements
from explorer.models.names import full_name
from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import CanvasScene, References
from explorer.scenes.latent_scene import AXES, PRINCIPAL, PlaneChoice, build_latent_scene, samples_at_hand
from explorer.store import Checkpoint, CheckpointInfo

MOST_PLANES = 3
LINK = "page"
SUMMARY = "Move the pointer over the plane: the decoder answers for every point of it, also where no code lies."
# So that a page with 10,000 codes of MNIST stays below a megabyte.
CODES_PER_SAMPLE = 15


@dataclass(frozen=True)
class CanvasView:
    """How a canvas is viewed; pinned: (u, v, w); view_state: its text, '' for it as at first; label: a class."""

    pinned: tuple[float, float, float] | None = None
    view_state: str = ""
    label: int | None = None


@dataclass(frozen=True, eq=False)
class ShownPlane:
    """A model's plane as it is shown."""

    info: CheckpointInfo
    scene: CanvasScene
    view: CanvasView = CanvasView()


def planes_of(checkpoints: Sequence[Checkpoint], n_codes: int | None = None) -> tuple[ShownPlane, ...]:
    """The planes of checkpoints as their pages show them at first, with at most n_codes codes each.

    Raises ExportError for none or too many, AnalysisError for a model without a plane.
    """
    if not 1 <= len(checkpoints) <= MOST_PLANES:
        raise ExportError(f"{len(checkpoints)} models were given, but a page has from 1 to {MOST_PLANES} planes.")
    planes = []
    for checkpoint in checkpoints:
        choice = PlaneChoice(AXES if checkpoint.model.latent_dim == 2 else PRINCIPAL)
        canvas = build_latent_scene(checkpoint, choice, samples_at_hand(checkpoint)).canvas
        planes.append(ShownPlane(checkpoint.info, canvas if n_codes is None else thinned(canvas, n_codes)))
    return tuple(planes)


def planes_page(planes: Sequence[ShownPlane]) -> ScenePage:
    """A page of linked planes; the pointers of models of the same data follow one another."""
    are_linked = len({plane.info.run.dataset for plane in planes}) == 1
    link = LINK if are_linked and len(planes) > 1 else None
    names = " beside ".join(full_name(plane.info.run.model) for plane in planes)
    scenes = tuple(_mounted(plane, f"plane-{i}", link, has_title=len(planes) > 1) for i, plane in enumerate(planes))
    said = [pair for plane in planes for pair in statements(plane.info)]
    return ScenePage(names, SUMMARY, scenes, (*dict.fromkeys(said), ("Shown", _shown_words(planes))))


def _shown_words(planes: Sequence[ShownPlane]) -> str:
    return "; ".join(plane.scene.alt for plane in planes)


def _mounted(plane: ShownPlane, name: str, link: str | None, *, has_title: bool) -> MountedScene:
    message = pack(replace(plane.scene, link=link), name, has_server=False)
    title = f"{full_name(plane.info.run.model)}, {plane.info.name}" if has_title else ""
    return MountedScene("latent_canvas", message, title, _controls(plane, name))


def _controls(plane: ShownPlane, name: str) -> Mapping[str, Any]:
    return {
        "name": name,
        "pinned": plane.view.pinned,
        "grid": None,
        "grid_size": 15,
        "label": plane.view.label,
        "view_state": plane.view.view_state,
        "reports_view": False,
    }


def thinned(scene: CanvasScene, n_codes: int) -> CanvasScene:
    """A scene with at most n_codes of its codes, evenly taken, and a real sample for every fifteen of them."""
    rows, references, third = _evenly(len(scene.codes), n_codes), scene.references, scene.third
    n_samples = 0 if references is None else len(references.codes)
    samples = _evenly(n_samples, max(1, len(rows) // CODES_PER_SAMPLE))
    if references is not None:
        references = _some(references, samples)
    if third is not None:
        distances = None if third.references is None else third.references[samples]
        third = replace(third, codes=third.codes[rows], references=distances)
    alt = scene.alt if len(rows) == len(scene.codes) else f"{scene.alt}, {len(rows):,} of them shown"
    codes, labels = scene.codes[rows], scene.labels[rows]
    return replace(scene, codes=codes, labels=labels, references=references, third=third, alt=alt)


def _evenly(n: int, n_kept: int) -> NDArray[np.intp]:
    if n_kept < 1:
        raise ExportError(f"{n_kept} codes were asked for; a plane shows at least 1.")
    return np.linspace(0, n - 1, min(n, n_kept)).round().astype(np.intp)


def _some(references: References, rows: NDArray[np.intp]) -> References:
    samples = None if references.samples is None else references.samples[rows]
    return References(references.codes[rows], samples, references.labels[rows])
