"""The frame around every page: navigation, and links that open any page cold."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.errors import ExplorerError
from explorer.ui.components.full_screen import full_screen_button
from explorer.ui.memory import settle_memory
from explorer.ui.query_params import NOTICES

APP_TITLE = "Latent Explorer"
FAVICON = Path(__file__).parent / "static" / "favicon.png"

_SHELL_RAN = "_shell_ran"
_DEEP_LINK = "_deep_link"


@dataclass(frozen=True)
class PageEntry:
    """One page: `slug` is its path in the URL and its file in pages/; `summary` says in a line what it shows."""

    slug: str
    title: str
    icon: str
    section: str
    summary: str

    @property
    def file(self) -> str:
        """The page's script, relative to app.py."""
        return f"pages/{self.slug}.py"


# A lecture's parts in their order, each with its question.
SECTIONS = {
    "": "",
    "Linear": "How far does a line go?",
    "Autoencoders": "What does a bend add?",
    "Generative": "What can be drawn anew?",
    "Lab": "Train, compare, keep",
}
PAGES = (
    PageEntry("home", APP_TITLE, ":material/home:", "", "The way through a lecture, the models and the data at hand"),
    PageEntry("data", "Data", ":material/dataset:", "Linear", "Samples, means, and how empty their space is"),
    PageEntry(
        "pca",
        "PCA",
        ":material/linear_scale:",
        "Linear",
        "Eigendigits, an image as a sum, errors against k",
    ),
    PageEntry(
        "manifold",
        "Manifold",
        ":material/gesture:",
        "Autoencoders",
        "Curves and sheets that a straight line misses, and days on a bridge",
    ),
    PageEntry(
        "latent",
        "Latent plane",
        ":material/bubble_chart:",
        "Autoencoders",
        "The plane of codes, decoded under the pointer",
    ),
    PageEntry(
        "objectives",
        "Objectives",
        ":material/target:",
        "Autoencoders",
        "Noise, sparsity, contraction, labels, convolutions: what each does",
    ),
    PageEntry("holes", "Holes", ":material/blur_circular:", "Generative", "Where a sampler draws and no code lies"),
    PageEntry("generate", "Generate", ":material/casino:", "Generative", "Densities on codes, and what they draw"),
    PageEntry(
        "posterior",
        "Posterior",
        ":material/blur_on:",
        "Generative",
        "A point against a distribution, and where gradients go",
    ),
    PageEntry(
        "tradeoff",
        "Trade-off",
        ":material/balance:",
        "Generative",
        "Reconstruction against KL, live, over β and over time",
    ),
    PageEntry(
        "interpolate",
        "Interpolate",
        ":material/directions_walk:",
        "Generative",
        "From one sample to another, along an attribute or one axis",
    ),
    PageEntry("train", "Train", ":material/model_training:", "Lab", "Train a model and watch its losses and codes"),
    PageEntry("compare", "Compare", ":material/compare:", "Lab", "Models side by side under one pointer"),
    PageEntry(
        "applications",
        "Applications",
        ":material/build:",
        "Lab",
        "What codes are good for: restore, detect, search, fill in, compress",
    ),
    PageEntry("library", "Library", ":material/shelves:", "Lab", "The models with their figures of merit"),
)


def page_entry(slug: str) -> PageEntry:
    """The page of that slug; raises KeyError for a slug that is not declared in PAGES."""
    return {entry.slug: entry for entry in PAGES}[slug]


def pages_of(section: str) -> list[PageEntry]:
    """The pages of one section."""
    return [entry for entry in PAGES if entry.section == section]


def run_app() -> None:
    """All of app.py: configure, navigate, lead a cold deep link to its page, and run the page."""
    st.session_state[_SHELL_RAN] = True
    # Before the navigation: it would load a page's Material icon from the internet as the favicon.
    st.set_page_config(page_icon=str(FAVICON), layout="wide")
    pages = {entry.slug: _streamlit_page(entry) for entry in PAGES}
    page = st.navigation(_by_section(pages), position="top")
    st.set_page_config(APP_TITLE if page.title == APP_TITLE else f"{page.title} · {APP_TITLE}")
    _follow_deep_link()
    try:
        page.run()
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")
    finally:
        settle_memory()


def open_page(slug: str) -> DeltaGenerator:
    """The first line of every page: see that the frame is there, then set the title; returns the row it stands in.

    The page's main controls join that row, so that the picture below starts high on the screen.

    A server whose first request is a deep link runs the page without app.py. Then the page and its link are
    remembered, and app.py, which runs next, comes back here.
    """
    if _SHELL_RAN not in st.session_state:
        st.session_state[_DEEP_LINK] = (slug, {key: st.query_params.get_all(key) for key in st.query_params})
        st.switch_page("app.py")
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.title(page_entry(slug).title, anchor=False, width="content")
        full_screen_button()
    st.session_state[NOTICES] = st.container()
    return row


def _follow_deep_link() -> None:
    """Go on to the page that was asked for before the frame was there."""
    slug, query = st.session_state.pop(_DEEP_LINK, ("home", {}))
    if slug != "home" or query:
        st.switch_page(page_entry(slug).file, query_params=query)


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
