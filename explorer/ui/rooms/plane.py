"""The latent plane on which a question is answered: that of the model which the question's address names."""

from collections.abc import Sequence
from contextlib import suppress
from math import prod
from urllib.parse import parse_qs

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.latent_plane import Array
from explorer.data.handwriting import MNIST_SIDE
from explorer.errors import ExplorerError, RoomError
from explorer.rooms import Answer, Point, RoomQuestion
from explorer.rooms.plane_cloud import PlaneCloud
from explorer.scenes.latent_scene import LatentScene, PlaneChoice
from explorer.store import CheckpointInfo
from explorer.ui.access import is_visible
from explorer.ui.caches import checkpoint_of
from explorer.ui.models.at_hand import encoding_models
from explorer.ui.plane.latent_scene import scene_of

# How old the codes behind the answers may be, and of how many questions they are kept.
FRESH_S, MOST_CLOUDS = 5.0, 40


def _model_name(question: RoomQuestion) -> str:
    return parse_qs(question.address.partition("?")[2]).get("model", [""])[0]


def _identity(question: RoomQuestion) -> tuple[str, float, float]:
    """What the cloud of a question depends on."""
    return question.address, question.low, question.high


def question_model(question: RoomQuestion) -> CheckpointInfo:
    """The model that a question's address names; raises RoomError where the library has none of that name."""
    name = _model_name(question)
    if name not in (models := encoding_models()):
        raise RoomError(
            f"The question is about the plane of the model {name!r}, which is not in the library; ask another one."
        )
    return models[name]


def question_plane(question: RoomQuestion) -> LatentScene:
    """The plane of that model, as the latent page shows it at first; raises RoomError or AnalysisError."""
    return scene_of(question_model(question), PlaneChoice())


def question_cloud(question: RoomQuestion) -> PlaneCloud:
    """The codes that lie in the part of the plane where answers may lie; raises as `question_plane` does."""
    name = _model_name(question)
    return _kept_cloud(question) if is_visible(name) else _cloud(question)


@st.cache_resource(ttl=FRESH_S, max_entries=MOST_CLOUDS, show_spinner=False, hash_funcs={RoomQuestion: _identity})
def _kept_cloud(question: RoomQuestion) -> PlaneCloud:
    """The cloud for all phones of a class, which ask every second: to look through the library for it takes 14 ms."""
    return _cloud(question)


def _cloud(question: RoomQuestion) -> PlaneCloud:
    canvas = question_plane(question).canvas
    cloud = PlaneCloud(canvas.codes, canvas.labels, canvas.class_names, canvas.colors, canvas.axis_labels)
    return cloud.within(question.low, question.high)


def prepare_plane(question: RoomQuestion) -> None:
    """Load a question's plane in a run of the whole page: a fragment's timer would break off what takes longer."""
    if question.kind in ("point", "draw"):
        with suppress(ExplorerError):
            question_cloud(question)


def drawn_images(answers: Sequence[Answer]) -> NDArray[np.uint8]:
    """The drawings among answers, (N, 28, 28) from black to white."""
    drawings = [answer for answer in answers if isinstance(answer, bytes)]
    return np.frombuffer(b"".join(drawings), np.uint8).reshape(-1, MNIST_SIDE, MNIST_SIDE)


def drawn_places(question: RoomQuestion, images: NDArray[np.uint8]) -> tuple[Point, ...]:
    """Where the codes of drawings (N, 28, 28) lie in the plane; raises RoomError for a model of other images."""
    scene, info = question_plane(question), question_model(question)
    checkpoint = checkpoint_of(info)
    if prod(checkpoint.header.sample_shape) != MNIST_SIDE**2:
        raise RoomError(f"{info.name} does not read images of 28 × 28 pixels; ask to draw for a model of MNIST.")
    pixels: Array = images.reshape(-1, MNIST_SIDE**2).astype(np.float32) / np.float32(255)
    codes = checkpoint.model.encode(pixels)
    return tuple((float(u), float(v)) for u, v in scene.plane.project(codes))
