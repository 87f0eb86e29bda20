"""The latent canvas on a page: its scene, what the address keeps of it, and its animations."""
