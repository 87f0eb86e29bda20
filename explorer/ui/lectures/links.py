"""Lectures as links that begin them."""

import streamlit as st

from explorer.errors import LectureError
from explorer.lectures import Lecture
from explorer.store.lectures import LectureFile
from explorer.ui.foreign_text import as_text
from explorer.ui.lectures.bar import scene_file, scene_query


def lecture_link(file: LectureFile) -> None:
    """The title as a link to the first scene; of a file that cannot be read, the sentence that says why."""
    if file.lecture is None:
        st.warning(as_text(file.problem), icon=":material/broken_image:")
        return
    try:
        first, *_ = [scene_file(scene) for scene in file.lecture.scenes]
    except LectureError as error:
        st.warning(as_text(error), icon=":material/broken_image:")
        return
    query = scene_query(file.name, file.lecture, 1)
    label = f"**{as_text(file.lecture.title)}**"
    begins = f"Begins the lecture: {length(file.lecture)}."
    st.page_link(first, label=label, icon=":material/play_circle:", help=begins, width="content", query_params=query)


def length(lecture: Lecture) -> str:
    """How many scenes and minutes a lecture has."""
    n = len(lecture.scenes)
    minutes = f", {lecture.minutes:g} minutes" if lecture.minutes else ""
    return f"{n} scene{'s' * (n > 1)}{minutes}"
