"""A lecture as a folder for any static host: its scenes as pages of one file, their notes, an index, relative links."""

import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.export.plane_pages import planes_of, planes_page
from explorer.export.player_pages import eigenvectors_page, posterior_page, replay_page, sweep_page, walk_page
from explorer.export.qr_code import qr_svg
from explorer.export.scene_page import ScenePage, page_html
from explorer.lectures import Lecture, Scene
from explorer.scenes.training_animations import sweeps_of_beta
from explorer.store import Checkpoint, list_checkpoints, load_checkpoint
from explorer.store.atomic_write import write_files
from explorer.store.lectures import load_lecture

# A page of a course weighs a megabyte, not the three of all codes.
N_CODES = 10_000
MODEL = "vae-2d"
IN_THE_APP = "This scene needs the running app; here are its notes."
INDEX = "index.html"


def site_files(lecture: Lecture, base_url: str = "") -> dict[str, bytes]:
    """The folder's files by name: index.html and one page per scene.

    base_url: where the folder will stand, for the codes that embed its pages and for their QR codes; '' for neither.
    A scene without a page of one file, or whose model is missing, is a page of its notes.
    """
    names = [f"{number:02}-{_slug(scene.title)}.html" for number, scene in enumerate(lecture.scenes, 1)]
    pages = {name: page_html(_framed(lecture, position, names)) for position, name in enumerate(names)}
    return {INDEX: page_html(_index(lecture, names, base_url)), **pages}


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "scene"


def _framed(lecture: Lecture, position: int, names: list[str]) -> ScenePage:
    """A scene's page with its notes and the way to the scenes before and after it."""
    scene = lecture.scenes[position]
    page = _page_of(scene)
    links = [f'<a href="{INDEX}">{escape(lecture.title)}</a>']
    if position > 0:
        links.insert(
            0, f'<a rel="prev" href="{names[position - 1]}">← {escape(lecture.scenes[position - 1].title)}</a>'
        )
    if position + 1 < len(names):
        links.append(f'<a rel="next" href="{names[position + 1]}">{escape(lecture.scenes[position + 1].title)} →</a>')
    return ScenePage(
        scene.title,
        page.summary,
        page.scenes,
        page.statements,
        before=f"<nav>{' '.join(links)}</nav>",
        after=f"<aside>{_notes(scene)}</aside>",
    )


def _notes(scene: Scene) -> str:
    """The notes as paragraphs, and each question with its answer folded away."""
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in scene.notes.split("\n\n") if part.strip())
    return paragraphs + "".join(
        f"<details><summary>{escape(question.ask)}</summary><p>{escape(question.answer)}</p></details>"
        for question in scene.questions
    )


def _page_of(scene: Scene) -> ScenePage:
    make = _MAKERS.get(scene.page)
    try:
        page = None if make is None else make(scene.query)
    except ExplorerError as error:
        return ScenePage(scene.title, str(error), (), ())
    return page or ScenePage(scene.title, IN_THE_APP, (), ())


Query = dict[str, list[str]]


def _last(query: Query, key: str, default: str) -> str:
    return query.get(key, [default])[-1]


def _model(query: Query) -> Checkpoint:
    return load_checkpoint(_last(query, "model", MODEL))


def _latent(query: Query) -> ScenePage:
    return planes_page(planes_of([_model(query)], N_CODES))


def _holes(query: Query) -> ScenePage:
    return _side_by_side([_last(query, "left", "ae-2d"), _last(query, "right", "vae-2d")])


def _side_by_side(names: Sequence[str]) -> ScenePage:
    return planes_page(planes_of([load_checkpoint(name) for name in names], N_CODES))


def _interpolate(query: Query) -> ScenePage:
    return walk_page(_model(query), _number(query, "from", 0), _number(query, "to", 1))


def _pca(query: Query) -> ScenePage | None:
    if _last(query, "view", "Eigendigits") not in ("Eigendigits", "One image"):
        return None
    return eigenvectors_page(load_checkpoint("pca"), _number(query, "sample", 0))


def _posterior(query: Query) -> ScenePage | None:
    if _last(query, "view", "One posterior") == "Reconstruction alone":
        return None
    return posterior_page(_model(query), _number(query, "sample", 0))


def _tradeoff(query: Query) -> ScenePage | None:
    view = _last(query, "view", "β sweep")
    if view == "Replay":
        return replay_page(_model(query))
    sweeps = sweeps_of_beta(list_checkpoints()) if view == "β sweep" else []
    chosen = _last(query, "sweep", sweeps[0].title if sweeps else "")
    found = next((sweep for sweep in sweeps if sweep.title == chosen), None)
    return None if found is None else sweep_page([load_checkpoint(name) for name in found.names])


def _number(query: Query, key: str, default: int) -> int:
    text = _last(query, key, "")
    return int(text) if text.isdecimal() else default


_MAKERS: dict[str, Callable[[Query], ScenePage | None]] = {
    "latent": _latent,
    "holes": _holes,
    "compare": lambda query: _side_by_side(query.get("models", ["ae-2d", "vae-2d"])),
    "interpolate": _interpolate,
    "pca": _pca,
    "posterior": _posterior,
    "tradeoff": _tradeoff,
}


def _index(lecture: Lecture, names: list[str], base_url: str) -> ScenePage:
    """The table of contents; with an address also how each page is embedded, and its QR code."""
    items = "".join(
        f'<li><a href="{name}">{escape(scene.title)}</a>{_sharing(base_url, name)}</li>'
        for scene, name in zip(lecture.scenes, names, strict=True)
    )
    return ScenePage(lecture.title, lecture.summary, (), (), before=f"<ol>{items}</ol>")


def _sharing(base_url: str, name: str) -> str:
    if not base_url:
        return ""
    address = f"{base_url.rstrip('/')}/{name}"
    frame = f'<iframe src="{address}?embed=true" width="100%" height="700" style="border: 0"></iframe>'
    return f"<details><summary>Embed</summary><p><code>{escape(frame)}</code></p>{qr_svg(address)}</details>"


def export_site(name: str, out: Path | None = None, *, base_url: str = "", replace: bool = False) -> Path:
    """Write a lecture, by name, as a folder; raises LectureError and CheckpointError."""
    files = site_files(load_lecture(name), base_url)
    return write_files(out or Path(f"{name}-site"), files, replace=replace)
