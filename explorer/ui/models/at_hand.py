"""The library's models as pages use them: which can be read, whether their data are at hand, samples of their codes."""

from collections.abc import Sequence

import streamlit as st

from explorer.data import DATASET_NAMES, Dataset, find_source
from explorer.models.foreign_spec import ForeignSpec, has_encoder
from explorer.models.names import full_name, kind_of
from explorer.models.spec import FAMILIES
from explorer.scenes import latent_scene
from explorer.store import (
    BrokenCheckpoint,
    Checkpoint,
    CheckpointInfo,
    LibraryEntry,
    library_version,
    shown_entries,
)
from explorer.training import RunSpec
from explorer.ui.access import is_visible
from explorer.ui.caches import cached_dataset

# For how long a file within a model's folder may have changed unnoticed; what lists show changes at once.
FRESH_S = 1.0


def visible_models() -> tuple[CheckpointInfo, ...]:
    """The library's models that can be read and are shown here: of students' models, those of this browser."""
    return tuple(one for one in _visible_entries() if isinstance(one, CheckpointInfo))


def visible_broken_models() -> tuple[BrokenCheckpoint, ...]:
    """The library's models that cannot be read, likewise."""
    return tuple(one for one in _visible_entries() if isinstance(one, BrokenCheckpoint))


def _visible_entries() -> tuple[LibraryEntry, ...]:
    return tuple(one for one in _entries(library_version()) if is_visible(one.name))


@st.cache_resource(ttl=FRESH_S, max_entries=4, show_spinner=False)
def _entries(version: str) -> tuple[LibraryEntry, ...]:  # noqa: ARG001 - the key of the cache
    """One look at the files of the library for all pages that ask within a second."""
    return shown_entries()


def usable_models() -> dict[str, CheckpointInfo]:
    """The library's models that can be read, by name; those with a plane of two dimensions come first."""

    def order(info: CheckpointInfo) -> tuple[bool, bool, str]:
        return (info.run.model.latent_dim != 2, info.run.dataset == "digits", info.name)

    return {info.name: info for info in sorted(visible_models(), key=order)}


def encoding_models() -> dict[str, CheckpointInfo]:
    """The usable models that have an encoder; of a decoder alone no sample has a code."""
    return {name: info for name, info in usable_models().items() if has_encoder(info.run.model)}


def library_runs() -> tuple[tuple[str, RunSpec], ...]:
    """The runs of the library's models that can be read, by name."""
    return tuple((info.name, info.run) for info in visible_models())


def lecture_order(info: CheckpointInfo) -> tuple[int, int, int, str, str]:
    """The key that sorts models as a lecture goes on: by data set, family, size and kind."""
    run = info.run
    place = DATASET_NAMES.index(run.dataset) if run.dataset in DATASET_NAMES else len(DATASET_NAMES)
    return (
        place,
        (*FAMILIES, ForeignSpec.family).index(run.model.family),
        run.model.latent_dim,
        kind_of(run.model),
        info.name,
    )


def option_name(info: CheckpointInfo, *, with_dataset: bool) -> str:
    """A model in a picker: its data set, what it is, and the folder's name, which tells it from others of its kind."""
    name = f"{full_name(info.run.model)} · {info.name}"
    return f"{info.run.dataset} · {name}" if with_dataset else name


def is_plain_one_of(info: CheckpointInfo, families: Sequence[str]) -> bool:
    """Whether a model of one of some families has no other aim than its own, from its first step to its last."""
    run = info.run
    return run.model.family in families and kind_of(run.model) == run.model.title and not run.changes


def data_state(info: CheckpointInfo) -> str:
    """Whether a model's data set is on this machine, as a key for caches."""
    source = find_source(info.run.dataset)
    return str(source.available if source else None)


def samples_of_codes(checkpoint: Checkpoint) -> Dataset:
    """The test split that belongs to a checkpoint's codes; raises DatasetError when it is missing or another."""
    return latent_scene.samples_of_codes(checkpoint, cached_dataset)


def say_that_the_library_is_empty() -> None:
    """What a page shows in place of a model."""
    st.info("The library holds no model yet. Train one on the Train page.", icon=":material/model_training:")
