"""The frame around every page: navigation, and links that open any page cold."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.errors import ExplorerError
from explorer.ui.components.browser_history import keep_history, lead_on
from explorer.ui.components.full_screen import full_screen_button
from explorer.ui.foreign_text import as_text
from explorer.ui.memory import settle_memory
from explorer.ui.query_params import NOTICES, arrive, leave

APP_TITLE = "Latent Explorer"
STATIC = Path(__file__).parent / "static"
FAVICON, STYLE_SHEET = STATIC / "favicon.png", STATIC / "stage.css"

# Pages that had another slug, whose links lead on.
FORMER_SLUGS = {"walk": "interpolate"}
# A tab that shows a page with a timer asks a restarted server for it at once, so that the next click meets a page.
LONG_S = 24 * 3600

SHELL_RAN = "_shell_ran"


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
    "Linear": "What can a linear projection keep?",
    "Autoencoders": "What does a nonlinear code add?",
    "Generative": "How are new samples drawn?",
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
    PageEntry("elbo", "ELBO", ":material/vertical_align_top:", "Generative", "log p(x), its lower bound, and the gap"),
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
    """All of app.py: configure, navigate, and run the page."""
    st.session_state[SHELL_RAN] = True
    # Before the navigation: it would load a page's Material icon from the internet as the favicon.
    st.set_page_config(page_icon=str(FAVICON), layout="wide")
    st.html(STYLE_SHEET)
    pages = {entry.slug: _streamlit_page(entry) for entry in PAGES}
    page = st.navigation({**_by_section(pages), "Former": _former_pages()}, position="top")
    st.set_page_config(APP_TITLE if page.title == APP_TITLE else f"{page.title} · {APP_TITLE}")
    try:
        page.run()
    except ExplorerError as error:
        st.error(as_text(error), icon=":material/error:")
    finally:
        leave()
        settle_memory()


def open_page(slug: str) -> DeltaGenerator:
    """The first line of every page: see that the frame is there, then set the title; returns the row it stands in.

    The page's main controls join that row, so that the picture below starts high on the screen.

    A server whose first request is a deep link runs the page without app.py; then the frame runs first, and the page
    within it.
    """
    if SHELL_RAN not in st.session_state:
        run_app()
        st.stop()
    arrive(slug)
    keep_history()
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="title_row")
    with row.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.title(page_entry(slug).title, anchor=False, width="content")
        full_screen_button()
    st.session_state[NOTICES] = st.container()
    st.fragment(_stand_by, run_every=LONG_S)()
    return row


def _stand_by() -> None:
    """Nothing: a fragment whose timer makes the browser introduce itself to a server that was started anew."""


def _former_pages() -> list["st.Page"]:
    """Hidden pages that lead from a former slug to the page of today, with the query of the link."""
    return [
        st.Page(partial(lead_on, slug), title=page_entry(slug).title, url_path=former, visibility="hidden")
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
