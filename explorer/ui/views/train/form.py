"""The left side of the train page: what to train, what it will cost, and the button that queues it."""

from dataclasses import Field
from typing import Any

import streamlit as st

from explorer import jobs
from explorer.data import SourceState, list_sources
from explorer.errors import ExplorerError
from explorer.models.fields import Group, group_of, has_effect, limited_fields
from explorer.models.presets import PRESETS
from explorer.models.spec import FAMILIES, make_spec
from explorer.training.run_spec import RunSpec
from explorer.ui.access import permissions, run_name
from explorer.ui.controls import field_inputs, fill, fill_form
from explorer.ui.dataset_card import offer_data
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.models.at_hand import lecture_order, option_name, visible_models
from explorer.ui.refusals import said_in_place
from explorer.ui.runs.cost import cost

START_FAMILY = "vae"
START_DATASET = "mnist"
REFUSAL = "_refusal"


def controls() -> None:
    """The whole form: what to train, under which name, at what cost; a press on its button queues it."""
    with st.container(gap="xsmall"):
        _choose_example()
        source, family = _choose_data_and_family()
        with said_in_place():
            run = _run(source.name, family)
            _name_and_start(run, source)


def _name_and_start(run: RunSpec, source: SourceState) -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    suggested = jobs.free_name(run_name(_suggestion(run)))
    help_ = "The model's name in the library."
    typed = left.text_input("Name", placeholder=suggested, key="run_name", help=help_).strip()
    options: dict[str, Any] = {"type": "primary", "icon": ":material/play_arrow:", "width": "stretch"}
    right.button("Start", on_click=_start, args=(run, typed), disabled=not source.available, **options)
    if source.available:
        st.caption(cost(run))
    offer_data(source.name, "this run can start")
    _say_refusal(run, typed)
    with st.popover("Show the command", icon=":material/terminal:", width="stretch"):
        st.markdown("The same model from the command line:")
        st.code(jobs.command_line(run, typed or suggested), language="bash", wrap_lines=True)


def _start(run: RunSpec, typed: str) -> None:
    """Queue the run, look at it, and see that a worker is there; a name that nobody typed is free by itself."""
    st.session_state.pop(REFUSAL, None)
    try:
        queue, name = (jobs.submit, typed) if typed else (jobs.submit_numbered, _suggestion(run))
        job_id = queue(run, run_name(name), limits=permissions().limits)
        st.query_params["job"] = str(job_id)
        st.session_state["run_name"] = ""
        jobs.ensure_worker()
    except ExplorerError as error:
        st.session_state[REFUSAL] = (run, typed, str(error))


def _say_refusal(run: RunSpec, typed: str) -> None:
    """Why Start was refused, until the form says something else; and why it would be, for a name that was typed."""
    asked_for, name, sentence = st.session_state.get(REFUSAL, (None, "", ""))
    if (asked_for, name) == (run, typed):
        st.error(sentence, icon=":material/error:")
    elif typed:
        jobs.check_free(run_name(typed))


def _choose_example() -> None:
    """A known architecture, or any checkpoint of the library, to be trained again or changed."""
    presets = {preset.title: preset for preset in PRESETS}
    trained_here = (info for info in visible_models() if info.run.trained_here)
    infos = {info.name: info for info in sorted(trained_here, key=lecture_order)}

    def take() -> None:
        chosen = st.session_state["example"]
        if chosen in presets:
            st.session_state["family"] = presets[chosen].model.family
            fill(presets[chosen].model)
        elif chosen in infos:
            fill_form(infos[chosen].run)

    st.selectbox(
        "Start from",
        [*presets, *infos],
        format_func=lambda name: option_name(infos[name], with_dataset=True) if name in infos else name,
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
        data = choose_in_list("data", "Data set", sources, start)
    with right:
        family = choose_in_list("family", "Family", FAMILIES, START_FAMILY)
    return sources[data], family


def _run(dataset: str, family: str) -> RunSpec:
    """The run that the fields describe, validated by the specs themselves."""
    of_model = limited_fields(FAMILIES[family])
    values = _values((*of_model, *limited_fields(RunSpec)), family)
    of_run = {name: values.pop(name) for name in values.keys() - {field.name for field in of_model}}
    return RunSpec(make_spec(family, values), dataset, **of_run)  # type: ignore[arg-type]


def _values(declared: tuple["Field[Any]", ...], family: str) -> dict[str, object]:
    """What the widgets hold: the main fields at once, the others in a popover under what they are about."""
    known: dict[str, object] = {"family": family}
    groups = {group: [field for field in declared if group_of(field) is group] for group in Group}
    values = field_inputs(groups.pop(Group.MAIN), known)
    with st.popover("More fields", icon=":material/tune:", width="stretch"):
        for group, fields in groups.items():
            if any(has_effect(field, {**known, **values}) for field in fields):
                st.markdown(f"**{group}**")
                values |= field_inputs(fields, {**known, **values})
    return values


def _suggestion(run: RunSpec) -> str:
    """A name that tells data set, family and K."""
    return f"{run.dataset}-{run.model.family}-{run.model.latent_dim}d".replace("_", "-")
