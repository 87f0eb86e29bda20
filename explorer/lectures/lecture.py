"""What a lecture is: a title and its scenes in order."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

HOME = "home"
# Keys of a link that say where in a lecture it stands; a scene's own address has none of them.
LECTURE_KEYS = ("lecture", "scene")
_PAGE = re.compile(r"[a-z_]+")
_COVER = re.compile(r"([\w-]+)(?: from (\d{1,2}) %)?")


@dataclass(frozen=True)
class Question:
    """What the lecturer asks, and the answer."""

    ask: str
    answer: str = ""


@dataclass(frozen=True)
class Scene:
    """One stop of a lecture: a page with a query, as in `pca?view=Error&k=20`, and what the lecturer says there.

    minutes: how long it is planned to take, 0 for no plan. cover: the part of the page that is hidden until the
    audience has guessed it, as in `figure-errors` or `figure-errors from 40 %`, or nothing. room: the name of the
    question that a room is asked here, or nothing.
    """

    title: str
    address: str
    notes: str = ""
    minutes: float = 0
    questions: tuple[Question, ...] = ()
    cover: str = ""
    room: str = ""

    @property
    def page(self) -> str:
        """The slug of the page."""
        return self.address.partition("?")[0]

    @property
    def query(self) -> dict[str, list[str]]:
        """What the link says, by key."""
        return parse_qs(self.address.partition("?")[2], keep_blank_values=True)


@dataclass(frozen=True)
class Lecture:
    """Scenes in the order in which they are shown; `summary` says in a sentence what the lecture teaches."""

    title: str
    scenes: tuple[Scene, ...]
    summary: str = ""

    @property
    def minutes(self) -> float:
        """How long all scenes are planned to take."""
        return sum(scene.minutes for scene in self.scenes)


def plain_address(link: str) -> str:
    """A link, also one copied from the browser, as page and query; raises ValueError when it names no page.

    What it says of a lecture is left out, since the scene may stand in another one.
    """
    parts = urlsplit(link.strip())
    page = parts.path.strip("/").rpartition("/")[2] or HOME
    if not _PAGE.fullmatch(page):
        raise ValueError
    query = parse_qs(parts.query, keep_blank_values=True)
    kept = urlencode({key: texts for key, texts in query.items() if key not in LECTURE_KEYS}, doseq=True)
    return f"{page}?{kept}" if kept else page


def cover_parts(cover: str) -> tuple[str, int]:
    """The name of the covered part, and from which percentage of its width on; raises ValueError for other words."""
    found = _COVER.fullmatch(cover)
    if found is None:
        raise ValueError
    return found[1], int(found[2] or 0)
