"""Networks of one architecture as a single batched one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from explorer.training.adam import Adam
from explorer.training.objective import Objective
from explorer.training.state import GradientFit, Rate, adam

Parts = list[tuple[str, slice, Tensor]]


@dataclass(frozen=True, eq=False)
class Stack:
    """M networks whose parameters, buffers and moments are views of one tensor each, (M, ...).

    optimizer: Adam with one group of parameters for each run of neighbours that share a learning rate, since one call
    on all of a GPU takes little longer than one on the few blocks of a single network; leaders: their first members;
    parts: what its parameters are, the members of a tensor that share a group.
    """

    fits: Sequence[GradientFit]
    tensors: dict[str, Tensor]
    optimizer: Adam
    leaders: Sequence[int]
    parts: Parts

    def evaluate(self, objective: Objective, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """The losses (M,) and means (M, T) of all members; inputs: what the objective takes, (M, ...) each."""
        named = {f"network.{name}": tensor for name, tensor in self.tensors.items()}
        losses, means = vmap(lambda own, given: functional_call(objective, own, kwargs=given))(named, inputs)
        return losses, means

    def descend(self, losses: Tensor) -> None:
        """One step of Adam down the gradient of the losses (M,)."""
        for tensor in self.tensors.values():
            tensor.grad = None
        losses.sum().backward()
        for name, members, part in self.parts:
            gradient = self.tensors[name].grad
            part.grad = None if gradient is None else as_it_lies(gradient)[members]
        self.optimizer.step()

    def take_apart(self) -> None:
        """Give each network and its moments memory of their own again."""
        for fit in self.fits:
            for _, tensor in named_tensors(fit.network):
                tensor.data = _own(tensor.data)
            for moments in fit.optimizer.state.values():
                moments.update({name: _own(moment) for name, moment in moments.items()})


def _own(view: Tensor) -> Tensor:
    return view.clone(memory_format=torch.contiguous_format)


def named_tensors(network: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Parameters and buffers, under the names of the state dict."""
    yield from network.named_parameters()
    yield from network.named_buffers()


def side_by_side(tensors: Sequence[Tensor]) -> Tensor:
    """A copy of tensors as one, (M, ...); matrices lie as their transposes, as batched products lay out gradients."""
    if tensors[0].ndim == 2:
        return torch.stack([tensor.mT for tensor in tensors]).mT
    return torch.stack(list(tensors))


def as_it_lies(joined: Tensor) -> Tensor:
    """The same elements in the order in which they lie in memory."""
    return joined.mT if joined.ndim == 3 else joined


def stacked(fits: Sequence[GradientFit], learning_rates: Sequence[float]) -> Stack:
    """Move the tensors of networks of one architecture side by side, so that the networks become views."""
    own = [dict(named_tensors(fit.network)) for fit in fits]
    joined = {name: side_by_side([tensors[name].detach() for tensors in own]) for name in own[0]}
    for name, tensor in joined.items():
        for member, tensors in enumerate(own):
            tensors[name].data = tensor[member]
        tensor.requires_grad_(isinstance(own[0][name], nn.Parameter))
    return Stack(fits, joined, *_joint_adam(fits, learning_rates, joined))


def _joint_adam(
    fits: Sequence[GradientFit], learning_rates: Sequence[float], joined: dict[str, Tensor]
) -> tuple[Adam, list[int], Parts]:
    """Adam on the joined parameters, its groups' first members, and its parameters."""
    groups: list[tuple[list[Tensor], Rate]] = []
    leaders, parts = [], []
    names = [name for name, _ in fits[0].network.named_parameters()]
    for members in _neighbours(learning_rates):
        own = [(name, members, as_it_lies(joined[name].detach())[members]) for name in names]
        groups.append(([part for *_, part in own], fits[members.start].optimizer.param_groups[0]["lr"]))
        leaders.append(members.start)
        parts += own
    optimizer = adam(groups, fits[0].optimizer.param_groups[0]["weight_decay"])
    for name, members, part in parts:
        _join_moments(optimizer, part, name, fits[members])
    return optimizer, leaders, parts


def _neighbours(learning_rates: Sequence[float]) -> Iterator[slice]:
    """Members side by side that share a learning rate."""
    for _, found in groupby(range(len(learning_rates)), learning_rates.__getitem__):
        members = list(found)
        yield slice(members[0], members[-1] + 1)


def _join_moments(optimizer: Adam, part: Tensor, name: str, fits: Sequence[GradientFit]) -> None:
    """Move the moments of members' parameters of one name side by side; their count of steps is one for all."""
    own = [fit.optimizer.state[fit.network.get_parameter(name)] for fit in fits]
    step = own[0]["step"] if own[0] else torch.zeros((), device=part.device)
    optimizer.state[part] = {"step": step.clone()}
    for moments in own:
        moments["step"] = optimizer.state[part]["step"]
    zeros = torch.zeros_like(fits[0].network.get_parameter(name))
    for key in ("exp_avg", "exp_avg_sq"):
        joined = side_by_side([moments.get(key, zeros) for moments in own])
        optimizer.state[part][key] = as_it_lies(joined)
        for member, moments in enumerate(own):
            moments[key] = joined[member]
