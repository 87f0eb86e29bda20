"""How the models of the page of objectives are trained where a library lacks one, as `make checkpoints` does."""

from explorer.models.spec import AESpec, ConvAESpec
from explorer.training import RunSpec

Recipe = dict[str, RunSpec]
LATENT_DIM, WIDE_DIM, SPARSE_UNITS = 8, 32, 10
LABEL_WEIGHTS = (0.0, 0.01, 0.1, 1.0)


def plain(dataset: str, latent_dim: int = LATENT_DIM) -> Recipe:
    """The autoencoder that every objective is held against."""
    return {_name(dataset, f"ae-{latent_dim}d"): _run(dataset, AESpec(latent_dim, _hidden(dataset)))}


def denoising(dataset: str, latent_dim: int = LATENT_DIM) -> Recipe:
    """A denoising autoencoder beside the plain one."""
    level = 0.3 if dataset == "digits" else 0.5
    model = AESpec(latent_dim, _hidden(dataset), corruption="gaussian", corruption_level=level)
    return plain(dataset, latent_dim) | {_name(dataset, f"dae-{latent_dim}d"): _run(dataset, model)}


def contractive(dataset: str) -> Recipe:
    """A contractive autoencoder beside the plain one."""
    weight = 0.003 if dataset == "digits" else 0.05
    model = AESpec(LATENT_DIM, _hidden(dataset), contraction=weight)
    return plain(dataset) | {_name(dataset, f"contractive-{LATENT_DIM}d"): _run(dataset, model)}


def sparse(dataset: str, kind: str) -> Recipe:
    """A wide code without hidden layers, kept sparse, or at least small, in one of several ways."""
    # The penalty is weighed against a squared error that grows with the number of pixels.
    width, scale = (100, 1.0) if dataset == "digits" else (64, 10.0)
    models = {
        "k_sparse": AESpec(width, (), sparsity="k_sparse", sparse_units=SPARSE_UNITS),
        "k_sparse_abs": AESpec(width, (), sparsity="k_sparse_abs", sparse_units=SPARSE_UNITS),
        "kl": AESpec(
            width, (), sparsity="kl", sparsity_rate=0.05, sparsity_weight=0.3 * scale, code_activation="sigmoid"
        ),
        "l1": AESpec(width, (), sparsity="l1", sparsity_weight=0.1 * scale, code_activation="relu"),
        "l2": AESpec(width, (), sparsity="l2", sparsity_weight=0.1 * scale),
    }
    short = kind.replace("_sparse", "").replace("_", "-")
    return {_name(dataset, f"sparse-{short}-{width}d"): _run(dataset, models[kind])}


def classifiers(dataset: str) -> Recipe:
    """Autoencoders in the plane whose codes a classifier reads, by rising weight of its cross-entropy."""
    return {
        _name(dataset, f"ae-2d-lambda{weight:g}"): _run(dataset, AESpec(2, (64, 32), classifier_weight=weight))
        for weight in LABEL_WEIGHTS
    }


def networks(dataset: str) -> Recipe:
    """A convolutional autoencoder beside the plain one."""
    channels, n_epochs = ((8, 16), 100) if dataset == "digits" else ((16, 32), 20)
    run = _run(dataset, ConvAESpec(LATENT_DIM, channels=channels), n_epochs)
    return plain(dataset) | {_name(dataset, f"conv-ae-{LATENT_DIM}d"): run}


def _name(dataset: str, name: str) -> str:
    return name if dataset == "mnist" else f"{dataset}-{name}"


def _hidden(dataset: str) -> tuple[int, ...]:
    return (64,) if dataset == "digits" else (128,)


def _run(dataset: str, model: AESpec, n_epochs: int = 20) -> RunSpec:
    if dataset == "digits":
        return RunSpec(model, dataset, 100, batch_size=64, learning_rate=3e-3, schedule="cosine")
    return RunSpec(model, dataset, n_epochs, schedule="cosine")
