"""What is measured on a GPU runs on a CPU in small, without what a bare GPU machine lacks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import gpu
from explorer.data import load_dataset
from explorer.models import ConvAESpec
from explorer.training import RunSpec, start, train

LACKING = ("streamlit", "plotly", "torchvision", "rich", "typer")
SMALL = ["--small", "--device", "cpu", "--out"]
SCRIPT = f"""
import sys
sys.modules.update(dict.fromkeys({LACKING}))
from benchmarks.__main__ import main
main(sys.argv[1:])
"""


def measured_with_pytorch_alone(folder: Path, *parts: str) -> dict[str, float | str]:
    """What the named parts, or all of them, found in small; none of them stopped."""
    command = [sys.executable, "-c", SCRIPT, "gpu", *SMALL, str(folder), *parts]
    done = subprocess.run(command, cwd=Path(gpu.__file__).parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads((folder / "gpu.json").read_text())
    assert list(results) == list(parts or gpu.PARTS)
    stopped = [f"{name}: {value}" for name, rows in results.items() for what, value, _ in rows if what == "stopped"]
    assert stopped == []
    return {what: value for rows in results.values() for what, value, _ in rows}


def test_the_same_numbers_come_out_with_pytorch_alone(tmp_path: Path) -> None:
    found = measured_with_pytorch_alone(tmp_path, "machine", "capture", "equality with the CPU")
    assert found["the same seed twice: largest difference of a weight"] == 0
    assert found["float64: largest difference of a weight"] == 0


@pytest.mark.slow
def test_every_part_runs_in_small_with_pytorch_alone(tmp_path: Path) -> None:
    found = measured_with_pytorch_alone(tmp_path)
    assert float(found["explorer, captured"]) > float(found["tutorial loop"]) > 0
    page = (tmp_path / "gpu.md").read_text()
    assert all(f"| {what} |" in page for what in found)


def test_a_part_that_fails_says_why_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError("no such kernel")

    monkeypatch.setitem(gpu.PARTS, "capture", failing)
    gpu.main([*SMALL, str(tmp_path), "capture", "machine"])
    out = capsys.readouterr().out
    assert "stopped: RuntimeError: no such kernel" in out
    assert "PyTorch: " in out
    assert json.loads((tmp_path / "gpu.json").read_text())["capture"][0] == [
        "stopped",
        "RuntimeError: no such kernel",
        "",
    ]


def test_only_biases_without_a_gradient_are_left_out_of_the_comparison() -> None:
    run = RunSpec(ConvAESpec(3, channels=(4,), batch_norm="yes"), "digits", n_epochs=1, batch_size=200)
    state = start(run, load_dataset("digits"), "cpu")
    list(train(state))
    fit = gpu.fit_of(state)
    compared = {id(parameter) for parameter in gpu.learned(fit.network)}
    largest = {
        name: (id(parameter) in compared, float(parameter.grad.abs().max()))
        for name, parameter in fit.network.named_parameters()
        if parameter.grad is not None
    }
    assert [name for name, (is_compared, _) in largest.items() if not is_compared] == ["encoder.1.bias"]
    assert largest["encoder.1.bias"][1] < 1e-6 < min(size for is_compared, size in largest.values() if is_compared)
