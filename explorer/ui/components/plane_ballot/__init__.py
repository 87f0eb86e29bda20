"""A latent plane of which one place is tapped."""

from explorer.ui.components.plane_ballot.component import plane_ballot

__all__ = ["plane_ballot"]
