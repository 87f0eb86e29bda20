"""What a model can be taken away as, for other tools."""

from functools import partial

from explorer.export.formats import FORMATS, Request, archive, file_name
from explorer.export.packages import GROUPS, missing_packages
from explorer.models.foreign_spec import has_encoder
from explorer.models.spec import CLOSED_FORM
from explorer.store import Checkpoint
from explorer.ui.take_away.menu import Offer

LABELS = {
    "onnx": "The model as ONNX",
    "parquet": "All codes as Parquet",
    "csv": "All codes as CSV",
    "npz": "All codes as NumPy arrays",
    "projector": "Test codes for the Embedding Projector",
    "tensorboard": "The training for TensorBoard",
    "notebook": "This plane as a notebook",
}


def model_offers(checkpoint: Checkpoint) -> list[Offer]:
    """The formats that a model has; a package that is missing is named on the offer."""
    spec = checkpoint.run.model
    if not has_encoder(spec):
        return [_offer(checkpoint, "onnx")]
    is_trained = checkpoint.run.trained_here and not isinstance(spec, CLOSED_FORM)
    return [_offer(checkpoint, to) for to in LABELS if is_trained or to != "tensorboard"]


def _offer(checkpoint: Checkpoint, to: str) -> Offer:
    meaning = FORMATS[to].meaning
    missing = missing_packages(to) if to in GROUPS else ""
    name = file_name([checkpoint.info.name], to)
    make = partial(_content, checkpoint, to)
    return Offer(
        LABELS[to],
        name,
        "application/octet-stream",
        make,
        f"{meaning[0].upper()}{meaning[1:]}.",
        missing,
    )


def _content(checkpoint: Checkpoint, to: str) -> bytes:
    content = FORMATS[to].make(Request((checkpoint,)))
    return content if isinstance(content, bytes) else archive(content)
