"""The row of views opens on the first, follows the link and names what it does not know."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from explorer.ui.page_views import choose_view

    st.text(choose_view({"Near": 1, "Far": 2}))


def test_it_opens_on_the_first_and_follows_a_press() -> None:
    app = AppTest.from_function(script).run()
    assert app.text[0].value == "Near"
    app.button_group(key="view").set_value("Far").run()
    assert app.text[0].value == "Far"


def test_a_link_opens_its_view() -> None:
    app = AppTest.from_function(script)
    app.query_params["view"] = "Far"
    assert app.run().text[0].value == "Far"


def test_an_unknown_view_is_one_sentence() -> None:
    app = AppTest.from_function(script)
    app.query_params["view"] = "Nowhere"
    app.run()
    assert app.text[0].value == "Near"
    assert ["view=Nowhere" in warning.value for warning in app.warning] == [True]
