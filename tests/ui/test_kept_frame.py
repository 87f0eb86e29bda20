"""A player shows the frame that the address says, and otherwise stays where it was left."""

from streamlit.testing.v1 import AppTest


def player_script() -> None:
    import streamlit as st

    from explorer.ui.kept_frame import kept_frame

    def player(start: int, key: str) -> int:
        st.text(f"{key} from {start}")
        return int(st.number_input("Frame", 0, 9, start, key=key))

    if st.toggle("Shown", True):
        wanted = int(st.query_params.get("frame", 4))
        st.query_params["frame"] = str(kept_frame("player", wanted, player, st.text_input("Of")))


def opened() -> AppTest:
    return AppTest.from_function(player_script).run()


def left_on(app: AppTest) -> tuple[str, str]:
    (frame,) = app.query_params["frame"]
    return app.text[0].value, frame


def test_a_player_keeps_its_start_while_its_slider_moves() -> None:
    app = opened()
    assert left_on(app) == ("player from 4", "4")
    app.number_input[0].set_value(7).run()
    assert left_on(app.run()) == ("player from 4", "7")


def test_an_address_that_changed_begins_the_player_anew() -> None:
    app = opened()
    app.number_input[0].set_value(7).run()
    app.query_params["frame"] = "4"
    assert left_on(app.run()) == ("player 1 from 4", "4")
    assert left_on(app.run()) == ("player 1 from 4", "4")


def test_a_player_that_comes_back_begins_where_it_was_left() -> None:
    app = opened()
    app.number_input[0].set_value(7).run()
    app.toggle[0].set_value(False).run()
    app.toggle[0].set_value(True).run()
    assert left_on(app) == ("player from 7", "7")


def test_a_player_of_something_else_begins_where_the_other_was_left() -> None:
    app = opened()
    app.number_input[0].set_value(7).run()
    app.text_input[0].set_value("another").run()
    assert left_on(app) == ("player from 7", "7")
