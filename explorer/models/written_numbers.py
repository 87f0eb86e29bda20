"""Numbers as sentences have them."""


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 in per cent, such as '14 %'."""
    return f"{100 * share:.{digits}f} %"


def with_minus(text: str) -> str:
    """A formatted number, or several, with the sign − in the place of a hyphen."""
    return text.replace("-", "−")
