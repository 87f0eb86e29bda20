"""The state of a training that can be resumed: weights, Adam's moments, generator, order and step."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from explorer.data.dataset import Dataset
from explorer.errors import CheckpointError, TrainingError
from explorer.store.whole_files import write_folder
from explorer.training.run_spec import run_from_json, run_to_json

if TYPE_CHECKING:
    from torch import Tensor

    from explorer.training.loop import GradientFit, TrainingState

_MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def save_state(state: "TrainingState", folder: Path) -> Path:
    """Write a state whole or not at all, in the place of an earlier one; raises CheckpointError."""
    from safetensors.torch import save

    def write(target: Path) -> None:
        document = {
            "run": run_to_json(state.run),
            "step": state.step,
            "data_fingerprint": state.dataset.fingerprint,
        }
        (target / "state.json").write_text(json.dumps(document), encoding="utf-8")
        (target / "state.safetensors").write_bytes(save({} if state.fit is None else _tensors(state.fit)))

    return write_folder(folder, write, replace=True)


def load_state(folder: Path, dataset: Dataset, device: str = "auto") -> "TrainingState":
    """A state to go on from; raises CheckpointError when it is torn, TrainingError when the data set is another."""
    from safetensors.torch import load_file

    from explorer.training.loop import start

    try:
        document = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "state.safetensors")
        run, step, fingerprint = run_from_json(document["run"]), int(document["step"]), document["data_fingerprint"]
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise CheckpointError(f"{folder} holds no state to resume from ({error}); start the run again.") from error
    if fingerprint != dataset.fingerprint:
        raise TrainingError(
            f"The run began on {run.dataset} with fingerprint {fingerprint}, but {dataset.name} now has "
            f"{dataset.fingerprint}; restore that data set or start the run again."
        )
    state = start(run, dataset, device)
    state.step = step
    if state.fit is not None:
        _restore(state.fit, tensors, folder)
    return state


def _tensors(fit: "GradientFit") -> "dict[str, Tensor]":
    tensors = {f"network.{name}": value for name, value in fit.network.state_dict().items()}
    for index, moments in fit.optimizer.state_dict()["state"].items():
        tensors |= {f"adam.{index}.{name}": moments[name] for name in _MOMENTS}
    tensors |= {"order": fit.order, "generator": fit.generator.get_state()}
    return {name: value.detach().cpu().contiguous() for name, value in tensors.items()}


def _restore(fit: "GradientFit", tensors: "dict[str, Tensor]", folder: Path) -> None:
    try:
        network = {
            name.removeprefix("network."): value for name, value in tensors.items() if name.startswith("network.")
        }
        fit.network.load_state_dict(network)
        fit.generator.set_state(tensors["generator"])
        fit.order = tensors["order"].to(fit.order.device)
        _restore_adam(fit, tensors)
    except (KeyError, RuntimeError) as error:
        raise CheckpointError(f"{folder} does not hold this run's state ({error}); start the run again.") from error


def _restore_adam(fit: "GradientFit", tensors: "dict[str, Tensor]") -> None:
    state: dict[str, Any] = fit.optimizer.state_dict()
    indices = {name.split(".")[1] for name in tensors if name.startswith("adam.")}
    state["state"] = {int(i): {name: tensors[f"adam.{i}.{name}"] for name in _MOMENTS} for i in indices}
    fit.optimizer.load_state_dict(state)
