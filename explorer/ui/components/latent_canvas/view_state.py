"""What the address keeps of a canvas: grid, window, isolated classes and hidden points, as one short text."""

import re
from dataclasses import dataclass
from math import isfinite

from explorer.scenes.canvas_scene import MAX_CLASSES

PARTS = ("grid", "view", "classes", "points")
NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
FORMS = {
    "grid": re.compile("range|quantile"),
    "view": re.compile(rf"{NUMBER},{NUMBER},{NUMBER}"),
    "classes": re.compile(r"\d{1,3}(?:,\d{1,3})*"),
    "points": re.compile("off"),
}
FARTHEST = 1e30
# As in js/view.js.
LEAST_ZOOM, LARGEST_ZOOM = 1 / 8, 400


@dataclass(frozen=True)
class ViewState:
    """Texts such as 'grid-range~view-2.5,0.31,-1.2~classes-3,7~points-off', with any of the four parts, in that order.

    view: zoom and the centre in the plane's units, or in ranks where the grid is by quantile; classes: those shown,
    all below n_classes.
    """

    n_classes: int = MAX_CLASSES

    def __str__(self) -> str:
        return "any of grid-range or grid-quantile, view-zoom,u,v, classes-numbers and points-off, with ~ between them"

    def parse(self, value: object) -> str:
        """The text itself, '' for the canvas as it is at first; raises ValueError for any other."""
        keys = [self._key_of(part) for part in str(value).split("~")] if value else []
        if keys != sorted(set(keys), key=PARTS.index):
            raise ValueError
        return str(value)

    def _key_of(self, part: str) -> str:
        key, _, text = part.partition("-")
        if key not in FORMS or not FORMS[key].fullmatch(text):
            raise ValueError
        if key == "classes" and max(int(number) for number in text.split(",")) >= self.n_classes:
            raise ValueError
        if key == "view":
            zoom, *centre = (float(number) for number in text.split(","))
            if not (
                LEAST_ZOOM <= zoom <= LARGEST_ZOOM
                and all(isfinite(place) and abs(place) < FARTHEST for place in centre)
            ):
                raise ValueError
        return key
