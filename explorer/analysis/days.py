"""Days in the plane of an autoencoder and of PCA, to be shown without the counts they were learned from."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.manifold import DAY_RUN, Stage, learn, linear_baseline, mse
from explorer.data.fremont import FremontDays
from explorer.models.latent_model import Array
from explorer.models.layers import Layer

SHOWN = 0


@dataclass(frozen=True, eq=False)
class DayPlanes:
    """Every day by its codes (N, 2), and one held-out day with its profile (D,) in hundreds of bicycles per hour.

    dates: (N,) days since 1970-01-01, rising; shown: the row of that day; linear_mse: on held-out days, as `stage.mse`.
    """

    dates: NDArray[np.int64]
    n_held_out: int
    linear_codes: Array
    linear_decoder: tuple[Layer, ...]
    linear_mse: float
    codes: Array
    stage: Stage
    shown: int
    profile: Array

    @property
    def days(self) -> FremontDays:
        """The days without their counts."""
        return FremontDays(
            self.dates.astype("datetime64[D]"), np.empty((0, 24, 2), np.int64), np.empty(0, "datetime64[D]")
        )


def day_planes(days: FremontDays) -> DayPlanes:
    """Train the default autoencoder of the summed counts, and lay all days in its plane and in that of PCA."""
    train, test = days.dataset("train"), days.dataset("test")
    linear = linear_baseline(train, DAY_RUN.model.latent_dim)
    *_, stage = learn(DAY_RUN, train, test, linear)
    x = np.empty((len(days.dates), linear.mean.size), np.float32)
    x[days.train_rows], x[days.test_rows] = train.pixels(), test.pixels()
    linear_mse = mse(test.pixels(), linear.decode(linear.encode(test.pixels())))
    row = int(days.test_rows[SHOWN])
    return DayPlanes(
        days.dates.astype(np.int64),
        len(test),
        linear.encode(x),
        linear.decoder_layers(),
        linear_mse,
        stage.encode(x),
        replace(stage, encoder=()),
        row,
        x[row],
    )
