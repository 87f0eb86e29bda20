"""The latent canvas as an anywidget for Jupyter, Colab, VS Code and marimo; the same scripts as in the app."""

import json
from pathlib import Path
from typing import Any

from explorer.export.packages import need_packages
from explorer.export.plane_pages import planes_of
from explorer.export.scene_page import mount_name, theme_css
from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import CanvasScene
from explorer.scenes.component_files import component_files
from explorer.scenes.message import for_file
from explorer.store import Checkpoint

ADAPTER = Path(__file__).parent / "page" / "widget.js"


def latent_canvas_widget(checkpoint: Checkpoint, n_codes: int | None = None) -> Any:
    """The plane of a checkpoint as a widget; its trait `pin` is the pinned (u, v), or None.

    n_codes: at most so many codes. Raises ExportError where anywidget is missing, AnalysisError without a plane.
    """
    return canvas_widget(planes_of([checkpoint], n_codes)[0].scene)


def canvas_widget(scene: CanvasScene) -> Any:
    """A scene as a widget; raises ExportError where anywidget is missing."""
    need_packages("widget")
    import anywidget
    import traitlets

    class LatentCanvas(anywidget.AnyWidget):
        """The latent canvas; pin: (u, v), or None."""

        _esm = widget_script()
        message = traitlets.Bytes().tag(sync=True)
        pin = traitlets.List(traitlets.Float(), default_value=None, allow_none=True).tag(sync=True)

    return LatentCanvas(message=for_file(pack(scene, "widget", has_server=False)))


def widget_script() -> str:
    """The canvas's script with an adapter that gives it what Streamlit gives, as the module of an anywidget."""
    files = component_files("latent_canvas")
    mount = mount_name(files.js)
    look = json.dumps(f"<style>{theme_css(':host')}\n{files.css}</style>{files.html}")
    canvas = files.js.replace(f"export default function {mount}", f"function {mount}")
    return f"{canvas}\n{ADAPTER.read_text('utf-8')}\nexport default {{ render: renderWith({mount}, {look}) }};\n"
