"""A latent plane of which one place is tapped."""
