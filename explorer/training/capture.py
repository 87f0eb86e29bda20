"""Steps that are launched on a GPU again and again, recorded once as a CUDA graph and replayed."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import torch

from explorer.training.devices import describe_device
from explorer.training.state import GradientFit

# Libraries choose and load what they need at the first calls, which a capture does not allow.
WARM_UP_STEPS = 3


@dataclass(eq=False)
class Capture:
    """Calls of functions whose tensors stay where they are; on CUDA each is a graph from its fourth call on.

    fits: whose generators the functions draw from, and go on to draw from as if nothing were captured.
    refusal: why nothing is captured, in words; set at the first capture that fails, after which functions are called.
    """

    device: torch.device
    fits: Sequence[GradientFit]
    refusal: str | None = None
    n_calls: dict[Hashable, int] = field(default_factory=dict)
    graphs: dict[Hashable, torch.cuda.CUDAGraph] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """How calls are run: 'one CUDA graph per step', on another device the device, or why there is no graph."""
        if self.device.type != "cuda":
            return describe_device(str(self.device))
        if self.refusal is not None:
            return f"no CUDA graph ({self.refusal})"
        return "one CUDA graph per step" if self.graphs else "no CUDA graph yet"

    def __call__(self, function: Callable[[], None], kind: Hashable) -> None:
        """Call a function that does the same as all others of its kind."""
        if self.device.type != "cuda" or self.refusal is not None:
            function()
        elif kind in self.graphs:
            self.graphs[kind].replay()
        elif self.n_calls.setdefault(kind, 0) < WARM_UP_STEPS:
            self.n_calls[kind] += 1
            self._aside(function)
        else:
            self._capture(function, kind)
            self(function, kind)

    def _aside(self, function: Callable[[], None]) -> None:
        """Call on a stream of its own, as a capture does, since gradients remember the stream they began on."""
        current, aside = torch.cuda.current_stream(self.device), torch.cuda.Stream(self.device)
        aside.wait_stream(current)
        with torch.cuda.stream(aside):
            function()
        current.wait_stream(aside)

    def _capture(self, function: Callable[[], None], kind: Hashable) -> None:
        before = [fit.generator.get_state() for fit in self.fits]
        graph = torch.cuda.CUDAGraph()
        try:
            for fit in self.fits:
                graph.register_generator_state(fit.generator)
            # Other threads of the process may go on to use the GPU meanwhile.
            with torch.cuda.device(self.device), torch.cuda.graph(graph, capture_error_mode="thread_local"):
                function()
        except RuntimeError as error:
            self.refusal = str(error).strip().split("\n")[0]
            # A generator whose capture broke off refuses to draw.
            for fit, state in zip(self.fits, before, strict=True):
                fit.generator = torch.Generator(self.device)
                fit.generator.set_state(state)
        else:
            self.graphs[kind] = graph
