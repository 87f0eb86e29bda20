"""Every page opens with data of one's own and a model trained on them: images that are not square, colours, vectors."""

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.analysis.quality import FRECHET, IMAGE_COPYING
from explorer.data import keep_draft, load_dataset
from explorer.data.own import Choices, read_draft
from explorer.jobs.save_run import finish
from explorer.models import make_spec
from explorer.scenes.training_animations import replay_animation
from explorer.store import load_checkpoint
from explorer.store.classifiers import classifier_path, save_classifier
from explorer.training import RunSpec, start, train
from explorer.training.classifier import train_classifier
from explorer.training.replay import GRID_SIDE, grid_codes
from explorer.ui.views.compare.context import images_at_hand
from explorer.ui.views.compare.embeddings import planes_of
from explorer.ui.views.compare.linked import linked_planes_of
from tests.data.own.test_arrays import npz
from tests.scenes.test_embedding_animation import PLANES

OpenPage = Callable[..., AppTest]
N = 240
SHAPES: dict[str, tuple[int, ...]] = {"tall": (12, 8), "colours": (8, 8, 3), "vectors": (6,)}
FAMILIES: dict[str, tuple[str, dict[str, object]]] = {
    "tall": ("conv_vae", {"channels": (4,)}),
    "colours": ("conv_vae", {"channels": (4,)}),
    "vectors": ("vae", {"hidden": (8,)}),
}
# The pages, with the keys under which they are told a model or a data set.
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("home", {}),
    ("library", {}),
    ("data", {"data": "DATA"}),
    ("data", {"data": "DATA", "view": "Means"}),
    ("data", {"data": "DATA", "view": "Random"}),
    ("data", {"data": "DATA", "view": "Dimensions"}),
    ("pca", {"data": "DATA"}),
    ("pca", {"data": "DATA", "view": "One image"}),
    ("pca", {"data": "DATA", "view": "Variance"}),
    ("pca", {"data": "DATA", "view": "Error"}),
    ("pca", {"data": "DATA", "view": "The plane"}),
    ("train", {"data": "DATA"}),
    ("objectives", {"data": "DATA"}),
    ("latent", {"model": "MODEL", "sample": "3", "z": "0.5,0.5"}),
    ("compare", {"models": "MODEL"}),
    ("holes", {"left": "MODEL", "right": "MODEL"}),
    ("generate", {"left": "MODEL", "right": "MODEL"}),
    ("generate", {"left": "MODEL", "right": "MODEL", "view": "Step by step"}),
    ("posterior", {"model": "MODEL"}),
    ("tradeoff", {"model": "MODEL", "view": "Replay"}),
    ("interpolate", {"model": "MODEL"}),
    *(
        ("applications", {"model": "MODEL", "view": view})
        for view in ("Denoising", "Anomalies", "Search", "Missing pixels", "Compression")
    ),
    ("compare", {"data": "DATA", "view": "One K"}),
    ("compare", {"data": "DATA", "view": "Every K"}),
    ("compare", {"data": "DATA", "view": "Embeddings"}),
    ("tradeoff", {"view": "Live"}),
]


def samples(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Bright on the left or on the right, by class, with noise."""
    rng = np.random.default_rng(0)
    values = rng.integers(0, 120, (N, *shape))
    half = shape[1] // 2 if len(shape) > 1 else shape[0] // 2
    values[::2, ..., :half] += 100
    return values.astype(np.uint8)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A data folder with data sets of one's own, and a library with a model of each."""
    with pytest.MonkeyPatch.context() as patch:
        places = {name: tmp_path_factory.mktemp(name) for name in ("data", "checkpoints", "runs")}
        for name, place in places.items():
            patch.setenv(f"EXPLORER_{name.upper()}", str(place))
        for name, shape in SHAPES.items():
            content = npz(x=samples(shape), y=np.arange(N) % 2)
            keep_draft(read_draft(content, f"{name}.npz", Choices()), name)
            family, fields = FAMILIES[name]
            run = RunSpec(make_spec(family, fields | {"latent_dim": 2}), name, n_epochs=1, batch_size=32)
            state = start(run, load_dataset(name), "cpu")
            finish(state, list(train(state)), f"{name}-model")
        return places


@pytest.fixture
def open_with(
    folders: dict[str, Path], open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch, clear_caches: None
) -> OpenPage:
    for name, place in folders.items():
        monkeypatch.setenv(f"EXPLORER_{name.upper()}", str(place))
    return open_app_page


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(
    ("slug", "query"), VIEWS, ids=lambda value: value if isinstance(value, str) else "-".join(value.values())
)
def test_every_page_opens_with_it(open_with: OpenPage, name: str, slug: str, query: dict[str, str]) -> None:
    words = {"DATA": name, "MODEL": f"{name}-model"}
    app = open_with(slug, **{key: words.get(value, value) for key, value in query.items()})
    assert not app.exception
    assert [error.value for error in app.error if "Traceback" in error.value] == []
    for error in app.error:
        assert error.value.endswith("."), error.value


@pytest.mark.parametrize("name", SHAPES)
def test_its_model_decodes_on_the_plane(open_with: OpenPage, name: str) -> None:
    app = open_with("latent", model=f"{name}-model")
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(
    ("slug", "query", "component"),
    [
        ("interpolate", {"model": "colours-model"}, "interpolation_player"),
        ("pca", {"data": "colours", "view": "One image"}, "frame_player"),
        ("applications", {"model": "colours-model", "view": "Missing pixels"}, "pixel_mask"),
        ("posterior", {"model": "colours-model"}, "posterior_machine"),
        ("tradeoff", {"model": "colours-model", "view": "Replay"}, "latent_animation"),
    ],
)
def test_what_plays_and_what_is_drawn_on_has_colours(
    open_with: OpenPage, slug: str, query: dict[str, str], component: str
) -> None:
    app = open_with(slug, **query)
    assert not app.exception
    assert not app.error
    assert component in [element.proto.component_name for element in app.get("bidi_component")]


@pytest.mark.parametrize("view", ["Denoising", "Anomalies", "Search", "Missing pixels", "Compression"])
def test_every_application_shows_colours(open_with: OpenPage, view: str) -> None:
    app = open_with("applications", model="colours-model", view=view)
    assert not app.exception
    assert not app.error
    for chart in app.get("plotly_chart"):
        images = [trace for trace in json.loads(chart.proto.spec)["data"] if trace["type"] == "image"]
        for image in images:
            assert is_coloured(image["source"])


def test_the_quality_of_generated_colours_is_judged(open_with: OpenPage) -> None:
    app = open_with("generate", left="colours-model", right="colours-model")
    assert "train-classifier --dataset colours" in app.info[0].value
    assert not app.button
    *_, last = train_classifier(load_dataset("colours"), 1)
    save_classifier("colours", last.classifier, 1.0)
    try:
        app.run()
        next(button for button in app.button if button.label.startswith("Judge")).click().run()
    finally:
        classifier_path("colours").unlink()
    assert not app.exception
    assert not app.error
    quantities = set(app.dataframe[0].value["quantity"])
    assert {FRECHET.title, IMAGE_COPYING.title} <= quantities


def test_every_k_says_why_it_is_not_of_them(open_with: OpenPage) -> None:
    said = " ".join(caption.value for caption in open_with("compare", view="Every K").caption)
    assert "Not for colours, tall: the 42 dense networks" in said


def test_embeddings_take_the_convolutional_model_of_colours(open_with: OpenPage) -> None:
    app = open_with("compare", data="colours", view="Embeddings")
    assert not app.exception
    assert any(button.label.startswith("Run t-SNE") for button in app.button)
    planes = planes_of("colours", images_at_hand()["colours"][2])
    assert list(planes.models) == ["PCA", "VAE"]
    shown = replace(PLANES[0], points=PLANES[0].points[:5])
    linked = linked_planes_of([shown], planes.train, planes.rows[:5])
    assert linked.images is not None
    np.testing.assert_array_equal(linked.images, planes.train.samples[planes.rows[:5]])


def test_a_replay_of_colours_keeps_what_its_decoder_makes(open_with: OpenPage) -> None:
    checkpoint = load_checkpoint("colours-model")
    images = replay_animation(checkpoint).images
    assert images is not None
    assert images.shape[1:] == (GRID_SIDE * 8, GRID_SIDE * 8, 3)
    codes = grid_codes(checkpoint.codes.snapshots[-1])
    expected = checkpoint.model.decode(codes).reshape(-1, 8, 8, 3)
    np.testing.assert_allclose(images[-1, :8, 8:16] / 255, expected[1], atol=0.5 / 31 + 1 / 255)


def is_coloured(source: str) -> bool:
    """Whether the channels of a PNG in a link differ."""
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))).convert("RGB"), int)
    return bool(np.ptp(pixels, axis=-1).max() > 20)
