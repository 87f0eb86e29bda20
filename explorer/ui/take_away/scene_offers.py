"""What the scenes of a page can be taken away as."""

from collections.abc import Callable, Sequence
from functools import partial

from explorer.export.plane_pages import ShownPlane, planes_page
from explorer.export.scene_page import ScenePage, page_html
from explorer.ui.take_away.menu import Offer


def planes_offers(planes: Sequence[ShownPlane]) -> list[Offer]:
    """The planes as they are shown, as a page of one file; nothing where there is no plane."""
    name = "-".join(plane.info.name for plane in planes)
    return [scene_offer(name, partial(planes_page, tuple(planes)))] if planes else []


def scene_offer(name: str, page: Callable[[], ScenePage]) -> Offer:
    """A scene as a page of one file, which is made when it is asked for; name: of the file, without its ending."""
    return Offer(
        "This scene as one HTML file",
        f"{name}.html",
        "text/html",
        lambda: page_html(page()),
        "Opens in any browser, without a server and without the internet: all that it shows is inside.",
    )
