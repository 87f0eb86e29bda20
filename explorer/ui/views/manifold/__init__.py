"""The views of the page manifold."""
