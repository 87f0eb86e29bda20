"""What the address keeps of a canvas: grid, window, angle, isolated classes and hidden points, as one short text."""

import re
from dataclasses import dataclass
from math import isfinite

from explorer.scenes.canvas_scene import MAX_CLASSES

PARTS = ("grid", "view", "turn", "height", "decode", "spin", "classes", "points")
NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
FORMS = {
    "grid": re.compile("range|quantile"),
    "view": re.compile(rf"{NUMBER},{NUMBER},{NUMBER}"),
    "turn": re.compile(rf"{NUMBER},{NUMBER},{NUMBER}"),
    "height": re.compile(NUMBER),
    "decode": re.compile("nearest"),
    "spin": re.compile("on"),
    "classes": re.compile(r"\d{1,3}(?:,\d{1,3})*"),
    "points": re.compile("off"),
}
FARTHEST = 1e30
# As in js/view.js and js/camera.js.
LEAST_ZOOM, LARGEST_ZOOM = 1 / 8, 400
STEEPEST = 90.0


@dataclass(frozen=True)
class ViewState:
    """Texts such as 'grid-range~view-2.5,0.31,-1.2~classes-3,7~points-off', with any of these parts, in their order.

    view: zoom and the centre in the plane's units, or in ranks where the grid is by quantile;
    turn: the codes in three dimensions, turned about the upright axis and tilted by so many degrees, and the zoom;
    height: how far the plane has moved along its normal; decode: the nearest code in place of the plane's point;
    spin: slow rotation; classes: those shown, all below n_classes.
    """

    n_classes: int = MAX_CLASSES

    def __str__(self) -> str:
        return (
            "any of grid-range or grid-quantile, view-zoom,u,v, turn-degrees,degrees,zoom, height-number, "
            "decode-nearest, spin-on, classes-numbers and points-off, with ~ between them"
        )

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
        if key in ("view", "turn", "height") and not _is_seen(key, [float(number) for number in text.split(",")]):
            raise ValueError
        return key


def _is_seen(key: str, numbers: list[float]) -> bool:
    """Whether a canvas can be seen so."""
    zoom = {"view": numbers[0], "turn": numbers[-1]}.get(key, 1.0)
    is_possible = LEAST_ZOOM <= zoom <= LARGEST_ZOOM and (key != "turn" or abs(numbers[1]) <= STEEPEST)
    return is_possible and all(isfinite(number) and abs(number) < FARTHEST for number in numbers)
