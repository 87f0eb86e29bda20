"""What a class answered, on a page: the picture, and a sentence with the numbers."""

from explorer.figures.rooms import spread_figure
from explorer.rooms.summaries import ChoiceShares, Spread
from explorer.ui.figure import show_figure

NO_ANSWER = "Nobody has answered yet."


def show_spread(spread: Spread, *, with_truth: bool, height: int) -> None:
    """The answers of a class and, once it is revealed, the truth."""
    show_figure(spread_figure(spread, with_truth=with_truth, height=height), "answers", finding(spread))


def finding(spread: Spread) -> str:
    """The answers in a sentence."""
    if not spread.n:
        return NO_ANSWER
    if isinstance(spread, ChoiceShares):
        most = int(spread.counts.argmax())
        name, n = spread.question.choices[most], int(spread.counts[most])
        return f"Most often, {n} of {spread.n} times: {name}."
    low, median, high = (spread.question.in_words(number) for number in spread.quartiles or ())
    return f"The median of {spread.n} answers is {median}; half of them lie from {low} to {high}."


def verdict(spread: Spread) -> str:
    """How many answers were right, where an answer can be."""
    question = spread.question
    truth = question.in_words(question.truth)
    if isinstance(spread, ChoiceShares):
        n_right = int(spread.counts[int(question.truth)])
        return f"The answer is: {truth}. {n_right} of {spread.n} chose it."
    return f"The answer is {truth}."
