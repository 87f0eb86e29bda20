"""The planes of t-SNE and UMAP beside those of models: what they are of, how they are turned, what is random."""

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.analysis import embeddings
from explorer.analysis.embeddings import (
    PERPLEXITIES,
    SEEDS,
    TSNE,
    UMAP,
    Embeddings,
    embed,
    light,
    tsne,
    turned_onto,
    umap_embedding,
)
from explorer.analysis.neighbourhoods import Neighbourhoods, neighbourhoods
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
RNG = np.random.default_rng(0)
POINTS = RNG.standard_normal((420, 6)).astype(np.float32)
PLANE = light(POINTS[:, :2])


@pytest.fixture(scope="module")
def space() -> Neighbourhoods:
    return neighbourhoods(POINTS)


def scattered(points: Array, perplexity: float, seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal((len(points), 2)).astype(np.float32)


def test_every_perplexity_and_seed_is_run_beside_the_models(
    space: Neighbourhoods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "tsne", scattered)
    *steps, end = embed(space, {"PCA": PLANE, "AE": POINTS[:, 1:3]})
    found = end.result
    assert isinstance(found, Embeddings)
    assert [step.fraction for step in steps] == [place / 9 for place in range(9)]
    runs = [(one.perplexity, one.seed) for one in found.planes if one.method == TSNE]
    assert runs == [(perplexity, seed) for perplexity in PERPLEXITIES for seed in SEEDS]
    assert [one.method for one in found.of_perplexity(5)] == ["PCA", "AE", TSNE, TSNE, TSNE]
    assert {one.perplexity for one in found.of_perplexity(100)} == {0, 100}
    np.testing.assert_array_equal(found.planes[0].points, PLANE)
    assert found.planes[0].preserved.neighbours_kept == space.preserved(PLANE).neighbours_kept
    assert found.seeds_share.value == pytest.approx(10 / 419, abs=0.01)


def test_a_plane_is_turned_and_mirrored_back() -> None:
    turned = PLANE @ np.array([[0, 1], [1, 0]], np.float32) * 3 + 7
    np.testing.assert_allclose(turned_onto(PLANE, turned), 3 * (PLANE - PLANE.mean(axis=0)), atol=0.01)


def test_places_are_what_half_precision_holds() -> None:
    np.testing.assert_array_equal(light(PLANE), PLANE)
    np.testing.assert_allclose(light(POINTS), POINTS, rtol=1e-3)


def test_tsne_is_that_of_scikit_learn_and_its_seed_matters() -> None:
    few = POINTS[:60]
    one = tsne(few, 5, 0)
    assert one.shape == (60, 2)
    np.testing.assert_array_equal(one, tsne(few, 5, 0))
    assert np.abs(one - tsne(few, 5, 1)).max() > 1


def test_umap_that_is_missing_is_named(space: Neighbourhoods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "has_umap", lambda: False)
    with pytest.raises(AnalysisError, match="not installed; run `pip install --group umap`"):
        umap_embedding(space, PLANE)


def test_umap_is_asked_for_its_usual_neighbours_and_turned(
    space: Neighbourhoods, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    class Fit:
        def __init__(self, **settings: Any) -> None:
            asked.update(settings)

        def fit_transform(self, points: Array) -> Array:
            return -points[:, :2]

    package = ModuleType("umap")
    package.UMAP = Fit  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "umap", package)
    monkeypatch.setattr(embeddings, "has_umap", lambda: True)
    found = umap_embedding(space, PLANE)
    assert asked == {"n_neighbors": 15, "random_state": 0, "n_jobs": 1}
    assert found.method == UMAP
    np.testing.assert_allclose(found.points, PLANE - PLANE.mean(axis=0), atol=0.01)
    assert found.preserved.neighbours_kept.value == pytest.approx(
        space.preserved(PLANE).neighbours_kept.value, abs=0.01
    )
