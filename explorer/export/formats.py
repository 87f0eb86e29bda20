"""Every way to take something out of the explorer, by its name on the command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeVar
from zipfile import ZIP_DEFLATED, ZipFile

from explorer.errors import ExportError
from explorer.export.notebook import notebook
from explorer.export.plane_pages import planes_of, planes_page
from explorer.export.player_pages import eigenvectors_page, posterior_page, replay_page, sweep_page, walk_page
from explorer.export.scene_page import ScenePage, page_html
from explorer.export.tables import codes_csv, codes_npz, codes_parquet, projector_files
from explorer.export.tensorboard_events import tensorboard_files
from explorer.store import Checkpoint, load_checkpoint
from explorer.store.atomic_write import write_files

T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """What is to be taken out.

    scene: the kind of scene of a page; n_codes: at most so many codes, or None for all; samples: numbers of the test
    samples of a walk or of an image as a sum.
    """

    checkpoints: tuple[Checkpoint, ...]
    scene: str = "plane"
    n_codes: int | None = None
    samples: tuple[int, int] = (0, 1)

    @property
    def only(self) -> Checkpoint:
        """The one checkpoint of a format that takes one; raises ExportError for several."""
        if len(self.checkpoints) != 1:
            raise ExportError(f"{len(self.checkpoints)} models were given, but this format takes one; give one name.")
        return self.checkpoints[0]


# What a format makes: one file, or files by their paths in a folder.
Content = bytes | Mapping[str, bytes]


@dataclass(frozen=True)
class Format:
    """One format: what it is for, the ending of its file ('' for a folder), and what makes its content."""

    meaning: str
    suffix: str
    make: Callable[[Request], Content]


def onnx_of(checkpoint: Checkpoint) -> dict[str, bytes]:
    """A model as ONNX files; PyTorch is loaded for them alone."""
    from explorer.export.onnx_files import onnx_files

    return onnx_files(checkpoint)


def _html(request: Request) -> bytes:
    return page_html(SCENES[request.scene](request))


SCENES: dict[str, Callable[[Request], ScenePage]] = {
    "plane": lambda request: planes_page(planes_of(request.checkpoints, request.n_codes)),
    "interpolate": lambda request: walk_page(request.only, *request.samples),
    "eigenvectors": lambda request: eigenvectors_page(request.only, request.samples[0]),
    "posterior": lambda request: posterior_page(request.only, request.samples[0]),
    "replay": lambda request: replay_page(request.only),
    "sweep": lambda request: sweep_page(request.checkpoints),
}
FORMATS = {
    "html": Format("a scene as a page of one file, for any browser", ".html", _html),
    "onnx": Format("encoder, decoder and both, for ONNX Runtime and other tools", "", lambda one: onnx_of(one.only)),
    "projector": Format("test codes for the Embedding Projector", "", lambda one: projector_files(one.only)),
    "tensorboard": Format("the training's history as an event file", "", lambda one: tensorboard_files(one.only)),
    "parquet": Format("all codes as a table", ".parquet", lambda one: codes_parquet(one.only)),
    "csv": Format("all codes as a table of text", ".csv", lambda one: codes_csv(one.only)),
    "npz": Format("all codes as NumPy arrays", ".npz", lambda one: codes_npz(one.only)),
    "notebook": Format("the plane again by the public API", ".ipynb", lambda one: notebook(one.only)),
}


def export(
    names: Sequence[str],
    to: str,
    out: Path | None = None,
    *,
    scene: str = "plane",
    n_codes: int | None = None,
    samples: tuple[int, int] = (0, 1),
    replace: bool = False,
) -> Path:
    """Write checkpoints, by name or path, in a format; returns the file or folder, at `out` or in the current one.

    Raises ExportError for an unknown format or scene, and CheckpointError for what cannot be read or written.
    """
    found = _chosen(FORMATS, to, "format")
    _chosen(SCENES, scene, "scene")
    content = found.make(Request(tuple(load_checkpoint(name) for name in names), scene, n_codes, samples))
    target = out or Path(file_name([Path(name).name for name in names], to, scene).removesuffix(".zip"))
    return write_files(target, {target.name: content} if isinstance(content, bytes) else content, replace=replace)


def file_name(names: Sequence[str], to: str, scene: str = "plane") -> str:
    """The name of a download: a file of the format's own ending, or an archive of its folder."""
    part = "" if scene == "plane" else f"-{scene}"
    return f"{'-'.join(names)}{part}{FORMATS[to].suffix or f'-{to}.zip'}"


def archive(files: Mapping[str, bytes]) -> bytes:
    """Files by their paths as a ZIP archive."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _chosen(table: Mapping[str, T], name: str, what: str) -> T:
    if name not in table:
        raise ExportError(f"There is no {what} {name!r}; choose {', '.join(table)}.")
    return table[name]
