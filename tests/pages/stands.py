"""What stands behind a page when a link is opened: a room with its answers, a lecture, a file that was dropped."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from explorer.lectures import Lecture, Question, Scene
from explorer.permissions import tag_of
from explorer.rooms.question import RoomQuestion
from explorer.store import rooms
from explorer.store.lectures import save_lecture
from explorer.ui import access
from explorer.ui.rooms import address, reader
from explorer.ui.rooms.following import FOLLOWS, Follower
from tests.data.own.conftest import images_by_class, zipped
from tests.data.own.test_tables import csv_of, table
from tests.store.foreign.modules import PyTorchExample

CODE, LEADER, STUDENT = "CLASS", "a" * 32, "b" * 32
_POINT = RoomQuestion("p", "latent?model=digits-vae-2d", "point", "Where?", "T.", "H.", (1.0, -0.5), low=-4, high=4)
QUESTIONS = {
    "choose": RoomQuestion("c", "pca", "choose", "A or B?", "A.", "It is B, by far.", 1, ("A", "B")),
    "number": RoomQuestion("n", "pca", "number", "How many?", "All.", "Few.", 154, low=1, high=784, unit="components"),
    "point": _POINT,
    "draw": replace(_POINT, kind="draw"),
    "follow": replace(_POINT, address="pca?view=Error", kind="follow"),
}
ANSWERS: dict[str, tuple[object, ...]] = {
    "choose": (0, 0, 1, 0),
    "number": (100, 154, 300, 784),
    "point": ((1.5, -0.5), (-2.0, 3.0), (0.5, 0.25)),
    "draw": ("4040c0c0-40c0c040", "80208020", "20e0e020-2020e0e0"),
    "follow": (),
}
MINE = Lecture(
    "Mine",
    (
        Scene("First", "pca", "Say *this*.", 4, (Question("Why?", "Because."),), "figure-scree from 40 %", "pca-95"),
        Scene("Second", "pca?view=Error", room="mean-digit"),
        Scene("Third", "gone"),
    ),
    "What the mean is.",
)


@contextmanager
def room_in(kind: str, stage: rooms.Stage) -> Iterator[None]:
    """An open room with a question and what students answered, the student's own answer among them."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_RUNS", folder)
        patch.setattr(rooms, "_free_code", lambda _: CODE)
        patch.setattr(address, "get_internal_ip", lambda: "192.0.2.7")
        leader = tag_of(LEADER)
        rooms.open_room(leader, QUESTIONS[kind])
        for student, answer in enumerate(ANSWERS[kind]):
            rooms.vote(CODE, f"{student:x}" * 32 if student else STUDENT, 1, answer)
        rooms.join_room(CODE, "f" * 32, "Emmy <b>")
        rooms.set_stage(CODE, leader, stage)
        reader.forget(CODE)
        yield
        reader.forget(CODE)


@contextmanager
def own_lecture() -> Iterator[None]:
    """A lecture of one's own."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_LECTURES", folder)
        save_lecture("mine", MINE)
        yield


@contextmanager
def own_data() -> Iterator[None]:
    """A data folder of its own, with nothing in it."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_DATA", folder)
        yield


OWN = {"lecture": own_lecture, "data": own_data}


def be(app: AppTest, who: str) -> None:
    """Let the page be a student's, the leader's, or that of somebody who follows the room."""
    app.session_state[access._TOKEN] = LEADER if who == "leader" else STUDENT
    if who == "follower":
        app.session_state[FOLLOWS] = Follower(CODE, "pca?view=Error", has_let_go=True)


def _weights() -> bytes:
    torch.manual_seed(0)
    return save(PyTorchExample().state_dict())


# The key of the uploader in which each file is dropped, and what is in it.
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "My Pets.zip": ("own_file", lambda: zipped(images_by_class())),
    "people.csv": ("own_file", lambda: csv_of(table())),
    "torn.zip": ("own_file", lambda: b"torn"),
    "my VAE.safetensors": ("own_model_files_0", _weights),
    "model.onnx": ("own_model_files_0", lambda: b"no model"),
    "mine.yaml": ("lecture_file", lambda: b"title: A\n"),
    "counts.csv": ("bridge_file", lambda: b"Date,East\n"),
}


def drop(app: AppTest, name: str) -> None:
    """Drop one of the files into the page and let it run."""
    key, content = FILES[name]
    file = (name, content(), "application/octet-stream")
    uploader = app.file_uploader(key=key)
    uploader.set_value([file] if uploader.proto.multiple_files else file)
    app.run()


def press(app: AppTest, label: str) -> None:
    """Press the first button of that label and let the page run."""
    next(button for button in app.button if button.label == label).click().run()
