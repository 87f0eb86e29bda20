"""A notebook that shows a model's plane again by the public API."""

import json
from collections.abc import Sequence

from explorer.export.statements import statements
from explorer.store import Checkpoint

SETUP = """\
import numpy as np
import plotly.express as px

import explorer

checkpoint = explorer.load_checkpoint({name!r})
model, codes = checkpoint.model, checkpoint.codes
checkpoint.info.title, checkpoint.info.metrics"""
PLANE = """\
names = np.array(checkpoint.header.class_names)
titles = {"x": "z1", "y": "z2", "color": "class"}
figure = px.scatter(x=codes.test[:, 0], y=codes.test[:, 1], color=names[codes.test_labels], labels=titles)
figure.update_yaxes(scaleanchor="x")
figure"""
DECODED = """\
z = np.array([{point}], dtype=np.float32)
x_hat = model.decode(z{label})[0].reshape(checkpoint.header.sample_shape)
{picture}"""
PICTURE = 'px.imshow(x_hat, color_continuous_scale="gray", zmin=0, zmax=1)'
CURVE = "px.line(x_hat)"


def notebook(checkpoint: Checkpoint, pinned: Sequence[float] | None = None) -> bytes:
    """The notebook as a file of format 4.5: the model, its codes by class, and what a point (K,) is decoded to.

    Without a pinned point it is the code of the first test sample.
    """
    point = checkpoint.codes.test[0].tolist() if pinned is None else list(pinned)
    is_image = len(checkpoint.header.sample_shape) == 2
    label = ", np.array([0])" if hasattr(checkpoint.model, "n_classes") else ""
    said = "\n".join(f"- **{term}**: {words}" for term, words in statements(checkpoint.info))
    cells = [
        _markdown(f"# {checkpoint.info.title}\n\n{said}"),
        _code(SETUP.format(name=checkpoint.info.name)),
        _markdown("The first two values of the codes of the test samples, by class."),
        _code(PLANE),
        _markdown("What the decoder makes of one point."),
        _code(
            DECODED.format(
                point=[round(value, 6) for value in point], label=label, picture=PICTURE if is_image else CURVE
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
