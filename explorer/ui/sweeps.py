"""Sweeps in the library: models that differ in one weight alone."""

import json
from dataclasses import dataclass

from explorer.models.spec import VAESpec
from explorer.store import CheckpointInfo, list_checkpoints
from explorer.training import RunSpec, run_to_json

FEWEST_MEMBERS = 3


@dataclass(frozen=True)
class Sweep:
    """Checkpoints of one network and one data set that differ in beta alone, by rising beta."""

    title: str
    members: tuple[CheckpointInfo, ...]

    @property
    def betas(self) -> tuple[float, ...]:
        """The weight of the KL term of each member."""
        return tuple(vae_spec(info).beta for info in self.members)


def find_sweeps() -> dict[str, Sweep]:
    """Every sweep over beta among the library's VAEs, by title; the one with most members first."""
    groups: dict[str, list[CheckpointInfo]] = {}
    for info in list_checkpoints():
        if isinstance(info.run.model, VAESpec) and info.run.model.latent_dim > 1:
            groups.setdefault(_all_but_beta(info.run), []).append(info)
    sweeps = [_sweep(group) for group in groups.values()]
    found = sorted((sweep for sweep in sweeps if len(sweep.members) >= FEWEST_MEMBERS), key=lambda s: -len(s.members))
    return {sweep.title: sweep for sweep in found}


def _sweep(group: list[CheckpointInfo]) -> Sweep:
    by_beta = {vae_spec(info).beta: info for info in group}
    members = tuple(by_beta[beta] for beta in sorted(by_beta))
    run, model = members[0].run, vae_spec(members[0])
    widths = "-".join(str(width) for width in (*model.hidden, model.latent_dim))
    return Sweep(f"{run.dataset}, {widths}, {model.likelihood}", members)


def _all_but_beta(run: RunSpec) -> str:
    document = run_to_json(run)
    return json.dumps({**document, "model": {**document["model"], "beta": None}}, sort_keys=True)


def vae_spec(info: CheckpointInfo) -> VAESpec:
    """The spec of a VAE of the library; raises TypeError for another family."""
    if not isinstance(info.run.model, VAESpec):
        raise TypeError(f"{info.name} is no VAE")
    return info.run.model
