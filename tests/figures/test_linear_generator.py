"""The figure of PCA and a density shows the codes by class, the density and its numbered draws."""

import numpy as np

from explorer.analysis.density import standard_normal
from explorer.analysis.linear_generator import PlaneOfClasses
from explorer.figures.linear_generator import generator_figure
from explorer.figures.theme import Z, class_colour
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec

RNG = np.random.default_rng(0)


def test_codes_density_and_draws_share_one_plane() -> None:
    x = RNG.random((30, 4)).astype(np.float32)
    pca = fit_pca(x, (2, 2), PCASpec(latent_dim=2))
    labels = np.repeat([1, 3], 15)
    plane = PlaneOfClasses(pca, np.float32(9) * pca.encode(x), labels, pca.encode(x))
    density, draws = standard_normal("n", 2), np.array([[-20, 0], [0.5, 1]], np.float32)
    fig = generator_figure(plane, density, draws, ("a", "b", "c", "d"), 400)
    ones, threes, contour, drawn = fig.data
    assert [trace.name for trace in (ones, threes)] == ["b", "d"]
    assert [ones.marker.color, threes.marker.color] == [class_colour(1), class_colour(3)]
    np.testing.assert_array_equal(threes.y, plane.codes[15:, 1])
    np.testing.assert_array_equal(np.column_stack([drawn.x, drawn.y]), draws)
    assert (drawn.text, drawn.marker.color) == (("1", "2"), Z)
    mesh = np.stack(np.meshgrid(contour.x, contour.y), axis=-1).reshape(-1, 2)
    np.testing.assert_allclose(np.ravel(contour.z), density.log_density(mesh), rtol=1e-5)
    assert fig.layout.xaxis.range[0] < -20
    assert fig.layout.yaxis.scaleanchor == "x"
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("z₁, along w₁", "z₂, along w₂")
    assert {note.text for note in fig.layout.annotations} == {"<b>b</b>", "<b>d</b>"}
