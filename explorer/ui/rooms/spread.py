"""What a class answered, on a page: the picture, and a sentence with the numbers."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from explorer.errors import ExplorerError
from explorer.figures.images import mosaic_figure
from explorer.figures.rooms import spread_figure
from explorer.rooms import Answer, RoomQuestion
from explorer.rooms.question import numbers_of
from explorer.rooms.summaries import ChoiceShares, NumberHistogram, PointDensity, Spread, spread_of
from explorer.ui.figure import show_figure
from explorer.ui.rooms.plane import drawn_images, drawn_places, question_cloud

MOST_DRAWINGS, N_COLUMNS, MOSAIC_PX = 60, 20, 150
NO_ANSWER = "Nobody has answered yet."
FIGURE_PX, PLANE_PX = 300, 480


def summarised(question: RoomQuestion, answers: Sequence[Answer]) -> Spread:
    """The answers of a class; drawings by the places of their codes. Raises RoomError for a plane that is not there."""
    places = drawn_places(question, drawn_images(answers)) if question.kind == "draw" and answers else answers
    return spread_of(question, places)


def show_drawings(answers: Sequence[Answer]) -> None:
    """What was drawn, at most sixty of it, in no order that tells who drew it."""
    images = drawn_images(answers)
    shown = images[:: max(1, -(-len(images) // MOST_DRAWINGS))]
    if len(shown):
        tiles = np.repeat(shown[..., None], 3, axis=-1)
        figure = mosaic_figure(tiles, ("",) * len(tiles), N_COLUMNS, height=MOSAIC_PX)
        show_figure(figure, "drawings", f"{len(shown)} of {len(images)} drawings")


def show_spread(spread: Spread, *, with_truth: bool) -> None:
    """The answers of a class and, once it is revealed, the truth."""
    cloud, height = None, FIGURE_PX
    if isinstance(spread, PointDensity):
        height = PLANE_PX
        with suppress(ExplorerError):
            cloud = question_cloud(spread.question)
    show_figure(spread_figure(spread, with_truth=with_truth, height=height, cloud=cloud), "answers", finding(spread))


def finding(spread: Spread) -> str:
    """The answers in a sentence."""
    if not spread.n:
        return NO_ANSWER
    match spread:
        case ChoiceShares():
            most = int(spread.counts.argmax())
            name, n = spread.question.choices[most], int(spread.counts[most])
            return f"Most often, {n} of {spread.n} times: {name}."
        case NumberHistogram():
            low, median, high = (spread.question.in_words(number) for number in spread.quartiles or ())
            return f"The median of {spread.n} answers is {median}; half of them lie from {low} to {high}."
        case PointDensity():
            place, distance = spread.median_place, spread.median_distance(spread.median_place)
            shown = spread.question.in_words(place)
            return f"The median of {spread.n} places is {shown}; half of them lie within {distance:.2g} of it."


def verdict(spread: Spread) -> str:
    """The truth, and how many answers were right or how near they lie, where that can be said."""
    question = spread.question
    truth = question.in_words(question.truth)
    if isinstance(spread, ChoiceShares):
        return f"The answer is: {truth}. {int(spread.counts[spread.right])} of {spread.n} chose it."
    if isinstance(spread, PointDensity) and spread.n:
        distance = spread.median_distance(numbers_of(question.truth))
        return f"The answer is {truth}. Half of the {spread.n} answers lie within {distance:.2g} of it."
    return f"The answer is {truth}."
