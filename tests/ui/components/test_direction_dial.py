"""What the browser draws of a direction that turns, against brute force."""

import numpy as np
import pytest

from explorer.analysis.pca import example_cloud
from explorer.ui.components.direction_dial.component import dial_data


def test_kept_and_lost_at_every_degree() -> None:
    cloud = example_cloud(seed=1)
    data = dial_data(cloud, [(30, "w₁")], 100, "A cloud")
    kept, lost = np.array(data["kept"]), np.array(data["lost"])
    assert len(kept) == len(lost) == 181
    for degrees in (0, 77, 180):
        w = np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])
        assert kept[degrees] == pytest.approx(np.mean((cloud @ w) ** 2))
        assert lost[degrees] == pytest.approx(np.mean([np.sum((x - (x @ w) * w) ** 2) for x in cloud]))
    np.testing.assert_allclose(kept + lost, kept[0] + lost[0])
    assert kept.argmax() == 30


def test_everything_lies_within_reach() -> None:
    cloud = example_cloud(seed=1)
    data = dial_data(cloud, [], 0, "A cloud")
    assert float(np.abs(cloud).max()) < float(str(data["reach"]))
    assert data["start"] == 0
