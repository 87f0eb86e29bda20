"""Room: students answer what the lecturer asks, on their phones and without an account."""

import streamlit as st

from explorer.errors import RoomError
from explorer.ui.access import keep_own_cookie, permissions
from explorer.ui.foreign_text import as_text
from explorer.ui.query_params import write_text
from explorer.ui.rooms.address import ROOM
from explorer.ui.shell import open_page
from explorer.ui.views.room.answering import answer_here

TYPED = "typed_room"


def enter() -> None:
    """Put the code that was typed into the link."""
    write_text(ROOM, str(st.session_state[TYPED]).strip().upper() or None)


open_page("room")
keep_own_cookie()
code = st.query_params.get(ROOM, "")
try:
    if code:
        answer_here(code)
except RoomError as error:
    st.warning(as_text(error), icon=":material/meeting_room:")
    code = ""
if not code:
    st.subheader("Answer your lecturer's question")
    st.text_input("Code of the room", key=TYPED, on_change=enter, max_chars=5, autocomplete="off", width=330)
    st.caption("The lecturer's page shows a QR code and a code of five letters and digits.")
    if permissions().open_rooms:
        st.markdown("To ask a class yourself, press :material/how_to_vote: at the top of any page with a picture.")
