"""The frame around every page: navigation, and links that open any page cold."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import StopException

from explorer.ui.access import enter_class, permissions
from explorer.ui.components.browser_history.component import keep_history, lead_on
from explorer.ui.components.concept_colours.component import colour_concepts
from explorer.ui.components.full_screen.component import full_screen_button
from explorer.ui.lectures.add_scene import add_scene_button
from explorer.ui.lectures.bar import LECTURES, show_lecture
from explorer.ui.memory import settle_memory
from explorer.ui.page_entries import APP_TITLE, FORMER_SLUGS, PAGES, SECTIONS, PageEntry, page_entry, pages_of
from explorer.ui.presses import make_presses_count
from explorer.ui.query_params import NOTICES, arrive, leave
from explorer.ui.refusals import said_in_place
from explorer.ui.rooms.address import ROOM
from explorer.ui.rooms.asking import ask_class
from explorer.ui.rooms.following import follow_lecturer
from explorer.ui.serving.uploads import WRONG_ENTRY, has_wrong_entry
from explorer.ui.take_away.share import share_button

STATIC = Path(__file__).parent / "static"
FAVICON, STYLE_SHEET, EMBED_SHEET = (STATIC / name for name in ("favicon.png", "stage.css", "embed.css"))
PICTURE_SHEET = STATIC / "embed_picture.css"
# Pages of words and tables, which are shown whole within a frame.
WITHOUT_PICTURES = ("home", "lectures", "library", "room")

# A tab that shows a page with a timer asks a restarted server for it at once, so that the next click meets a page.
LONG_S = 24 * 3600

SHELL_RAN = "_shell_ran"


def run_app() -> None:
    """All of app.py: configure, navigate, and run the page."""
    st.session_state[SHELL_RAN] = True
    make_presses_count()
    # Before the navigation: it would load a page's Material icon from the internet as the favicon.
    st.set_page_config(page_icon=str(FAVICON), layout="wide", initial_sidebar_state="collapsed")
    st.html(STYLE_SHEET)
    if has_wrong_entry():
        st.error(WRONG_ENTRY, icon=":material/error:")
        st.stop()
    enter_class()
    pages = {entry.slug: _streamlit_page(entry) for entry in PAGES}
    page = st.navigation({**_by_section(pages), "Former": _former_pages()}, position="top")
    st.set_page_config(APP_TITLE if page.title == APP_TITLE else f"{page.title} · {APP_TITLE}")
    if st.context.is_embedded:
        _fit_frame(page)
    try:
        with said_in_place():
            page.run()
    finally:
        leave()
        settle_memory()


def _fit_frame(page: "st.Page") -> None:
    """Within a frame of another page: no header, and of a page with pictures these alone."""
    st.html(EMBED_SHEET)
    if page.url_path not in WITHOUT_PICTURES and page.url_path:
        st.html(PICTURE_SHEET)


def open_page(slug: str) -> DeltaGenerator:
    """The first line of every page: see that the frame is there, then set the title; returns the row it stands in.

    The page's main controls join that row, so that the picture below starts high on the screen.

    A server whose first request is a deep link runs the page without app.py; then the frame runs first, and the page
    within it. `st.stop` would also refuse the run that a press waits for.
    """
    if SHELL_RAN not in st.session_state:
        run_app()
        raise StopException
    arrive(slug)
    keep_history()
    colour_concepts()
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="title_row")
    with row.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.title(page_entry(slug).title, anchor=False, width="content")
        full_screen_button()
        share_button(slug)
        if slug != LECTURES and permissions().change_lectures:
            add_scene_button(slug)
    st.session_state[NOTICES] = st.container()
    show_lecture(slug)
    follow_lecturer(slug)
    if slug != ROOM:
        ask_class(slug)
    st.fragment(_stand_by, run_every=LONG_S)()
    return row


def open_former(former: str) -> None:
    """All of a page that has another slug today: the browser goes on to that one, by the frame as in `open_page`.

    It is a script in pages/, since a fresh server knows no others and would lead the browser to the start page.
    """
    if SHELL_RAN not in st.session_state:
        run_app()
        st.stop()
    lead_on(FORMER_SLUGS[former])


def _stand_by() -> None:
    """Nothing: a fragment whose timer makes the browser introduce itself to a restarted server."""


def _former_pages() -> list["st.Page"]:
    """Hidden pages that lead from a former slug to the page of today, with the query of the link."""
    return [
        st.Page(f"pages/{former}.py", title=page_entry(slug).title, url_path=former, visibility="hidden")
        for former, slug in FORMER_SLUGS.items()
    ]


def _streamlit_page(entry: PageEntry) -> "st.Page":
    """An entry as Streamlit's navigation wants it; home has the root of the site as its address."""
    is_home = entry.slug == "home"
    url_path = None if is_home else entry.slug
    return st.Page(
        entry.file, title=entry.title, icon=entry.icon, url_path=url_path, default=is_home, help=entry.summary
    )


def _by_section(pages: dict[str, "st.Page"]) -> dict[str, list["st.Page"]]:
    """Pages under their sections, in the order of SECTIONS and PAGES."""
    return {section: [pages[entry.slug] for entry in pages_of(section)] for section in SECTIONS if pages_of(section)}
