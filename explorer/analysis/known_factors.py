"""Pictures of a bar whose factors are known, and whether a code's axes are these factors: MIG, SAP and DCI.

Chen et al. 2018 (MIG, eq. 6); Kumar et al. 2018 (SAP, section 3); Eastwood & Williams 2018 (DCI, section 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import special_ortho_group
from sklearn.ensemble import RandomForestRegressor

from explorer.analysis.anomaly import learn
from explorer.analysis.kl_parts import KLParts, kl_parts, shuffled_parts
from explorer.analysis.likelihood import rate_and_distortion_nats
from explorer.analysis.measure import Interval, Progress, mean_interval, range_of, without_negative
from explorer.data.dataset import Dataset
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.latent_model import LatentModel
from explorer.models.spec import AESpec, PCASpec, VAESpec
from explorer.training import RunSpec

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
NAME, SIDE = "bars", 16
FACTORS = ("across", "up", "size", "turn")
N_TRAIN, N_TEST = 3_000, 1_500
LATENT_DIM, HIDDEN, N_EPOCHS = 6, (128, 64), 40
BETAS, TC_WEIGHTS, SEEDS = (0.5, 1.0, 2.0, 4.0, 8.0), (1.0, 3.0, 7.0, 15.0), (0, 1, 2)
# Bars whose posteriors are averaged to q(z), which the parts of the KL are about.
N_AGGREGATED = 5_000
N_BINS, N_TREES, N_ROTATIONS = 20, 20, 4
WALK_STEPS, WALK_REACH = 7, 2.0
# A bar's half length and its share of that in height; what its edge is blurred over, in pixels.
LENGTHS, HEIGHT, EDGE = (2.0, 4.5), 0.4, 0.7
MARGIN = 4.5


@dataclass(frozen=True)
class Scores:
    """How far each axis of a code is one factor and each factor one axis, 0 to 1."""

    mig: float
    sap: float
    dci: float


@dataclass(frozen=True)
class BarTerms:
    """What a VAE costs on bars it has not seen, nats per image.

    shuffled: the parts of the KL once each dimension's posteriors are dealt out to other pictures by chance.
    """

    distortion_nats: float
    parts: KLParts
    shuffled: KLParts


@dataclass(frozen=True, eq=False)
class FactorModel:
    """A kind of model, trained with three seeds.

    scores: of each seed; rotated: the same codes turned by chance, 4 times each: all that they know of the factors is
    still there, but on no axis; walks: (K, 7, 16, 16) uint8, what the first seed decodes along each axis; terms: of
    each seed of a VAE, none of others; beta, tc_weight: of a VAE.
    """

    title: str
    scores: tuple[Scores, ...]
    rotated: tuple[Scores, ...]
    walks: NDArray[np.uint8]
    terms: tuple[BarTerms, ...] = ()
    beta: float = 0.0
    tc_weight: float = 0.0

    def interval(self, measure: str) -> Interval:
        """The mean over seeds with Student's interval; no measure is below 0."""
        return without_negative(mean_interval(np.array([getattr(one, measure) for one in self.scores])))

    def null(self, measure: str) -> Interval:
        """The mean of the rotated codes with their range: they are too few to leave any out."""
        return range_of(np.array([getattr(one, measure) for one in self.rotated]))


FactorModels = tuple[FactorModel, ...]


def bars(factors: Wide) -> Array:
    """Pictures (N, 16, 16) in [0, 1] of bars with factors (N, 4) in [0, 1]: across, up, size, and a quarter turn."""
    size, turn = factors.T[2:, :, None, None]
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE)[::-1])
    centre = MARGIN + factors[:, :2] * (SIDE - 1 - 2 * MARGIN)
    u, v = x - centre[:, 0, None, None], y - centre[:, 1, None, None]  # (N, 16, 16)
    angle = turn * np.pi / 2
    along, beside = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
    length = LENGTHS[0] + size * (LENGTHS[1] - LENGTHS[0])
    outside = np.maximum(np.abs(along) - length, np.abs(beside) - HEIGHT * length)
    return np.asarray(1 / (1 + np.exp(outside / EDGE * 2)), np.float32)


def bar_data(n: int, split: str, seed: int) -> tuple[Dataset, Wide]:
    """n pictures of bars as a split of a data set, and their factors (n, 4), drawn evenly."""
    factors = np.random.default_rng(seed).uniform(size=(n, len(FACTORS)))
    pictures = np.rint(bars(factors) * 255).astype(np.uint8)
    return Dataset(NAME, split, pictures, np.zeros(n, np.int64), ("bar",)), factors  # type: ignore[arg-type]


def compare_models() -> Iterator[Progress[FactorModels | None]]:
    """PCA, an AE and VAEs of several β, each with three seeds, scored on bars that they have not seen."""
    train, (test, factors) = bar_data(N_TRAIN, "train", 0)[0], bar_data(N_TEST, "test", 1)
    aggregated, kinds = bar_data(N_AGGREGATED, "test", 2)[0].pixels(), bar_models()
    done, found = 0, []
    for title, spec in kinds.items():
        models: list[LatentModel] = []
        for seed in SEEDS:
            for step in learn(bar_run(spec, seed), train):
                yield Progress((done + step.fraction) / (len(kinds) * len(SEEDS)), f"{title}, seed {seed}", None)
            models.append(step.result)
            done += 1
        found.append(measure_model(title, models, test.pixels(), factors, aggregated))
    yield Progress(1.0, "done", tuple(found))


def bar_models() -> dict[str, PCASpec | AESpec | VAESpec]:
    """What is compared, by title: PCA, an AE, VAEs of several β, and β = 1 with a weight on the total correlation."""
    plain = VAESpec(LATENT_DIM, HIDDEN)
    return {
        "PCA": PCASpec(LATENT_DIM),
        "AE": AESpec(LATENT_DIM, HIDDEN),
        **{f"VAE, β = {beta:g}": replace(plain, beta=beta) for beta in BETAS},
        **{f"VAE, TC + {weight:g}": replace(plain, tc_weight=weight) for weight in TC_WEIGHTS},
    }


def bar_run(model: PCASpec | AESpec | VAESpec, seed: int) -> RunSpec:
    """How a model learns bars."""
    return RunSpec(
        model, NAME, n_epochs=N_EPOCHS, seed=seed, learning_rate=2e-3, schedule="cosine", validation_fraction=0
    )


def measure_model(title: str, models: list[LatentModel], x: Array, factors: Wide, aggregated: Array) -> FactorModel:
    """One kind of model on pictures x (N, D) with factors (N, F); aggregated: (M, D), of which a VAE's q(z) is made."""
    codes = [model.encode(x) for model in models]
    rotated = [
        score(own @ special_ortho_group.rvs(own.shape[1], random_state=turn).T, factors)
        for own in codes
        for turn in range(N_ROTATIONS)
    ]
    scores = tuple(score(own, factors) for own in codes)
    terms = tuple(_terms(model, x, aggregated) for model in models if isinstance(model, VariationalAutoencoder))
    spec = models[0].spec
    weights = (spec.beta, spec.tc_weight) if isinstance(spec, VAESpec) else (0.0, 0.0)
    return FactorModel(title, scores, tuple(rotated), axis_walks(models[0], codes[0]), terms, *weights)


def _terms(model: VariationalAutoencoder, x: Array, aggregated: Array) -> BarTerms:
    _, distortion = rate_and_distortion_nats(model, x)
    posterior = model.posterior(aggregated)
    return BarTerms(float(distortion.mean()), kl_parts(posterior, 0), shuffled_parts(posterior, 0))


def axis_walks(model: LatentModel, codes: Array) -> NDArray[np.uint8]:
    """What is decoded from two standard deviations below the mean code to two above, along each axis, (K, 7, H, W)."""
    steps = np.linspace(-WALK_REACH, WALK_REACH, WALK_STEPS)[None, :, None]
    walks = codes.mean(axis=0) + steps * np.diag(codes.std(axis=0))[:, None, :]  # (K, 7, K)
    pictures = model.decode(walks.reshape(-1, codes.shape[1]).astype(np.float32))
    return np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8).reshape(*walks.shape[:2], *model.sample_shape)


def score(codes: NDArray[np.floating], factors: Wide) -> Scores:
    """All three scores of codes (N, K) for factors (N, F)."""
    return Scores(mutual_information_gap(codes, factors), separated_predictability(codes, factors), dci(codes, factors))


def mutual_information_gap(codes: NDArray[np.floating], factors: Wide) -> float:
    """Mean over factors of (I₁ − I₂) / H: what the best axis says of a factor more than the next best (Chen 2018)."""
    information = np.array([[_information(z, v) for z in codes.T] for v in factors.T])  # (F, K) nats
    second, first = np.sort(information, axis=1)[:, -2:].T
    entropy = np.array([_entropy(np.bincount(_bins(v))) for v in factors.T])
    return float(np.mean((first - second) / entropy))


def separated_predictability(codes: NDArray[np.floating], factors: Wide) -> float:
    """Mean over factors of the gap between the two highest R² of a line from one axis (Kumar 2018)."""
    r = np.corrcoef(codes.T, factors.T)[: codes.shape[1], codes.shape[1] :]  # (K, F)
    second, first = np.sort(np.nan_to_num(r) ** 2, axis=0)[-2:]
    return float(np.mean(first - second))


def dci(codes: NDArray[np.floating], factors: Wide) -> float:
    """Disentanglement: how few factors each axis matters to, in random forests (Eastwood & Williams 2018, eq. 1-2)."""
    forests = (RandomForestRegressor(N_TREES, max_depth=8, random_state=0, n_jobs=1).fit(codes, v) for v in factors.T)
    importance = np.array([forest.feature_importances_ for forest in forests]).T  # (K, F)
    return weighted_disentanglement(importance)


def weighted_disentanglement(importance: Wide) -> float:
    """Σ ρ_k (1 − H_F(P_k)) of importances (K, F), 1 where each axis matters to one factor alone."""
    totals = importance.sum(axis=1)
    shares = importance / np.maximum(totals, 1e-12)[:, None]
    entropy = -np.sum(shares * np.log(np.maximum(shares, 1e-12)), axis=1) / np.log(importance.shape[1])
    return float(totals @ (1 - entropy) / totals.sum())


def _bins(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Each value's one of 20 bins of equally many values."""
    edges = np.quantile(values, np.linspace(0, 1, N_BINS + 1)[1:-1])
    return np.searchsorted(edges, values).astype(np.int64)


def _information(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Mutual information in nats, between bins."""
    joint = np.bincount(_bins(one) * N_BINS + _bins(other), minlength=N_BINS**2).reshape(N_BINS, N_BINS)
    return _entropy(joint.sum(axis=0)) + _entropy(joint.sum(axis=1)) - _entropy(joint.ravel())


def _entropy(counts: NDArray[np.int64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-np.sum(shares * np.log(shares)))
