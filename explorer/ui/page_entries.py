"""The pages: their addresses, titles, sections and order."""

from dataclasses import dataclass

APP_TITLE = "Latent Explorer"
# Pages that had another slug, whose links lead on.
FORMER_SLUGS = {"walk": "interpolate"}


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
    PageEntry(
        "data", "Data", ":material/dataset:", "Linear", ("Samples, their means, and how empty the space around them is")
    ),
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
    PageEntry(
        "lectures",
        "Lectures",
        ":material/co_present:",
        "Lab",
        "Scenes in order, with notes; one key goes on",
    ),
    PageEntry("room", "Room", ":material/how_to_vote:", "Lab", "Answer what the lecturer asks, without an account"),
    PageEntry("library", "Library", ":material/shelves:", "Lab", "The models with their figures of merit"),
)


def page_entry(slug: str) -> PageEntry:
    """The page of that slug; raises KeyError for a slug that is not declared in PAGES."""
    return {entry.slug: entry for entry in PAGES}[slug]


def pages_of(section: str) -> list[PageEntry]:
    """The pages of one section."""
    return [entry for entry in PAGES if entry.section == section]
