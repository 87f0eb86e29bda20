"""What the page of applications says and draws, from numbers of which the answer is known."""

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.analysis.anomaly import DENSITY, ERROR, KINDS, ErrorAmongOthers, judge
from explorer.analysis.compression import fit_levels
from explorer.analysis.denoising import AS_IT_IS, Restoration, RestorationErrors, rank
from explorer.data import load_dataset
from explorer.models.autoencoder import build_autoencoder
from explorer.models.pca import fit_pca
from explorer.models.spec import AESpec, CVAESpec, PCASpec, VAESpec
from explorer.scenes.drawn_code import build_reconstructions
from explorer.ui.components.pixel_mask.component import mask_text
from explorer.ui.views.applications import anomaly, compression, denoising, drawn_anomaly, inpainting, search
from explorer.ui.views.applications.context import ApplicationContext
from explorer.ui.views.applications.denoising import Denoising
from explorer.ui.views.applications.picture import of_pen

SHAPE = (2, 2)
DAE, PCA = "dae, K = 2", "PCA, best K = 3"


def pictures(*greys: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """One even picture of each grey, (N, 4)."""
    return np.repeat(np.array(greys, np.float32)[:, None], 4, axis=1)


def found(**mse: float) -> Denoising:
    """Restorations with these errors on every one of 50 pictures, give or take a little."""
    titles = {"dae": DAE, "pca": PCA, "left": AS_IT_IS}
    spread = np.linspace(-1, 1, 50) * 1e-4
    errors = {titles[key]: value + spread * sign for (key, value), sign in zip(mse.items(), (1, -1, 1), strict=True)}
    shown = Restoration(
        (0.5,), pictures(0.1), pictures(2.0)[None], {DAE: pictures(0.2)[None], PCA: pictures(0.3)[None]}
    )
    curves = RestorationErrors((0.5,), np.array([0.2]), {DAE: np.array([0.1]), PCA: np.array([0.1])})
    return Denoising(DAE, "gaussian", 0.5, shown, rank(errors), curves, 3, "gaussian", 50)


def test_the_winner_is_named_with_its_lead_and_what_it_was_trained_for() -> None:
    said = denoising.verdict(found(dae=0.01, pca=0.02, left=0.1))
    assert said.startswith(f"**{DAE}** comes closest to the clean images, before {PCA}: MSE 0.0100 against 0.0200")
    assert "50 test images" in said
    assert f"{DAE} was trained to undo Gaussian noise." in said
    assert "PCA's best K at this level is 3" in said


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (found(dae=0.03, pca=0.02, left=0.1), f"**{PCA}** comes closest"),
        (found(dae=0.03, pca=0.02, left=0.1), "but another method is better here"),
        (found(dae=0.03, pca=0.02, left=0.001), "Every model's own error is larger than that of this noise"),
        (found(dae=0.02, pca=0.02, left=0.1), "come equally close to the clean images, within chance"),
        (replace(found(dae=0.01, pca=0.02, left=0.1), trained_on=None), "was never trained on noise"),
        (replace(found(dae=0.01, pca=0.02, left=0.1), kind="masking"), "Gaussian noise, not this kind of noise"),
    ],
)
def test_every_other_outcome_has_its_sentence(case: Denoising, words: str) -> None:
    assert words in denoising.verdict(case)


def test_strips_run_from_clean_and_noisy_to_the_restorations_by_rising_error() -> None:
    case = found(dae=0.03, pca=0.02, left=0.1)
    rows = denoising.strips(case.shown, dict(zip(case.ranking.titles, case.ranking.mse, strict=True)), SHAPE)
    assert [row.title for row in rows] == [
        "clean",
        "with noise: MSE 0.1000",
        f"{PCA}: MSE 0.0200",
        f"{DAE}: MSE 0.0300",
    ]
    greys = [float(row.images[0, 0, 0]) for row in rows]
    assert greys == pytest.approx([0.1, 1.0, 0.3, 0.2])


def test_the_errors_of_a_drawing_are_those_of_the_pictures_on_show_smallest_first() -> None:
    shown = Restoration(
        (0.5,), pictures(0.1), pictures(2.0)[None], {DAE: pictures(0.4)[None], PCA: pictures(0.3)[None]}
    )
    assert denoising.shown_errors(shown) == pytest.approx({PCA: 0.04, DAE: 0.09, AS_IT_IS: 0.81}, rel=1e-5)
    assert list(denoising.shown_errors(shown)) == [PCA, DAE, AS_IT_IS]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (AESpec(corruption="masking", corruption_level=0.3), ("masking", 0.3)),
        (VAESpec(corruption="gaussian", corruption_level=0.5), ("gaussian", 0.5)),
        (AESpec(), None),
        (PCASpec(), None),
    ],
)
def test_noise_of_a_model_is_what_it_was_trained_to_undo(
    spec: AESpec | VAESpec | PCASpec, expected: tuple[str, float] | None
) -> None:
    assert denoising.noise_of(spec) == expected


RNG = np.random.default_rng(0)
INLIERS, ANOMALIES = RNG.standard_normal(300), RNG.standard_normal(100)
CLEAR = judge("AE", DENSITY, INLIERS, ANOMALIES + 3)
WEAK = judge("PCA", ERROR, RNG.standard_normal(300), RNG.standard_normal(100) + 0.5)
WRONG = judge("PCA", ERROR, INLIERS, ANOMALIES - 2)


def test_the_best_score_is_named_with_its_paired_lead() -> None:
    said = anomaly.verdict([WEAK, CLEAR], "class 4")
    lead = CLEAR.auc.value - WEAK.auc.value
    assert "The **density of AE** tells class 4 from the rest best" in said
    assert f"its AUC is {lead:.3f} [" in said
    assert "above the **error of PCA**'s" in said
    assert "300 inliers and 100 anomalies" in said
    assert "wrong way" not in said


def test_of_scores_that_chance_cannot_tell_apart_none_is_called_better() -> None:
    twin = judge("PCA", DENSITY, INLIERS + 0.01 * RNG.standard_normal(300), ANOMALIES + 3)
    assert "is shown to tell class 4 from the rest better than the other" in anomaly.verdict([twin, CLEAR], "class 4")


def test_an_error_below_guessing_is_explained() -> None:
    assert "The error of PCA alone points the wrong way" in anomaly.verdict([WRONG, CLEAR], "class 1")


def test_a_single_model_is_judged_alone() -> None:
    assert f"best: AUC {CLEAR.auc.value:.3f} [" in anomaly.verdict([CLEAR], "class 4")


def test_the_table_of_areas_has_a_row_per_model_and_a_column_per_score() -> None:
    head, _, row = anomaly.auc_table([judge("AE", kind, INLIERS, ANOMALIES + 1) for kind in KINDS]).split("\n")
    assert head == "| AUC | error | density | both |"
    assert row.startswith("| AE | 0.")
    assert row.count("[") == 3


def test_pictures_are_sorted_by_the_score_of_the_best_detection() -> None:
    question = anomaly.Question("class 4", (), pictures(0.0, 0.1, 0.2, 0.3, 0.4), pictures(0.5, 0.6, 0.7, 0.8, 0.9))
    order = np.array([2.0, 5, 1, 4, 3])
    rows = anomaly.strips(question, [judge("AE", ERROR, order, order + 9)], SHAPE)
    assert [row.images[:, 0, 0].round(2).tolist() for row in rows] == [
        pytest.approx([0.6, 0.8, 0.9, 0.5, 0.7]),
        pytest.approx([0.7, 0.5, 0.9, 0.8, 0.6]),
        pytest.approx([0.1, 0.3, 0.4, 0.0, 0.2]),
    ]
    assert rows[0].title == "anomalies with the highest scores, by error of AE"


def test_the_drawing_stands_beside_what_each_model_makes_of_it() -> None:
    made = [ErrorAmongOthers(title, np.full(4, x, np.float32), 12.34, np.ones(3)) for title, x in (("a", -1), ("b", 2))]
    drawing: Any = SimpleNamespace(pixels=pictures(0.5), title="drawing")
    context: Any = SimpleNamespace(tile=lambda x: x.reshape(-1, *SHAPE))
    row = drawn_anomaly.strip(context, drawing, made)
    assert row.images.reshape(3, 4).tolist() == [[0.5] * 4, [0.0] * 4, [1.0] * 4]
    assert list(row.labels or ()) == ["drawing", "a\nerror 12.3", "b\nerror 12.3"]


def test_a_drawing_is_told_from_the_test_pictures_by_its_error() -> None:
    errors = np.arange(1, 201, dtype=np.float64)
    far, near = (ErrorAmongOthers("vae, K = 2", np.zeros(4, np.float32), error, errors) for error in (195.0, 100.5))
    assert drawn_anomaly.sentence(far) == (
        "vae, K = 2: error 195.0, more than that of 97 % of the 200 test images. A threshold of 190.0, above which "
        "5 % of them lie, calls it an anomaly."
    )
    assert "more than that of 50 % of the 200" in drawn_anomaly.sentence(near)
    assert drawn_anomaly.sentence(near).endswith("calls it no anomaly.")
    just = ErrorAmongOthers("vae, K = 2", np.zeros(4, np.float32), 0.42, np.full(200, 0.38))
    assert "error 0.42, more than that of 100 % of the 200 test images. A threshold of 0.38" in (
        drawn_anomaly.sentence(just)
    )


def test_memory_is_counted_in_bytes() -> None:
    said = search.memory(2, 784, 60_000)
    assert "A code takes 8 bytes (2 numbers of 4 bytes) and a picture 784, one per pixel" in said
    assert "a search by codes reads 98 times fewer bytes" in said
    assert "reads 6.25 times as many bytes" in search.memory(100, 64, 1_000)
    assert "reads 1 times as many bytes" in search.memory(16, 64, 1_000)


def test_coded_pictures_say_bytes_and_errors_of_what_they_show() -> None:
    digits = load_dataset("digits")
    x = digits.pixels()
    pca = fit_pca(x, (8, 8), PCASpec(6))
    levels = fit_levels(pca.encode(x), 3)
    coded = compression.coded_pictures(pca, "pca", levels, x[:1], (8, 8))
    assert [one.title for one in coded] == ["the picture", "pca", "3 bits per number", "smallest JPEG"]
    assert [one.size for one in coded[:3]] == ["64 bytes", "24 bytes", "2.25 bytes"]
    n_bytes, n_headers = map(int, coded[3].size.replace(" bytes", "").replace(" headers", "").split(", "))
    assert 0 < n_headers < n_bytes < 400
    for one in coded:
        assert one.mse == pytest.approx(float(((x[:1] - np.clip(one.x_hat, 0, 1)) ** 2).mean()), abs=1e-7)
    assert coded[1].mse < coded[2].mse
    row = compression.strip(coded, (8, 8))
    assert row.images.shape == (4, 8, 8)
    np.testing.assert_array_equal(row.images[0], x[0].reshape(8, 8))
    assert row.labels[2] == f"3 bits per number\n2.25 bytes\nMSE {coded[2].mse:.4f}"


def test_all_channels_of_a_hidden_pixel_are_hidden() -> None:
    hidden = np.array([True, False, False, True])
    assert inpainting.of_values(hidden, (2, 2)).tolist() == hidden.tolist()
    assert np.flatnonzero(inpainting.of_values(hidden, (2, 2, 3))).tolist() == [0, 1, 2, 9, 10, 11]


def test_a_search_by_pixels_counts_the_channels_of_colours() -> None:
    assert "3,072, one per pixel and channel" in search.memory(64, 3072, 15_000, is_colour=True)


def test_what_follows_the_pen_is_said() -> None:
    pca = fit_pca(np.random.default_rng(0).random((30, 16)), (4, 4), PCASpec(2))
    conditional = build_autoencoder(CVAESpec(latent_dim=2, hidden=(4,)), (4, 4), 0, n_classes=3)
    both = build_reconstructions([("PCA", pca), ("CVAE", conditional)])
    assert "follow the pen" in of_pen(both)
    assert "CVAE encodes on the server" in of_pen(both)
    assert "follow the pen" not in of_pen(build_reconstructions([("CVAE", conditional)]))
    assert "server" not in of_pen(build_reconstructions([("PCA", pca)]))


@pytest.mark.parametrize("shape", [(8, 9), (8, 9, 3)])
def test_sides_of_a_picture_are_named_without_its_channels(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(anomaly, "st", SimpleNamespace(info=lambda text, **_: said.append(text)))
    monkeypatch.setattr(anomaly, "_others_of_one_size", lambda _: [])
    assert anomaly._other_data(SimpleNamespace(shape=shape, test=None)) is None  # type: ignore[arg-type]
    assert "No other data set of 8 × 9 pictures" in said[0]


@pytest.mark.parametrize(("shape", "n_values"), [((8, 9), 72), ((8, 9, 3), 216)])
def test_a_pixel_of_a_picture_in_colour_has_three_values(shape: tuple[int, ...], n_values: int) -> None:
    parts: dict[str, Any] = dict.fromkeys(field.name for field in fields(ApplicationContext))
    context = ApplicationContext(**parts | {"test": SimpleNamespace(sample_shape=shape)})
    assert (context.n_pixels, context.n_values) == (72, n_values)
    assert context.tile(np.zeros((2, n_values), np.float32)).shape == (2, *shape)


def test_a_mask_of_a_picture_in_colour_hides_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, object] = {}
    asked: list[object] = []
    monkeypatch.setattr(inpainting, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(inpainting, "read", lambda *_: None)
    written: list[object] = []
    monkeypatch.setattr(inpainting, "write_text", lambda _, text: written.append(text))

    def drawn(image: Any, _: object, patterns: dict[str, Any], name: str, alt: str) -> Any:
        asked.append((np.shape(image), name, alt, {key: int(np.sum(mask)) for key, mask in patterns.items()}))
        return patterns[names[len(asked) - 1]]

    monkeypatch.setattr(inpainting, "mask_drawing", drawn)
    context = SimpleNamespace(shape=(4, 6, 3), n_pixels=24, tile=lambda x: x.reshape(-1, 4, 6, 3))
    shown = SimpleNamespace(pixels=np.zeros((1, 72), np.float32), title="sample 3")
    names = inpainting.AT_RANDOM, inpainting.LOWER
    hidden = [inpainting._drawn_mask(context, shown) for _ in names][-1]  # type: ignore[arg-type]
    counts = {inpainting.AT_RANDOM: 12, inpainting.LOWER: 12, inpainting.NOTHING: 0}
    assert asked == [((4, 6, 3), "mask-4-6", "Draw to hide pixels of sample 3", counts)] * 2
    assert (written[0], hidden.reshape(4, 6).sum(axis=1).tolist()) == (None, [0, 0, 6, 6])
    assert written[1] == mask_text(hidden)
