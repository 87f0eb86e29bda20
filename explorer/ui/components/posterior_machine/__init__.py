"""A VAE as one machine: x, encoder, μ and σ, z under the pointer, decoder, x̂."""

from explorer.ui.components.posterior_machine.component import posterior_machine

__all__ = ["posterior_machine"]
