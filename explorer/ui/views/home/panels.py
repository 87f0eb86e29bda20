"""The parts of the start page: the way through a lecture, the models, the data and the device."""

import streamlit as st

from explorer.data import list_sources
from explorer.store import BrokenCheckpoint, CheckpointInfo
from explorer.store.lectures import list_lectures
from explorer.ui.dataset_card import data_set_card
from explorer.ui.lectures.links import lecture_link
from explorer.ui.models.cards import CARDS_IN_A_ROW, broken_model, by_data_set, model_cards, one_of_each_family
from explorer.ui.page_entries import SECTIONS, pages_of

DOTS = (
    "Each dot is the code of one test image, coloured by class; codes of more than two dimensions are shown in the "
    "plane of their first two principal components. The MSE is a mean over pixels and test images."
)


def way_through_a_lecture() -> None:
    """A row for each section: its question, and links to its pages."""
    for section in (section for section in SECTIONS if section and pages_of(section)):
        question, links = st.columns([0.36, 0.64], vertical_alignment="center")
        question.markdown(f"**{section}** · {SECTIONS[section]}")
        with links.container(horizontal=True):
            for entry in pages_of(section):
                st.page_link(entry.file, label=entry.title, icon=entry.icon, width="content")


def lectures_at_hand() -> None:
    """A link that begins each lecture."""
    with st.container(horizontal=True):
        for file in list_lectures():
            lecture_link(file)


def models_at_hand(infos: tuple[CheckpointInfo, ...], broken: tuple[BrokenCheckpoint, ...]) -> None:
    """A card for each model, those of one data set together, and below the first what cards show; broken ones last."""
    groups = by_data_set(infos)
    for title, group in groups.items():
        st.markdown(f"**{title}**")
        firsts, rest = one_of_each_family(group)
        model_cards(firsts)
        if title == next(iter(groups)):
            st.caption(DOTS)
        if rest:
            more = st.expander(f"{len(rest)} more", key=f"more_{title}", on_change="rerun")
            if more.open:
                with more:
                    model_cards(rest)
    for each in broken:
        broken_model(each)


def data_and_device() -> st.delta_generator.DeltaGenerator:
    """A card for each data set and one for the device; returns the place of the device's name."""
    # Toy data are made where they are needed and have no card.
    sources = [source for source in list_sources() if source.kind != "points"]
    cards = st.columns(CARDS_IN_A_ROW)
    for index, source in enumerate(sources):
        with cards[index % CARDS_IN_A_ROW]:
            data_set_card(source)
    with cards[len(sources) % CARDS_IN_A_ROW].container(border=True):
        st.markdown("**Device**")
        answer = st.empty()
        answer.caption("Looking for a GPU …")
    return answer
