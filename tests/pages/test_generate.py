"""The page of generation without a browser, on the digits models."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from streamlit.testing.v1 import AppTest

from explorer.__main__ import main
from explorer.analysis.holes import C2ST, HOLE_RATE
from explorer.analysis.linear_generator import Fit, plane_of_classes
from explorer.analysis.measure import Interval, Measure
from explorer.analysis.toy_codes import toy_codes
from explorer.data import load_dataset
from explorer.data.subsets import of_classes
from explorer.store import read_info
from explorer.ui.models.model_and_sampler import Side
from explorer.ui.views.generate import flow as flow_panel
from explorer.ui.views.generate.linear import words as linear_words
from explorer.ui.views.generate.mixture import named_components
from explorer.ui.views.generate.steps import n_pictures
from tests.conftest import ROOT, app_page

LIKELIHOODS = re.compile(r"per point: (\S+) nats .*?\*\*(\S+)\*\* .*?one Gaussian has (\S+) for")


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-ae-2d", "digits-pca", "digits-vae-2d", ".classifiers"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hasty conditional model, a hasty mixture prior of three components and one of a single dimension."""
    folder = tmp_path_factory.mktemp("trained")
    tiny = ("--set", "hidden=16", "--epochs", "3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CHECKPOINTS", str(folder))
        assert main(["train", "cvae", *tiny, "--name", "tiny-cvae"]) == 0
        mixture = ("--set", "n_components=3", "--set", "pretraining=2")
        for latent_dim in (1, 5):
            own = ("--set", f"latent_dim={latent_dim}", "--name", f"tiny-gmvae-{latent_dim}d")
            assert main(["train", "gmvae", *tiny, *mixture, *own]) == 0
    return folder


@pytest.fixture
def with_trained(library: Path, trained: Path) -> Path:
    """The library with those models as well."""
    return Path(shutil.copytree(trained, library, dirs_exist_ok=True))


def open_generate(**query: str) -> AppTest:
    app = app_page("generate", **{"left": "digits-ae-2d", "right": "digits-vae-2d", **query}).run()
    assert not app.exception
    return app


def test_it_opens_on_samples_of_two_models() -> None:
    app = open_generate()
    assert len(app.get("plotly_chart")) == 2
    assert not app.error


def test_quality_stands_beside_held_out_images() -> None:
    app = open_generate(left_sampler="kde")
    next(button for button in app.button if button.label.startswith("Judge")).click().run()
    assert not app.exception
    table = app.dataframe[0].value
    assert sorted(set(table["model and sampler"])) == [
        "digits-ae-2d with a kernel density",
        "digits-vae-2d with N(0, I)",
    ]
    assert len(table) == 8
    assert "Copying of images" in set(table["quantity"])


@pytest.fixture
def shipped(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All models that come with the explorer, with what was computed beforehand."""
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(ROOT / "checkpoints"))


@pytest.mark.usefixtures("shipped")
def test_quality_of_the_shipped_models_shows_without_mnist_and_another_seed_is_judged_when_asked() -> None:
    app = app_page("generate").run()
    table = app.dataframe[0].value
    assert set(table["model and sampler"]) == {"ae-2d with one Gaussian", "vae-2d with N(0, I)"}
    assert len(table) == 8
    assert not [button for button in app.button if button.label.startswith("Judge")]
    app.number_input(key="seed_of_draws").set_value(1).run()
    assert not app.dataframe
    assert [button for button in app.button if button.label.startswith("Judge")]


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("model", ["cvae-2d", "digits-cvae-2d"])
def test_draws_of_the_shipped_conditional_models_were_classified_beforehand(model: str) -> None:
    app = open_generate(view="Class-conditional", model=model)
    assert any("are classified as their label" in text.value for text in app.markdown)


def test_without_a_classifier_the_page_says_how_to_train_one(library: Path) -> None:
    shutil.rmtree(library / ".classifiers")
    app = open_generate()
    assert "train-classifier --dataset digits" in app.info[0].value
    assert not [button for button in app.button if button.label.startswith("Judge")]
    assert len(app.get("plotly_chart")) == 2


def test_contours_of_both_densities() -> None:
    app = open_generate()
    app.toggle(key="contours").set_value(True).run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 4


def test_the_likelihood_of_held_out_points_tells_a_fit_from_a_memory() -> None:
    app = open_generate(view="Toy data", dimensions="2-D", toy="ring", density="kde", bandwidth="0.01")
    text = " ".join(element.value for element in app.markdown)
    own, other, null = (float(one.replace("−", "-")) for one in LIKELIHOODS.findall(text)[0])
    seen, held_out = (toy_codes("ring", 2_000, np.random.default_rng(seed)) for seed in (0, 2))
    oracle = multivariate_normal(seen.mean(axis=0), np.cov(seen, rowvar=False)).logpdf(held_out).mean()
    assert null == pytest.approx(oracle, abs=0.02)
    assert own > other + 1


def test_blur_against_the_variance() -> None:
    app = open_generate(view="Blur", part="Against σ²", data="digits", sample="3")
    names = [chart.proto.id.rpartition("figure-")[2] for chart in app.get("plotly_chart")]
    assert names == ["variance-strip", "variance"]
    assert "only the mean image is drawn" in " ".join(element.value for element in app.markdown)


@pytest.mark.parametrize("name", ["mnist", "digits"])
@pytest.mark.parametrize(
    ("part", "figures", "says"),
    [
        ("Trained over σ²", ["variance-strip", "variance"], "Reconstructions are sharpest at σ² ="),
        ("Two losses", ["losses", "sharpness"], "| the mean image |"),
    ],
)
def test_blur_of_trained_networks_opens_finished_without_their_data(
    name: str, part: str, figures: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(ROOT / "checkpoints"))
    app = open_generate(view="Blur", part=part, data=name)
    assert [chart.proto.id.rpartition("figure-")[2] for chart in app.get("plotly_chart")] == figures
    assert says in " ".join(element.value for element in app.markdown)
    assert not app.button


@pytest.mark.parametrize("dimensions", ["1-D", "2-D"])
@pytest.mark.parametrize("density", ["gaussian", "mixture", "kde"])
def test_toy_densities(dimensions: str, density: str) -> None:
    app = open_generate(view="Toy data", dimensions=dimensions, density=density, gaussians="4")
    assert len(app.get("plotly_chart")) == 1
    assert not app.error


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    "query",
    [{}, {"toy": "ring", "euler_steps": "1"}, {"flow_to": "a model's codes", "model": "digits-ae-2d"}],
    ids=["as it opens", "one step", "a model"],
)
def test_a_flow_opens_with_a_finished_result(query: dict[str, str]) -> None:
    app = open_generate(view="Flow", **query)
    assert not app.error
    assert not app.button
    (text,) = [text.value for text in app.markdown if text.value.startswith("Dashed")]
    assert f"After {query.get('euler_steps', '16')} Euler step" in text
    assert "with training codes in place of draws" in text
    steps = app.get("bidi_component")
    assert steps


def test_a_flow_to_a_drawing_is_trained_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_generate(view="Flow", flow_to="a drawing", ink="none")
    assert "sheet is empty" in app.info[0].value
    monkeypatch.setattr(flow_panel, "DRAWN_STEPS", 3)
    app = open_generate(view="Flow", flow_to="a drawing", ink="1020e0e0-1080")
    next(button for button in app.button if button.label.startswith("Train a flow")).click().run()
    assert not app.exception
    assert "Solid: the paths of the same noise along the learned field." in words(app)


def test_one_draw_step_by_step() -> None:
    app = open_generate(view="Step by step", seed_of_draws="3")
    assert sum("z ~ p(z)" in text.value for text in app.markdown) == 2
    assert sum("states no distribution of pixels" in text.value for text in app.markdown) == 1
    assert sum("each pixel is drawn independently, black or white" in text.value for text in app.markdown) == 1
    assert len(app.get("plotly_chart")) == 2


def test_a_model_without_a_distribution_of_pixels_shows_one_picture_of_a_draw() -> None:
    shown = [n_pictures(Side("left", read_info(name), "gaussian")) for name in ("digits-ae-2d", "digits-vae-2d")]
    assert shown == [1, 2]
    columns = [column.proto.weight for column in open_generate(view="Step by step").columns]
    assert columns == pytest.approx([1 / 2, 1 / 2, 1 / 3, 2 / 3])


def test_the_seed_changes_the_draw() -> None:
    def told(seed: str) -> list[str]:
        app = open_generate(view="Step by step", seed_of_draws=seed)
        return [text.value for text in app.markdown if "z ~ p(z)" in text.value]

    assert told("1") == told("1") != told("2")


def test_an_empty_library_says_what_to_do(library: Path) -> None:
    shutil.rmtree(library)
    assert "Train one" in open_generate().info[0].value


def words(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_one_z_under_every_class_and_many_of_one(with_trained: Path) -> None:
    app = open_generate(view="Class-conditional")
    assert "one z" in words(app)
    assert len(app.get("plotly_chart")) == 1
    assert not app.error
    app = open_generate(view="Class-conditional", label="7")
    assert "150 draws z ~ p(z), each decoded as class **7**" in words(app)


def test_a_classifier_judges_the_classes(with_trained: Path) -> None:
    app = open_generate(view="Class-conditional")
    next(button for button in app.button if "fresh draws" in button.label).click().run()
    assert not app.exception
    assert "are classified as their label; real test images: " in words(app)


@pytest.mark.usefixtures("clear_caches")
def test_without_a_classifier_the_classes_are_shown_but_not_judged(with_trained: Path) -> None:
    shutil.rmtree(with_trained / ".classifiers")
    app = open_generate(view="Class-conditional")
    next(button for button in app.button if "fresh draws" in button.label).click().run()
    assert "train-classifier --dataset digits" in app.error[0].value
    assert len(app.get("plotly_chart")) == 1


def test_the_mixture_prior_shows_clusters_samples_counts_and_shares(with_trained: Path) -> None:
    app = open_generate(view="Mixture prior", model="tiny-gmvae-5d", sample="5")
    assert "Clustering accuracy on 360 test samples" in words(app)
    assert any("likeliest component c" in text.value for text in app.caption)
    assert len(app.get("plotly_chart")) == 5
    assert not app.error


def test_a_mixture_prior_of_one_dimension_has_no_plane(with_trained: Path) -> None:
    app = open_generate(view="Mixture prior", model="tiny-gmvae-1d")
    assert "no plane" in app.info[0].value
    assert len(app.get("plotly_chart")) == 4


@pytest.mark.parametrize(("view", "family"), [("Class-conditional", "cvae"), ("Mixture prior", "gmvae")])
def test_a_family_that_is_missing_says_how_to_train_it(view: str, family: str) -> None:
    app = open_generate(view=view)
    assert f"python -m explorer train {family} --dataset digits" in app.info[0].value
    assert not app.get("plotly_chart")


def test_conditional_and_mixture_models_draw_step_by_step(with_trained: Path) -> None:
    app = open_generate(
        view="Step by step", left="tiny-cvae", left_sampler="prior", right="tiny-gmvae-5d", right_sampler="prior"
    )
    conditional, mixture = (text.value for text in app.markdown if "z ~ p(z" in text.value)
    assert "1. y ~ p(y)" in conditional
    assert "x ~ p(x|z, y)" in conditional
    assert "1. c ~ p(c), a component of the learned prior" in mixture
    assert "2. z ~ p(z|c)" in mixture


def test_conditional_and_mixture_models_are_sampled_judged_and_mapped(with_trained: Path) -> None:
    app = open_generate(left="tiny-cvae", left_sampler="gaussian", right="tiny-gmvae-5d", right_sampler="prior")
    assert len(app.get("plotly_chart")) == 2
    next(button for button in app.button if button.label.startswith("Judge")).click().run()
    assert len(app.dataframe[0].value) == 8
    app.toggle(key="contours").set_value(True).run()
    assert not app.exception
    assert not app.error


def test_a_component_is_named_for_the_class_that_most_of_its_samples_have() -> None:
    counts = np.array([[1, 83, 16], [0, 0, 0], [5, 0, 0]])
    assert named_components(counts, ("0", "1", "2")) == ["c1: 1", "c2", "c3: 0"]


def test_the_bandwidth_of_the_kernel_is_in_the_link() -> None:
    app = open_generate(view="Toy data", density="kde", bandwidth="0.01")
    assert app.select_slider(key="bandwidth").value == "0.01"
    assert not app.error


def test_judged_images_stay_at_another_toggle() -> None:
    app = open_generate()
    next(button for button in app.button if button.label.startswith("Judge")).click().run()
    app.toggle(key="contours").set_value(True).run()
    assert len(app.dataframe[0].value) == 8


def test_pca_and_a_density_of_two_digits_in_one_view(library: Path) -> None:
    for name in ("digits-ae-2d", "digits-pca", "digits-vae-2d"):
        shutil.rmtree(library / name)
    app = open_generate(view="PCA + density", density="mixture")
    assert app.button_group(key="classes").value == ["1", "7"]
    assert len(app.get("plotly_chart")) == 2
    words = " ".join(part.value for part in app.markdown)
    assert "two numbers keep" in words
    assert "(a perfect density: 1 %)" in words
    app.button_group(key="classes").set_value([]).run()
    assert "No class is chosen" in app.info[0].value


def test_the_fit_is_told_with_its_nulls() -> None:
    plane = plane_of_classes(*(of_classes(load_dataset("digits", split), [0, 1]) for split in ("train", "test")))
    holes = Measure(HOLE_RATE, Interval(0.2, 0.1, 0.3), Interval(0.01, 0, 0.02))
    accuracy = Measure(C2ST, Interval(0.75, 0.7, 0.8), Interval(0.5, 0.45, 0.55))
    told = linear_words(plane, Fit(holes, accuracy, 2_000))
    assert f"two numbers keep {100 * plane.explained:.1f} %" in told
    assert "Of 2,000 draws 20.0 % [10.0, 30.0] lie farther" in told
    assert "in 75.0 % [70.0, 80.0] of the cases; training codes, which stand for a perfect density, in 50.0 %" in told


def test_blur_of_one_code_and_of_every_model() -> None:
    app = open_generate(view="Blur", model="digits-vae-2d", sample="7")
    assert len(app.get("plotly_chart")) == 3
    assert "of their edge energy" in " ".join(part.value for part in app.markdown)
    assert app.number_input(key="sample").value == 7


def test_without_a_plain_model_blur_says_what_to_do(library: Path) -> None:
    for name in ("digits-ae-2d", "digits-vae-2d"):
        shutil.rmtree(library / name)
    assert "train one on the Train page" in open_generate(view="Blur").error[0].value


def test_a_classifier_and_a_likelihood_judge_pictures_that_are_none() -> None:
    app = open_generate(view="Why generative", change="0.1")
    assert len(app.get("plotly_chart")) == 2
    assert app.slider(key="change").value == 0.1
    assert "A classifier has to name a class" in " ".join(part.value for part in app.markdown)


def test_without_a_vae_there_is_no_likelihood_to_show(library: Path) -> None:
    shutil.rmtree(library / "digits-vae-2d")
    assert "no VAE of images with a classifier" in open_generate(view="Why generative").error[0].value
