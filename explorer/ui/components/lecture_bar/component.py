"""A thin bar that says where in a lecture one is; Page Down or a clicker goes on, Page Up back, `.` uncovers."""

from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.ui.components.shared.registration import register

_bar = register(Path(__file__).parent)


@dataclass(frozen=True)
class BarData:
    """What the bar shows: the lecture, its scene (from 1), the links of all scenes, and what of the page is covered.

    is_here: whether the page is that of the scene; covered: the name of the covered part or '', from `covered_from`
    percent of its width on; notes_link: where the speaker's notes are shown.
    """

    lecture: str
    title: str
    scene: int
    links: tuple[str, ...]
    scene_title: str
    minutes: float
    is_here: bool
    covered: str
    covered_from: int
    notes_link: str


def lecture_bar(data: BarData) -> None:
    """Show the bar; the browser itself opens the scene that is asked for."""
    _bar(key="lecture_bar", height=0, width=1, data=asdict(data))
