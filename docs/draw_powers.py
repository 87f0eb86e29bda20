"""Draws the power of each hole number against the size of the hole, from the table of docs/holes.md: `make docs`."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from explorer.figures.theme import PETROFF

DOCUMENT = Path(__file__).parent / "holes.md"
PICTURE = Path(__file__).parent / "screenshots" / "powers.svg"
SIZES = (2, 5, 10, 20, 40)
ROW = re.compile(r"\| ([^|]+?) \| (\d+) \|((?: \d+ \d+ \d+ \d+ \d+ \|){6})")
N_RUNS = 10
WIDTH, HEIGHT, LEFT, TOP = 150, 96, 92, 74
# The x of each size, as shares of a panel's width: nearly logarithmic.
PLACES = (0.06, 0.3, 0.53, 0.76, 0.98)
Powers = dict[tuple[str, int], tuple[tuple[int, ...], ...]]


def powers(document: str) -> Powers:
    """By number and dimension the runs of ten that alarm, for each law and place at each size of the hole."""
    return {
        (found[1], int(found[2])): tuple(tuple(map(int, cell.split())) for cell in found[3].split("|")[:-1])
        for found in ROW.finditer(document)
    }


def columns(document: str) -> list[str]:
    """The laws and places of the table's header."""
    header = next(line for line in document.splitlines() if line.startswith("| number | K | gaussian, bulk"))
    return header.strip("| ").split(" | ")[2:]


def picture(document: str) -> str:
    """The whole picture as SVG: a panel for each dimension and law, a curve for each number."""
    found, titles = powers(document), columns(document)
    names, dimensions = list(dict.fromkeys(name for name, _ in found)), sorted({k for _, k in found})
    hues = dict(zip(names, PETROFF, strict=False))
    size = LEFT + len(titles) * WIDTH + 12, TOP + len(dimensions) * HEIGHT + 44
    look = 'font-family="sans-serif" font-size="11" fill="#333"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" {look}>',
        "<title>Power of each hole number against the size of the hole</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        *_legend(hues),
        *(_text(LEFT + (i + 0.5) * WIDTH, TOP - 8, title, "middle") for i, title in enumerate(titles)),
        *(_text(LEFT - 44, TOP + (j + 0.5) * HEIGHT, f"K = {k}", "end") for j, k in enumerate(dimensions)),
        *(
            _text(LEFT - 4, TOP + j * HEIGHT + (HEIGHT - 16) * (1 - share) + 4, f"{100 * share} %", "end")
            for j, share in product(range(len(dimensions)), (0, 1))
        ),
    ]
    for (i, _), (j, k) in product(enumerate(titles), enumerate(dimensions)):
        curves = {name: found[name, k][i] for name in names}
        parts += _panel(LEFT + i * WIDTH, TOP + j * HEIGHT, curves, hues)
    bottom = TOP + len(dimensions) * HEIGHT
    parts += [
        _text(LEFT + i * WIDTH + place * (WIDTH - 14), bottom + 12, f"{percent}", "middle")
        for i, (place, percent) in product(range(len(titles)), zip(PLACES, SIZES, strict=True))
    ]
    parts += [
        _text(
            LEFT + len(titles) * WIDTH / 2,
            bottom + 32,
            "draws in the hole, %; upwards: runs in which the number alarms",
            "middle",
        )
    ]
    return "\n".join([*parts, "</svg>", ""])


def _legend(hues: dict[str, str]) -> Iterator[str]:
    for place, (name, hue) in enumerate(hues.items()):
        x, y = LEFT + (place % 5) * 178, 16 + 18 * (place // 5)
        yield f'<path d="M{x} {y - 4}h22" stroke="{hue}" stroke-width="2.5"/>'
        yield _text(x + 28, y, name)


def _panel(x: float, y: float, curves: dict[str, tuple[int, ...]], hues: dict[str, str]) -> Iterator[str]:
    """The curves of one law in one dimension, from 0 at the bottom to 10 of 10 runs at the top."""
    width, height = WIDTH - 14, HEIGHT - 16
    yield f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="none" stroke="#bbb"/>'
    for name, alarms in curves.items():
        points = [
            f"{x + place * width:.1f},{y + height * (1 - n / N_RUNS):.1f}"
            for place, n in zip(PLACES, alarms, strict=True)
        ]
        yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{hues[name]}" stroke-width="1.8"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{text}</text>'


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(DOCUMENT.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
