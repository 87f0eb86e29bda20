"""Sentences that views choose by their numbers: each outcome, and which side a limit falls on."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.analysis.anomaly import DENSITY, ERROR
from explorer.analysis.code_sizes import Spread
from explorer.analysis.contraction import CodeChanges
from explorer.analysis.denoising import AS_IT_IS
from explorer.analysis.measure import Interval, exactly
from explorer.figures.theme import model_hue
from explorer.models.spec import AESpec
from explorer.models.written_numbers import listed
from explorer.ui.views.applications import anomaly, denoising, drawn_anomaly
from explorer.ui.views.compare import draw, embeddings, sizes
from explorer.ui.views.data import dimensions, own_data
from explorer.ui.views.elbo import panels as elbo
from explorer.ui.views.elbo import sampling
from explorer.ui.views.generate import conditional, flow, linear, pixel_variance, steps, trained_blur, why_generative
from explorer.ui.views.holes import panels as holes
from explorer.ui.views.interpolate import panels as interpolate
from explorer.ui.views.manifold import shapes
from explorer.ui.views.objectives import code_changes, identity, sparse, sparsities
from explorer.ui.views.pca import panels as pca
from explorer.ui.views.pca import probabilistic
from explorer.ui.views.tradeoff import decoders, live, prior_draws, two_images
from explorer.ui.views.tradeoff import panels as tradeoff


def like(**parts: Any) -> Any:
    """What a function reads of a larger thing."""
    return SimpleNamespace(**parts)


LOW, MIDDLE, HIGH = Interval(0.2, 0.1, 0.3), Interval(0.3, 0.2, 0.4), Interval(0.5, 0.4, 0.6)

NUMBERS = [
    (embeddings.written, exactly(0.51234), "0.512"),
    (embeddings.written, HIGH, "0.500 [0.400, 0.600]"),
    (embeddings.in_percent, exactly(0.51234), "51.2 %"),
    (embeddings.in_percent, HIGH, "50.0 % [40.0, 60.0]"),
    (listed, [2], "2"),
    (listed, [2, 4, 8], "2, 4 and 8"),
    (sizes._in, Spread(2.04, 1.0, 3.0), "2.0 [1.0 to 3.0]"),
    (sizes._in, Spread(2.0, 2.0, 2.0), "2.0"),
    (drawn_anomaly._written, 9.994, "9.99"),
    (drawn_anomaly._written, 10.0, "10.0"),
    (dimensions.power_of_ten_of, 3.5, "3.2e+03"),
    (dimensions.power_of_ten_of, 4.0, "10<sup>4</sup>"),
    (conditional._limits, HIGH, "40.0, 60.0"),
    (why_generative._percent, 0.512, "51 %"),
    (two_images._percent, 0.512, "51.2 %"),
    (interpolate._text, -0.004, "0.00"),
    (interpolate._text, -1.5, "−1.50"),
    (own_data._size_name, "28", "28 × 28, cropped and scaled"),
    (own_data._size_name, "", "as they are"),
]


@pytest.mark.parametrize(("words", "of", "said"), NUMBERS)
def test_a_number_is_written_with_its_digits_and_its_interval(
    words: Callable[[Any], str], of: object, said: str
) -> None:
    assert words(of) == said


def detection(auc: Interval, kind: str = ERROR) -> Any:
    return like(kind=kind, title="AE", auc=auc)


def size_spread(**spread_of_k: tuple[float, float, float]) -> dict[int, Spread]:
    return {int(k[1:]): Spread(*spread) for k, spread in spread_of_k.items()}


def bounds(**spread_of_k: tuple[float, float, float]) -> Any:
    return like(spread=lambda family, _: {"vae": size_spread(**spread_of_k)}[family])


def restored(trained_on: str | None, kind: str = "gaussian") -> Any:
    return like(own="dae", trained_on=trained_on, kind=kind)


def chains(*distances: Interval, encoder: Interval = HIGH, floor: Interval = LOW) -> Any:
    return like(steps=(1, 10, 100), distances=distances, encoder=encoder, floor=floor, accepted=0.5)


def strengths(entropy_nats: float) -> Any:
    models = [like(negative_elbo_nats=of) for of in (HIGH, LOW, MIDDLE)]
    return like(models=models, entropy_nats=entropy_nats)


def copying(title: str, shown: Interval, shuffled: Interval) -> Any:
    return like(title=title, kept=(shown, shuffled))


def sparse_network(title: str, hidden: Interval, zeros: float = 0.0) -> Any:
    return like(title=title, hidden=hidden, zeros=zeros)


def firing(n_active: list[int], n_dead: int) -> Any:
    return like(n_active=np.array(n_active), n_dead=n_dead, means=np.array([0.1]))


def blur(n_active: list[int], edges: list[float]) -> Any:
    shares = tuple(Interval(value, value - 0.05, value + 0.05) for value in edges)
    drawn = tuple(exactly(1 - value / 2) for value in edges)
    return like(variances=np.array([0.1, 0.5, 1.0]), n_active=n_active, restored=shares, drawn=drawn)


def draw_of(label: int | None, *, is_density: bool) -> Any:
    return like(label=label, distribution=like(is_density=is_density, formula="N"))


def measure_with(p: float) -> Any:
    return like(p=p, metric=like(title="MMD"), measured=MIDDLE)


def drawn(left_out: list[str]) -> Any:
    return like(coders=(1, 2), weight_bytes=1_500_000, image_shape=(8, 8), left_out=left_out)


# A length of 1 and of 2: the leading direction meets the bound, then goes beyond it for one of two pictures.
CHANGES = CodeChanges(
    np.array([1.0, 2.0]), np.array([[0.1, 0.1], [0.2, 0.2]]), np.array([[1.0, 1.0], [2.0, 2.4]]), np.ones(2)
)
WITHIN = CodeChanges(np.ones(1), np.full((1, 2), 0.1), np.ones((1, 2)), np.ones(2))

FAR, NEAR = Interval(0.9, 0.8, 1.0), Interval(0.3, 0.25, 0.35)
LATER = "more dimensions cost more KL than they save."
RARE_AFTER_ALL = "some are low after all of these draws."

SENTENCES = [
    (sizes._of_pca, (size_spread(k2=(3, 3, 3)), size_spread(k2=(4, 3.1, 5))), ", above PCA's at K = 2"),
    (sizes._of_pca, (size_spread(k2=(3, 3, 3)), size_spread(k2=(4, 3.0, 5))), ""),
    (sizes._of_bound, (bounds(k2=(9, 8, 10), k8=(5, 4, 6)),), "The largest K has the lowest −ELBO of the VAE in nats"),
    (sizes._of_bound, (bounds(k2=(5, 4, 6), k8=(9, 8, 10)),), LATER),
    (sizes._of_bound, (bounds(k2=(5, 4, 6), k8=(7, 6, 10)),), "At K = 8 it is 7.0 [6.0 to 10.0]."),
    (sizes._of_bound, (bounds(k2=(5, 5, 5), k8=(9, 8, 10)),), "At K = 8 it is 9.0 [8.0 to 10.0]."),
    (sizes._lowest, (size_spread(k2=(5, 4, 6), k4=(7, 6, 8)),), "also at K = 4"),
    (sizes._lowest, (size_spread(k2=(5, 4, 6), k4=(7, 6.1, 8)),), "K = 2, 5.0 [4.0 to 6.0]"),
    (sizes.not_studied, (["frey"],), "Not for frey: the 42 dense networks of this view"),
    (shapes._layer_words, (like(latent_dim=1),), "The plane's own grid and every fourth sample after"),
    (shapes._layer_words, (like(latent_dim=2),), "The sheet's own grid and every fourth sample after"),
    (elbo._scatters_less, (LOW, HIGH), "here the form with log q scatters less"),
    (elbo._scatters_less, (HIGH, LOW), "here the form with the KL in closed form scatters less"),
    (elbo._scatters_less, (LOW, MIDDLE), "here neither form clearly scatters less"),
    (elbo._why_low, ([(-9.0, -9.0), (0.0, 0.0)],), RARE_AFTER_ALL),
    (elbo._why_low, ([(-9.0, 0.0), (0.0, 0.0)],), "until one of them does, and then jumps."),
    (elbo._why_low, ([(9.0, 9.0), (0.0, 0.0)],), "Here no estimate is low"),
    (sampling.chains_words, (chains(FAR, NEAR, LOW),), "nearer than that after 10 steps; after 100 they are at 0.20"),
    (sampling.chains_words, (chains(FAR, Interval(0.4, 0.35, 0.45), LOW),), "nearer than that after 10 steps"),
    (sampling.chains_words, (chains(FAR, HIGH, MIDDLE),), "nearer than that after 100 steps; after 100 they are"),
    (sampling.chains_words, (chains(FAR, NEAR, LOW),), "as near as exact draws"),
    (
        sampling.chains_words,
        (chains(FAR, FAR, Interval(0.3, 0.1, 0.5), floor=Interval(0.2, 0.15, 0.25)),),
        "still farther",
    ),
    (sampling.chains_words, (chains(FAR, FAR, FAR),), "not nearer than that after 100 steps"),
    (sampling.chains_words, (chains(FAR, FAR, HIGH),), "still farther than exact draws"),
    (interpolate._of_shell, (5.0, 5.0, 5.0), "keeps this distance here"),
    (interpolate._of_shell, (4.0, 5.0, 5.0), "nearer to 0 than they are, the spherical path is not."),
    (interpolate._of_shell, (4.0, 4.0, 5.0), "both paths are nearer"),
    (trained_blur._larger, (Interval(1, 0.1, 2), "one", "other"), "one"),
    (trained_blur._larger, (Interval(-1, -2, -0.1), "one", "other"), "other"),
    (trained_blur._larger, (Interval(0, -1, 0.9), "one", "other"), "neither, as the interval holds 0"),
    (why_generative._comparison, (3, 3), "tells every kind"),
    (why_generative._comparison, (2, 3), "tells 2 of the 3 kinds"),
    (why_generative._on_blank, (-1234.0, 0.5), "log p(x) = −1,234 nats, above 50 % of the test images: a likelihood"),
    (why_generative._on_blank, (-1234.0, 0.4), "above 40 % of the test images."),
    (why_generative._interval, (HIGH, 100, 1), "50.0 [40.0, 60.0]"),
    (code_changes._verdict, (HIGH, LOW), "less, also in units of its own spread"),
    (code_changes._verdict, (LOW, HIGH), "not less"),
    (code_changes._verdict, (LOW, MIDDLE), "these images show no difference"),
    (sparse._width, (AESpec(latent_dim=65), 64), "overcomplete: 65 units for 64 pixels."),
    (sparse._width, (AESpec(latent_dim=64), 64), "The code has 64 units."),
    (probabilistic._fall, (np.array([1.0, 3.0, -2000.0]),), ", and −2,000.0 at the largest k"),
    (probabilistic._fall, (np.array([1.0, 2.0, 3.0]),), ""),
    (pca._rank_note, (like(variances=np.ones(5), rank=3),), "along the last 2 of 5, so"),
    (pca._rank_note, (like(variances=np.ones(5), rank=5),), ""),
    (pca._signs, (like(model=like(sample_shape=(8, 8))),), "orange above zero, blue below"),
    (pca._signs, (like(model=like(sample_shape=(3, 8, 8))),), "each colour channel"),
    (prior_draws._verb, (2.0, 1.0), "falls"),
    (prior_draws._verb, (1.0, 2.0), "rises"),
    (two_images._why, (0.91, 1.0, 1.0), "While they overlap, the decoder draws the mean"),
    (two_images._why, (0.9, 1.0, 1.0), "The clouds still overlap"),
    (two_images._why, (0.1, 0.59, 4.0), "With β = 4 the KL outweighs"),
    (two_images._why, (0.1, 0.6, 4.0), "The clouds still overlap"),
    (live._activity, (0, 4, 3.0), "After epoch 3, on validation images: 0 of 4 units active. The posterior has"),
    (live._activity, (1, 4, 3.0), "1 of 4 units active (variance of their mean above 0.01)."),
    (decoders._of_entropy, (strengths(np.nan),), "The best −ELBO is 0.20 nats."),
    (decoders._of_entropy, (strengths(0.15),), "0.15 nats (dashed); the best has 0.20."),
    (denoising._reason, (restored(None), AS_IT_IS), "Every model's own error is larger"),
    (denoising._reason, (restored(None), "dae"), "dae was never trained on noise"),
    (denoising._reason, (restored("masking"), "dae"), "dae was trained to undo masking noise, not this kind"),
    (denoising._reason, (restored("gaussian"), "dae"), "dae was trained to undo Gaussian noise."),
    (denoising._reason, (restored("gaussian"), "PCA"), "Gaussian noise, but another method is better here."),
    (
        code_changes._of_model,
        ("AE", CHANGES),
        "AE: a small random δ reaches 10 % of the bound, one in the leading direction",
    ),
    (code_changes._of_model, ("AE", CHANGES), "100 %; the latter exceeds it for some images from ‖δ‖ = 2 on."),
    (code_changes._of_model, ("AE", WITHIN), "the latter never exceeds it."),
    (
        identity._of_width,
        (copying("2", MIDDLE, LOW), copying("64", HIGH, HIGH)),
        "copies inputs that it has never seen",
    ),
    (identity._of_width, (copying("2", LOW, LOW), copying("64", exactly(1.0), exactly(0.45))), "has not become a copy"),
    (identity._of_width, (copying("2", HIGH, MIDDLE), copying("64", HIGH, MIDDLE)), "has not become a copy"),
    (
        identity._of_penalties,
        ("K", 0.3, (copying("L1", HIGH, HIGH), copying("L2", HIGH, LOW))),
        "These do not: L1, L2.",
    ),
    (
        identity._of_penalties,
        ("K", 0.4, (copying("L1", HIGH, HIGH), copying("L2", HIGH, LOW))),
        "At the same K, these keep less of shuffled pixels: L2. These do not: L1.",
    ),
    (
        sparsities._of_zeros,
        ([sparse_network("L1", LOW, 0.1), sparse_network("KL", LOW, 0.0)],),
        "zeros: L1; only small units: KL.",
    ),
    (sparsities._of_zeros, ([sparse_network("KL", LOW, 0.0)],), "Exact zeros: none; only small units: KL."),
    (sparsities._of_layers, (sparse_network("", LOW), [sparse_network("L1", HIGH)]), "becomes sparser with L1 (0.50)."),
    (sparsities._of_layers, (sparse_network("", LOW), [sparse_network("L1", MIDDLE)]), "becomes no sparser."),
    (sparse._activity, (AESpec(latent_dim=9), firing([3, 3], 0)), "In every test image exactly 3 are not 0."),
    (
        sparse._activity,
        (AESpec(latent_dim=9), firing([3, 6], 2)),
        "3 to 6, on average 4.5, are not 0. 2 of 9 units never",
    ),
    (flow._plane_words, (like(plane=None),), "never at one place at the same time"),
    (flow._plane_words, (like(plane=None),), "the drawn ones can cross at different times, and where Euler steps are"),
    (holes.samples_note, ("sampler against codes",), "Orange: the sampler draws where codes seldom lie"),
    (holes.samples_note, ("distance to codes",), "Each teal dot is one of 600 draws"),
    (anomaly.undivided, ("1", 0), "No test image is of class 1, so it cannot be told from others"),
    (anomaly.undivided, ("Face", 9), "All test images are of class Face, so it cannot be told from others"),
    (linear._between, (1,), "A draw between two codes decodes to a mixture of their reconstructions"),
    (linear._between, (2,), "A draw between two classes decodes to a mixture of both"),
    (flow._plane_words, (like(plane=1, codes=np.zeros((4, 9))),), "two principal components of 9 dimensions"),
    (pixel_variance._at_the_end, (blur([5, 4, 2], [0.9, 0.6, 0.4]),), "at 1, 2 and 0.40."),
    (
        pixel_variance._at_the_end,
        (blur([5, 4, 0], [0.9, 0.6, 0.1]),),
        "at 1, none, although β = 1: only the mean image is drawn",
    ),
    (
        trained_blur.variance_words,
        (blur([5, 4, 2], [0.9, 0.6, 0.4]),),
        "Reconstructions are sharpest at σ² = 0.1, 0.90",
    ),
    (
        trained_blur.variance_words,
        (blur([5, 4, 2], [0.9, 0.6, 0.4]),),
        "5 active dimensions; at every σ² some dimension is active",
    ),
    (trained_blur.variance_words, (blur([5, 4, 2], [0.9, 0.6, 0.4]),), "with 0.40 [0.35, 0.45]. Decoded"),
    (trained_blur.variance_words, (blur([5, 4, 0], [0.9, 0.6, 0.4]),), "from σ² = 1 on no dimension is active"),
    (trained_blur.variance_words, (blur([5, 4, 2], [0.4, 0.6, 0.9]),), "sharpest at σ² = 1, 0.90"),
    (
        trained_blur.variance_words,
        (blur([5, 4, 2], [0.9, 0.6, 0.4]),),
        "Decoded draws of the prior are sharpest at σ² = 1, 0.80 [0.80, 0.80], and have 0.55 [0.55, 0.55] at σ² = 0.1",
    ),
    (steps.picture_words, (like(label=None, distribution=None),), "the process ends here"),
    (
        steps.picture_words,
        (draw_of(None, is_density=False),),
        "x ~ p(x|z): each pixel is drawn independently, black or",
    ),
    (
        steps.picture_words,
        (draw_of(3, is_density=True),),
        "x ~ p(x|z, y): each pixel is drawn independently, with noise",
    ),
    (holes._mmd_words, ((like(p=None), measure_with(0.02)),), "MMD 0.3000, null 0, permutation p = 0.020"),
    (draw.of_every_model, (drawn([]),), "2 models encode and decode in the browser, 1.5 MB of weights"),
    (draw.of_every_model, (drawn(["a", "b"]),), "there was no room: a, b."),
    (tradeoff._references_in_words, ((),), ""),
    (
        tradeoff._references_in_words,
        ([like(name="a", differences=("K = 2", "β = 1"))],),
        " The levels have no rate: `a` (K = 2, β = 1).",
    ),
]


@pytest.mark.parametrize(("words", "of", "part"), SENTENCES)
def test_the_numbers_choose_the_sentence(words: Callable[..., str | list[str]], of: tuple[Any, ...], part: str) -> None:
    said = words(*of)
    text = said if isinstance(said, str) else "\n".join(said)
    assert part in text if part else text == ""


def test_colours_and_dots_are_explained_where_they_are_shown() -> None:
    assert holes.samples_note(holes.CODES_ONLY).startswith("Each plane has its model's **own** range")
    assert "Orange" not in holes.samples_note("distance to codes")


def test_where_areas_differ_by_less_than_their_interval_neither_is_best(monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for difference in (Interval(0.1, 0.01, 0.2), Interval(0.1, 0.0, 0.2)):
        monkeypatch.setattr(anomaly, "auc_difference", lambda *_, found=difference: found)
        said.append(anomaly._against(detection(HIGH), detection(LOW, DENSITY), "class 0"))
    first, second = f"The **{ERROR} of AE**", f"the **{DENSITY} of AE**"
    assert said == [
        f"{first} tells class 0 from the rest best; its AUC is 0.100 [0.010, 0.200] above {second}'s.",
        (
            f"Neither t{first[1:]} nor {second} is shown to tell class 0 from the rest better than the other: "
            "the AUCs differ by 0.100 [0.000, 0.200]."
        ),
    ]


def test_an_error_below_a_guess_points_the_wrong_way() -> None:
    below, at = Interval(0.4, 0.3, 0.49), Interval(0.5, 0.4, 0.5)
    assert len(anomaly._misled([detection(below), detection(at), detection(below, DENSITY)])) == 1


@pytest.mark.parametrize(
    ("families", "second"), [(("ae", "vae"), "vae"), (("ae", "ae"), "linear_ae"), (("linear_ae", "linear_ae"), "ae")]
)
def test_two_models_side_by_side_have_two_hues(families: tuple[str, str], second: str) -> None:
    sides: Any = [like(info=like(run=like(model=like(family=one)))) for one in families]
    assert [holes._hue(side, sides) for side in sides] == [model_hue(families[0]), model_hue(second)]
