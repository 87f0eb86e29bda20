"""The views of the page elbo."""
