"""Pictures of bent lines and sheets: what is drawn is what the stage decodes."""

from itertools import islice

import numpy as np
import pytest

from explorer.analysis.manifold import Shape, Stage, bend, known_shape, learn, shape_run
from explorer.figures import manifold as pictures
from explorer.figures.theme import MUTED, model_hue


def few_stages(name: str) -> tuple[Shape, tuple[Stage, ...]]:
    shape = known_shape(name)
    run = shape_run(name, shape.latent_dim, (8,), "tanh")
    return shape, tuple(islice(learn(run, shape.dataset, shape.test, shape.linear), 3))


def test_before_training_only_pca_goes_through_the_samples() -> None:
    shape = known_shape("arc")
    figure = pictures.bent_figure(shape, (), 400)
    assert [trace.name for trace in figure.data] == ["samples", "PCA"]
    ends = np.stack((figure.data[1].x, figure.data[1].y), axis=1)
    assert np.allclose(shape.linear.decode(shape.linear.encode(ends.astype(np.float32))), ends, atol=1e-4)


def test_curve_is_what_the_decoder_makes_of_the_codes() -> None:
    shape, stages = few_stages("arc")
    figure = pictures.bent_figure(shape, stages, 400)
    codes = stages[-1].encode(shape.test.pixels())
    ends = stages[-1].decode(np.array([[codes.min()], [codes.max()]], np.float32))
    assert np.allclose([figure.data[2].x[0], figure.data[2].y[0]], ends[0], atol=2e-3)
    assert np.allclose([figure.data[2].x[-1], figure.data[2].y[-1]], ends[1], atol=2e-3)
    assert figure.layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize("name", ["arc", "s_curve"])
def test_slider_has_every_stage_with_its_error(name: str) -> None:
    shape, stages = few_stages(name)
    figure = pictures.bent_figure(shape, stages, 400)
    assert [frame.name for frame in figure.frames] == [str(stage.step) for stage in stages]
    labels = [step.label for step in figure.layout.sliders[0].steps]
    assert labels[1] == f"{stages[1].step} of {stages[1].n_steps}, test MSE {stages[1].mse:.4f}"
    assert not pictures.bent_figure(shape, stages[:1], 400).layout.sliders


def test_every_layer_has_a_cell_with_its_width() -> None:
    shape, stages = few_stages("arc")
    figure = pictures.bend_figure(bend(stages[-1], shape.grid, shape.test.pixels()), shape.position, 400)
    titles = [note.text for note in figure.layout.annotations if note.text]
    assert titles == ["x (2)", "encoder 1 (8)", "z (1)", "decoder 1 (8)", "x̂ (2)"]
    assert len(figure.data) == 2 * len(titles)


def test_small_panels_show_every_fourth_sample_in_the_hue_of_its_place() -> None:
    shape, stages = few_stages("arc")
    figure = pictures.bend_figure(bend(stages[-1], shape.grid, shape.test.pixels()), shape.position, 400)
    samples = figure.data[1]
    np.testing.assert_allclose(np.stack([samples.x, samples.y], axis=1), shape.test.pixels()[::4], rtol=1e-6)
    np.testing.assert_allclose(samples.marker.color, shape.position[::4], rtol=1e-6)


def test_error_falls_beside_that_of_pca() -> None:
    _, stages = few_stages("arc")
    figure = pictures.learning_figure(stages, 0.15, 200)
    assert list(figure.data[0].y) == [stage.mse for stage in stages]
    assert figure.layout.shapes[0].y0 == 0.15


def test_day_stands_beside_its_reconstructions() -> None:
    day = np.arange(24.0)
    assert [trace.name for trace in pictures.day_figure(day, day, None, 300).data] == ["the day", "PCA"]
    assert [trace.name for trace in pictures.day_figure(day, day, day, 300).data][-1] == "Autoencoder"


@pytest.mark.parametrize("colours", [pictures.cyclic_colours, pictures.ordered_colours])
def test_colours_are_distinct_and_written_as_hexadecimal(colours: object) -> None:
    found = colours(12)  # type: ignore[operator]
    assert len(set(found)) == 12
    assert all(len(colour) == 7 and int(colour[1:], 16) >= 0 for colour in found)


def test_the_plane_figure_keeps_its_axes_and_hues() -> None:
    shape, stages = few_stages("arc")
    figure = pictures.bent_figure(shape, stages, 400)
    samples, straight, bent = figure.data
    x = shape.test.pixels()
    np.testing.assert_allclose(np.stack((samples.x, samples.y), axis=1), x, rtol=1e-6)
    np.testing.assert_allclose(samples.marker.color, shape.position, rtol=1e-6)
    assert (straight.line.color, bent.line.color) == (model_hue("pca"), model_hue("ae"))
    assert (straight.name, bent.name) == ("PCA", "Autoencoder")
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("x₁", "x₂")


def test_learning_has_its_units_and_its_steps_on_logarithmic_axes() -> None:
    _, stages = few_stages("arc")
    figure = pictures.learning_figure(stages, 0.15, 200)
    assert list(figure.data[0].x) == [max(stage.step, 1) for stage in stages]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("step", "test MSE")
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    assert (figure.data[0].line.color, figure.layout.shapes[0].line.color) == (model_hue("ae"), model_hue("pca"))


def test_each_angle_is_a_line_over_epochs_in_degrees() -> None:
    stages = [Stage(step, 2, step / 2, 0.0, (), (), 0.1, np.array([10.0 + step, 80.0 - step])) for step in range(3)]
    first, second = pictures.angles_figure(stages, 300).data
    assert (first.name, list(first.x), list(first.y)) == ("angle 1", [0, 0.5, 1], [10, 11, 12])
    assert (second.name, list(second.y)) == ("angle 2", [80, 79, 78])
    figure = pictures.angles_figure(stages, 300)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
        "epoch",
        "angle to PCA's subspace (degrees)",
    )


def test_a_day_has_its_hours_its_counts_and_a_hue_for_each_reconstruction() -> None:
    day, linear, bent = (np.arange(24.0) + shift for shift in (0, 100, 200))
    figure = pictures.day_figure(day, linear, bent, 300)
    assert [(trace.name, float(trace.y[0]), trace.line.color) for trace in figure.data] == [
        ("the day", 0, MUTED),
        ("PCA", 100, model_hue("pca")),
        ("Autoencoder", 200, model_hue("ae")),
    ]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("hour", "bicycles per hour")
    assert [trace.name for trace in pictures.day_figure(day, linear, None, 300).data] == ["the day", "PCA"]


@pytest.mark.parametrize(("n_stages", "end"), [(1, 1.0), (5, 4.0)])
def test_epochs_begin_at_0_also_before_any_training(n_stages: int, end: float) -> None:
    stages = [Stage(step, 8, float(step), 0.0, (), (), 0.1, np.ones(2)) for step in range(n_stages)]
    left, right = pictures.angles_figure(stages, 300).layout.xaxis.range
    assert (left, right) == pytest.approx((-0.02 * end, 1.02 * end))
