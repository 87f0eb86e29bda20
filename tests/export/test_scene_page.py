"""Scenes as pages of one file: what is in the file, without opening it in a browser."""

import json
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.errors import AnalysisError, CheckpointError, ExportError
from explorer.export.formats import export
from explorer.export.plane_pages import CanvasView, ShownPlane, planes_of, planes_page, thinned
from explorer.export.scene_page import MountedScene, ScenePage, page_html
from explorer.scenes.canvas_message import pack
from explorer.scenes.message import for_file
from explorer.store import Checkpoint, load_checkpoint
from tests.ui.components.message_reader import read_message

MESSAGE = re.compile(r'<script type="application/octet-stream" id="message-(\d)">([^<]*)</script>')
# What makes a browser ask for something; the page's own policy forbids it as well.
ASKS = re.compile(
    r"""(?:src|href|action)\s*=\s*["'](?!#)|@import\s+["'u]|url\((?!#)|\bfetch\(|XMLHttpRequest|WebSocket\("""
)


@pytest.fixture(scope="module")
def digits() -> Checkpoint:
    return load_checkpoint(str(Path(__file__).parents[2] / "checkpoints" / "digits-vae-2d"))


def html_of(*checkpoints: Checkpoint, n_codes: int | None = None) -> str:
    return page_html(planes_page(planes_of(checkpoints, n_codes))).decode()


def messages_in(html: str) -> list[bytes]:
    return [b64decode(text) for _, text in MESSAGE.findall(html)]


def test_the_file_holds_codes_decoder_samples_and_asks_for_nothing(digits: Checkpoint) -> None:
    html = html_of(digits)
    header, arrays = read_message(messages_in(html)[0])
    assert len(arrays["codes"]) == 1437
    assert arrays["reference_samples"].shape == (360, 8, 8)
    assert header["has_server"] is False
    assert not ASKS.search(html.replace(MESSAGE.search(html)[0], ""))  # type: ignore[index]
    assert "default-src 'none'" in html


def test_what_would_ask_is_found() -> None:
    for text in ('<img src="http://a/b.png">', "a { background: url(x.png) }", "fetch('/x')", '@import "a.css"'):
        assert ASKS.search(text)


def test_weights_are_in_half_precision_and_the_same_to_its_rounding(digits: Checkpoint) -> None:
    plane = planes_of([digits])[0]
    _, arrays = read_message(messages_in(html_of(digits))[0])
    _, full = read_message(pack(plane.scene))
    weights = [name for name in full if name.startswith(("weight", "bias"))]
    assert len(weights) > 3
    for name in weights:
        assert arrays[name].dtype == np.float16
        np.testing.assert_allclose(arrays[name], full[name], rtol=1e-3, atol=1e-6)


def test_a_number_beyond_half_precision_keeps_its_array_in_single() -> None:
    scene = planes_of([load_checkpoint("digits-ae-2d")])[0].scene
    far = replace(scene, codes=scene.codes + np.float32(70_000))
    _, arrays = read_message(for_file(pack(far)))
    assert arrays["codes"].dtype == np.float32
    np.testing.assert_array_equal(arrays["codes"], far.codes)


def test_model_data_merits_and_licence_are_stated(digits: Checkpoint) -> None:
    html = html_of(digits)
    assert "<title>VAE, 2 dimensions</title>" in html
    assert "<dd>VAE, 2 dimensions (digits-vae-2d); " in html
    assert "Digits 8 × 8, 1,437 train and 360 test samples, each 8 × 8" in html
    sse = digits.info.metrics["sse"]
    assert f"squared error {sse:.2f} per sample" in html
    assert f"5-NN accuracy {digits.info.metrics['knn_accuracy']:.3f} (guessing: 0.100)" in html
    assert "CC BY 4.0" in html


def test_planes_of_the_same_data_are_linked_and_those_of_others_are_not(digits: Checkpoint) -> None:
    beside = load_checkpoint("digits-ae-2d")
    links = [read_message(message)[0]["link"] for message in messages_in(html_of(digits, beside))]
    assert len(set(links)) == 1
    assert links[0] is not None
    assert read_message(messages_in(html_of(digits))[0])[0]["link"] is None
    foreign = html_of(digits, load_checkpoint("vae-2d"))
    assert [read_message(message)[0]["link"] for message in messages_in(foreign)] == [None, None]


def test_fewer_codes_bring_a_fifteenth_of_as_many_samples(digits: Checkpoint) -> None:
    scene = planes_of([digits], 150)[0].scene
    assert len(scene.codes) == len(scene.labels) == 150
    assert scene.references is not None
    assert scene.references.samples is not None
    assert len(scene.references.codes) == len(scene.references.samples) == 10
    assert "150 of them shown" in scene.alt
    assert len(thinned(scene, 1000).codes) == 150


@pytest.mark.mnist
def test_a_page_of_mnist_stays_within_its_megabytes() -> None:
    checkpoint = load_checkpoint("vae-2d")
    assert len(page_html(planes_page(planes_of([checkpoint], 10_000)))) <= 1_000_000
    assert len(page_html(planes_page(planes_of([checkpoint])))) <= 5_000_000


def test_fewer_codes_of_more_dimensions_keep_their_distances_from_the_plane() -> None:
    scene = planes_of([load_checkpoint("digits-ae-8d")], 150)[0].scene
    assert scene.third is not None
    assert scene.third.references is not None
    assert (len(scene.third.codes), len(scene.third.references)) == (150, 10)


def test_the_file_opens_as_the_page_was_left(digits: Checkpoint) -> None:
    scene = planes_of([digits])[0].scene
    view = CanvasView(pinned=(0.5, -1.0, 0.0), view_state="grid-range~points-off")
    html = page_html(planes_page([ShownPlane(digits.info, scene, view)])).decode()
    (controls,) = json.loads(re.search(r'id="controls">([^<]*)<', html)[1])  # type: ignore[index]
    assert controls["pinned"] == [0.5, -1.0, 0.0]
    assert controls["view_state"] == "grid-range~points-off"
    assert controls["name"] == read_message(messages_in(html)[0])[0]["name"]


def test_foreign_text_is_text(digits: Checkpoint) -> None:
    scene = MountedScene("latent_canvas", pack(planes_of([digits])[0].scene), "<b>", {"name": "</script><b>"})
    html = page_html(ScenePage("<i>t</i>", "a & b", (scene,), (("<u>", "<u>"),))).decode()
    assert "<title>&lt;i&gt;t&lt;/i&gt;</title>" in html
    assert not re.search(r"<[biu]>", html)


@pytest.mark.parametrize("n_models", [0, 4])
def test_a_page_has_one_to_three_planes(digits: Checkpoint, n_models: int) -> None:
    with pytest.raises(ExportError, match=rf"^{n_models} models were given, but a page has from 1 to 3 planes\.$"):
        planes_of([digits] * n_models)


def test_at_least_one_code_is_shown(digits: Checkpoint) -> None:
    with pytest.raises(ExportError, match=r"^0 codes were asked for"):
        planes_of([digits], 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"to": "pdf"}, "There is no format 'pdf'; choose html, onnx"),
        ({"to": "html", "scene": "film"}, "There is no scene 'film'; choose plane"),
    ],
)
def test_an_unknown_format_or_scene_is_named(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(ExportError, match=f"^{sentence}"):
        export(["digits-vae-2d"], **options)  # type: ignore[arg-type]


def test_the_file_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "scene.html"
    assert export(["digits-ae-2d"], "html", target) == target
    assert target.read_text("utf-8").startswith("<!doctype html>")
    target.write_text("mine")
    with pytest.raises(CheckpointError, match="exists already"):
        export(["digits-ae-2d"], "html", target)
    assert target.read_text() == "mine"
    export(["digits-ae-2d"], "html", target, replace=True)
    assert target.read_text("utf-8").startswith("<!doctype html>")
    assert [file.name for file in target.parent.iterdir()] == ["scene.html"]


def test_a_model_of_one_dimension_has_no_plane(monkeypatch: pytest.MonkeyPatch, digits: Checkpoint) -> None:
    codes = replace(digits.codes, train=digits.codes.train[:, :1])
    with pytest.raises(AnalysisError, match="one dimension"):
        planes_of([replace(digits, codes=codes)])
