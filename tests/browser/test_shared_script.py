"""What components share, in a real Chromium: messages read as Python wrote them, ticks, and names that keep apart."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from explorer.scenes.component_files import COMPONENTS, join_modules
from explorer.scenes.message import DTYPES, make_message

pytestmark = pytest.mark.browser
SHARED = COMPONENTS / "shared"
LOAD = """async (script) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  globalThis.shared = await import(url);
}"""
# The bytes come as Streamlit hands them over: a view that begins anywhere in a larger buffer.
READ = """async ([blob, shift]) => {
  const plain = Uint8Array.from(atob(blob), (letter) => letter.charCodeAt(0));
  const bytes = new Uint8Array(plain.length + shift).subarray(shift);
  bytes.set(plain);
  const arrays = await shared.readArrays(bytes);
  const listed = Object.entries(arrays).map(([name, { values, shape }]) =>
    [name, values.constructor.name, [...values].map(String), shape]);
  return [shared.readHeader(bytes), listed];
}"""
OpenScript = Callable[[str], Page]


@pytest.fixture
def open_script(lasting_page: Page) -> OpenScript:
    """A function that loads one of the shared scripts into an empty page as `shared`."""

    def load(name: str) -> Page:
        lasting_page.goto("about:blank")
        lasting_page.evaluate(LOAD, join_modules(SHARED / name))
        return lasting_page

    return load


def all_kinds() -> dict[str, NDArray[Any]]:
    """Arrays of odd lengths, one of each kind, with the kind's extreme values."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in sorted(DTYPES):
        kind = np.dtype(name)
        info = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
        arrays[name] = np.array([info.min, 0, 1, 3, info.max], kind)
    halves = np.array([0.1, -2.5, 6e-8, -6.1e-5, np.inf, -np.inf, np.nan], np.float16)
    return arrays | {"halves": halves, "none": np.zeros((0, 2), np.float32), "one": np.array([7], np.uint8)}


@pytest.mark.parametrize("compressed", [(), (*sorted(DTYPES), "halves", "none")])
@pytest.mark.parametrize(("title", "shift"), [("", 0), ("odd", 1), ("ω", 3)])
def test_the_browser_reads_what_python_wrote(
    open_script: OpenScript, compressed: tuple[str, ...], title: str, shift: int
) -> None:
    written = all_kinds()
    blob = make_message({"title": title}, written, compressed).to_bytes(start=3)
    header, listed = open_script("message.js").evaluate(READ, [base64.b64encode(blob).decode(), shift])
    assert (header["title"], header["start"], len(header["signature"])) == (title, 3, 16)
    assert [name for name, *_ in listed] == list(written)
    for name, kind, texts, shape in listed:
        expected = written[name]
        # Half precision comes as single, which holds each of its numbers.
        assert kind.lower() == f"{expected.dtype.name.replace('float16', 'float32')}array"
        assert shape == list(expected.shape)
        read = np.array([float(text.replace("Infinity", "inf")) for text in texts])
        np.testing.assert_array_equal(read, expected.ravel().astype(float))


def test_the_browser_reads_rounded_columns_as_single_precision(open_script: OpenScript) -> None:
    codes = np.array([[-1.5, 40.0], [2.5, 60.0], [0.0, 47.0]], np.float32)
    blob = make_message({}, {"codes": codes}, rounded={"codes"}).to_bytes()
    _, [(_, kind, texts, shape)] = open_script("message.js").evaluate(READ, [base64.b64encode(blob).decode(), 0])
    assert (kind, shape) == ("Float32Array", [3, 2])
    read = np.array(texts, float).reshape(3, 2)
    assert (np.abs(read - codes) <= (4 / 65535, 20 / 65535)).all()


def test_an_equal_message_is_read_once_and_an_older_one_does_not_come_late(open_script: OpenScript) -> None:
    blobs = [make_message({"n": n}, {"a": np.zeros(9, np.uint8)}, {"a"}).to_bytes() for n in (1, 2, 2)]
    built = open_script("message.js").evaluate(
        """async (blobs) => {
          const state = { signature: null };
          const built = [];
          const read = (blob) => shared.readIfNew(
            state, Uint8Array.from(atob(blob), (letter) => letter.charCodeAt(0)), ({ n }) => built.push(n));
          await Promise.all(blobs.map(read));
          return built;
        }""",
        [base64.b64encode(blob).decode() for blob in blobs],
    )
    assert built == [2]


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (2, 2_000, ["10", "100", "1000"]),
        (1, 30, ["1", "2", "5", "10", "20"]),
        (3, 40, ["5", "10", "20"]),
        (0.1, 100, ["0.1", "1", "10", "100"]),
        (0.00002, 0.0006, ["0.00002", "0.00005", "0.0001", "0.0002", "0.0005"]),
        (1, 60_000, ["1", "10", "100", "1000", "10,000"]),
    ],
)
def test_logarithmic_ticks_are_written_in_full(
    open_script: OpenScript, low: float, high: float, texts: list[str]
) -> None:
    ticks = open_script("ticks.js").evaluate("(range) => shared.logTicks(...range)", [low, high])
    assert [tick["text"] for tick in ticks] == texts
    assert [tick["value"] for tick in ticks] == [float(text.replace(",", "")) for text in texts]


@pytest.mark.parametrize(
    ("low", "high", "most", "texts"),
    [
        (0, 1, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-3.1, 2.9, 5, ["−2", "0", "2"]),
        (0.3, 0.31, 5, ["0.300", "0.302", "0.304", "0.306", "0.308", "0.310"]),
        (0, 60_000, 3, ["0", "20,000", "40,000", "60,000"]),
    ],
)
def test_ticks_are_one_two_or_five(
    open_script: OpenScript, low: float, high: float, most: int, texts: list[str]
) -> None:
    ticks = open_script("ticks.js").evaluate("(range) => shared.niceTicks(...range)", [low, high, most])
    assert [tick["text"] for tick in ticks] == texts


@pytest.mark.parametrize(
    ("left", "right", "y", "expected"),
    [(10, 20, 50, 30), (60, 80, 50, 10), (90, 110, 80, 10), (200, 220, 50, None)],
)
def test_the_room_beside_a_curve_is_to_its_nearest_place_within_the_words(
    open_script: OpenScript, left: float, right: float, y: float, expected: float | None
) -> None:
    lines = [[[0, 0], [50, 50], [100, 100]]]
    found = open_script("chart.js").evaluate("given => shared.clearance(...given)", [lines, left, right, y])
    assert found == (float("inf") if expected is None else pytest.approx(expected))


SPOTS = """([codes, labels, box]) => shared.findSpots(
  ["a", "b", "c"], ["red", "green", "blue"], Float32Array.from(codes), Uint8Array.from(labels), box)"""
PLACED = """([names, scale]) => shared.placeNames(
  names, (x, y) => [scale * x, -scale * y], () => 20, 16).map(({ name, at }) => [name.text, at])"""
BOX = {"left": -6, "right": 6, "bottom": -6, "top": 6}


def test_a_name_stands_where_its_class_is_dense_and_not_at_its_mean(open_script: OpenScript) -> None:
    rng = np.random.default_rng(0)
    # Half of class a lies far on each side of class b, which holds the mean of both.
    sides = rng.normal(0, 0.4, (600, 2)) + np.where(np.arange(600) % 3 == 0, -4, 4)[:, None] * [1, 0]
    codes = np.vstack([sides, rng.normal(0, 0.4, (400, 2))]).astype(np.float32)
    labels = np.repeat([0, 1], [600, 400])
    found = open_script("labels.js").evaluate(SPOTS, [codes.ravel().tolist(), labels.tolist(), BOX])
    assert [name["text"] for name in found] == ["a", "b"]
    np.testing.assert_allclose(found[0]["spots"][0], [4, 0], atol=0.5)
    np.testing.assert_allclose(found[1]["spots"][0], [0, 0], atol=0.5)


@pytest.mark.parametrize("scale", [8, 12, 40])
def test_names_of_classes_that_lie_on_one_another_keep_apart(open_script: OpenScript, scale: float) -> None:
    codes = np.random.default_rng(0).normal(0, 1, (3000, 2)).astype(np.float32)
    labels = np.arange(3000) % 3
    script = open_script("labels.js")
    names = script.evaluate(SPOTS, [codes.ravel().tolist(), labels.tolist(), BOX])
    placed = script.evaluate(PLACED, [names, scale])
    assert [text for text, _ in placed] == ["a", "b", "c"]
    places = [np.array(at) for _, at in placed]
    for i, here in enumerate(places):
        for there in places[:i]:
            across, down = abs(here - there)
            assert across >= 20 or down >= 16


def test_a_name_without_room_is_left_out(open_script: OpenScript) -> None:
    name = {"label": 0, "text": "a", "color": "red", "spots": [[0, 0]]}
    script = open_script("labels.js")
    assert script.evaluate(PLACED, [[name, name | {"text": "b"}], 10]) == [["a", [0, 0]]]


PLAYER = """async (stops) => {
  const host = document.body.appendChild(document.createElement("div"));
  const player = shared.createPlayer(host);
  const shown = [], rests = [];
  player.load({ captions: ["a", "b", "c", "d", "e"], control: "Step", frameMs: 40, stops,
    show: (frame, ms) => shown.push([frame, ms]), rest: (frame) => rests.push(frame) }, 1);
  globalThis.played = { player, shown, rests };
}"""
AT_REST = "() => played.rests.length > 0 && document.querySelector('.play').textContent === 'Play'"


@pytest.fixture
def player(open_script: OpenScript) -> Page:
    """A page with a player of five frames, which starts on the second and logs what it shows as `played`."""
    page = open_script("player.js")
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate(PLAYER, None)
    return page


def test_a_player_goes_to_its_end_rests_there_and_begins_again(player: Page) -> None:
    play = player.get_by_role("button", name="Play")
    play.click()
    player.wait_for_function(AT_REST)
    assert player.evaluate("played.shown") == [[1, 0], [2, 40], [3, 40], [4, 40]]
    assert player.evaluate("played.rests") == [4]
    assert player.locator(".caption").inner_text() == "e"
    player.evaluate("played.rests.length = 0")
    play.click()
    player.wait_for_function(AT_REST)
    assert player.evaluate("played.shown.slice(4)") == [[0, 0], [1, 40], [2, 40], [3, 40], [4, 40]]


def test_speed_divides_the_time_of_a_frame(player: Page) -> None:
    player.get_by_label("Speed").select_option("2×")
    slider = player.get_by_role("slider", name="Step")
    slider.press("ArrowRight")
    player.get_by_label("Speed").select_option("½×")
    slider.press("End")
    assert player.evaluate("played.shown.slice(1)") == [[2, 20], [4, 80]]
    assert player.evaluate("played.rests") == [2, 4]


PRESS_SPACE_TWICE = """(slider) => [0, 1].map(() => {
  slider.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }));
  return document.querySelector(".play").innerText;
})"""


def test_space_on_the_slider_plays_and_pauses(player: Page) -> None:
    slider = player.get_by_role("slider", name="Step")
    slider.press(" ")
    player.wait_for_function("played.shown.length > 1")
    player.wait_for_function(AT_REST)
    slider.press("Home")
    # Both presses in one turn of the browser, so that the few frames cannot end between them.
    assert slider.evaluate(PRESS_SPACE_TWICE) == ["Pause", "Play"]
    assert player.evaluate("played.rests.at(-1)") < 4


def test_with_less_motion_only_the_stops_are_shown_and_at_once(open_script: OpenScript) -> None:
    page = open_script("player.js")
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(PLAYER, [0, 3, 4])
    began = page.evaluate("performance.now()")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(AT_REST)
    assert page.evaluate("played.shown") == [[1, 0], [3, 0], [4, 0]]
    assert page.evaluate("performance.now()") - began >= 1_400


# Two calls of a component on one element, and what is ended by which of the functions that they return.
MOUNT_TWICE = """([kind, order]) => {
  const element = {}, log = [];
  const mount = (name) => {
    log.push(`begin ${name}`);
    const end = () => log.push(`end ${name}`);
    return shared[kind](element, kind === "beginAnew" ? () => end : end);
  };
  const ends = [mount("a"), mount("b")];
  for (const call of order) ends[call]();
  return log;
}"""


# The numbers of the states that a component has at its first call, at its second, and after its end.
KEEP_STATE = """() => {
  const element = {}, states = [];
  const state = () => shared.keptState(element, (host) => states.push(host === element));
  const before = [state(), state()];
  shared.endIfLast(element, () => {})();
  return [...before, state(), ...states];
}"""


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [1]], ids=["overtaken", "late", "once"])
def test_a_component_that_was_called_again_ends_once(open_script: OpenScript, order: list[int]) -> None:
    page = open_script("mounts.js")
    assert page.evaluate(MOUNT_TWICE, ["endIfLast", order]) == ["begin a", "begin b", "end b"]
    # What begins is noted before the call, what the call before began is ended within it.
    assert page.evaluate(MOUNT_TWICE, ["beginAnew", order]) == ["begin a", "begin b", "end a", "end b"]
    assert page.evaluate(KEEP_STATE) == [1, 1, 2, True, True]


@pytest.mark.parametrize(
    ("levels", "palette", "expected"),
    [
        ([9, 9, 0, 255], "undefined", [0, 0, 0, 255, 255, 255, 255, 255]),
        ([9, 9, 0, 1], "[1, 2, 3, 4, 5, 6]", [1, 2, 3, 255, 4, 5, 6, 255]),
        ([0, 0, 0, 0, 0, 0, 10, 20, 30, 40, 50, 60], "null", [10, 20, 30, 255, 40, 50, 60, 255]),
    ],
    ids=["grey", "palette", "colours"],
)
def test_levels_are_painted_frame_by_frame(
    open_script: OpenScript, levels: list[int], palette: str, expected: list[int]
) -> None:
    paint = f"""(levels) => {{
      const canvas = shared.makeCanvas([1, 2]);
      shared.paintLevels(canvas, Uint8Array.from(levels), 1, {palette});
      return [...canvas.getContext("2d").getImageData(0, 0, 2, 1).data];
    }}"""
    assert open_script("parts.js").evaluate(paint, levels) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [([-1, 0.2], [0, 0, 0, 255, 51, 51, 51, 255]), ([0, 0.4, 1, 2, 0, 0], [0, 102, 255, 255, 255, 0, 0, 255])],
    ids=["grey", "colours"],
)
def test_values_are_painted_clipped_to_what_a_pixel_can_show(
    open_script: OpenScript, values: list[float], expected: list[int]
) -> None:
    paint = """(values) => {
      const canvas = shared.makeCanvas([9, 9]);
      shared.paintValues(canvas, values, [1, 2, 3]);
      return [canvas.width, canvas.height, ...canvas.getContext("2d").getImageData(0, 0, 2, 1).data];
    }"""
    assert open_script("parts.js").evaluate(paint, values) == [2, 1, *expected]


SAY_TWICE = """async () => {
  const [place, other] = [shared.makeElement("p", ""), shared.makeElement("p", "")];
  const heard = [];
  new MutationObserver(() => heard.push(place.textContent)).observe(place, { childList: true });
  let last = "";
  for (last of ["on the way", "at rest"]) shared.sayAtRest(place, () => last);
  shared.sayAtRest(other, () => "elsewhere");
  last = "as it is by then";
  const rests = new Promise((done) => new MutationObserver(done).observe(other, { childList: true }));
  await Promise.all([rests, new Promise((done) => setTimeout(done, 100))]);
  return [heard, other.textContent];
}"""


def test_what_passes_on_the_way_is_not_said(open_script: OpenScript) -> None:
    assert open_script("parts.js").evaluate(SAY_TWICE) == [["as it is by then"], "elsewhere"]
