"""The latent canvas: a plane of codes whose decoder follows the pointer in the browser."""
