"""The left side of the train page: what to train, what it will cost, and the button that queues it."""

from collections.abc import Mapping, Sequence
from dataclasses import Field
from typing import Any

import streamlit as st

from explorer import jobs
from explorer.data import SourceState, list_sources
from explorer.errors import ExplorerError
from explorer.models.fields import Choice
from explorer.models.presets import PRESETS
from explorer.models.spec import CLOSED_FORM, CORRUPTIONS, FAMILIES, ModelSpec, make_spec
from explorer.store import list_checkpoints
from explorer.training.run_spec import RunSpec
from explorer.ui.controls import field_inputs, fill, fill_form, spec_fields
from explorer.ui.query_params import bound
from explorer.ui.run_cost import cost

MAIN_MODEL_FIELDS = ("latent_dim", "hidden", "channels", "n_components", "likelihood", "beta")
MAIN_RUN_FIELDS = ("n_epochs", "learning_rate")
# What the other fields are about, in the order of the form; a field that is in no group is about training.
GROUPS = {
    "Network": ("activation", "output", "code_activation", "upsampling", "batch_norm"),
    "Objective": (
        "corruption",
        "corruption_level",
        "sparsity",
        "sparse_units",
        "sparsity_rate",
        "sparsity_weight",
        "contraction",
        "classifier_weight",
    ),
    "Likelihood and prior": ("variance", "binarisation", "warm_up", "free_bits", "pretraining"),
}
TRAINING = "Training"
# A field is shown where another one has one of these values; elsewhere it would have no effect.
EFFECTIVE: dict[str, tuple[str, tuple[str, ...]]] = {
    "corruption_level": ("corruption", CORRUPTIONS),
    "sparse_units": ("sparsity", ("k_sparse",)),
    "sparsity_rate": ("sparsity", ("kl",)),
    "sparsity_weight": ("sparsity", ("kl", "l1")),
    "variance": ("likelihood", ("gaussian",)),
    "binarisation": ("likelihood", ("bernoulli",)),
}
# The one family that a classifier of the code would tell nothing, and says so.
WITHOUT_CLASSIFIER = "cvae"
START_FAMILY = "vae"
START_DATASET = "mnist"
REFUSAL = "_refusal"


def controls() -> None:
    """The whole form: what to train, under which name, at what cost; a press on its button queues it."""
    with st.container(gap="xsmall"):
        _choose_example()
        source, family = _choose_data_and_family()
        try:
            run = _run(source.name, family)
            _name_and_start(run, source)
        except ExplorerError as error:
            st.error(str(error), icon=":material/error:")


def _name_and_start(run: RunSpec, source: SourceState) -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        name = _choose_name(run)
    options: dict[str, Any] = {"type": "primary", "icon": ":material/play_arrow:", "width": "stretch"}
    right.button("Start", on_click=_start, args=(run, name), disabled=not source.available, **options)
    st.caption(cost(run) if source.available else f":material/cloud_download: {source.how_to_get}")
    if refusal := st.session_state.pop(REFUSAL, None):
        st.error(refusal, icon=":material/error:")
    jobs.check_free(name)
    with st.popover("Show the command", icon=":material/terminal:", width="stretch"):
        st.markdown("The same model from the command line:")
        st.code(jobs.command_line(run, name), language="bash", wrap_lines=True)


def _start(run: RunSpec, name: str) -> None:
    """Queue the run, look at it, and see that a worker is there."""
    try:
        st.query_params["job"] = str(jobs.submit(run, name))
        st.session_state["run_name"] = ""
        jobs.ensure_worker()
    except ExplorerError as error:
        st.session_state[REFUSAL] = str(error)


def _choose_example() -> None:
    """A known architecture, or any checkpoint of the library, to be trained again or changed."""
    presets = {preset.title: preset for preset in PRESETS}
    examples = {info.name: info.run for info in list_checkpoints()}

    def take() -> None:
        chosen = st.session_state["example"]
        if chosen in presets:
            st.session_state["family"] = presets[chosen].model.family
            fill(presets[chosen].model)
        elif chosen in examples:
            fill_form(examples[chosen])

    st.selectbox(
        "Start from",
        [*presets, *examples],
        index=None,
        placeholder="an architecture or a model",
        key="example",
        on_change=take,
        help="Fills the form with an architecture, or with all that a model of the library was trained with.",
    )
    if (chosen := st.session_state["example"]) in presets:
        st.caption(f"{chosen}: {presets[chosen].meaning}.")


def _choose_data_and_family() -> tuple[SourceState, str]:
    sources = {source.name: source for source in list_sources()}
    at_hand = [name for name, source in sources.items() if source.available]
    start = START_DATASET if START_DATASET in at_hand else at_hand[0]
    left, right = st.columns(2)
    with left:
        data = st.selectbox("Data set", list(sources), list(sources).index(start), **bound("data", Choice((*sources,))))
    with right:
        families = Choice(tuple(FAMILIES))
        family = st.selectbox(
            "Family", families.options, families.options.index(START_FAMILY), **bound("family", families)
        )
    return sources[data], family


def _run(dataset: str, family: str) -> RunSpec:
    """The run that the fields describe, validated by the specs themselves."""
    model_fields, run_fields = spec_fields(FAMILIES[family]), spec_fields(RunSpec)
    if issubclass(FAMILIES[family], CLOSED_FORM):
        # In closed form there is nothing to repeat, to pace or to seed.
        run_fields = tuple(field for field in run_fields if field.name == "validation_fraction")
    by_name = {field.name: field for field in model_fields}
    main = [by_name[name] for name in MAIN_MODEL_FIELDS if name in by_name]
    main += [field for field in run_fields if field.name in MAIN_RUN_FIELDS]
    more = [field for field in (*model_fields, *run_fields) if field not in main]
    values = field_inputs(main)
    if more:
        with st.popover("More fields", icon=":material/tune:", width="stretch"):
            values |= _grouped_inputs(more, {"family": family, **values})
    own = {field.name for field in model_fields}
    model: ModelSpec = make_spec(family, {name: value for name, value in values.items() if name in own})
    return RunSpec(model, dataset, **{name: value for name, value in values.items() if name not in own})  # type: ignore[arg-type]


def _grouped_inputs(declared: Sequence["Field[Any]"], known: Mapping[str, object]) -> dict[str, object]:
    """The widgets of the lesser fields under the name of what they are about, those without effect left out."""
    values: dict[str, object] = {}
    for title, fields in _groups(declared).items():
        if fields:
            st.markdown(f"**{title}**")
            values |= field_inputs(fields, has_effect=has_effect, known={**known, **values})
    return values


def _groups(declared: Sequence["Field[Any]"]) -> dict[str, list["Field[Any]"]]:
    by_name = {field.name: field for field in declared}
    groups = {title: [by_name.pop(name) for name in names if name in by_name] for title, names in GROUPS.items()}
    return {**groups, TRAINING: [*by_name.values()]}


def has_effect(name: str, values: Mapping[str, object]) -> bool:
    """Whether a field changes anything beside the values of others."""
    if name == "classifier_weight":
        return values["family"] != WITHOUT_CLASSIFIER
    other, wanted = EFFECTIVE.get(name, ("", ()))
    return other not in values or values[other] in wanted


def _choose_name(run: RunSpec) -> str:
    """What was typed, else a name that tells data set, family and K, with a number if that is taken."""
    suggestion = jobs.free_name(f"{run.dataset}-{run.model.family}-{run.model.latent_dim}d".replace("_", "-"))
    typed = st.text_input("Name", placeholder=suggestion, key="run_name", help="The model's name in the library.")
    return typed.strip() or suggestion
