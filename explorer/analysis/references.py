"""Which models may stand in one chart as a reference for each other, and what differs between them, in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from explorer.models.fields import brief_text, has_effect, limited_fields
from explorer.models.spec import CLOSED_FORM, AESpec, CVAESpec, PPCASpec, VAESpec
from explorer.training.run_spec import RunSpec, every_field

NamedRun = tuple[str, RunSpec]

# What a model is trained for: a chart that compares objectives lets these differ, and nothing else.
LOSS_FIELDS = frozenset(
    {
        *("family", "corruption", "corruption_level", "classifier_weight"),
        *("sparsity", "sparse_units", "sparsity_rate", "sparsity_weight", "sparse_layers", "contraction"),
        *("reconstruction_loss", "likelihood", "spread", "variance", "binarisation", "beta", "warm_up", "free_bits"),
        *("prior", "pseudo_inputs", "tc_weight"),
    }
)
_WORDS = {
    "dataset": "data set {}",
    "hidden": "hidden layers {}",
    "latent_dim": "K = {}",
    "n_epochs": "{} epochs",
    "seed": "seed {}",
    "batch_size": "batches of {}",
    "learning_rate": "learning rate {}",
    "schedule": "a {} learning rate",
    "precision": "matrix products in {}",
    "validation_fraction": "{} of train held out for validation",
    "beta": "β = {}",
    "variance": "σ² = {}",
    "classifier_weight": "λ = {}",
    "tc_weight": "a total correlation weight of {}",
}
SQUARED_ERROR = "squared error"
_OF_CLOSED_FORM = ("family", "dataset", "latent_dim")


@dataclass(frozen=True)
class Reference:
    """A model that may stand beside others in a chart; differences: what the chart compares, such as 'β = 0'."""

    name: str
    run: RunSpec
    differences: tuple[str, ...]


def find_reference(
    models: Sequence[NamedRun], run: RunSpec, compared: Collection[str] = LOSS_FIELDS, shipped: Collection[str] = ()
) -> Reference | None:
    """The model that differs from a run in nothing but the compared fields, a shipped one before a user's.

    Of several the one that differs in fewest of them, then the first by name; None where there is none, and then
    nothing is drawn.
    """
    fair = [(name, other) for name, other in models if other != run and is_comparable(run, other, compared)]
    if not fair:
        return None

    def order(model: NamedRun) -> tuple[bool, int, str]:
        return model[0] not in shipped, len(differences(run, model[1])), model[0]

    name, other = min(fair, key=order)
    return Reference(name, other, differences_in_words(run, other))


def is_comparable(run: RunSpec, other: RunSpec, compared: Collection[str] = LOSS_FIELDS) -> bool:
    """Whether two models have the same network, data, split, epochs and seed, and differ in compared fields alone.

    Of a model that was trained elsewhere nobody knows that.
    """
    return run.trained_here and other.trained_here and set(differences(run, other)) <= set(compared)


def differences(run: RunSpec, other: RunSpec) -> tuple[str, ...]:
    """The fields in which two runs differ and that have an effect in one of them.

    A field that one family lacks has its default there. A closed form has no network, epochs or seed: with it only
    family, data set and K count.
    """
    first, second = _effective(run), _effective(other)
    if isinstance(run.model, CLOSED_FORM) or isinstance(other.model, CLOSED_FORM):
        first, second = ({name: flat[name] for name in _OF_CLOSED_FORM} for flat in (first, second))
    return tuple(
        name for name in {**first, **second} if first.get(name, _OFF.get(name)) != second.get(name, _OFF.get(name))
    )


def differences_in_words(run: RunSpec, other: RunSpec) -> tuple[str, ...]:
    """What a model has where it differs from a run, such as 'AE' or '20 epochs instead of 50'.

    Families are named by their title, with the loss where it differs; everything else says what it replaces.
    """
    names = differences(run, other)
    parts = [other.model.title] if "family" in names else []
    parts += [f"trained on {loss(other)} instead of {loss(run)}"] if loss(run) != loss(other) else []
    first, second = _effective(run), _effective(other)
    for name in names:
        if name not in ("family", "likelihood", "reconstruction_loss") and name in first and name in second:
            words = _WORDS.get(name, name.replace("_", " ") + " {}")
            parts.append(f"{words.format(brief_text(second[name]))} instead of {brief_text(first[name])}")
    return tuple(parts)


def loss(run: RunSpec) -> str:
    """What a model's reconstruction is trained on: 'squared error', or the nats of its likelihood."""
    if isinstance(run.model, PPCASpec):
        return "Gaussian nats"
    if isinstance(run.model, AESpec) and run.model.reconstruction_loss == "cross_entropy":
        return "cross-entropy"
    return f"{run.model.likelihood.capitalize()} nats" if isinstance(run.model, VAESpec) else SQUARED_ERROR


@lru_cache(maxsize=1024)
def _effective(run: RunSpec) -> Mapping[str, object]:
    """The fields of a run and its model that have an effect."""
    flat = every_field(run)
    declared = (*limited_fields(type(run.model)), *limited_fields(RunSpec))
    idle = {field.name for field in declared if not has_effect(field, flat)}
    shown = {name: value for name, value in flat.items() if name not in idle}
    # A decoder that is given the class is another network.
    return shown | ({"told": "the class"} if isinstance(run.model, CVAESpec) else {})


def _neutral_defaults(cls: type[AESpec | VAESpec]) -> dict[str, object]:
    """The fields of an objective that say something at their defaults, namely that they change nothing."""
    defaults = {"family": cls.family, **vars(cls())}
    named = (field for field in limited_fields(cls) if field.name in LOSS_FIELDS | {"code_activation", "quantisation"})
    return {field.name: field.default for field in named if has_effect(field, defaults)}


# What a family that lacks a field has in its place: the value that turns it off.
_OFF = {**_neutral_defaults(AESpec), **_neutral_defaults(VAESpec)}
