"""PCA's error against k: a handle on the curve, and the picture at that k."""

from explorer.ui.components.error_curve.component import error_curve

__all__ = ["error_curve"]
