"""Widgets open where they are told, follow the link and name what they do not know."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from explorer.ui.linked_widgets import choose_view

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


def every_kind() -> None:
    import streamlit as st

    from explorer.ui.linked_widgets import choose_button, choose_in_list, choose_number, slide_number

    words = [choose_button("part", "Part", ("a", "b"), "b"), choose_in_list("data", "Data", ("c", "d"), "d", width=90)]
    numbers = [choose_number("sample", "Sample", 0, 9, 4), slide_number("k", "k", 1, 9, 5, disabled=True)]
    st.text(str([*words, *numbers]))


def test_each_kind_opens_at_its_start_and_follows_the_link_within_its_limits() -> None:
    app = AppTest.from_function(every_kind)
    assert app.run().text[0].value == "['b', 'd', 4, 5]"
    assert (app.selectbox[0].label, app.slider[0].disabled) == ("Data", True)
    app = AppTest.from_function(every_kind)
    app.query_params.update({"part": "a", "data": "c", "sample": "9", "k": "10"})
    assert app.run().text[0].value == "['a', 'c', 9, 5]"
    assert ["k=10" in warning.value for warning in app.warning] == [True]
