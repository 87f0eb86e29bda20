"""Refusals are said where they belong, once, and other errors are not swallowed."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.refusals import said_in_place


def pressed() -> None:
    import streamlit as st

    from explorer.errors import DatasetError
    from explorer.ui.refusals import kept_for_page, said_in_passing, said_in_place, say_kept

    def refuse(sentence: str) -> None:
        raise DatasetError(sentence)

    def press() -> None:
        with kept_for_page("refused"):
            refuse("There is no such *data set*.")

    with said_in_place("Left"):
        refuse("It is gone.")
    with said_in_passing():
        refuse("In passing.")
    st.text("goes on")
    st.button("Press", on_click=press)
    say_kept("refused")


def test_a_refusal_stands_in_its_place_and_what_follows_goes_on() -> None:
    app = AppTest.from_function(pressed).run()
    assert [error.value for error in app.error] == ["Left: It is gone."]
    assert [toast.value for toast in app.toast] == ["In passing."]
    assert app.text[0].value == "goes on"


def test_the_page_says_once_and_as_text_why_a_press_was_refused() -> None:
    app = AppTest.from_function(pressed).run()
    app.button[0].click().run()
    assert [error.value for error in app.error] == ["Left: It is gone.", r"There is no such \*data set\*."]
    assert len(app.run().error) == 1


def test_another_error_passes() -> None:
    with pytest.raises(KeyError), said_in_place():
        raise KeyError
