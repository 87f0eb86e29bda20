"""What a run will cost: parameters as the network counts them, time as runs before took it."""

import pytest

from explorer import jobs
from explorer.errors import SpecError
from explorer.jobs import run_store, workers
from explorer.models import (
    AESpec,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
    LinearAESpec,
    ModelSpec,
    PCASpec,
    VAESpec,
)
from explorer.training import Record, RunSpec
from tests.jobs.conftest import a_record

SHAPE, N_CLASSES = (8, 8), 10
N_TRAIN = 1200


@pytest.mark.parametrize(
    "spec",
    [
        LinearAESpec(3),
        LinearAESpec(3, output="sigmoid"),
        AESpec(2, (32, 8)),
        AESpec(5, ()),
        VAESpec(4, (32, 8)),
        VAESpec(2, (16,), likelihood="gaussian"),
        VAESpec(2, (16,), likelihood="gaussian", variance=0.1),
        AESpec(3, (16,), code_activation="sigmoid", sparsity="kl", corruption="masking", classifier_weight=0.1),
        ConvAESpec(3, channels=(4, 6)),
        ConvAESpec(3, channels=(4, 6, 5), hidden=(7, 5), upsampling="nearest", batch_norm="yes", classifier_weight=1.0),
        ConvVAESpec(3, channels=(4,), batch_norm="yes", likelihood="gaussian"),
        CVAESpec(3, (16,)),
        CVAESpec(3, ()),
        GMVAESpec(3, (16,), n_components=7, classifier_weight=1.0),
    ],
    ids=str,
)
def test_parameters_are_those_that_the_network_trains(spec: ModelSpec) -> None:
    from explorer.models.networks import build_network

    network = build_network(spec, SHAPE, seed=0, n_classes=N_CLASSES)  # type: ignore[arg-type]
    expected = sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
    assert jobs.n_parameters(spec, SHAPE, N_CLASSES) == expected


def test_convolutions_on_points_have_no_size() -> None:
    with pytest.raises(SpecError, match=r"conv_ae: convolutions need images, .* the shape \(3,\); choose ae instead\."):
        jobs.n_parameters(ConvAESpec(), (3,), 0)


def test_pca_uses_a_mean_and_an_axis_a_component() -> None:
    assert jobs.n_parameters(PCASpec(3), SHAPE, 0) == 4 * 64


def finished_run(run: RunSpec, samples_per_s: float) -> None:
    """A run in the register that went at a speed."""
    worker_id = workers.register("cpu")
    job_id = jobs.submit(run, jobs.free_name("run"))
    run_store.claim(worker_id)
    run_store.append(job_id, worker_id, [Record(**{**vars(a_record(1)), "samples_per_s": samples_per_s})])
    run_store.end(job_id, worker_id, "done")


def test_nothing_is_expected_before_the_first_run() -> None:
    assert jobs.expected_duration_s(RunSpec(AESpec(), "digits"), N_TRAIN, SHAPE, N_CLASSES) is None


def test_the_most_similar_run_tells_the_time() -> None:
    finished_run(RunSpec(AESpec(hidden=(64,)), "digits"), 1000.0)
    finished_run(RunSpec(AESpec(hidden=(256,)), "digits"), 400.0)
    run = RunSpec(AESpec(hidden=(250,)), "digits", n_epochs=5, validation_fraction=0.25)
    assert jobs.expected_duration_s(run, N_TRAIN, SHAPE, N_CLASSES) == pytest.approx(5 * 900 / 400)


@pytest.mark.parametrize(
    "other",
    [
        RunSpec(AESpec(hidden=(2048,)), "digits"),
        RunSpec(AESpec(hidden=(64,)), "digits", batch_size=16),
        RunSpec(AESpec(hidden=(64,)), "mnist"),
        RunSpec(ConvAESpec(channels=(16, 16)), "digits"),
        RunSpec(AESpec(hidden=(64,), contraction=1.0), "digits"),
    ],
    ids=["another size", "another batch size", "another data set", "convolutions", "contraction"],
)
def test_a_run_that_is_not_similar_tells_nothing(other: RunSpec) -> None:
    finished_run(other, 1000.0)
    assert jobs.expected_duration_s(RunSpec(AESpec(hidden=(64,)), "digits"), N_TRAIN, SHAPE, N_CLASSES) is None


def test_nothing_is_expected_of_pca() -> None:
    finished_run(RunSpec(AESpec(), "digits"), 1000.0)
    assert jobs.expected_duration_s(RunSpec(PCASpec(), "digits"), N_TRAIN, SHAPE, N_CLASSES) is None
