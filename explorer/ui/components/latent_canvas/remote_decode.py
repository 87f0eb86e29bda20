"""Decoding for a browser that is too slow: its question is read with care, the answer goes back as bytes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.models.layers import Array
from explorer.scenes.canvas_scene import Bytes, CanvasScene
from explorer.scenes.message import make_message

# Beyond it a coordinate is no place a user can have pointed at; not-a-number fails each comparison too.
FARTHEST = 1e30
MAX_PLACES = 512
MAX_ID = 64


@dataclass(frozen=True)
class Question:
    """Places (u, v, w, label) to decode, and the name under which the browser waits for them."""

    id: str
    places: tuple[tuple[float, float, float, int], ...]


def question_from(sent: object, scene: CanvasScene) -> Question | None:
    """What the browser asked, or None for anything that is no question about this scene."""
    match sent:
        case {"id": str() as name, "places": list() as rows} if len(name) <= MAX_ID and 0 < len(rows) <= MAX_PLACES:
            places = tuple(place for row in rows if (place := _place_from(row, len(scene.class_names))) is not None)
            return Question(name, places) if len(places) == len(rows) else None
        case _:
            return None


def _place_from(row: object, n_classes: int) -> tuple[float, float, float, int] | None:
    match row:
        case [float() | int() as u, float() | int() as v, float() | int() as w, int() as label] if (
            all(abs(number) < FARTHEST for number in (u, v, w)) and 0 <= label < n_classes
        ):
            return float(u), float(v), float(w), label
        case _:
            return None


@lru_cache(maxsize=8)
def pack_answer(scene: CanvasScene, name: str, question: Question | None) -> bytes:
    """The samples that a question asks for as a message with `values` (N, D).

    Pictures come as bytes from 0 to 255, curves as float32; without a question the header says so by an id of null.
    """
    values = np.zeros((0, scene.n_outputs), np.uint8) if question is None else _decode(scene, question)
    return make_message({"name": name, "id": question and question.id}, {"values": values}).to_bytes()


def _decode(scene: CanvasScene, question: Question) -> Array | Bytes:
    u, v, w, labels = zip(*question.places, strict=True)
    samples = scene.samples_at(np.array([u, v, w], np.float32).T, np.array(labels, np.uint8))
    if scene.image_shape is None:
        return samples.astype("<f4")
    levels: Bytes = np.rint(np.clip(samples, 0, 1) * np.float32(255)).astype(np.uint8)
    return levels
