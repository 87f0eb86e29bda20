"""The KL term dimension by dimension names what each bar is."""

import numpy as np

from explorer.figures.tradeoff import kl_figure


def test_the_component_of_a_mixture_is_the_bar_after_the_dimensions() -> None:
    nats = np.array([1, 25, 0.5], np.float32)
    plain, mixed = kl_figure(nats, 240, 3), kl_figure(nats, 240, 2)
    assert list(plain.data[0].y) == [1, 25, 0.5]
    assert list(plain.layout.xaxis.ticktext) == ["1", "2", "3"]
    assert list(mixed.layout.xaxis.ticktext) == ["1", "2", "c"]
    assert list(mixed.data[0].customdata) == ["dimension 1", "dimension 2", "component c"]


def test_many_dimensions_are_named_one_in_five() -> None:
    figure = kl_figure(np.ones(33, np.float32), 240, 32)
    assert list(figure.layout.xaxis.ticktext) == ["5", "10", "15", "20", "25", "30"]
    np.testing.assert_array_equal(figure.layout.xaxis.tickvals, [5, 10, 15, 20, 25, 30])
