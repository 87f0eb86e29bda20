"""Sweeps: models that differ in one weight of their loss alone, found among a library's runs."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace

from explorer.analysis.references import NamedRun, differences
from explorer.models.spec import AESpec, ModelSpec, VAESpec
from explorer.training.run_spec import RunSpec

# The weights that a chart sweeps over: β of the KL term, λ of the classifier's cross-entropy.
BETA, LAMBDA = "beta", "classifier_weight"
_FAMILY_WITH = {BETA: VAESpec, LAMBDA: AESpec}


@dataclass(frozen=True)
class Sweep:
    """The members' names and their weights, rising, with the run of the first; field: the weight's name in a spec."""

    title: str
    field: str
    names: tuple[str, ...]
    weights: tuple[float, ...]
    run: RunSpec


def find_sweeps(
    models: Sequence[NamedRun], field: str, fewest: int = 3, shipped: Collection[str] = ()
) -> tuple[Sweep, ...]:
    """Every sweep over a weight with at least `fewest` members, the one with most members first.

    models: runs by name. Of two models with one weight a shipped one stands before a user's, then the first by name.
    Titles are unique.
    """
    groups: list[list[NamedRun]] = []
    for model in sorted(models, key=lambda model: (model[0] not in shipped, model[0])):
        if model[1].trained_here and isinstance(model[1].model, _FAMILY_WITH[field]):
            _join(groups, model, field)
    sweeps = [_sweep(group, field) for group in groups]
    found = sorted((sweep for sweep in sweeps if len(sweep.names) >= fewest), key=lambda sweep: -len(sweep.names))
    return _with_unique_titles(found)


def weight_of(model: ModelSpec, field: str) -> float:
    """The weight of a model that has it."""
    return float(getattr(model, field))


def _join(groups: list[list[NamedRun]], model: NamedRun, field: str) -> None:
    """Put a model into the group from which it differs in the weight alone, else into one of its own."""
    for group in groups:
        if set(differences(group[0][1], model[1])) <= {field}:
            group.append(model)
            return
    groups.append([model])


def _sweep(group: Sequence[NamedRun], field: str) -> Sweep:
    by_weight: dict[float, NamedRun] = {}
    for model in group:
        by_weight.setdefault(weight_of(model[1].model, field), model)
    weights = tuple(sorted(by_weight))
    members = [by_weight[weight] for weight in weights]
    return Sweep(_title(members[0][1]), field, tuple(name for name, _ in members), weights, members[0][1])


def _title(run: RunSpec) -> str:
    widths = "-".join(str(width) for width in (*asdict(run.model)["hidden"], run.model.latent_dim))
    kind = run.model.likelihood if isinstance(run.model, VAESpec) else run.model.title
    return f"{run.dataset}, {widths}, {kind}"


def _with_unique_titles(sweeps: Sequence[Sweep]) -> tuple[Sweep, ...]:
    titles = [sweep.title for sweep in sweeps]
    return tuple(
        sweep if titles.index(sweep.title) == place else replace(sweep, title=f"{sweep.title}, from {sweep.names[0]}")
        for place, sweep in enumerate(sweeps)
    )
