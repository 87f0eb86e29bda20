"""Points of a plane: how many are drawn, in what, and that no figure needs WebGL."""

from pathlib import Path

import numpy as np
import pytest

from explorer import figures
from explorer.figures.points import MOST_POINTS, point_cloud, thinned


@pytest.mark.parametrize("n", [1, MOST_POINTS, MOST_POINTS + 1, 10_000, 60_000])
def test_many_points_are_thinned_evenly_and_few_are_all_there(n: int) -> None:
    kept = thinned(np.arange(n))
    assert kept[0] == 0
    assert min(n, MOST_POINTS / 2) <= len(kept) <= MOST_POINTS
    assert len(set(np.diff(kept).tolist())) <= 1


def test_a_cloud_has_its_points_in_its_colour_and_a_name_in_the_legend() -> None:
    cloud = point_cloud(np.array([[1.0, 2.0], [3.0, 4.0]]), "#123456", 5, "seven")
    assert (list(cloud.x), list(cloud.y)) == ([1, 3], [2, 4])
    assert (cloud.marker.color, cloud.name, cloud.showlegend) == ("#123456", "seven", True)
    assert point_cloud(np.zeros((1, 2)), "#123456", 5).showlegend is False


def test_no_figure_needs_webgl() -> None:
    sources = {source.name: source.read_text("utf-8") for source in Path(figures.__file__).parent.glob("*.py")}
    assert [name for name, text in sources.items() if "gl(" in text or "go.Scattergl" in text or "3d(" in text] == []
