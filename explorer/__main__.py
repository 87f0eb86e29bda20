"""The command line: `python -m explorer …`; every command takes --json for one machine-readable object a line."""

import json
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from explorer.errors import ExplorerError, SpecError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="one JSON object a line")]
Family = Annotated[str, typer.Argument(help="pca, linear_ae, ae or vae")]
Checkpoint = Annotated[str, typer.Argument(help="a folder under checkpoints/, or a path")]
Fields = Annotated[list[str] | None, typer.Option("--set", help="a field of the family, such as latent_dim=2")]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Register a command whose user's mistakes end with one line on stderr and exit code 2."""

    @app.command()
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except ExplorerError as error:
            print(f"explorer: {error}", file=sys.stderr)
            raise SystemExit(2) from None
        except OSError as error:
            print(f"explorer: {error.filename or 'The disk'}: {error.strerror or error}.", file=sys.stderr)
            raise SystemExit(2) from None

    return run


@command
def datasets(
    download: Annotated[str | None, typer.Option(help="fetch this data set first")] = None, as_json: Json = False
) -> None:
    """List the data sets, and where the missing ones go."""
    from explorer.data import list_sources

    if download is not None:
        _download(download)
    for source in list_sources():
        row = vars(source) if as_json else {"available": "yes" if source.available else source.how_to_get}
        _say(row, as_json, f"{source.name:14}{source.n_train:>7,} train {source.n_test:>7,} test  {row['available']}")


@command
def models(as_json: Json = False) -> None:
    """List the families of models and their fields."""
    from explorer.models.fields import describe
    from explorer.models.spec import FAMILIES

    for family, cls in FAMILIES.items():
        described = describe(cls)
        lines = [
            f"  {name}={field['default']}: {field['meaning']}; {field['allowed']}" for name, field in described.items()
        ]
        _say({"family": family, "fields": described}, as_json, "\n".join([family, *lines]))


@command
def train(
    family: Family,
    dataset: Annotated[str, typer.Option(help="a data set's name")] = "digits",
    epochs: Annotated[int, typer.Option(help="passes over the training part")] = 10,
    seed: Annotated[int, typer.Option(help="seed of weights, order and noise")] = 0,
    batch_size: Annotated[int, typer.Option(help="samples in one step")] = 128,
    learning_rate: Annotated[float, typer.Option(help="Adam's step size")] = 1e-3,
    schedule: Annotated[str, typer.Option(help="constant or cosine learning rate")] = "constant",
    precision: Annotated[str, typer.Option(help="float32 or bfloat16")] = "float32",
    validation_fraction: Annotated[float, typer.Option(help="share of train held out")] = 1 / 12,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
    set_fields: Fields = None,
    name: Annotated[str | None, typer.Option(help="the checkpoint's name")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="overwrite a checkpoint of that name")] = False,
    as_json: Json = False,
) -> None:
    """Train a model and keep it as a checkpoint."""
    from explorer.data import load_dataset
    from explorer.jobs.finish import finish
    from explorer.models.spec import make_spec
    from explorer.training import RunSpec, start

    model = make_spec(family, _pairs(set_fields or []))
    run = RunSpec(
        model, dataset, epochs, seed, batch_size, learning_rate, schedule, precision, validation_fraction
    )  # fmt: skip
    target = name or f"{dataset}-{family.replace('_', '-')}-{model.latent_dim}d-seed{seed}"
    _check_free(target, replace)
    state = start(run, load_dataset(dataset), device)
    records = list(_reported(state, as_json))
    path = finish(state, records, target, replace=replace)
    _say({"checkpoint": str(path)}, as_json, f"Kept as {path}.")


@command
def evaluate(
    name: Checkpoint,
    split: Annotated[str, typer.Option(help="test or train")] = "test",
    iwae: Annotated[int | None, typer.Option(help="draws K of the importance-weighted bound", min=1, max=5000)] = None,
    as_json: Json = False,
) -> None:
    """Print a model's figures of merit, with their units."""
    from explorer.analysis.evaluate import evaluate as figures_of_merit
    from explorer.data import load_dataset
    from explorer.store import load_checkpoint

    checkpoint = load_checkpoint(name)
    dataset = checkpoint.run.dataset
    scored = load_dataset(dataset, split)  # type: ignore[arg-type]
    metrics = figures_of_merit(checkpoint.model, load_dataset(dataset), scored, iwae)
    rows = [f"{key:20}{'-' if value is None else f'{value:.5g}'}" for key, value in metrics.items()]
    _say(metrics, as_json, "\n".join([f"{checkpoint.info.title} on {dataset}, {split}", *rows]))


@command
def worker(
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
    once: Annotated[bool, typer.Option("--once", help="stop when the queue is empty")] = False,
) -> None:
    """Run the jobs that the pages queue."""
    from explorer.jobs.worker import work

    work(device=device, once=once)


def _reported(state: Any, as_json: bool) -> Iterable[Any]:
    from explorer.training import train as steps

    with _progress(hidden=as_json) as bar:
        task = bar.add_task("training", total=state.n_steps)
        for record in steps(state):
            bar.update(task, completed=record.step, description=f"loss {record.loss:.4g}")
            if record.is_epoch_end:
                row = {"epoch": round(record.epoch), **{key: getattr(record, key) for key in _REPORTED}}
                text = f"epoch {row['epoch']:>4}  loss {record.loss:.4f}  {record.samples_per_s:,.0f} samples/s"
                _say(row, as_json, text)
            yield record


def _progress(*, hidden: bool) -> Any:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, disable=hidden or not console.is_terminal)


_REPORTED = ("loss", "reconstruction", "kl", "validation_loss", "active_units", "samples_per_s", "elapsed_s")


def _download(name: str) -> None:
    from explorer.data import download

    with _progress(hidden=False) as bar:
        tasks: dict[str, Any] = {}
        for progress in download(name):
            if progress.file not in tasks:
                tasks[progress.file] = bar.add_task(progress.file, total=progress.total_bytes)
            bar.update(tasks[progress.file], completed=progress.done_bytes)


def _pairs(texts: list[str]) -> dict[str, object]:
    pairs: dict[str, object] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise SpecError(f"--set {text!r} is no field=value pair; write it as latent_dim=2.")
        pairs[key] = value
    return pairs


def _check_free(name: str, replace: bool) -> None:
    from explorer.errors import CheckpointError
    from explorer.store import check_name, checkpoints_folder

    # Said before hours of training, not after.
    path: Path = checkpoints_folder() / check_name(name)
    if path.exists() and not replace:
        raise CheckpointError(f"{path} exists already; choose another --name or say --replace.")


def _say(row: dict[str, Any], as_json: bool, text: str) -> None:
    print(json.dumps(row) if as_json else text, flush=True)


if __name__ == "__main__":
    app()
