"""The bar of a lecture that is on, its keys, and the cover over what the audience is to guess."""

from explorer.ui.components.lecture_bar.component import BarData, lecture_bar

__all__ = ["BarData", "lecture_bar"]
