"""A VAE as one machine: x, encoder, μ and σ, z under the pointer, decoder, x̂."""
