"""Scenes that move as pages of one file: a replay, a sweep over β, a posterior, a walk, an image as a sum."""

from collections.abc import Sequence

import numpy as np

from explorer.analysis.density import own_prior
from explorer.analysis.pca import decompose
from explorer.analysis.sweeps import BETA, find_sweeps
from explorer.analysis.tradeoff import NATS_OF_A_DRAW, costliest_dimensions
from explorer.data import Dataset
from explorer.errors import ExportError
from explorer.export.scene_page import MountedScene, ScenePage
from explorer.export.statements import data_statements, statements
from explorer.models.latent_model import Gaussian
from explorer.models.names import full_name
from explorer.models.pca import PCA
from explorer.scenes.frame_tracks import pack_frame_player
from explorer.scenes.interpolation_scene import build_interpolation
from explorer.scenes.interpolation_view import InterpolationView, pack_interpolation
from explorer.scenes.latent_animation import LatentAnimation, pack_latent_animation
from explorer.scenes.latent_scene import samples_at_hand, samples_of_codes
from explorer.scenes.posterior_machine import build_machine, machine_message
from explorer.scenes.reconstruction_tracks import eigenvector_track, error_labels, frame_ks, reconstruction_tracks
from explorer.scenes.training_animations import first_member, replay_animation, sweep_animation
from explorer.store import Checkpoint, CheckpointInfo

START_K = 10


def animation_page(infos: Sequence[CheckpointInfo], animation: LatentAnimation, start: int = 0) -> ScenePage:
    """A page of one animated plane, from a frame."""
    return _page(infos, "latent_animation", pack_latent_animation(animation, start), animation.alt)


def replay_page(checkpoint: Checkpoint) -> ScenePage:
    """A training played again from its first moment; raises AnalysisError for a model that kept none."""
    return animation_page([checkpoint.info], replay_animation(checkpoint))


def sweep_page(checkpoints: Sequence[Checkpoint]) -> ScenePage:
    """VAEs over β, from β = 1; raises ExportError for models that are no one sweep."""
    runs = [(one.info.name, one.run) for one in checkpoints if one.model.latent_dim > 1]
    sweeps = find_sweeps(runs, BETA, fewest=2)
    if len(sweeps) != 1 or len(sweeps[0].names) != len(checkpoints):
        raise ExportError(
            "A sweep needs two or more VAEs with at least two dimensions that differ in β alone; "
            f"{', '.join(one.info.name for one in checkpoints)} do not. Their specs are in their spec.json."
        )
    by_name = {one.info.name: one for one in checkpoints}
    members = [by_name[name] for name in sweeps[0].names]
    animation = sweep_animation(members, (), NATS_OF_A_DRAW)
    return animation_page([member.info for member in members], animation, first_member(sweeps[0]))


def posterior_page(checkpoint: Checkpoint, row: int = 0) -> ScenePage:
    """A test sample on its way through a VAE; raises ExportError for another model or other samples."""
    codes = checkpoint.codes
    if not codes.test_log_var.size or codes.test.shape[1] < 2 or len(checkpoint.header.sample_shape) < 2:
        raise ExportError(f"{checkpoint.info.name} is no VAE of images with two dimensions or more.")
    if not 0 <= row < len(codes.test):
        raise ExportError(f"There is no test sample {row}; choose a number from 0 to {len(codes.test) - 1}.")
    posterior = Gaussian(codes.test, codes.test_log_var)
    machine = build_machine(checkpoint, row, costliest_dimensions(posterior, own_prior(checkpoint.model)))
    return _page([checkpoint.info], "posterior_machine", machine_message(machine).to_bytes(start=None), machine.alt)


def interpolation_page(info: CheckpointInfo, view: InterpolationView, start: int = 0) -> ScenePage:
    """A page of one interpolation, from a frame."""
    return _page([info], "interpolation_player", pack_interpolation(view, start), view.alt)


def walk_page(checkpoint: Checkpoint, first: int, second: int) -> ScenePage:
    """From one test sample to another."""
    view = build_interpolation(checkpoint, first, second, samples_at_hand(checkpoint))
    return interpolation_page(checkpoint.info, view)


def eigenvectors_page(checkpoint: Checkpoint, sample: int = 0) -> ScenePage:
    """A test image as a sum of eigenvectors with the slider of k; raises ExportError for a model that is no PCA."""
    model = checkpoint.model
    if not isinstance(model, PCA) or len(model.sample_shape) < 2:
        raise ExportError(f"{checkpoint.info.name} is no PCA of images, which alone has eigenvectors to show.")
    test = samples_of_codes(checkpoint)
    if not 0 <= sample < len(test):
        raise ExportError(f"There is no test sample {sample}; choose a number from 0 to {len(test) - 1}.")
    return sum_page(model, test, sample, START_K)


def sum_page(model: PCA, of: Dataset, sample: int, k: int) -> ScenePage:
    """An image as the mean plus k terms, with the eigenvector of the k-th; the slider begins at k."""
    parts = decompose(model, of.pixels(np.array([sample]))[0])
    ks = frame_ks(len(parts.mean))
    tracks = (*reconstruction_tracks(parts, ks, of.class_names[of.labels[sample]]), eigenvector_track(model, ks))
    which = f"{of.split.capitalize()} image {sample} of {of.name}"
    alt = f"{which} as the mean plus k terms, what is left, and the k-th eigenvector"
    start = int(np.abs(ks - k).argmin())
    message = pack_frame_player(tracks, error_labels(parts, ks), start, "Number of components k", alt)
    said = (("Model", "PCA of the train split"), *data_statements(of.name, of.sample_shape))
    return ScenePage("An image as a sum of eigenvectors", f"{alt}.", (MountedScene("frame_player", message),), said)


def _page(infos: Sequence[CheckpointInfo], component: str, message: bytes, alt: str) -> ScenePage:
    said = dict.fromkeys(pair for info in infos for pair in statements(info))
    title = full_name(infos[0].run.model) if len(infos) == 1 else f"{len(infos)} VAEs over β"
    return ScenePage(title, f"{alt}.", (MountedScene(component, message),), tuple(said))
