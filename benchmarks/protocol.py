"""A browser's side of Streamlit's protocol, without the browser: what the server's messages mean, and what it is asked.

The messages are those of the installed Streamlit, `ForwardMsg` to the browser and `BackMsg` to the server.
"""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

ENDS = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
)


@dataclass(frozen=True)
class Widget:
    """A control of which a value can be chosen: `options` are texts of a segmented control, else a slider's numbers."""

    id: str
    label: str
    key: str
    options: tuple[str, ...] | tuple[float, ...]
    fragment: str = ""

    def state(self, value: str | float) -> WidgetState:
        """What a browser says of the control when a value is chosen."""
        chosen = WidgetState(id=self.id)
        if isinstance(value, str):
            chosen.string_array_value.data.append(value)
        else:
            chosen.double_array_value.data.append(value)
        return chosen


@dataclass(frozen=True)
class Button:
    """A button by its label, or a component by its name, of which a browser says that something was done there."""

    id: str
    label: str
    fragment: str = ""

    def pressed(self) -> WidgetState:
        """What a browser says when the button is pressed."""
        return WidgetState(id=self.id, trigger_value=True)

    def told(self, event: str, value: object) -> WidgetState:
        """What a browser says when the component tells of an event."""
        events = [{"event": event, "value": value}]
        return WidgetState(
            id=f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{self.id}__events", json_trigger_value=json.dumps(events)
        )


Meaning = Widget | Button | str | None


@dataclass
class Screen:
    """What a browser knows of the page that it shows.

    `pages` has Streamlit's hash of each page by its slug, `timers` the seconds between the runs of a fragment, and
    `errors` what went wrong in the last answer. Of messages that may be kept only their meaning stays here.
    """

    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""
    query: str = ""
    widgets: dict[str, Widget] = field(default_factory=dict)
    buttons: dict[str, Button] = field(default_factory=dict)
    fragments: dict[str, None] = field(default_factory=dict)
    timers: dict[str, float] = field(default_factory=dict)
    values: dict[str, WidgetState] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    kept: dict[str, Meaning] = field(default_factory=dict)

    def link(self, page: str, query: str = "") -> BackMsg:
        """Open a page by its address, as a fresh browser does."""
        self.page, self.query = page, query
        wish = self.rerun()
        wish.rerun_script.page_name = page
        return wish

    def switch(self, page: str) -> BackMsg:
        """Go to a page by the menu; raises KeyError for a page that the menu does not have."""
        self.page, self.query = self.pages[page], ""
        self.values.clear()
        return self.rerun()

    def choose(self, widget: Widget, value: str | float) -> BackMsg:
        """Choose a value of a control; one that is bound to the address changes the address too."""
        self.values[widget.id] = widget.state(value)
        if widget.key:
            text = value if isinstance(value, str) else f"{value:g}"
            self.query = urlencode({**parse_qs(self.query), widget.key: [text]}, doseq=True)
        return self.rerun(widget.fragment)

    def press(self, button: Button) -> BackMsg:
        """Press a button, which is said once."""
        return self._say_once(button, button.pressed())

    def tell(self, component: Button, event: str, value: object) -> BackMsg:
        """Do something in a component, which is said once."""
        return self._say_once(component, component.told(event, value))

    def _say_once(self, button: Button, state: WidgetState) -> BackMsg:
        wish = self.rerun(button.fragment)
        wish.rerun_script.widget_states.widgets.append(state)
        return wish

    def rerun(self, fragment: str = "", by_timer: bool = False) -> BackMsg:
        """Run the page again, or one of its fragments."""
        wish = BackMsg()
        state = wish.rerun_script
        state.query_string, state.page_script_hash = self.query, self.page if self.page in self.pages.values() else ""
        state.fragment_id, state.is_auto_rerun = fragment, by_timer
        state.widget_states.widgets.extend(self.values.values())
        state.cached_message_hashes.extend(self.kept)
        self.errors.clear()
        return wish

    def take(self, message: ForwardMsg) -> bool:
        """Learn from one message; returns whether it ends the answer."""
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self._clear()
        elif kind in ("delta", "ref_hash"):
            self._show(message)
        elif kind in ("auto_rerun", "stop_auto_rerun"):
            self._set_timers(message)
        elif kind in ("navigation", "page_info_changed"):
            self._locate(message)
        elif failure := failure_in(message):
            self.errors.append(failure)
        return kind == "script_finished" and message.script_finished in ENDS

    def _locate(self, message: ForwardMsg) -> None:
        """Where the browser is: the menu with the page that is open, or the page's new query."""
        if message.HasField("page_info_changed"):
            self.query = message.page_info_changed.query_string
        else:
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self.page = message.navigation.page_script_hash

    def _set_timers(self, message: ForwardMsg) -> None:
        if message.HasField("auto_rerun"):
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        for fragment in message.stop_auto_rerun.fragment_ids:
            self.timers.pop(fragment, None)

    def _clear(self) -> None:
        for shown in (self.widgets, self.buttons, self.fragments, self.timers):
            shown.clear()

    def _show(self, message: ForwardMsg) -> None:
        """Take what an element means; of a message that the browser kept, only the reference comes."""
        meaning = self.kept[message.ref_hash] if message.HasField("ref_hash") else meaning_of(message.delta)
        if message.metadata.cacheable:
            self.kept[message.ref_hash or message.hash] = meaning
        if message.delta.fragment_id:
            self.fragments[message.delta.fragment_id] = None
        if isinstance(meaning, Widget):
            self.widgets[meaning.id] = meaning
        elif isinstance(meaning, Button):
            self.buttons[meaning.label] = meaning
        elif meaning:
            self.errors.append(meaning)


def failure_in(message: ForwardMsg) -> str:
    """What a message about the script says that went wrong, or ''."""
    if message.HasField("page_not_found"):
        return f"page not found: {message.page_not_found.page_name}"
    if message.HasField("session_event") and message.session_event.HasField("script_compilation_exception"):
        return f"script: {message.session_event.script_compilation_exception.type}"
    is_broken = message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR
    return "script: did not compile" if message.HasField("script_finished") and is_broken else ""


def meaning_of(delta: Delta) -> Meaning:
    """A control that can be set or pressed, the words of an exception that a page shows, or None for all else."""
    element = delta.new_element
    if element.HasField("button"):
        return Button(element.button.id, element.button.label, delta.fragment_id)
    if element.HasField("bidi_component"):
        return Button(element.bidi_component.id, element.bidi_component.component_name, delta.fragment_id)
    if element.HasField("exception"):
        return f"{element.exception.type}: {element.exception.message}"
    if element.HasField("button_group"):
        return _segments(element, delta.fragment_id)
    return _slider(element, delta.fragment_id) if element.HasField("slider") else None


def _segments(element: Element, fragment: str) -> Widget | None:
    group = element.button_group
    names = tuple(option.content for option in group.options)
    is_usable = names and not group.disabled and group.click_mode == group.SINGLE_SELECT
    return Widget(group.id, group.label, group.query_param_key, names, fragment) if is_usable else None


def _slider(element: Element, fragment: str) -> Widget | None:
    """A slider with one handle; its options are the positions that it has, at most 100 of them."""
    slider = element.slider
    options: tuple[str, ...] | tuple[float, ...] = tuple(slider.options)
    if not options:
        n_positions = min(100, round((slider.max - slider.min) / slider.step) + 1)
        chosen = np.linspace(0, round((slider.max - slider.min) / slider.step), n_positions).round()
        options = tuple(float(slider.min + slider.step * position) for position in chosen)
    is_usable = len(slider.default) == 1 and not slider.disabled
    return Widget(slider.id, slider.label, slider.query_param_key, options, fragment) if is_usable else None
