"""The state of a training that can be resumed: weights, Adam's moments, generator, order and step."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.data.dataset import Dataset
from explorer.errors import CheckpointError, TrainingError
from explorer.store.atomic_write import write_file, write_folder
from explorer.training.run_spec import RunSpec, has_same_past, name_differences, run_from_json, run_to_json

if TYPE_CHECKING:
    from torch import Tensor

    from explorer.training.state import GradientFit, TrainingState

STATE = "state.safetensors"
_MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def save_state(state: "TrainingState", folder: Path) -> Path:
    """Write a state whole or not at all, in the place of an earlier one; raises CheckpointError."""
    return write_state(state_bytes(state), folder)


def state_bytes(state: "TrainingState") -> bytes:
    """A state as the content of its file."""
    from safetensors.torch import save

    document = {
        "run": run_to_json(state.run),
        "step": state.step,
        "data_fingerprint": state.dataset.fingerprint,
        "device": state.device.type,
        "n_threads": state.n_threads,
    }

    tensors = {} if state.fit is None else _tensors(state.fit)
    content: bytes = save(tensors, {"state": json.dumps(document)})
    return content


def write_state(content: bytes, folder: Path) -> Path:
    """Write what `state_bytes` gave, as `save_state` does."""
    if folder.is_dir():
        return write_file(folder / STATE, lambda file: file.write_bytes(content)).parent
    return write_folder(folder, lambda new: (new / STATE).write_bytes(content))


def has_state(folder: Path) -> bool:
    """Whether a state was ever saved there."""
    return (folder / STATE).is_file()


def load_state(
    folder: Path,
    dataset: Dataset,
    device: str = "auto",
    wanted: RunSpec | None = None,
    beside: "TrainingState | None" = None,
) -> "TrainingState":
    """A state to go on from, as it was saved last.

    wanted: the run that is asked for, which must be the one that began, but for changes that are still to come;
    beside: as in `explorer.training.start`.
    Raises CheckpointError when it is damaged, TrainingError for another run, data set or device.
    """
    from explorer.training.loop import start

    try:
        document, tensors = _read(folder / STATE)
        run, step, fingerprint = run_from_json(document["run"]), int(document["step"]), document["data_fingerprint"]
        device_type = document["device"]
    except Exception as error:
        raise CheckpointError(f"{folder} holds no state to resume from ({error}); start the run again.") from error
    if wanted is not None and not has_same_past(wanted, run, step):
        raise TrainingError(
            f"The run in {folder} cannot go on with other fields than it began with ({name_differences(run, wanted)}); "
            "ask for those, or start the run again."
        )
    _check_data(run, fingerprint, dataset)
    # What is to change later may be known elsewhere only: what was asked for since this was saved.
    state = start(wanted or run, dataset, device, beside)
    _check_device(device_type, state.device.type)
    state.n_threads = int(document.get("n_threads", 0))
    _restore(state, step, tensors, folder)
    return state


def _check_data(run: RunSpec, fingerprint: str, dataset: Dataset) -> None:
    if fingerprint != dataset.fingerprint:
        raise TrainingError(
            f"The run began on {run.dataset} with fingerprint {fingerprint}, but {dataset.name} now has "
            f"{dataset.fingerprint}; restore that data set or start the run again."
        )


def _check_device(began: str, now: str) -> None:
    if now != began:
        raise TrainingError(
            f"The run began on {began}, whose random numbers {now} cannot go on with; "
            f"resume it on {began} or start it again."
        )


def _read(path: Path) -> "tuple[dict[str, Any], dict[str, Tensor]]":
    from safetensors import safe_open
    from safetensors.torch import load

    with safe_open(path, framework="pt") as file:
        document = json.loads(file.metadata()["state"])
    # From bytes, since tensors that lie in the file would keep some systems from replacing it.
    return document, load(path.read_bytes())


def _tensors(fit: "GradientFit") -> "dict[str, Tensor]":
    tensors = {f"network.{name}": value for name, value in fit.network.state_dict().items()}
    for index, moments in fit.optimizer.state_dict()["state"].items():
        tensors |= {f"adam.{index}.{name}": moments[name] for name in _MOMENTS}
    tensors |= {"order": fit.order, "generator": fit.generator.get_state()}
    return {name: value.detach().cpu().contiguous() for name, value in tensors.items()}


def _restore(state: "TrainingState", step: int, tensors: "dict[str, Tensor]", folder: Path) -> None:
    if not 0 <= step <= state.n_steps:
        raise CheckpointError(f"{folder} holds step {step} of {state.n_steps}; start the run again.")
    state.step = step
    if state.fit is None:
        return
    _check(state.fit, step, tensors, folder)
    network = {name.removeprefix("network."): value for name, value in tensors.items() if name.startswith("network.")}
    state.fit.network.load_state_dict(network)
    state.fit.generator.set_state(tensors["generator"])
    state.fit.order = tensors["order"].to(state.device)
    _restore_adam(state.fit, tensors)


def _check(fit: "GradientFit", step: int, tensors: "dict[str, Tensor]", folder: Path) -> None:
    """Raise CheckpointError unless every tensor has the run's own name and shape, and the order is one."""
    # A run that diverged at once stands at step 0 again, with its moments.
    expected = _shapes(fit, began=step > 0 or "adam.0.step" in tensors)
    given = {name: tuple(value.shape) for name, value in tensors.items()}
    odd = sorted(name for name in expected | given if expected.get(name) != given.get(name))
    if odd or sorted(tensors["order"].tolist()) != list(range(len(tensors["order"]))):
        names = ", ".join(odd) or "order"
        raise CheckpointError(f"{folder} does not hold this run's state (see {names}); start the run again.")


def _shapes(fit: "GradientFit", began: bool) -> dict[str, tuple[int, ...]]:
    shapes = {f"network.{name}": tuple(value.shape) for name, value in fit.network.state_dict().items()}
    shapes |= {"order": (len(fit.train) if began else 0,), "generator": tuple(fit.generator.get_state().shape)}
    for index, parameter in enumerate(fit.network.parameters() if began else ()):
        moment = tuple(parameter.shape)
        shapes |= {f"adam.{index}.exp_avg": moment, f"adam.{index}.exp_avg_sq": moment, f"adam.{index}.step": ()}
    return shapes


def _restore_adam(fit: "GradientFit", tensors: "dict[str, Tensor]") -> None:
    state: dict[str, Any] = fit.optimizer.state_dict()
    indices = {name.split(".")[1] for name in tensors if name.startswith("adam.")}
    state["state"] = {int(i): {name: tensors[f"adam.{i}.{name}"] for name in _MOMENTS} for i in indices}
    fit.optimizer.load_state_dict(state)
