"""What a figure draws as lines of text: every trace, axis, mark and image of it, long lists by their ends and sums.

`python -m tests.figures.drawn` writes what the cases draw today to `drawn/`. The difference to what was there is what a
change of the code does to the figures: read it as one reads a change of the code.
"""

import base64
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image

from tests.figures.cases import CASES

FOLDER = Path(__file__).parent / "drawn"
MOST_VALUES, MOST_LETTERS, FEW_ROWS = 8, 200, 3
PNG = "data:image/png;base64,"
Leaf = str | int | float | bool | None | list["Leaf"]
Drawn = dict[str, Leaf]


# What `theme.style` gives every figure, which `test_theme.py` asserts, and where things stand beside the axes: taste.
ALIKE = r"font\.size$|hoverlabel|bgcolor|gridcolor|zeroline$|automargin|legend\.title|layout\.template"
TASTE = r"legend\.(x|y|[xy]anchor|orientation)$|margin\.|pad\.|\.domain$|height$|line\.width$"
LEFT_OUT = re.compile(f"{ALIKE}|{TASTE}")


def described(figure: object) -> Drawn:
    """What a figure, or an option of ECharts, says: every leaf by its path."""
    leaves = _leaves("", figure.to_plotly_json() if isinstance(figure, go.Figure) else figure)
    return {path: leaf for path, leaf in leaves if not LEFT_OUT.search(path)}


def _leaves(path: str, value: object) -> Iterator[tuple[str, Leaf]]:
    match value:
        case {"dtype": str(kind), "bdata": str(data)}:
            yield path, _shortened(np.frombuffer(base64.b64decode(data), kind))
        case Mapping():
            for key, part in value.items():
                yield from _leaves(f"{path}.{key}".lstrip("."), part)
        case np.ndarray():
            yield path, _shortened(value)
        case list() | tuple() if is_flat(value):
            yield path, _shortened(np.asarray(value))
        case list() | tuple():
            yield from _columns(path, [dict(_leaves("", part)) for part in value])
        case str() if value.startswith(PNG):
            yield path, _shortened(np.asarray(Image.open(io.BytesIO(base64.b64decode(value.removeprefix(PNG))))))
        case _:
            yield path, _plain(value)


def _columns(path: str, rows: list[Drawn]) -> Iterator[tuple[str, Leaf]]:
    """Leaf by leaf what a list of dictionaries says: of a few each, of many in one line."""
    for key in dict.fromkeys(key for row in rows for key in row):
        column = [row.get(key) for row in rows]
        if len(rows) > FEW_ROWS and is_flat(column):
            yield f"{path}[*].{key}", _shortened(np.asarray(column))
        else:
            yield from ((f"{path}[{place}].{key}", row[key]) for place, row in enumerate(rows) if key in row)


def is_flat(value: object) -> bool:
    """Whether a list holds values of one kind, no dictionaries and no lists of several lengths."""
    try:
        return np.asarray(value).dtype.kind in "biufU"
    except ValueError:
        return False


def _shortened(values: NDArray[Any]) -> Leaf:
    """A short list as it is; of a long one shape, first and last value, sum, and the sum weighted by the place."""
    flat = values.ravel()
    if len(flat) <= MOST_VALUES:
        return [_plain(one) for one in flat.tolist()]
    if values.dtype.kind == "U":
        text = " | ".join(flat.tolist())
        return (
            text if len(text) <= MOST_LETTERS else [list(values.shape), text[:MOST_LETTERS], flat[-1].item(), len(text)]
        )
    known = np.nan_to_num(flat.astype(np.float64))
    weighted = known @ np.linspace(0, 1, len(known))
    return [list(values.shape), *map(_plain, (flat[0], flat[-1], known.sum(), weighted))]


def _plain(value: object) -> Leaf:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if np.isnan(value) else float(f"{value:.6g}")
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def differs(before: Leaf, now: Leaf) -> bool:
    """Whether two leaves differ by more than rounding on another machine explains."""
    if isinstance(before, list) and isinstance(now, list):
        return len(before) != len(now) or any(map(differs, before, now))
    if isinstance(before, int | float) and isinstance(now, int | float):
        return not np.isclose(before, now, rtol=1e-3, atol=1e-5)
    return before != now


def kept(case: str) -> Drawn:
    """What a case drew when it was last written."""
    return dict(json.loads(f"[{line}]") for line in path_of(case).read_text("utf-8").splitlines())


def path_of(case: str) -> Path:
    """Where a case's drawing is kept."""
    return FOLDER / f"{case.replace(' ', '_').replace(',', '').replace('.', '_')}.txt"


def write() -> None:
    """Keep what the cases draw today."""
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    FOLDER.mkdir(exist_ok=True)
    for case, draw in CASES.items():
        lines = [f"{json.dumps(pair, ensure_ascii=False)[1:-1]}" for pair in described(draw()).items()]
        path_of(case).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    write()
