"""The lecture that is on: its bar on every page, and the way from one scene to the next."""

from urllib.parse import urlencode

import streamlit as st

from explorer.errors import LectureError
from explorer.lectures import Lecture, Scene
from explorer.lectures.lecture import HOME, LECTURE_KEYS, cover_parts
from explorer.models.fields import Choice, Range
from explorer.store.lectures import lecture_names, load_lecture
from explorer.ui.components.lecture_bar.component import BarData, lecture_bar
from explorer.ui.foreign_text import as_text
from explorer.ui.page_entries import FORMER_SLUGS, PAGES, page_entry
from explorer.ui.query_params import NOTICES, read, write_text

# The page that lists lectures shows no scene of one.
LECTURES = "lectures"
NOTES = "Notes"


def show_lecture(slug: str) -> None:
    """Part of every page: the bar of the lecture that the link names."""
    if slug == LECTURES or LECTURE_KEYS[0] not in st.query_params:
        return
    try:
        if (found := lecture_in_link()) is not None:
            lecture_bar(_bar_data(*found, slug))
    except LectureError as error:
        end_lecture()
        st.session_state[NOTICES].error(as_text(error), icon=":material/error:")


def lecture_in_link() -> tuple[str, Lecture, int] | None:
    """Name, lecture and number of its scene (from 1) as the link says; raises LectureError."""
    name = read("lecture", Choice(lecture_names()))
    if name is None:
        return None
    lecture = load_lecture(name)
    return name, lecture, int(read("scene", Range(int, 1, len(lecture.scenes))) or 1)


def _bar_data(name: str, lecture: Lecture, number: int, slug: str) -> BarData:
    scene = lecture.scenes[number - 1]
    covered, covered_from = cover_parts(scene.cover) if scene.cover else ("", 0)
    notes = urlencode({"view": NOTES, "lecture": name, "scene": number})
    return BarData(
        name, lecture.title, number, _links(name, lecture), scene.title, scene.minutes, _page_of(scene) == slug,
        covered, covered_from, f"{LECTURES}?{notes}",
    )  # fmt: skip


def _links(name: str, lecture: Lecture) -> tuple[str, ...]:
    """The links of all scenes, as seen from any page."""
    numbered = enumerate(lecture.scenes, 1)
    return tuple(f"{_path_of(scene)}?{urlencode(scene_query(name, lecture, n), doseq=True)}" for n, scene in numbered)


def _path_of(scene: Scene) -> str:
    slug = _page_of(scene)
    return "./" if slug == HOME else slug


def end_lecture() -> None:
    """Take the lecture out of the address."""
    for key in LECTURE_KEYS:
        write_text(key, None)


def scene_query(name: str, lecture: Lecture, number: int) -> dict[str, list[str]]:
    """What the link of a scene says, with its place in the lecture."""
    return {**lecture.scenes[number - 1].query, "lecture": [name], "scene": [str(number)]}


def scene_file(scene: Scene) -> str:
    """The script of a scene's page; raises LectureError when there is no such page."""
    slug = _page_of(scene)
    if slug not in {entry.slug for entry in PAGES}:
        raise LectureError(f"The scene {scene.title!r} shows the page {slug}, but there is none; correct its address.")
    return page_entry(slug).file


def _page_of(scene: Scene) -> str:
    return FORMER_SLUGS.get(scene.page, scene.page)
