"""The share menu of a page: the scene's link, its QR code, and its frame for slides."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.take_away.share import LONGEST_QR, embed_code
from tests.conftest import app_page


def unfolded(slug: str, **query: str) -> AppTest:
    app = app_page(slug, **query)
    app.session_state["share"] = True
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("http://here/pca", "http://here/pca?embed=true"),
        ("http://here/pca?k=3&data=digits", "http://here/pca?k=3&amp;data=digits&amp;embed=true"),
        ('http://here/pca?x="><b', "http://here/pca?x=&quot;&gt;&lt;b&amp;embed=true"),
    ],
)
def test_the_frame_shows_the_address_alone_and_nothing_ends_it(address: str, source: str) -> None:
    assert embed_code(address) == f'<iframe src="{source}" width="100%" height="700" style="border: 0"></iframe>'


def test_link_code_and_frame_are_those_of_the_scene_without_its_lecture() -> None:
    app = unfolded("room", room="K7QT2", lecture="intro", scene="1")
    link, frame = [block.value for block in app.code]
    assert link.endswith("/room?room=K7QT2")
    assert frame == embed_code(link)
    (code,) = app.get("image")
    assert code.proto.imgs[0].url.startswith("data:image/svg+xml")


def test_the_start_page_has_the_address_of_the_site() -> None:
    link = unfolded("home").code[0].value
    assert link.endswith("/")
    assert not link.endswith("/home")


def test_a_link_that_is_too_long_for_a_phone_has_no_qr_code() -> None:
    app = unfolded("room", room="K" * LONGEST_QR)
    assert any("too much for a QR code" in caption.value for caption in app.caption)
    assert not app.get("image")


def test_a_folded_menu_makes_nothing() -> None:
    app = app_page("room").run()
    assert not app.code
