"""The Latent Explorer as a library: data sets, models, training, analysis and figures, without Streamlit.

Letters mean the same everywhere:

N  number of samples            x        samples as vectors, (N, D), images in [0, 1]
D  number of pixels of one      z        codes, (N, K)
K  number of latent dimensions  mean     of the posterior q(z|x), (N, K)
C  number of classes            log_var  natural logarithm of its variance, (N, K)
                                beta     weight of the KL term

>>> import explorer
>>> digits = explorer.load_dataset("digits")
>>> run = explorer.RunSpec(explorer.make_spec("vae", {"latent_dim": 2}), "digits", n_epochs=1)
>>> state = explorer.start(run, digits)
>>> last = list(explorer.train(state))[-1]
>>> state.model.encode(digits.pixels()).shape
(1437, 2)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.data import Dataset, list_sources, load_dataset
    from explorer.errors import ExplorerError
    from explorer.models import LatentModel, make_spec
    from explorer.store import list_checkpoints, load_checkpoint
    from explorer.training import Record, RunSpec, start, train

# Imported on first use, so that a page that needs one of them does not wait for all.
_HOMES = {
    "Dataset": "data",
    "ExplorerError": "errors",
    "LatentModel": "models",
    "Record": "training",
    "RunSpec": "training",
    "list_checkpoints": "store",
    "list_sources": "data",
    "load_checkpoint": "store",
    "load_dataset": "data",
    "make_spec": "models",
    "start": "training",
    "train": "training",
}

__all__ = [
    "Dataset",
    "ExplorerError",
    "LatentModel",
    "Record",
    "RunSpec",
    "list_checkpoints",
    "list_sources",
    "load_checkpoint",
    "load_dataset",
    "make_spec",
    "start",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
