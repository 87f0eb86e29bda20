"""Numbers as sentences have them."""

from collections.abc import Iterable


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 in per cent, such as '14 %'."""
    return f"{100 * share:.{digits}f} %"


def listed(numbers: Iterable[int]) -> str:
    """Numbers in words, such as '2, 4 and 8'."""
    *others, last = map(str, numbers)
    return f"{', '.join(others)} and {last}" if others else last


def with_minus(text: str) -> str:
    """A formatted number, or several, with the sign − in the place of a hyphen."""
    return text.replace("-", "−")
