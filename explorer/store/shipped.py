"""Which models of the library came with the explorer; the others are a user's own."""

from explorer.errors import CheckpointError
from explorer.store.folder import checkpoints_folder
from explorer.store.guarded_read import read

SHIPPED = "shipped.txt"


def shipped_names() -> frozenset[str]:
    """The names of the models that came with the explorer; none for a library without a list of them."""
    try:
        text = read(checkpoints_folder() / SHIPPED, lambda path: path.read_text(encoding="utf-8"))
    except CheckpointError:
        return frozenset()
    return frozenset(text.split())
