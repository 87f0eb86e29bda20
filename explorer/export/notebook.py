"""A notebook that shows a model's plane again by the public API."""

import json
from collections.abc import Sequence
from pathlib import Path

from explorer.export.statements import statements
from explorer.store import Checkpoint

CELLS = Path(__file__).parent / "page"
PICTURE, CURVE = "notebook_image", "notebook_curve"


def notebook(checkpoint: Checkpoint, pinned: Sequence[float] | None = None) -> bytes:
    """The notebook as a file of format 4.5: the model, its codes by class, and what a point (K,) is decoded to.

    Without a pinned point it is the code of the first test sample.
    """
    point = checkpoint.codes.test[0].tolist() if pinned is None else list(pinned)
    is_image = len(checkpoint.header.sample_shape) > 1
    label = ", np.array([0])" if hasattr(checkpoint.model, "n_classes") else ""
    said = "\n".join(f"- **{term}**: {words}" for term, words in statements(checkpoint.info))
    cells = [
        _markdown(f"# {checkpoint.info.title}\n\n{said}"),
        _code(_source("notebook_setup").format(name=checkpoint.info.name)),
        _markdown("The first two values of the codes of the test samples, by class."),
        _code(_source("notebook_plane")),
        _markdown("What the decoder makes of one point."),
        _code(
            _source("notebook_decoded").format(
                point=[round(value, 6) for value in point], label=label, picture=_source(PICTURE if is_image else CURVE)
            )
        ),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    numbered = [{"id": f"cell-{i}", **cell} for i, cell in enumerate(cells)]
    document = {"cells": numbered, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1, ensure_ascii=False).encode()


def _markdown(text: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, object]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}


def _source(name: str) -> str:
    """The source of a cell, with the places that are filled in between braces."""
    return (CELLS / f"{name}.txt").read_text("utf-8").rstrip()
