"""The latent canvas of a page, kept in the address: what is pinned, how the plane is viewed, which class is drawn."""

import numpy as np

from explorer.export.plane_pages import CanvasView
from explorer.models.fields import Choice
from explorer.scenes.canvas_scene import CanvasScene, Pin
from explorer.ui.components.latent_canvas.component import latent_canvas
from explorer.ui.components.latent_canvas.view_state import ViewState
from explorer.ui.query_params import Vector, read, write, write_text


def kept_canvas(scene: CanvasScene, key: str, part: str = "") -> CanvasView:
    """Show a scene as the keys `z`, `canvas` and `label` of the URL say, and write there what the user does.

    Returns how it is viewed in this run.

    part: ends these keys where a page has several canvases, as in `z_left`.
    """
    names = scene.class_names
    chosen = None if scene.class_biases is None else read(f"label{part}", Choice(names))
    label = None if chosen is None else names.index(chosen)
    view_state = read(f"canvas{part}", ViewState(len(names)))

    def keep_view(text: str) -> None:
        write_text(f"canvas{part}", text or None)

    def keep_label(label: int) -> None:
        write_text(f"label{part}", names[label])

    pin = latent_canvas(
        scene,
        key,
        pinned=_kept_pin(scene, part),
        on_pin=lambda pin: keep_pin(scene, pin, part),
        label=label,
        on_label=keep_label,
        view_state=view_state,
        on_view_state=keep_view,
    )
    return CanvasView(None if pin is None else (pin.u, pin.v, pin.w), view_state or "", label)


def keep_pin(scene: CanvasScene, pin: Pin | None, part: str = "") -> None:
    """Write a point of the plane, or that none is pinned, into the URL."""
    write(f"z{part}", None if pin is None else scene.z_at(pin).tolist())


def _kept_pin(scene: CanvasScene, part: str) -> Pin | None:
    z = read(f"z{part}", Vector(len(scene.origin)))
    return None if z is None else scene.pin_at(np.array(z, np.float32))
