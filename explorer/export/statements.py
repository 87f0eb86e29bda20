"""What a file that leaves the explorer states: the model, its data and their licence, its figures of merit."""

from explorer.data import find_source
from explorer.data.licences import credit
from explorer.models.likelihood import is_density
from explorer.models.names import full_name
from explorer.models.spec import CLOSED_FORM
from explorer.store import CheckpointInfo

Statement = tuple[str, str]


def statements(info: CheckpointInfo) -> tuple[Statement, ...]:
    """Pairs of a term and what is said of it, for a checkpoint."""
    return (
        ("Model", f"{full_name(info.run.model)} ({info.name}); {_training_words(info)}"),
        *data_statements(info.run.dataset, info.sample_shape),
        ("On the test split", "; ".join(_merits(info)) or "not measured"),
    )


def data_statements(dataset: str, sample_shape: tuple[int, ...]) -> tuple[Statement, ...]:
    """What is said of a data set: its size and its licence."""
    return ("Data", _data_words(dataset, sample_shape)), ("Licence of the data", f"{credit(dataset)}.")


def _training_words(info: CheckpointInfo) -> str:
    if not info.run.trained_here:
        return "trained elsewhere"
    if isinstance(info.run.model, CLOSED_FORM):
        return "fitted in closed form"
    return f"{info.header.step:,} of {info.header.n_steps:,} steps of training, seed {info.run.seed}"


def _data_words(dataset: str, sample_shape: tuple[int, ...]) -> str:
    shape = " × ".join(str(length) for length in sample_shape)
    source = find_source(dataset)
    counts = f", {source.n_train:,} train and {source.n_test:,} test samples" if source is not None else ""
    return f"{dataset if source is None else source.title}{counts}, each {shape}"


def _merits(info: CheckpointInfo) -> list[str]:
    """The figures of merit that a model has, with what they are and their unit."""
    kind = "density" if is_density(info.run.model) else "probability"
    forms = {
        "sse": "squared error {:.2f} per sample, summed over its values",
        "rate_nats": "rate {:.2f} nats",
        "distortion_nats": f"distortion {{:.2f}} nats of {kind}",
        "active_units": "{} active units",
        "knn_accuracy": f"5-NN accuracy {{:.3f}} (guessing: {1 / max(len(info.class_names), 1):.3f})",
    }
    values = {name: info.metrics.get(name) for name in forms}
    return [form.format(values[name]) for name, form in forms.items() if values[name] is not None]
