"""Latent canvases on pages of one file: what a canvas does by itself needs no server and no Streamlit around it."""

from collections.abc import Callable
from pathlib import Path

from explorer.export.scene_page import MountedScene, ScenePage, page_html
from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import CanvasScene
from tests.browser.canvas_scenes import (
    make_conditional_scene,
    make_curve_scene,
    make_linked_scenes,
    make_scene,
    make_solid_scene,
)

KINDS: dict[str, Callable[[], tuple[CanvasScene, ...]]] = {
    "plain": lambda: (make_scene("small"),),
    "conditional": lambda: (make_conditional_scene(),),
    "crowd": lambda: (make_scene("crowd"),),
    "curve": lambda: (make_curve_scene(),),
    "linked": make_linked_scenes,
    "solid": lambda: (make_solid_scene("small"),),
}


def write_canvas_page(folder: Path, kind: str = "plain", view: str = "") -> str:
    """The address of a page with the canvases of a kind; view: the text of the state that they begin in."""
    scenes = tuple(mounted(scene, f"plane{position}", view) for position, scene in enumerate(KINDS[kind]()))
    path = folder / f"{kind}.html"
    path.write_bytes(page_html(ScenePage("Latent plane", "", scenes, ())))
    return path.as_uri()


def mounted(scene: CanvasScene, name: str, view: str) -> MountedScene:
    controls = {"name": name, "pinned": None, "grid": None, "grid_size": 15, "label": None}
    controls |= {"view_state": view, "reports_view": False}
    return MountedScene("latent_canvas", pack(scene, name, has_server=False), "", controls)
