"""Fitting what needs no descent."""

from explorer.models.pca import PCA, Pixels, fit_pca
from explorer.models.ppca import PPCA, fit_ppca
from explorer.models.spec import PCASpec, PPCASpec


def fit_closed_form(x: Pixels, sample_shape: tuple[int, ...], spec: PCASpec | PPCASpec) -> PCA | PPCA:
    """PCA or PPCA of x: (N, D), bytes standing for pixels in [0, 1]; raises DatasetError, SpecError."""
    if isinstance(spec, PCASpec):
        return fit_pca(x, sample_shape, spec)
    return fit_ppca(x, sample_shape, spec)
