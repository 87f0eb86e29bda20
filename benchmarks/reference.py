"""The figures of merit that others measured or published, measured again here: `python -m benchmarks.reference`.

Everything is on MNIST, scored on its 10,000 test images; a run takes about half an hour on two cores.
"""

import sys
from collections.abc import Iterable

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA as SklearnPCA  # noqa: N811 - not a constant

from explorer.analysis.evaluate import Metrics, evaluate, knn_accuracy
from explorer.analysis.ppca import exact_rate_and_distortion_nats
from explorer.data import Dataset, load_dataset
from explorer.models import AESpec, LinearAESpec, PCASpec, PPCASpec, VAESpec
from explorer.models.layers import Dense
from explorer.models.pca import PCA, fit_pca
from explorer.models.ppca import maximum_likelihood
from explorer.training import RunSpec, TrainingState, start, train

EXAMPLES_VAE = VAESpec(latent_dim=20, hidden=(400,))
PPCA_EXPECTED = {2: 14.4, 10: 186.0, 20: 306.5, 50: 517.6, 100: 689.3, 154: 786.7}
PCA_EXPECTED = {2: 43.645, 10: 26.714, 20: 18.454, 30: 13.866, 50: 9.004, 100: 4.403, 154: 2.589}


def main(names: Iterable[str]) -> None:
    """Print the sections of these names as Markdown, each as soon as it is measured; all when there are none."""
    splits = load_dataset("mnist"), load_dataset("mnist", "test")
    for name in names or SECTIONS:
        print(f"\n## {name}\n", flush=True)
        for line in SECTIONS[name](*splits):
            print(line, flush=True)


def principal_components(train_split: Dataset, test_split: Dataset) -> Iterable[str]:
    """Test error against k, fitted on all of train."""
    pca = fit_pca(train_split.pixels(), train_split.sample_shape, PCASpec())
    shares = np.cumsum(pca.variances) / pca.variances.sum()
    yield "| k | test SSE | expected | test MSE | explained variance (train) | 5-NN accuracy on codes |"
    yield "|---|---|---|---|---|---|"
    for k, expected in PCA_EXPECTED.items():
        sse, accuracy = _pca_figures(pca.truncated(k), train_split, test_split)
        yield f"| {k} | {sse:.3f} | {expected:.3f} | {sse / 784:.5f} | {shares[k - 1]:.3f} | {accuracy:.3f} |"
    reached = [int(np.searchsorted(shares, share)) + 1 for share in (0.9, 0.95, 0.99)]
    yield f"\nTotal train variance {pca.variances.sum():.3f}; .90, .95 and .99 are reached at k = {reached}."


def probabilistic_pca(train_split: Dataset, test_split: Dataset) -> Iterable[str]:
    """Mean log-likelihood of test, pixels in [0, 1], fitted on all of train, beside scikit-learn's in this run."""
    yield "| k | test log p(x) (nats) | expected | scikit-learn's PCA.score | rate + distortion |"
    yield "|---|---|---|---|---|"
    x_train, x = train_split.pixels(), test_split.pixels()
    pca = fit_pca(x_train, train_split.sample_shape, PCASpec())
    for k, expected in PPCA_EXPECTED.items():
        model = maximum_likelihood(pca, PPCASpec(k))
        nats = model.log_likelihood_nats(x).mean()
        oracle = SklearnPCA(k, svd_solver="covariance_eigh").fit(x_train.astype(np.float64)).score(x)
        rate, distortion = (part.mean() for part in exact_rate_and_distortion_nats(model, x))
        yield f"| {k} | {nats:.5f} | {expected} | {oracle:.5f} | {rate:.3f} + ({distortion:.3f}) |"


def linear_autoencoders(train_split: Dataset, test_split: Dataset) -> Iterable[str]:
    """A linear AE against PCA of the same rows, and the lecture's with its sigmoid."""
    yield "| model | training | MSE | PCA's | largest principal angle |"
    yield "|---|---|---|---|---|"
    for k in (2, 10, 32):
        run = RunSpec(LinearAESpec(k), "mnist", 20, schedule="cosine", validation_fraction=0)
        state = _trained(run, train_split)
        pca = fit_pca(train_split.pixels(), train_split.sample_shape, PCASpec(k))
        mse, best = _mse(state, test_split), evaluate(pca, train_split, test_split)["mse"]
        yield f"| linear AE, K = {k} | {_said(run)} | {mse:.6f} | {best:.6f} | {_angle(state, pca):.3f}° |"
    run = RunSpec(LinearAESpec(2, "sigmoid"), "mnist", 10, validation_fraction=0)
    state = _trained(run, train_split)
    yield f"| lecture's linear AE, sigmoid, K = 2 | {_said(run)} | train {_mse(state, train_split):.5f} | | |"


def autoencoders(train_split: Dataset, test_split: Dataset) -> Iterable[str]:
    """Test error of two-dimensional autoencoders."""
    yield "| network | training | test MSE | 5-NN accuracy on codes |"
    yield "|---|---|---|---|"
    for hidden in ((256, 64), (512, 256)):
        run = RunSpec(AESpec(2, hidden), "mnist", 30, schedule="cosine", validation_fraction=0)
        metrics = _metrics(run, train_split, test_split)
        widths = "-".join(map(str, (784, *hidden, 2)))
        yield f"| {widths} | {_said(run)} | {metrics['mse']:.5f} | {metrics['knn_accuracy']:.3f} |"


def variational_autoencoders(train_split: Dataset, test_split: Dataset) -> Iterable[str]:
    """The PyTorch examples' VAE, three seeds."""
    yield "| network | training | seed | distortion | rate | test loss (nats) | active units |"
    yield "|---|---|---|---|---|---|---|"
    losses = []
    for seed in range(3):
        run = RunSpec(EXAMPLES_VAE, "mnist", 10, seed, validation_fraction=0)
        m = _metrics(run, train_split, test_split)
        losses.append(m["negative_elbo_nats"] or 0.0)
        terms = f"{m['distortion_nats']:.2f} | {m['rate_nats']:.2f} | {losses[-1]:.2f} | {m['active_units']}"
        yield f"| 784-400-20, Bernoulli on gray pixels | {_said(run)} | {seed} | {terms} |"
    yield f"\nTest loss {np.mean(losses):.2f} ± {np.std(losses, ddof=1):.2f} over 3 seeds; expected 105.66 ± .3."


SECTIONS = {
    "PCA": principal_components,
    "Probabilistic PCA": probabilistic_pca,
    "Linear autoencoders": linear_autoencoders,
    "Autoencoders": autoencoders,
    "Variational autoencoders": variational_autoencoders,
}


def _pca_figures(pca: PCA, train_split: Dataset, test_split: Dataset) -> tuple[float, float]:
    x, codes = test_split.pixels(), pca.encode(test_split.pixels())
    sse = float(np.square(x - pca.decode(codes), dtype=np.float64).sum(axis=1).mean())
    return sse, knn_accuracy(pca.encode(train_split.pixels()), train_split.labels, codes, test_split.labels)


def _trained(run: RunSpec, train_split: Dataset) -> TrainingState:
    state = start(run, train_split)
    for _ in train(state):
        pass
    return state


def _metrics(run: RunSpec, train_split: Dataset, test_split: Dataset) -> Metrics:
    return evaluate(_trained(run, train_split).model, train_split, test_split)


def _mse(state: TrainingState, split: Dataset) -> float:
    x = split.pixels()
    return float(np.square(x - state.model.decode(state.model.encode(x)), dtype=np.float64).mean())


def _angle(state: TrainingState, pca: PCA) -> float:
    """The largest angle between the decoder's columns and PCA's axes, in degrees."""
    (layer,) = state.model.decoder_layers()
    columns = layer.weight if isinstance(layer, Dense) else np.empty((0, 0))
    return float(np.degrees(subspace_angles(columns, pca.components[: pca.latent_dim].T)[0]))


def _said(run: RunSpec) -> str:
    return f"{run.n_epochs} epochs, batch {run.batch_size}, Adam {run.learning_rate:g}, {run.schedule}"


if __name__ == "__main__":
    main(sys.argv[1:])
