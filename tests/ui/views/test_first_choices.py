"""What views offer first: the order of their models and data sets, where several could be."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from explorer.models.spec import AESpec, CVAESpec, GMVAESpec, ModelSpec, PCASpec, VAESpec
from explorer.ui.models import at_hand
from explorer.ui.runs import finished
from explorer.ui.views.applications import context as applications
from explorer.ui.views.compare import context as compare
from explorer.ui.views.elbo import panels as elbo
from explorer.ui.views.generate import blur, why_generative
from explorer.ui.views.interpolate import panels as interpolate
from explorer.ui.views.pca import context as pca
from explorer.ui.views.posterior import panels as posterior


def info(name: str, model: ModelSpec, dataset: str = "mnist", changes: tuple[object, ...] = ()) -> Any:
    run = SimpleNamespace(dataset=dataset, model=model, changes=changes)
    return SimpleNamespace(name=name, run=run, sample_shape=(8, 8))


def source(name: str, *, available: bool = True, kind: str = "images", shape: tuple[int, ...] = (8, 8)) -> Any:
    return SimpleNamespace(name=name, available=available, kind=kind, sample_shape=shape)


LIBRARY = {
    one.name: one
    for one in (
        info("ae-8d", AESpec(latent_dim=8)),
        info("ae-2d", AESpec(latent_dim=2)),
        info("digits-vae-2d", VAESpec(latent_dim=2), "digits"),
        info("gmvae-2d", GMVAESpec(latent_dim=2)),
        info("vae-20d", VAESpec(latent_dim=20)),
        info("vae-32d", VAESpec(latent_dim=32)),
        info("vae-2d-beta4", VAESpec(latent_dim=2, beta=4)),
        info("vae-2d", VAESpec(latent_dim=2)),
        info("vae-1d", VAESpec(latent_dim=1)),
        info("cvae-2d", CVAESpec(latent_dim=2)),
        info("gone-vae-2d", VAESpec(latent_dim=2), "gone"),
        info("pca", PCASpec(latent_dim=64)),
    )
}
SOURCES = (source("digits"), source("mnist"), source("gone", available=False))


def listed(patch: pytest.MonkeyPatch, module: Any, name: str, value: object) -> None:
    patch.setattr(module, name, lambda *_: value)


def test_models_of_a_plane_come_first_and_those_of_digits_last(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, at_hand, "visible_models", tuple(LIBRARY.values()))
    assert list(at_hand.usable_models()) == [
        *("ae-2d", "cvae-2d", "gmvae-2d", "gone-vae-2d", "vae-2d", "vae-2d-beta4", "digits-vae-2d"),
        *("ae-8d", "pca", "vae-1d", "vae-20d", "vae-32d"),
    ]


def test_posteriors_are_first_those_of_plain_vaes_in_a_plane(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, posterior, "visible_models", tuple(LIBRARY.values()))
    assert list(posterior.usable_vaes()) == [
        *("gone-vae-2d", "vae-2d", "vae-2d-beta4", "cvae-2d", "gmvae-2d", "digits-vae-2d", "vae-20d", "vae-32d"),
    ]


def test_applications_offer_data_at_hand_then_what_is_preferred_then_many_dimensions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed(monkeypatch, applications, "encoding_models", LIBRARY)
    listed(monkeypatch, applications, "list_sources", SOURCES)
    many = ["pca", "vae-20d", "vae-32d"]
    few = ["ae-2d", "gmvae-2d", "vae-2d", "vae-2d-beta4", "vae-1d"]
    assert list(applications.picture_models()) == [*many, "ae-8d", *few, "digits-vae-2d", "gone-vae-2d"]
    preferred = list(applications.picture_models(lambda model: isinstance(model, AESpec)))
    assert preferred[:3] == ["ae-8d", "ae-2d", "pca"]


def test_the_two_walks_are_compared_first_where_a_plain_vae_has_many_dimensions() -> None:
    few = {name: LIBRARY[name] for name in ("gmvae-2d", "vae-2d", "vae-20d", "ae-2d")}
    assert list(interpolate.with_prior(few)) == ["vae-20d", "vae-2d", "gmvae-2d"]


def test_the_elbo_is_first_that_of_a_plane_with_beta_1(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, elbo, "visible_models", tuple(LIBRARY.values()))
    listed(monkeypatch, elbo, "available_datasets", ("mnist", "digits"))
    assert list(elbo.usable_vaes()) == ["vae-2d", "vae-2d-beta4", "digits-vae-2d"]


def test_draws_of_the_prior_stand_beside_those_of_the_largest_like_model(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, elbo, "visible_models", tuple(LIBRARY.values()))
    listed(monkeypatch, elbo, "available_datasets", ("mnist", "digits"))
    monkeypatch.setattr(elbo, "checkpoint_of", lambda info: info.name)
    seen = elbo.Seen(SimpleNamespace(run=LIBRARY["vae-2d"].run), 0, None)  # type: ignore[arg-type]
    assert [one.checkpoint for one in elbo._of_more_dimensions(seen)] == ["vae-32d"]  # type: ignore[comparison-overlap]


def test_blur_is_first_that_of_a_vae_and_of_the_digits_last(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, blur, "list_sources", SOURCES)
    names = list(blur._plain_models(LIBRARY))
    assert names[0].startswith("vae")
    assert names[-1] == "digits-vae-2d"
    assert "gone-vae-2d" not in names
    assert {"ae-2d", "ae-8d"} < set(names)


@pytest.mark.parametrize(
    ("first", "then"),
    [("vae-2d", "digits-vae-2d"), ("vae-2d", "gmvae-2d"), ("vae-32d", "vae-20d"), ("vae-2d", "cvae-2d")],
)
def test_a_likelihood_is_first_judged_where_it_has_room(first: str, then: str) -> None:
    order: Callable[[Any], Any] = why_generative._lecture_first
    assert order(LIBRARY[first]) < order(LIBRARY[then])


def test_images_at_hand_come_with_the_digits_last(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, compare, "list_sources", (*SOURCES, source("curves", shape=(24,)), source("untrained")))
    monkeypatch.setattr(compare, "models_by_k", lambda name: {} if name == "untrained" else {2: (name,)})
    assert list(compare.images_at_hand()) == ["mnist", "digits"]


def test_pca_offers_data_at_hand_then_those_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = (
        *(source("unknown", available=False), source("gone", available=False), source("curves", kind="curves")),
        *(source("new"), source("mnist"), source("faces", kind="colour")),
    )
    listed(monkeypatch, pca, "list_sources", sources)
    listed(monkeypatch, pca, "_pcas_in_library", (info("pca", PCASpec()), info("gone-pca", PCASpec(), "gone")))
    assert pca.data_set_names() == ("mnist", "new", "faces", "gone", "unknown")


def test_a_replay_is_first_one_with_pictures_of_a_plain_vae_in_a_plane(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = info("turned", VAESpec(latent_dim=2), changes=("beta",))
    mine = info("mine", VAESpec(latent_dim=2))
    bare = info("bare", VAESpec(latent_dim=2))
    short = info("short", VAESpec(latent_dim=2))
    names = ("ae-2d", "vae-2d-beta4", "vae-2d", "vae-1d", "vae-20d", "ae-8d")
    found = (turned, bare, short, mine, *(LIBRARY[name] for name in names))
    listed(monkeypatch, finished, "visible_models", found)
    listed(monkeypatch, finished, "shipped_names", frozenset({"vae-2d", "vae-2d-beta4", "bare"}))

    def moments(one: Any) -> Any:
        return SimpleNamespace(n_moments=1 if one.name == "short" else 9, has_pictures=one.name != "bare")

    monkeypatch.setattr(finished, "_moments", moments)
    assert list(finished.replayable()) == [
        *("vae-2d", "mine", "vae-2d-beta4", "bare", "turned", "ae-2d", "vae-20d", "ae-8d"),
    ]
