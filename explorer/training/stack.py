"""Networks of one architecture as a single batched one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from explorer.training.objective import Objective


@dataclass(frozen=True, eq=False)
class Stack:
    """M networks whose parameters and buffers are views of one tensor each, (M, ...), that wants the gradients."""

    networks: Sequence[nn.Module]
    tensors: dict[str, Tensor]

    def evaluate(self, objective: Objective, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """The losses (M,) and means (M, T) of all members; inputs: what the objective takes, (M, ...) each."""
        named = {f"network.{name}": tensor for name, tensor in self.tensors.items()}
        losses, means = vmap(lambda own, given: functional_call(objective, own, kwargs=given))(named, inputs)
        return losses, means

    def forget_gradients(self) -> None:
        """Begin a step anew."""
        for tensor in self.tensors.values():
            tensor.grad = None

    def share_gradients(self) -> None:
        """Give each network's parameters their part of the gradients."""
        for member, network in enumerate(self.networks):
            for name, parameter in network.named_parameters():
                gradient = self.tensors[name].grad
                parameter.grad = None if gradient is None else gradient[member]

    def take_apart(self) -> None:
        """Give each network memory of its own again."""
        for network in self.networks:
            for _, tensor in named_tensors(network):
                tensor.data = tensor.data.clone()


def named_tensors(network: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Parameters and buffers, under the names of the state dict."""
    yield from network.named_parameters()
    yield from network.named_buffers()


def stacked(networks: Sequence[nn.Module]) -> Stack:
    """Move the tensors of networks of one architecture side by side, so that the networks become views."""
    own = [dict(named_tensors(network)) for network in networks]
    joined = {name: torch.stack([tensors[name].detach() for tensors in own]) for name in own[0]}
    for name, tensor in joined.items():
        for member, tensors in enumerate(own):
            tensors[name].data = tensor[member]
        tensor.requires_grad_(isinstance(own[0][name], nn.Parameter))
    return Stack(networks, joined)
