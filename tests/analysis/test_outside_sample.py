"""What a model makes of a sample from outside, against plain loops over the model's own samples."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.analysis.outside_sample import OwnSamples, outside_sample, own_samples
from explorer.data import Dataset, load_dataset
from explorer.errors import AnalysisError
from explorer.models.latent_model import LatentModel, VariationalModel
from explorer.store import load_checkpoint


@pytest.fixture(scope="module")
def splits() -> tuple[Dataset, Dataset]:
    return load_dataset("digits"), load_dataset("digits", "test")


@pytest.fixture(scope="module")
def vae() -> LatentModel:
    return load_checkpoint("digits-vae-2d").model


@pytest.fixture(scope="module")
def own(vae: LatentModel, splits: tuple[Dataset, Dataset]) -> OwnSamples:
    return own_samples(vae, *splits)


def test_own_samples_are_those_of_the_splits(
    own: OwnSamples, vae: LatentModel, splits: tuple[Dataset, Dataset]
) -> None:
    train, test = splits
    x = test.pixels()
    np.testing.assert_allclose(own.sse, ((x - vae.decode(vae.encode(x))) ** 2).sum(axis=1), rtol=1e-5)
    codes = vae.encode(train.pixels())
    by_hand = sorted(float(np.linalg.norm(codes - z, axis=1).min()) for z in own.test_codes)
    np.testing.assert_allclose(sorted(own.distances), by_hand, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(own.plane.axes, np.eye(2))


def test_a_test_sample_keeps_its_own_numbers(
    own: OwnSamples, vae: LatentModel, splits: tuple[Dataset, Dataset]
) -> None:
    train, test = splits
    x = test.pixels()[7]
    found = outside_sample(vae, own, x)
    gaps = np.linalg.norm(own.train_codes - own.test_codes[7], axis=1)
    votes = np.bincount(train.labels[np.argsort(gaps)[:5]])
    of_class = own.sse[test.labels == found.label]
    np.testing.assert_allclose(found.place, own.test_codes[7], atol=1e-5)
    assert (found.label, found.n_votes) == (int(votes.argmax()), int(votes.max()))
    assert found.sse == pytest.approx(own.sse[7], rel=1e-5)
    assert found.distance == pytest.approx(gaps.min(), rel=1e-4)
    assert found.fraction_below == pytest.approx(sum(error < found.sse for error in of_class) / len(of_class))
    nearer = sum(distance < found.distance for distance in own.distances)
    assert found.fraction_nearer == pytest.approx(nearer / len(own.distances))


def test_the_posterior_is_the_models_own_and_turns_with_the_plane(own: OwnSamples, vae: LatentModel) -> None:
    assert isinstance(vae, VariationalModel)
    x = np.linspace(0, 1, 64, dtype=np.float32)
    variance = vae.posterior(x[None]).std[0] ** 2
    covariance = outside_sample(vae, own, x).covariance
    assert covariance is not None
    np.testing.assert_allclose(covariance, np.diag(variance), rtol=1e-5)
    turned = replace(own, plane=replace(own.plane, axes=np.array([[0, 1], [-1, 0]], np.float32)))
    covariance = outside_sample(vae, turned, x).covariance
    assert covariance is not None
    np.testing.assert_allclose(covariance, np.diag(variance[::-1]), rtol=1e-5)


def test_of_many_dimensions_the_plane_is_that_of_the_first_principal_components(
    splits: tuple[Dataset, Dataset],
) -> None:
    model = load_checkpoint("digits-ae-8d").model
    own = own_samples(model, *splits)
    found = outside_sample(model, own, splits[1].pixels()[0])
    assert own.plane.labels == ("PC 1", "PC 2")
    np.testing.assert_allclose(found.place, own.plane.project(own.test_codes)[0], atol=1e-4)
    assert found.covariance is None


def test_a_code_of_one_dimension_has_no_plane(vae: LatentModel, splits: tuple[Dataset, Dataset]) -> None:
    from explorer.models.pca import fit_pca
    from explorer.models.spec import PCASpec

    train, test = splits
    with pytest.raises(AnalysisError, match="one dimension spans no plane"):
        own_samples(fit_pca(train.pixels(), (8, 8), PCASpec(latent_dim=1)), train, test)
