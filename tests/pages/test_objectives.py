"""The page of objectives without a browser: every view on digits, what is missing, and what a bad link does."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import jobs
from explorer.analysis.codebooks import AE, CLUSTERS, PCA, VQ, Codebooks, Curve
from explorer.analysis.identity import Copies, Copying
from explorer.analysis.measure import exactly
from explorer.analysis.sparsities import SparseNetwork, Sparsities
from explorer.models.spec import AESpec, asks_for_nothing, same_network, without_objective
from explorer.store import list_checkpoints, load_checkpoint
from explorer.training import recipes
from explorer.ui.views.objectives import codebook, sparsities
from explorer.ui.views.objectives.classifier import label_accuracy
from explorer.ui.views.objectives.identity import finding
from tests.conftest import ROOT

OpenPage = Callable[..., AppTest]
VIEWS = ("Denoising", "Sparse", "Contractive", "Classifier", "MLP and CNN")


def texts(app: AppTest) -> str:
    parts = [*app.markdown, *app.info, *app.warning, *app.caption, *app.error, *app.code]
    return " ".join(str(part.value) for part in parts)


def library_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """A library that holds nothing but some of the models that come with the explorer."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    for name in names:
        shutil.copytree(ROOT / "checkpoints" / name, folder / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(folder))


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        ("Denoising", "The plain AE, `digits-ae-32d`, differs from it in nothing else"),
        ("Sparse", "In every test image exactly 10 are not 0"),
        ("Contractive", "| plain AE |"),
        ("Classifier", "λ = 0 is the plain autoencoder"),
        ("MLP and CNN", "| digits-conv-ae-8d |"),
        ("Identity", "The wide one copies inputs that it has never seen"),
        ("Codebook", "Compared with one codebook, k-means of pixels is better with 4 and 6 bits."),
    ],
)
def test_every_view_shows_on_digits(open_app_page: OpenPage, view: str, sentence: str) -> None:
    app = open_app_page("objectives", data="digits", view=view)
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert sentence in texts(app)


def test_the_decision_map_is_of_the_links_weight(open_app_page: OpenPage) -> None:
    app = open_app_page("objectives", data="digits", view="Classifier", part="Decision map", label_weight="0.1")
    assert not app.exception
    assert not app.warning
    assert app.select_slider(key="decision_weight").value == 0.1
    right = label_accuracy(load_checkpoint("digits-ae-2d-lambda0.1"))
    assert f"With λ = 0.1 it is right for {right:.1%}".replace("%", " %") in texts(app)


def test_all_ways_to_a_sparse_code_open_finished(open_app_page: OpenPage) -> None:
    app = open_app_page("objectives", data="digits", view="Sparse", sparse="All")
    assert not app.exception
    assert not app.warning
    assert "Exact zeros: 10 largest z, 10 largest |z|; only small units: L2, L1, L1 on both layers, KL." in texts(app)
    assert "The weights λ were not tuned" in texts(app)


def test_codes_that_move_are_measured_against_the_jacobian(open_app_page: OpenPage) -> None:
    app = open_app_page("objectives", data="digits", view="Contractive", part="Over ‖δ‖")
    assert not app.exception
    assert not app.warning
    assert [chart.proto.id.rpartition("figure-")[2] for chart in app.get("plotly_chart")] == ["code-changes"]
    assert "Means over 60 test images with 95 % intervals; 0 would be a code that does not move." in texts(app)


def way(title: str, value: float, *, zeros: float = 0.0, negative: float = 0.0) -> SparseNetwork:
    of = exactly(value)
    return SparseNetwork(title, of, of, of, zeros, negative, np.zeros(2, np.float32))


@pytest.mark.parametrize(
    ("hidden", "sentence"),
    [(0.1, "becomes no sparser."), (0.5, "becomes sparser with L1 (0.50), by |z| (0.50).")],
)
def test_sparse_codes_are_told_from_the_numbers(hidden: float, sentence: str) -> None:
    networks = (
        way("nothing", 0.2),
        way("L1", hidden),
        way("by z", 0.1, zeros=0.9),
        way("by |z|", hidden, negative=0.4),
    )
    said = sparsities.finding(Sparsities(networks, 5.0, 0.22, 360))
    assert sentence in said
    assert "Exact zeros: by z; only small units: L1, by |z|." in said
    assert "0 % of the units that stay are negative, by |z| (as in the lecture) 40 %" in said


@pytest.mark.parametrize("noise", ["Masking", "Salt and pepper"])
def test_each_noise_has_its_errors(open_app_page: OpenPage, noise: str) -> None:
    app = open_app_page("objectives", data="digits", kind_of_noise=noise, noise_level="0.3")
    assert not app.exception
    assert app.query_params["noise_level"] == "0.3"


def test_each_method_at_its_best_k_is_named_with_it(open_app_page: OpenPage) -> None:
    app = open_app_page("objectives", data="digits", compared_k="Best K each")
    assert not app.exception
    said = texts(app)
    assert "denoising AE (K = 32) restores best" in said
    assert "`digits-ae-32d`, `digits-dae-32d`" in said
    assert "the least error on validation images with this kind of noise at level 0.3" in said


def test_the_overcomplete_code_says_so_and_knows_its_dead_units(open_app_page: OpenPage) -> None:
    said = texts(open_app_page("objectives", data="digits", view="Sparse"))
    assert "overcomplete: 100 units for 64 pixels" in said
    assert "units never fire" in said


def test_the_error_by_units_kept_is_one_press_away(open_app_page: OpenPage) -> None:
    app = open_app_page("objectives", data="digits", view="Sparse")
    app.segmented_control(key="below").set_value("Error by units kept").run()
    assert not app.exception


def test_a_pinned_picture_is_followed(open_app_page: OpenPage) -> None:
    app = open_app_page("objectives", data="digits", view="Contractive", sample="17")
    assert app.number_input(key="sample").value == 17
    app.segmented_control(key="jacobian").set_value("Encoder, ∂z/∂x").run()
    assert not app.exception


@pytest.mark.parametrize(
    ("query", "sentences"),
    [
        (
            {"view": "Nothing", "kind_of_noise": "Pink", "noise_level": "0.55"},
            ("must be Denoising or Sparse", "must be Gaussian or Masking", "must be one of 0, 0.1"),
        ),
        ({"noise_level": "nan"}, ("must be one of 0, 0.1",)),
        ({"model": "gone"}, ("the model's name in the library",)),
        ({"data": "cats"}, ("the data set must be",)),
        (
            {"view": "Sparse", "sparse": "often", "sample": "999999"},
            ("must be k-sparse or k-sparse by |z| or KL or L1", "must be a whole number from 0"),
        ),
        ({"view": "Contractive", "jacobian": "x"}, ("whose Jacobian is shown must be",)),
        ({"view": "Classifier", "label_weight": "7"}, ("must be one of 0, 0.01",)),
        ({"view": "Codebook", "vectors": "17"}, ("must be 16 vectors or 64 vectors",)),
    ],
    ids=str,
)
def test_bad_link_is_named(open_app_page: OpenPage, query: dict[str, str], sentences: tuple[str, ...]) -> None:
    app = open_app_page("objectives", **({"data": "digits"} | query))
    assert not app.exception
    assert [sentence for sentence in sentences if sentence not in texts(app)] == []


@pytest.mark.parametrize(
    ("view", "command"),
    [
        ("Denoising", "--set corruption=gaussian --name digits-dae-8d"),
        ("Sparse", "--set sparsity=k_sparse --set sparse_units=10 --name digits-sparse-k-100d"),
        ("Contractive", "--set contraction=0.003 --name digits-contractive-8d"),
        ("Classifier", "--set classifier_weight=0.1 --name digits-ae-2d-lambda0.1"),
        ("MLP and CNN", "train conv_ae --dataset digits"),
    ],
)
def test_a_missing_model_says_how_it_is_trained(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str, command: str
) -> None:
    library_of(tmp_path, monkeypatch)
    app = open_app_page("objectives", data="digits", view=view)
    assert not app.exception
    assert "The library holds no" in app.info[0].value
    assert command in app.code[0].value


def test_what_is_there_already_is_not_trained_again(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_of(tmp_path, monkeypatch, "digits-ae-8d")
    app = open_app_page("objectives", data="digits")
    assert "Train it here" in app.info[0].value
    assert app.code[0].value.count("explorer train") == 1


def test_the_button_queues_the_training_and_stop_ends_it(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_of(tmp_path, monkeypatch, "digits-ae-8d")
    monkeypatch.setattr(jobs, "ensure_worker", lambda: None)
    app = open_app_page("objectives", data="digits")
    next(button for button in app.button if button.label == "Train").click().run()
    (job,) = jobs.list_jobs()
    assert (job.name, job.state) == ("digits-dae-8d", "queued")
    assert job.run == recipes.denoising("digits")["digits-dae-8d"]
    app.button(key="stop_objective").click().run()
    assert jobs.list_jobs()[0].state == "cancelled"
    next(button for button in app.button if button.label == "Go on").click().run()
    assert jobs.list_jobs()[0].state == "queued"


def test_a_name_that_another_model_has_is_numbered(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_of(tmp_path, monkeypatch, "digits-ae-8d", "digits-pca")
    (tmp_path / "checkpoints" / "digits-pca").rename(tmp_path / "checkpoints" / "digits-dae-8d")
    monkeypatch.setattr(jobs, "ensure_worker", lambda: None)
    app = open_app_page("objectives", data="digits")
    next(button for button in app.button if button.label == "Train").click().run()
    assert not app.error
    (job,) = jobs.list_jobs()
    assert (job.name, job.state) == ("digits-dae-8d-2", "queued")
    assert app.button(key="stop_objective").label == "Stop"


def test_another_views_model_gives_way(open_app_page: OpenPage) -> None:
    app = open_app_page("objectives", data="digits", model="digits-dae-8d")
    app.segmented_control(key="view").set_value("Contractive").run()
    assert not app.exception
    assert app.selectbox(key="model").value == "digits-contractive-8d"


def test_a_data_set_that_is_not_here_says_how_to_get_it(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "none"))
    app = open_app_page("objectives", data="mnist")
    assert not app.exception
    assert app.info


def test_shipped_models_are_what_the_recipes_train() -> None:
    wanted: dict[str, object] = dict(recipes.denoising("digits", recipes.WIDE_DIM))
    for dataset in ("mnist", "digits"):
        for recipe in (recipes.denoising, recipes.contractive, recipes.networks):
            wanted |= recipe(dataset)
        wanted |= recipes.classifiers(dataset) | recipes.sparse(dataset, "k_sparse")
    shipped = {info.name: info.run for info in list_checkpoints() if info.name in wanted}
    assert len(shipped) >= 11
    assert shipped == {name: wanted[name] for name in shipped}


def test_a_twin_is_the_same_network_without_an_objective() -> None:
    noisy = AESpec(4, (32,), corruption="masking", corruption_level=0.5)
    assert not asks_for_nothing(noisy)
    assert without_objective(noisy) == AESpec(4, (32,))
    assert same_network(noisy, AESpec(4, (32,), contraction=0.3))
    assert not same_network(noisy, AESpec(5, (32,)))
    assert not asks_for_nothing(AESpec(classifier_weight=0.1))
    assert not asks_for_nothing(AESpec(reconstruction_loss="cross_entropy"))


@pytest.mark.parametrize(
    ("wide", "penalised", "said"),
    [
        (
            0.8,
            0.3,
            "copies inputs that it has never seen and that look like no image. At the same K = 96, these keep less",
        ),
        (
            0.4,
            0.3,
            "Here the wide one has not become a copy. At the same K = 96, these keep less",
        ),
        (0.8, 0.9, "that look like no image. These do not: p."),
    ],
)
def test_the_identity_is_told_from_the_numbers(wide: float, penalised: float, said: str) -> None:
    def network(title: str, shuffled: float) -> Copying:
        kept = (exactly(0.9), exactly(shuffled))
        return Copying(title, 2, kept, np.ones(5, np.float32), 1.0, np.zeros((2, 4), np.float32))

    plain = [network("K = 8", 0.2), network("K = 32", 0.3), network("K = 64", 0.35), network("K = 96", wide)]
    assert said in finding(Copies(np.zeros((2, 4), np.float32), (*plain, network("p", penalised)), 5))


def test_the_links_codebook_is_shown_with_its_use(open_app_page: OpenPage) -> None:
    app = open_app_page("objectives", view="Codebook", vectors="16 vectors")
    assert not app.exception
    assert not app.warning
    assert "Of 16 vectors 0 are used by no training image" in texts(app)
    app.segmented_control(key="vectors").set_value("64 vectors").run()
    assert "Of 64 vectors 38 are used by no training image" in texts(app)


@pytest.mark.parametrize(
    ("errors", "sentences"),
    [
        (
            (0.05, 0.03),
            ("0.0200 [0.0150, 0.0250]", "a codebook is better with 4 bits", "k-means of pixels is worse with"),
        ),
        (
            (0.01, 0.03),
            ("−0.0200 [−0.0250, −0.0150]", "a codebook is worse with 4 bits", "k-means of pixels is better with"),
        ),
        ((0.03, 0.03), ("is 0.0000 [−0.0050, 0.0050]", "does not differ by more than its interval")),
    ],
)
def test_the_verdict_on_codebooks_follows_the_numbers(errors: tuple[float, float], sentences: tuple[str, ...]) -> None:
    def curve(title: str, *seeds: float) -> Curve:
        return Curve(title, np.array([4]), np.array([seeds]))

    other, own = errors
    spread = (other - 0.002, other, other + 0.002)
    others = (curve(AE, *spread), curve(PCA, other), curve(CLUSTERS, *spread))
    said = codebook.finding(Codebooks((curve(VQ, own, own, own), *others), (), 0.07))
    assert [sentence for sentence in sentences if sentence not in said] == []
