"""The command line: `python -m explorer …`; --json prints one machine-readable object per line."""

import inspect
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from explorer.errors import ExplorerError, SpecError
from explorer.models.fields import allowed_in, describe, has_effect, limited_fields, option_of, text_of
from explorer.training.run_spec import RunSpec, every_field
from explorer.training.waiting import let_threads_sleep

if TYPE_CHECKING:
    from explorer.analysis.evaluation_codes import EvaluationCodes
    from explorer.analysis.measure import Measure
    from explorer.jobs.foreground import Member
    from explorer.store import Checkpoint as LoadedCheckpoint
    from explorer.training import Record

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)
datasets_app = typer.Typer()
app.add_typer(datasets_app, name="datasets")
models_app = typer.Typer()
app.add_typer(models_app, name="models")
Json = Annotated[bool, typer.Option("--json", help="one JSON object per line")]
Family = Annotated[str, typer.Argument(help="pca, ae, vae, ...; the command models lists them")]
Checkpoint = Annotated[str, typer.Argument(help="a folder under checkpoints/, or a path")]
Device = Annotated[str, typer.Option(help="auto (a GPU that works, else the CPU), cpu, cuda:0, cuda:1, ...")]
DataName = Annotated[str, typer.Option(help="a data set's name")]
Replace = Annotated[bool, typer.Option("--replace", help="overwrite a checkpoint of that name")]
Resume = Annotated[bool, typer.Option("--resume", help="continue what was stopped before its end")]
Engine = Annotated[Literal["local", "ray"], typer.Option(help="local (this machine) or ray (a cluster)")]
EngineOrVariable = Annotated[
    Literal["local", "ray"], typer.Option(help="local or ray; else $EXPLORER_ENGINE", envvar="EXPLORER_ENGINE")
]
Address = Annotated[
    str | None, typer.Option(help="the Ray cluster's address, such as 10.0.0.1:6379; else $RAY_ADDRESS")
]
Threads = Annotated[
    int | None,
    typer.Option(help="CPU threads; the same number gives the same weights bit by bit; measured if left out", min=1),
]
Over = Annotated[
    list[str],
    typer.Option(
        "--over",
        help="any field and its values, such as beta=0.1,1,4 or hidden=64,256-64",
    ),
]
# What a shell calls a program that Ctrl-C ended.
STOPPED = 130
Fields = Annotated[list[str] | None, typer.Option("--set", help="a field of the family, such as latent_dim=2")]
ChangedFields = Annotated[
    list[str] | None, typer.Option("--change", help="a field that changes after a step, such as 300:beta=4")
]


def main(arguments: list[str]) -> int:
    """Run a command and return its exit code: 2, with one line on stderr, for a user's mistake."""
    _print_in_any_encoding()
    let_threads_sleep()
    try:
        return app(arguments or ["--help"], standalone_mode=False) or 0
    except typer.TyperException as error:
        sentence = f"{error.format_message().rstrip('.')}; see --help."
    except ExplorerError as error:
        sentence = str(error)
    except OSError as error:
        sentence = f"{error.filename or 'The disk'}: {error.strerror or error}."
    print(f"explorer: {' '.join(sentence.split())}", file=sys.stderr)
    return 2


def _print_in_any_encoding() -> None:
    """Print a question mark for what a terminal or a pipe has no character for, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@datasets_app.callback(invoke_without_command=True)
def datasets(
    context: typer.Context,
    download: Annotated[str | None, typer.Option(help="fetch this data set first")] = None,
    as_json: Json = False,
) -> None:
    """List the data sets, and where the missing ones go; add one of your own, or remove it."""
    from explorer.data import list_sources

    if context.invoked_subcommand is not None:
        return
    if download is not None:
        _download(download)
    for source in list_sources():
        state = "yes" if source.available else source.how_to_get
        text = f"{source.name:14}{source.n_train:>7,} train {source.n_test:>7,} test  {state}"
        _say(vars(source), as_json, text)


@datasets_app.command()
def add(
    path: Annotated[Path, typer.Argument(help="a folder or zip of images, or a .csv, .parquet, .npz, .npy, .mat file")],
    name: Annotated[str, typer.Option(help="the data set's name")],
    label: Annotated[str, typer.Option(help="the column or array of the labels, or 'none'")] = "",
    time: Annotated[str, typer.Option(help="the column of times, for profiles of days or weeks")] = "",
    without: Annotated[list[str] | None, typer.Option(help="a column to leave out; more than once for several")] = None,
    shape: Annotated[str, typer.Option(help="shape of a sample in a file of numbers, such as 28x20, or 'vector'")] = "",
    size: Annotated[str, typer.Option(help="pixels to which image files are cropped and scaled, such as 64")] = "",
    scaling: Annotated[str, typer.Option(help="scaling of values other than bytes: range, standard or none")] = "range",
    report_only: Annotated[bool, typer.Option("--report-only", help="say what was read and keep nothing")] = False,
    as_json: Json = False,
) -> None:
    """Read data of your own, say what was read, and keep them as a data set."""
    from explorer.data import keep_draft
    from explorer.data.own import Choices, discard, read_draft, report_lines
    from explorer.data.own.draft import COMMAND_LIMITS

    choices = Choices(label, time, tuple(without or ()), shape, size, scaling)
    draft = read_draft(path, path.name, choices, COMMAND_LIMITS)
    try:
        if not report_only:
            keep_draft(draft, name)
    finally:
        discard(draft)
    kept = "Nothing was kept." if report_only else f"Kept as {name}."
    _say(vars(draft.report), as_json, "\n".join([*report_lines(draft.report), kept]))


@datasets_app.command()
def remove(name: Annotated[str, typer.Argument(help="a data set of your own")], as_json: Json = False) -> None:
    """Remove a data set of your own; the models that were trained on it stay."""
    from explorer.data.own import remove as remove_kept

    remove_kept(name)
    _say({"removed": name}, as_json, f"Removed {name}.")


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context, as_json: Json = False) -> None:
    """List the families of models, their fields, and architectures to begin from; add a model of your own."""
    from explorer.jobs.command import set_options
    from explorer.models.presets import PRESETS
    from explorer.models.spec import FAMILIES

    if context.invoked_subcommand is not None:
        return
    for family, cls in FAMILIES.items():
        described = describe(cls)
        presets = {preset.title: preset for preset in PRESETS if preset.model.family == family}
        lines = [_field_line(name, field) for name, field in described.items()]
        lines += [f"  {title}: {' '.join(set_options(preset.model))}" for title, preset in presets.items()]
        row = {
            "family": family,
            "fields": described,
            "presets": {title: set_options(preset.model) for title, preset in presets.items()},
        }
        _say(row, as_json, "\n".join([family, *lines]))


@models_app.command("add")
def add_model(
    paths: Annotated[list[Path], typer.Argument(help="ONNX files, or weights with a JSON file of their layout")],
    name: Annotated[str, typer.Option(help="the model's name in the library")],
    shape: Annotated[str, typer.Option(help="shape of a sample, such as 28x28; that of the file if left out")] = "",
    dataset: Annotated[
        str, typer.Option(help="data set whose samples are encoded; the first that fits if left out")
    ] = "",
    report_only: Annotated[bool, typer.Option("--report-only", help="say what was read and keep nothing")] = False,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Read a model of your own, say what was read and which pages will work, and keep it in the library."""
    from explorer.jobs.foreign import keep_foreign, read_files, read_foreign, report_lines
    from explorer.models.foreign_spec import shape_of_text

    draft = read_foreign(read_files(paths), shape_of_text(shape), dataset)
    if not report_only:
        keep_foreign(draft, name, replace=replace)
    kept = "Nothing was kept." if report_only else f"Kept as {name}."
    spec = draft.model.spec
    row = {"decoder": spec.decoder, "encoder": spec.encoder, "dataset": draft.dataset, "kept": not report_only}
    _say(row, as_json, "\n".join([*report_lines(draft), kept]))


def _field_line(name: str, field: dict[str, Any]) -> str:
    says = [field["meaning"], field["allowed"], *([field["effect"]] if field["effect"] else [])]
    return f"  {name}={field['default']}: {'; '.join(says)}"


def _run(
    *,
    family: Family,
    dataset: DataName = "digits",
    set_fields: Fields = None,
    change: ChangedFields = None,
    **settings: Any,
) -> RunSpec:
    """The run that the options ask for; the settings are fields of RunSpec."""
    from explorer.jobs.command import change_from_text
    from explorer.models.spec import make_spec

    given = _pairs(set_fields or [])
    changes = tuple(map(change_from_text, change or ()))
    run = RunSpec(make_spec(family, given), dataset, **settings, changes=changes)
    _note_without_effect(given, run)
    return run


def _note_without_effect(given: Iterable[str], run: RunSpec) -> None:
    for field in limited_fields(type(run.model)):
        if field.name in given and not has_effect(field, every_field(run)):
            _note(f"{field.name} has no effect here: {field.metadata['only_if']}.")


def _run_options() -> dict[inspect.Parameter, str]:
    """The options of a run beside its model's: each with the field of RunSpec that declares it."""
    options = {}
    for field in limited_fields(RunSpec):
        name, kind = option_of(field).replace("-", "_"), inspect.Parameter.KEYWORD_ONLY
        default = typer.Option(field.default, help=f"{field.metadata['meaning']}; {allowed_in(field)}")
        options[inspect.Parameter(name, kind, default=default, annotation=field.type)] = field.name
    return options


def _takes_run(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `run` is made from the options of a run, which it then takes in its place."""
    fixed = [one for one in inspect.signature(_run).parameters.values() if one.kind is not one.VAR_KEYWORD]
    declared = _run_options()
    own = [parameter for name, parameter in inspect.signature(command).parameters.items() if name != "run"]

    @wraps(command)
    def parsed(**given: Any) -> None:
        settings = {field: given.pop(option.name) for option, field in declared.items()}
        run = _run(**{option.name: given.pop(option.name) for option in fixed}, **settings)
        command(run=run, **given)

    parameters = [*fixed, *declared, *own]
    parsed.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    parsed.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return parsed


@app.command()
@_takes_run
def train(
    *,
    run: RunSpec,
    device: Device = "auto",
    threads: Threads = None,
    name: Annotated[str | None, typer.Option(help="the checkpoint's name")] = None,
    resume: Resume = False,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Train a model and keep it as a checkpoint."""
    from explorer.jobs import foreground

    target = name or f"{_title(run)}-seed{run.seed}"
    for member in _attended({target: run}, target, device, threads, resume=resume, replace=replace, as_json=as_json):
        if member.records and member.records[-1].is_epoch_end:
            _say_epoch(member.records, member.state.steps_per_epoch, as_json)
        if member.is_at_end:
            path = foreground.keep(member, replace=replace)["checkpoint"]
            _say({"checkpoint": path}, as_json, f"Kept as {path}.")


@app.command()
@_takes_run
def sweep(
    *,
    run: RunSpec,
    over: Over,
    device: Device = "auto",
    threads: Threads = None,
    name: Annotated[str | None, typer.Option(help="what the checkpoints' names begin with")] = None,
    resume: Resume = False,
    replace: Replace = False,
    engine: Engine = "local",
    address: Address = None,
    as_json: Json = False,
) -> None:
    """Train models of one family that differ in some fields, taking turns on one copy of the data."""
    from explorer.jobs import foreground
    from explorer.training.sweep import member_names, sweep_runs

    values = {key: str(text).split(",") for key, text in _pairs(over, "--over").items()}
    runs, title = sweep_runs(run, values), name or _title(run)
    wanted = dict(zip(member_names(title, runs), runs, strict=True))
    if engine == "ray":
        if replace:
            raise SpecError("--replace is not possible on a cluster; delete the checkpoints, or give another --name.")
        for run, row in _on_cluster(wanted, title, device, address, resume=resume):
            _say_member(run, values, row, as_json)
        return
    for member in _attended(wanted, title, device, threads, resume=resume, replace=replace, as_json=as_json):
        if member.is_at_end:
            _say_member(member.state.run, values, foreground.keep(member, replace=replace), as_json)


@app.command()
def evaluate(
    name: Checkpoint,
    split: Annotated[str, typer.Option(help="test or train")] = "test",
    iwae: Annotated[
        int | None,
        typer.Option(help="number K of draws of the importance-weighted bound; 100 if left out", min=1, max=5000),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a model's figures of merit, with their units."""
    from explorer.analysis.evaluate import KEPT_IWAE_K
    from explorer.analysis.evaluate import evaluate as figures_of_merit
    from explorer.data import load_dataset
    from explorer.store import load_checkpoint

    checkpoint = load_checkpoint(name)
    dataset = checkpoint.run.dataset
    scored = load_dataset(dataset, split)  # type: ignore[arg-type]
    metrics = figures_of_merit(checkpoint.model, load_dataset(dataset), scored, iwae or KEPT_IWAE_K)
    rows = [f"{key:20}{'-' if value is None else f'{value:.5g}'}" for key, value in metrics.items()]
    _say(metrics, as_json, "\n".join([f"{checkpoint.info.title} on {dataset}, {split}", *rows]))


@app.command()
def sample(
    name: Checkpoint,
    sampler: Annotated[str, typer.Option(help="prior, standard_normal, gaussian, gmm10, kde or flow")] = "gaussian",
    n: Annotated[int, typer.Option("--n", help="images to draw", min=1, max=10_000)] = 100,
    label: Annotated[int | None, typer.Option(help="the class that a conditional model draws; else all", min=0)] = None,
    seed: Annotated[int, typer.Option(help="seed of the fit and the draws", min=0)] = 0,
    out: Annotated[Path, typer.Option(help="the PNG to write")] = Path("samples.png"),
    as_json: Json = False,
) -> None:
    """Draw codes from a density, decode them, and write the images as one picture."""
    import numpy as np

    from explorer.analysis.conditional import labels_to_draw
    from explorer.analysis.density import fit_sampler, prior_of
    from explorer.store import load_checkpoint, write_grid
    from explorer.training.codes import decoded

    checkpoint = load_checkpoint(name)
    labels = labels_to_draw(checkpoint.model, n, label)
    density = fit_sampler(sampler, _scored_codes(checkpoint, seed).train, seed, prior_of(checkpoint.model))
    images = decoded(checkpoint.model, density.sample(n, np.random.default_rng(seed)), labels)
    path = write_grid(out, images.reshape(n, *checkpoint.header.sample_shape))
    row = {"out": str(path), "sampler": sampler, "n": n, "seed": seed, **({} if label is None else {"label": label})}
    _say(row, as_json, f"{n} draws of {checkpoint.info.title} from {sampler}, in {path}.")


@app.command()
def holes(
    name: Checkpoint,
    sampler: Annotated[str, typer.Option(help="prior, standard_normal, gaussian, gmm10, kde or flow")] = "gaussian",
    seed: Annotated[int, typer.Option(help="seed of the fit and the draws", min=0)] = 0,
    as_json: Json = False,
) -> None:
    """Measure the holes that a sampler falls into, each number beside its null value, with its 95 % interval or p."""
    from explorer.analysis.density import fit_sampler, prior_of
    from explorer.analysis.holes import compare, measure_holes
    from explorer.store import load_checkpoint

    checkpoint = load_checkpoint(name)
    codes = _scored_codes(checkpoint, seed)
    density = fit_sampler(sampler, codes.train, seed, prior_of(checkpoint.model))
    with _progress(hidden=as_json) as bar:
        task = bar.add_task("", total=1.0)
        for step in measure_holes(compare(codes.train, codes.held_out, density, seed)):
            bar.update(task, completed=step.fraction, description=step.doing)
    row: dict[str, Any] = {"name": checkpoint.info.name, "sampler": sampler, "seed": seed, "codes": codes.note}
    lines = [f"{checkpoint.info.name} with {sampler}: {codes.note}"]
    for measure in step.result:
        row |= _numbers_of(measure)
        lines.append(_line_of(measure))
    _say(row, as_json, "\n".join(lines))


def _numbers_of(measure: "Measure") -> dict[str, float]:
    """A measured value, its null value, and the interval's ends or p, by the metric's key."""
    key, measured = measure.metric.key, measure.measured
    numbers = {key: measured.value, f"{key}_null": measure.null.value}
    if measure.p is None:
        return numbers | {f"{key}_low": measured.low, f"{key}_high": measured.high}
    return numbers | {f"{key}_p": measure.p}


def _line_of(measure: "Measure") -> str:
    """The same in a line."""
    measured, p = measure.measured, measure.p
    beside = f"[{measured.low:.4f}, {measured.high:.4f}]" if p is None else f"p = {p:.3f}       "
    values = f"{measured.value:9.4f}  {beside}  null {measure.null.value:.4f}"
    return f"{measure.metric.title:36}{values}  {measure.metric.unit}"


@app.command("train-classifier")
def train_classifier(
    dataset: Annotated[str, typer.Option(help="a data set's name")] = "mnist",
    epochs: Annotated[int, typer.Option(help="passes over the training split", min=1, max=1000)] = 15,
    seed: Annotated[int, typer.Option(help="seed of weights, order and hidden pixels", min=0)] = 0,
    as_json: Json = False,
) -> None:
    """Train the small classifier that judges generated images, and keep it beside the checkpoints."""
    from explorer.data import load_dataset
    from explorer.store import save_classifier
    from explorer.training.classifier import accuracy
    from explorer.training.classifier import train_classifier as epochs_of

    train_split, test_split = load_dataset(dataset), load_dataset(dataset, "test")
    for record in epochs_of(train_split, epochs, seed):
        row = {"epoch": record.epoch, "loss": record.loss_nats}
        _say(row, as_json, f"epoch {record.epoch:>4}  cross-entropy {record.loss_nats:.4f} nats per sample")
    reached = accuracy(record.classifier, test_split)
    path = save_classifier(dataset, record.classifier, reached)
    _say({"classifier": str(path), "accuracy": reached}, as_json, f"Kept as {path}; test accuracy {reached:.4f}.")


@app.command()
def quantize(
    names: Annotated[list[str], typer.Argument(help="names of checkpoints, or paths of their folders")],
    float16: Annotated[bool, typer.Option("--float16", help="round to 16 bits per number")] = False,
    as_json: Json = False,
) -> None:
    """Round the weights of checkpoints where they lie, for files of half the size, and measure the models again."""
    from explorer.jobs.half_precision import quantize as quantize_checkpoint

    if not float16:
        raise SpecError("quantize needs the precision to round to; add --float16, the only one there is.")
    for name in names:
        path = quantize_checkpoint(name)
        _say({"checkpoint": str(path)}, as_json, f"Kept as {path}, with weights in float16.")


@app.command("drop-replay")
def drop_replay(
    names: Annotated[list[str], typer.Argument(help="names of checkpoints, or paths of their folders")],
    as_json: Json = False,
) -> None:
    """Remove the kept moments of trainings where they lie, for smaller files; the models stay as they are."""
    from dataclasses import replace

    from explorer.store import load_checkpoint, replace_checkpoint
    from explorer.store.codes import without_replay

    for name in names:
        checkpoint = load_checkpoint(name)
        path = replace_checkpoint(replace(checkpoint, codes=without_replay(checkpoint.codes)))
        _say({"checkpoint": str(path)}, as_json, f"Kept as {path}, without the moments of its training.")


@app.command("precompute")
def precompute_results(as_json: Json = False) -> None:
    """Compute what pages open with, for the data and models of this machine, and keep it beside the checkpoints."""
    from explorer.lessons.precompute import precompute

    for lesson, path in precompute():
        size = path.stat().st_size
        _say({"result": str(path), "bytes": size}, as_json, f"Kept {lesson.title} as {path}, {size / 1000:,.0f} kB.")


@app.command()
def export(
    names: Annotated[list[str], typer.Argument(help="folders under checkpoints/, or paths; planes take up to three")],
    to: Annotated[
        str, typer.Option(help="html, onnx, projector, tensorboard, parquet, csv, npz, notebook; site, for a lecture")
    ] = "html",
    scene: Annotated[
        str,
        typer.Option(help="what an HTML page shows: plane, interpolate, eigenvectors, posterior, replay, sweep"),
    ] = "plane",
    samples: Annotated[tuple[int, int], typer.Option(help="numbers of two test samples: the ends of a path")] = (0, 1),
    codes: Annotated[int | None, typer.Option(help="the largest number of codes in a page; all if left out")] = None,
    out: Annotated[Path | None, typer.Option(help="the file or folder to write")] = None,
    url: Annotated[str, typer.Option(help="the address of the site, for its frames and QR codes")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="overwrite a file or folder that is there")] = False,
    as_json: Json = False,
) -> None:
    """Export models and scenes: as a page of one file, for another tool, or as a notebook."""
    from explorer.export.formats import export as write
    from explorer.export.site_pages import export_site
    from explorer.store.atomic_write import size_of

    if to == "site":
        path = export_site(names[0], out, base_url=url, replace=replace)
    else:
        path = write(names, to, out, scene=scene, n_codes=codes, samples=samples, replace=replace)
    n_bytes = size_of(path)
    _say({"path": str(path), "bytes": n_bytes}, as_json, f"Wrote {path}, {n_bytes / 1e6:.2f} MB.")


@app.command()
def worker(
    device: Device = "auto",
    once: Annotated[bool, typer.Option("--once", help="stop when the queue is empty")] = False,
    engine: EngineOrVariable = "local",
    address: Address = None,
) -> None:
    """Run the trainings that the pages queue."""
    from explorer.jobs.worker import work

    if engine == "ray":
        from explorer.jobs import ray_engine

        list(ray_engine.serve(address, device, once=once))
        return
    work(device=device, once=once)


def _scored_codes(checkpoint: "LoadedCheckpoint", seed: int) -> "EvaluationCodes":
    """The codes to score, with the training samples of a VAE where its data set is at hand."""
    from explorer.analysis.evaluation_codes import evaluation_codes
    from explorer.data import load_dataset
    from explorer.errors import DatasetError

    train = None
    with suppress(DatasetError):
        train = load_dataset(checkpoint.run.dataset)
    codes = checkpoint.codes
    return evaluation_codes(checkpoint.model, codes.train, codes.test, codes.test_log_var, train, seed)


def _attended(
    wanted: dict[str, RunSpec],
    title: str,
    device: str,
    threads: int | None,
    *,
    resume: bool,
    replace: bool,
    as_json: bool,
) -> "Iterator[Member]":
    """Each training after each of its records, for its caller to keep at its end; a progress bar on a terminal."""
    from explorer.data import load_dataset
    from explorer.jobs import foreground

    with foreground.only_one(title):
        left = foreground.unfinished(wanted, title, resume=resume, replace=replace)
        _note_beginning(wanted, left)
        members = foreground.begin(left, title, load_dataset(next(iter(wanted.values())).dataset), device, threads)
        with _progress(hidden=as_json) as bar, closing(foreground.attend(members)) as turns:
            tasks = {member.name: bar.add_task(member.name, total=member.state.n_steps) for member in members}
            for member in turns:
                bar.update(tasks[member.name], completed=member.state.step)
                yield member
    if not all(member.kept for member in members):
        folder = foreground.folder_of(title)
        _note(f"Stopped; {folder} keeps what was reached, and the same command with --resume goes on.")
        raise typer.Exit(STOPPED)


def _on_cluster(
    wanted: dict[str, RunSpec], title: str, device: str, address: str | None, *, resume: bool
) -> Iterator[tuple[RunSpec, dict[str, object]]]:
    """Each run that became a checkpoint, with its figures of merit; the others are queued in the register."""
    from explorer.errors import TrainingError
    from explorer.jobs import foreground, ray_engine
    from explorer.store import checkpoints_folder, read_info

    ray_engine.require_ray()
    left = foreground.unfinished(wanted, title, resume=resume, replace=False)
    _note_beginning(wanted, left)
    ids = ray_engine.queue_members(left, device, resume=resume)
    ended = []
    for job in ray_engine.follow(ids, address, device):
        ended.append(job)
        if job.checkpoint is not None:
            yield (
                job.run,
                {"checkpoint": str(checkpoints_folder() / job.checkpoint), **read_info(job.checkpoint).metrics},
            )
    failed = [f"{job.name}: {job.message or job.state}" for job in ended if job.state != "done"]
    if len(ended) < len(ids):
        _note("Stopped; what was reached is kept, and the same command with --resume goes on.")
        raise typer.Exit(STOPPED)
    if failed:
        raise TrainingError(" ".join(failed))


def _say_member(run: RunSpec, keys: Iterable[str], measured: dict[str, object], as_json: bool) -> None:
    row = {key: text_of(every_field(run)[key]) for key in keys} | measured
    _say(row, as_json, "  ".join(f"{key} {_figure(value)}" for key, value in row.items() if value is not None))


def _note_beginning(wanted: dict[str, RunSpec], left: dict[str, RunSpec]) -> None:
    if len(left) < len(wanted):
        _note(f"{len(wanted) - len(left)} of {len(wanted)} models are done already and stay as they are.")
    _note_noise(left.values())


def _note_noise(runs: Iterable[RunSpec]) -> None:
    if any(getattr(run.model, "beta", None) == 0 for run in runs):
        _note("beta = 0 is reconstruction alone: such a VAE shrinks to an autoencoder with noise.")


def _title(run: RunSpec) -> str:
    return f"{run.dataset}-{run.model.family.replace('_', '-')}-{run.model.latent_dim}d"


def _note(sentence: str) -> None:
    """Something worth knowing that is no result."""
    print(f"explorer: {sentence}", file=sys.stderr)


def _figure(value: object) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _say_epoch(records: "list[Record]", n_steps: int, as_json: bool) -> None:
    from explorer.training import mean_terms

    last = records[-1]
    began = last.step - n_steps
    terms = mean_terms([record for record in records if record.step > began], began)
    measured = {key: getattr(last, key) for key in ("validation_loss", "active_units", "samples_per_s", "elapsed_s")}
    row = {"epoch": round(last.epoch), **terms, **measured}
    unit = "squared error" if last.kl is None else f"nats, {terms['kl']:.4f} of KL"
    text = f"epoch {row['epoch']:>4}  loss {terms['loss']:.4f} {unit}, per image  {last.samples_per_s:,.0f} images/s"
    _say(row, as_json, text)


def _progress(*, hidden: bool) -> Any:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, disable=hidden or not console.is_terminal)


def _download(name: str) -> None:
    from explorer.data import download

    with _progress(hidden=False) as bar:
        tasks: dict[str, Any] = {}
        for progress in download(name):
            if progress.file not in tasks:
                tasks[progress.file] = bar.add_task(progress.file, total=progress.total_bytes)
            bar.update(tasks[progress.file], completed=progress.done_bytes)


def _pairs(texts: list[str], option: str = "--set") -> dict[str, object]:
    pairs: dict[str, object] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise SpecError(
                f"{option} {text!r} is no field=value pair; write it as latent_dim=2 or, in a sweep, beta=1,4."
            )
        pairs[key] = value
    return pairs


def _say(row: dict[str, Any], as_json: bool, text: str) -> None:
    print(json.dumps(row) if as_json else text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
