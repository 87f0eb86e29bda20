"""What the rows of drawn images have in common is said in numbers."""

from explorer.ui.views.pca.probabilistic import sample_words


def test_the_smallest_axis_says_how_alike_the_rows_are() -> None:
    words = sample_words(10, 0.36, 1.0)
    assert "the standard deviation of the second is at least 80 % of the first's" in words
    assert "noise of σ = **0.600**" in words
