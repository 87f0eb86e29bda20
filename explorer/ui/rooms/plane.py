"""The latent plane on which a question is answered: that of the model which the question's address names."""

from urllib.parse import parse_qs

from explorer.errors import RoomError
from explorer.rooms import RoomQuestion
from explorer.rooms.plane_cloud import PlaneCloud
from explorer.scenes.latent_scene import LatentScene, PlaneChoice
from explorer.store import CheckpointInfo
from explorer.ui.models.at_hand import data_state, usable_models
from explorer.ui.plane.latent_scene import latent_scene


def question_model(question: RoomQuestion) -> CheckpointInfo:
    """The model that a question's address names; raises RoomError where the library has none of that name."""
    name = parse_qs(question.address.partition("?")[2]).get("model", [""])[0]
    if name not in (models := usable_models()):
        raise RoomError(
            f"The question is about the plane of the model {name!r}, which is not in the library; ask another one."
        )
    return models[name]


def question_plane(question: RoomQuestion) -> LatentScene:
    """The plane of that model, as the latent page shows it at first; raises RoomError or AnalysisError."""
    info = question_model(question)
    return latent_scene(info.fingerprint, str(info.path), PlaneChoice(), data_state(info))


def question_cloud(question: RoomQuestion) -> PlaneCloud:
    """The codes that lie in the part of the plane where answers may lie; raises as `question_plane` does."""
    canvas = question_plane(question).canvas
    cloud = PlaneCloud(canvas.codes, canvas.labels, canvas.class_names, canvas.colors, canvas.axis_labels)
    return cloud.within(question.low, question.high)
