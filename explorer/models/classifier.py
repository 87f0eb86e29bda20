"""A small classifier that judges pictures: its features measure their quality, its confidence their likeness."""

from dataclasses import dataclass

import numpy as np

from explorer.models.layers import Array, Layer, apply_layers


@dataclass(frozen=True, eq=False)
class Classifier:
    """Dense layers from pixels to one logit per class, evaluated with NumPy; the last layer gives the logits."""

    layers: tuple[Layer, ...]
    sample_shape: tuple[int, ...]
    class_names: tuple[str, ...]

    def features(self, x: Array) -> Array:
        """x: (N, D) in [0, 1] -> the activations before the last layer, (N, F)."""
        return apply_layers(self.layers[:-1], x)

    def logits(self, x: Array) -> Array:
        """x: (N, D) in [0, 1] -> (N, C)."""
        return apply_layers(self.layers, x)

    def probabilities(self, x: Array) -> Array:
        """x: (N, D) in [0, 1] -> p(class | x), (N, C)."""
        logits = self.logits(x)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)
