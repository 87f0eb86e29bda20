"""What the page of objectives is about: a data set, and the library's models of it by what they were asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from explorer.data import Dataset, SourceState, list_sources
from explorer.data.subsets import evenly
from explorer.errors import DatasetError
from explorer.models.latent_model import Array
from explorer.models.spec import AESpec, asks_for_nothing, same_network, without_objective
from explorer.store import CheckpointInfo
from explorer.training import RunSpec
from explorer.ui.caches import cached_dataset, model_of
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.models.at_hand import visible_models

if TYPE_CHECKING:
    from explorer.models.autoencoder import Autoencoder

N_MEASURED = 1000
# Beside the page's six views, so that the title's row is one at 1280 pixels.
MODEL_WIDTH = 250
START_DATASET = "mnist"


@dataclass(frozen=True, eq=False)
class ObjectivesContext:
    """A data set of pictures, its test split where it is at hand, and the library's models of it by name."""

    source: SourceState
    infos: Mapping[str, CheckpointInfo]

    @property
    def name(self) -> str:
        """The data set's name."""
        return self.source.name

    @property
    def test(self) -> Dataset:
        """The test split; raises DatasetError that says how to get it."""
        if not self.source.available:
            raise DatasetError(self.source.how_to_get)
        return cached_dataset(self.name, "test")

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of a picture."""
        height, width = self.source.sample_shape
        return height, width

    @property
    def n_pixels(self) -> int:
        """The number of pixels D of a picture."""
        return prod(self.source.sample_shape)

    def tile(self, x: Array) -> Array:
        """Vectors (N, D) as pictures (N, H, W)."""
        return x.reshape(-1, *self.shape)

    def where(self, is_wanted: Callable[[AESpec], bool]) -> dict[str, CheckpointInfo]:
        """The autoencoders whose spec is wanted."""
        return {name: info for name, info in self.infos.items() if is_wanted(spec_of(info))}


def choose_data() -> ObjectivesContext:
    """The widget of the data set; those that can be shown come first."""
    sources = {source.name: source for source in list_sources() if source.kind == "images"}
    trained = {info.run.dataset for info in visible_models()}

    def order(name: str) -> tuple[bool, bool, bool]:
        return not sources[name].available, name not in trained, name != START_DATASET

    names = sorted(sources, key=order)
    name = choose_in_list("data", "Data set", names, width=150, label_visibility="collapsed")
    of_data = (info for info in visible_models() if info.run.dataset == name)
    fitting = (info for info in of_data if info.sample_shape == sources[name].sample_shape)
    return ObjectivesContext(sources[name], {info.name: info for info in fitting if isinstance(info.run.model, AESpec)})


def spec_of(info: CheckpointInfo) -> AESpec:
    """The spec of an autoencoder of the library; raises TypeError for another model."""
    if not isinstance(info.run.model, AESpec):
        raise TypeError(f"{info.name} is no autoencoder")
    return info.run.model


def plain_twin(context: ObjectivesContext, info: CheckpointInfo) -> CheckpointInfo | None:
    """The plain autoencoder of the same network, trained as long where there are several."""
    wanted, run = without_objective(spec_of(info)), info.run
    twins = [other for other in context.where(asks_for_nothing).values() if same_network(spec_of(other), wanted)]
    same_run = [other for other in twins if other.run == replace(run, model=other.run.model)]
    return next(iter(same_run or twins), None)


def measured_rows(n_rows: int) -> NDArray[np.int64]:
    """The test images that are measured, the same for everybody: at most 1,000, evenly spread."""
    return evenly(n_rows, N_MEASURED)


def one_of_each_class(test: Dataset, n: int) -> NDArray[np.int64]:
    """The first test images, in their order, without a second one of any class; at most n."""
    firsts = np.unique(test.labels, return_index=True)[1]
    return np.sort(firsts)[:n].astype(np.int64)


def runs_alike(info: CheckpointInfo, other: CheckpointInfo) -> bool:
    """Whether two models were trained in the same way but for what they were asked for."""
    return replace(info.run, model=other.run.model) == other.run


def autoencoder_of(info: CheckpointInfo) -> "Autoencoder":
    """The network of a checkpoint that `spec_of` knows as an autoencoder."""
    return cast("Autoencoder", model_of(info))


def training_of(run: RunSpec) -> str:
    """How a model was trained, in a few words."""
    return f"{run.n_epochs} epochs, seed {run.seed}"
