"""By what a result is found again, on a page and in the folder of those that were computed beforehand."""

import json

from explorer.analysis.anomaly import Detection, run_for
from explorer.analysis.hole_map import HoleMap
from explorer.analysis.holes import HoleNumbers
from explorer.analysis.manifold import Stage
from explorer.data import Dataset
from explorer.store import Computation, ResultKey
from explorer.training.run_spec import RunSpec, run_to_json

Stages = tuple[Stage, ...]
Detections = tuple[Detection, ...]

HOLE_MAP = Computation("hole-map", HoleMap)
HOLE_NUMBERS = Computation("hole-numbers", HoleNumbers)
STAGES = Computation("stages", Stages)
LEFT_OUT_CLASS = Computation("left-out-class", Detections)


def hole_map_key(fingerprint: str, sampler: str, label: int | None, *, has_data: bool) -> ResultKey[HoleMap]:
    """The map of holes of a model, by its digest, and a sampler; has_data: whether training samples were drawn from."""
    return ResultKey(HOLE_MAP, _of_model(fingerprint, sampler, label, has_data))


def hole_numbers_key(fingerprint: str, sampler: str, label: int | None, *, has_data: bool) -> ResultKey[HoleNumbers]:
    """The hole numbers of a model, by its digest, and a sampler."""
    return ResultKey(HOLE_NUMBERS, _of_model(fingerprint, sampler, label, has_data))


def stages_key(run: RunSpec) -> ResultKey[Stages]:
    """The stages of a small training."""
    return ResultKey(STAGES, (_of_run(run),))


def left_out_key(train: Dataset, test: Dataset, label: int) -> ResultKey[Detections]:
    """How well a class is detected that was left out of the training on a data set."""
    data = (("train", train.fingerprint), ("test", test.fingerprint), ("label", str(label)))
    return ResultKey(LEFT_OUT_CLASS, (*data, _of_run(run_for(train))))


def _of_model(fingerprint: str, sampler: str, label: int | None, has_data: bool) -> tuple[tuple[str, str], ...]:
    return (("model", fingerprint), ("sampler", sampler), ("label", str(label)), ("has data", str(has_data)))


def _of_run(run: RunSpec) -> tuple[str, str]:
    return "run", json.dumps(run_to_json(run), sort_keys=True)
