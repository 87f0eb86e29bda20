"""What a run will cost: parameters as the network counts them, time as runs before took it."""

import pytest

from explorer import jobs
from explorer.jobs import ledger, workers
from explorer.models import AESpec, LinearAESpec, ModelSpec, PCASpec, VAESpec
from explorer.training import Record, RunSpec
from tests.jobs.conftest import a_record

N_PIXELS = 64
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
    ],
    ids=str,
)
def test_parameters_are_those_that_the_network_trains(spec: ModelSpec) -> None:
    from explorer.models.networks import build_network

    network = build_network(spec, N_PIXELS, seed=0)  # type: ignore[arg-type]
    expected = sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
    assert jobs.n_parameters(spec, N_PIXELS) == expected


def test_pca_uses_a_mean_and_an_axis_a_component() -> None:
    assert jobs.n_parameters(PCASpec(3), N_PIXELS) == 4 * N_PIXELS


def finished_run(run: RunSpec, samples_per_s: float) -> None:
    """A run in the register that went at a speed."""
    worker_id = workers.sign_on("cpu")
    job_id = jobs.submit(run, jobs.free_name("run"))
    ledger.claim(worker_id)
    ledger.append(job_id, worker_id, [Record(**{**vars(a_record(1)), "samples_per_s": samples_per_s})])
    ledger.end(job_id, worker_id, "done")


def test_nothing_is_expected_before_the_first_run() -> None:
    assert jobs.expected_duration_s(RunSpec(AESpec(), "digits"), N_TRAIN, N_PIXELS) is None


def test_the_most_similar_run_tells_the_time() -> None:
    finished_run(RunSpec(AESpec(hidden=(64,)), "digits"), 1000.0)
    finished_run(RunSpec(AESpec(hidden=(256,)), "digits"), 400.0)
    run = RunSpec(AESpec(hidden=(250,)), "digits", n_epochs=5, validation_fraction=0.25)
    assert jobs.expected_duration_s(run, N_TRAIN, N_PIXELS) == pytest.approx(5 * 900 / 400)


@pytest.mark.parametrize(
    "other",
    [
        RunSpec(AESpec(hidden=(2048,)), "digits"),
        RunSpec(AESpec(hidden=(64,)), "digits", batch_size=16),
        RunSpec(AESpec(hidden=(64,)), "mnist"),
    ],
    ids=["another size", "another batch size", "another data set"],
)
def test_a_run_that_is_not_similar_tells_nothing(other: RunSpec) -> None:
    finished_run(other, 1000.0)
    assert jobs.expected_duration_s(RunSpec(AESpec(hidden=(64,)), "digits"), N_TRAIN, N_PIXELS) is None


def test_nothing_is_expected_of_pca() -> None:
    finished_run(RunSpec(AESpec(), "digits"), 1000.0)
    assert jobs.expected_duration_s(RunSpec(PCASpec(), "digits"), N_TRAIN, N_PIXELS) is None
