"""How well a network does on held-out samples, in the middle of its training."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from explorer.models.autoencoder import Batch, code_noise, loss_terms
from explorer.models.networks import AutoencoderNetwork, NetworkSpec
from explorer.models.objectives import LossTerms, Weights, total_loss
from explorer.training.objective import noisy_batch
from explorer.training.parts import Part

ACTIVE_UNIT_VARIANCE = 0.01
_EVALUATION_BATCH = 2000


@torch.no_grad()
def validate(
    spec: NetworkSpec, network: AutoencoderNetwork, held_out: Part, weights: Weights, *, draws: bool = True
) -> dict[str, Any]:
    """The validation terms of a record; the noise is the same every time, so that the curve moves with the model."""
    generator = torch.Generator(held_out.device).manual_seed(0)
    found_terms, posterior_means = list[LossTerms](), list[Tensor]()
    for clean in _batches(held_out):
        batch = noisy_batch(spec, clean, generator)
        noise = code_noise(spec, len(batch.x), generator) if draws else None
        found_terms.append(loss_terms(spec, network, batch, noise))
        if found_terms[-1].kl_nats is not None:
            posterior_means.append(_posterior_mean(network, batch))
    terms = _joined(found_terms)
    found: dict[str, Any] = {
        "validation_loss": total_loss(terms, weights).item(),
        "validation_reconstruction": terms.reconstruction.mean().item(),
    }
    if terms.kl_nats is None:
        return found
    kl_per_dim = tuple(terms.kl_nats.mean(dim=0).tolist())
    active_units = count_active_units(torch.cat(posterior_means))
    return found | {"validation_kl": sum(kl_per_dim), "kl_per_dim": kl_per_dim, "active_units": active_units}


def _posterior_mean(network: AutoencoderNetwork, batch: Batch) -> Tensor:
    return network.posterior(batch.x, batch.labels if network.n_conditions else None)[0]


def _batches(part: Part) -> Iterator[Batch]:
    """A part of the data in batches that memory holds with all their activations."""
    rows = torch.arange(len(part), device=part.device)
    return (part.gathered(own) for own in rows.split(_EVALUATION_BATCH))


def _joined(parts: list[LossTerms]) -> LossTerms:
    """The terms of all batches as those of one."""

    def join(name: str) -> Tensor | None:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else torch.cat(values)

    return LossTerms(**{name: join(name) for name in LossTerms.__dataclass_fields__})  # type: ignore[arg-type]


def count_active_units(means: Tensor) -> int:
    """Latent dimensions whose posterior mean varies over the data; means: (N, K) (Burda et al. 2016, section 5)."""
    return int((means.var(dim=0) > ACTIVE_UNIT_VARIANCE).sum())
