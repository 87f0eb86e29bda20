"""The latent canvas with 60,000 codes, its decoder 2-64-256-784, and other decoders: `python -m benchmarks.canvas`."""

import base64
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from math import isqrt, prod
from pathlib import Path
from statistics import median, quantiles

import numpy as np
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page, WebSocket, sync_playwright

from explorer.models.autoencoder import build_autoencoder
from explorer.models.layers import (
    Activation,
    ChannelsLast,
    Convolution,
    Dense,
    Layer,
    Reshape,
    TransposedConvolution,
    Upsampling,
    apply_layers,
    output_shapes,
)
from explorer.models.spec import ConvVAESpec
from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import CanvasScene
from explorer.scenes.latent_scene import decoder_of
from explorer.store import list_checkpoints, load_checkpoint
from explorer.ui.components.latent_canvas.component import canvas_script
from tests.browser.canvas_scenes import make_decoder
from tests.browser.conftest import CHROMIUM_ARGS, VIEWPORT, find_chromium, free_port
from tests.browser.servers import ROOT, start_cold, stop, wait_until_up

Array = NDArray[np.float32]
APP = ROOT / "tests" / "browser" / "apps" / "canvas_app.py"
WIDTHS = (2, 64, 256, 784)
N_PLACES, N_LOADS, N_CLICKS, N_MOVES = 500, 5, 20, 100

DECODE = """async ([script, blob, places]) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { readHeader, readArrays, buildDecoder, latentAt } = await import(url);
  const bytes = Uint8Array.from(atob(blob), (letter) => letter.charCodeAt(0));
  const header = readHeader(bytes);
  const decode = buildDecoder(header, await readArrays(bytes));
  const run = () => places.map(([u, v]) => [...decode(latentAt(header, { u, v, w: 0 }))]);
  run();
  const times = [];
  for (let first = 0; first + 10 <= places.length; first += 10) {
    const start = performance.now();
    for (const [u, v] of places.slice(first, first + 10)) decode(latentAt(header, { u, v, w: 0 }));
    times.push((performance.now() - start) / 10);
  }
  times.sort((a, b) => a - b);
  return [run(), times[times.length >> 1], times[0]];
}"""
AWAIT_SERVER = """async ([x, y]) => {
  const find = (node) => node.querySelector?.(".plane") ? node : [...node.querySelectorAll("*")]
    .map((child) => child.shadowRoot && find(child.shadowRoot)).find(Boolean);
  const tree = find(document);
  const plane = tree.querySelector(".plane");
  const mark = tree.querySelector(".decoded .mark");
  const frame = () => new Promise(requestAnimationFrame);
  const start = performance.now();
  plane.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y }));
  while (!mark.textContent.startsWith("decoding")) await frame();
  while (mark.textContent.startsWith("decoding")) await frame();
  return performance.now() - start;
}"""
WATCH_POINTER = """() => {
  const find = (node) => node.querySelector?.(".plane") ? node : [...node.querySelectorAll("*")]
    .map((child) => child.shadowRoot && find(child.shadowRoot)).find(Boolean);
  const tree = find(document);
  globalThis.pending = null;
  globalThis.delays = [];
  globalThis.frames = [];
  globalThis.work = [];
  const request = requestAnimationFrame;
  globalThis.requestAnimationFrame = (draw) => request((time) => {
    const start = performance.now();
    draw(time);
    work.push(performance.now() - start);
  });
  tree.querySelector(".plane").addEventListener("pointermove", (e) => { pending ??= e.timeStamp; }, true);
  new MutationObserver(() => {
    if (pending !== null) delays.push(performance.now() - pending);
    frames.push(performance.now());
    pending = null;
  }).observe(tree.querySelector(".readout"), { childList: true });
}"""

AWAIT_ANSWER = """() => {
  const words = () => document.querySelector("[data-testid=stMain]").innerText.match(/Python knows.*/)?.[0];
  const before = words();
  globalThis.answered = new Promise((resolve) => {
    addEventListener("pointerup", (event) => {
      new MutationObserver((_, observer) => {
        if (words() === before) return;
        observer.disconnect();
        resolve(performance.now() - event.timeStamp);
      }).observe(document.body, { childList: true, characterData: true, subtree: true });
    }, { once: true, capture: true });
  });
}"""


def convolutional_decoder(*channels: int, side: int = 7, upsampled: bool = False) -> tuple[Layer, ...]:
    """2 -> channels[0] x side x side -> channels[1] x 2 side x 2 side -> ... with 3 x 3 kernels."""
    rng = np.random.default_rng(0)

    def draw(*shape: int) -> Array:
        return rng.normal(0, 2 / np.sqrt(shape[0]), shape).astype(np.float32)

    n_units = side**2 * channels[0]
    maps = Reshape((channels[0], side, side))
    layers: list[Layer] = [Dense(draw(n_units, 2), draw(n_units)), Activation("relu"), maps]
    for n_in, n_out in pairwise(channels):
        side *= 2
        if upsampled:
            layers += [Upsampling((side, side)), Convolution(draw(n_out, n_in, 3, 3), draw(n_out), 1, 1)]
        else:
            layers.append(TransposedConvolution(draw(n_in, n_out, 3, 3), draw(n_out), 2, 1, (1, 1)))
        layers.append(Activation("relu"))
    last: tuple[Layer, ...] = (Activation("sigmoid"), ChannelsLast()) if channels[-1] > 1 else (Activation("sigmoid"),)
    return (*layers[:-1], *last)


DECODERS: dict[str, tuple[Layer, ...]] = {
    "2-250-500-1000-784": make_decoder(np.random.default_rng(0), 2, 250, 500, 1000, 784),
    "32 x 7², 16 x 14², 28², transposed": convolutional_decoder(32, 16, 1),
    "32 x 7², 16 x 14², 28², upsampled": convolutional_decoder(32, 16, 1, upsampled=True),
    "64 x 7², 32 x 14², 28², transposed": convolutional_decoder(64, 32, 1),
    "64 x 7², 32 x 14², 28², upsampled": convolutional_decoder(64, 32, 1, upsampled=True),
    "64 x 8², 32 x 16², 16 x 32², 3 x 64² in colour, transposed": convolutional_decoder(64, 32, 16, 3, side=8),
    "… upsampled": convolutional_decoder(64, 32, 16, 3, side=8, upsampled=True),
    "128 x 8², 64 x 16², 32 x 32², 3 x 64² in colour, transposed": convolutional_decoder(128, 64, 32, 3, side=8),
    "… likewise, upsampled": convolutional_decoder(128, 64, 32, 3, side=8, upsampled=True),
}


def networks() -> dict[str, tuple[Layer, ...]]:
    """The decoders of the convolutional models that come with the app, and of one of small photographs, untrained."""
    shipped = [info.name for info in list_checkpoints() if info.run.model.family in ("conv_ae", "conv_vae")]
    found = {name: decoder_of(load_checkpoint(name).model).layers for name in shipped}
    photographs = build_autoencoder(ConvVAESpec(latent_dim=64, channels=(16, 32, 64)), (32, 32, 3), 0)
    return {**found, "K = 64, 16-32-64 channels, 32 × 32 pixels in colour": photographs.decoder_layers()}


def small_scene(decoder: tuple[Layer, ...], latent_dim: int = 2) -> CanvasScene:
    """One code and a decoder of square images: enough to decode."""
    n_values = prod(output_shapes(decoder, latent_dim)[-1])
    side = isqrt(n_values // (3 if any(isinstance(layer, ChannelsLast) for layer in decoder) else 1))
    return CanvasScene(
        codes=np.zeros((1, 2), np.float32),
        labels=np.zeros(1, np.uint8),
        class_names=("only",),
        colors=("#3f90da",),
        decoder=decoder,
        origin=np.zeros(latent_dim, np.float32),
        axes=np.eye(2, latent_dim, dtype=np.float32),
        axis_labels=("z₁", "z₂"),
        image_shape=(side, side),
    )


def torch_decoder(layers: tuple[Layer, ...]) -> torch.nn.Sequential:
    """The same decoder in PyTorch: ReLU between dense layers, a sigmoid at the end."""
    modules: list[torch.nn.Module] = []
    for layer in layers:
        if isinstance(layer, Dense):
            linear = torch.nn.Linear(layer.weight.shape[1], layer.weight.shape[0])
            linear.weight.data, linear.bias.data = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
            modules.append(linear)
        elif isinstance(layer, Activation):
            modules.append(torch.nn.ReLU() if layer.name == "relu" else torch.nn.Sigmoid())
    return torch.nn.Sequential(*modules)


def duration_ms(decode: Callable[[Array], object], places: Array) -> float:
    """Mean time of decoding one point at a time."""
    start_s = time.perf_counter()
    for place in places:
        decode(place[None])
    return 1000 * (time.perf_counter() - start_s) / len(places)


def decoder_lines(page: Page) -> Iterator[str]:
    """Time of one decoded point, and how far the three implementations lie apart."""
    scene = small_scene(make_decoder(np.random.default_rng(0), *WIDTHS))
    places = np.random.default_rng(1).uniform(-5, 5, (N_PLACES, 2)).astype(np.float32)
    model = torch_decoder(scene.decoder)
    blob = base64.b64encode(pack(scene)).decode()
    decoded, browser_ms, _ = page.evaluate(DECODE, [canvas_script(), blob, places.tolist()])
    with torch.inference_mode():
        from_torch = model(torch.from_numpy(places)).numpy()
        torch_ms = duration_ms(lambda z: model(torch.from_numpy(z)), places)
    from_numpy = apply_layers(scene.decoder, places)
    numpy_ms = duration_ms(lambda z: apply_layers(scene.decoder, z), places)
    yield f"- one decoded point: browser {browser_ms:.3f} ms, NumPy {numpy_ms:.3f} ms, PyTorch {torch_ms:.3f} ms"
    apart = [f"{np.abs(decoded - other).max():.1e}" for other in (from_numpy, from_torch)]
    yield f"- largest difference of the browser: {apart[0]} from NumPy, {apart[1]} from PyTorch"


def other_decoder_lines(page: Page, decoders: Mapping[str, tuple[Layer, ...]]) -> Iterator[str]:
    """Time of one decoded point for wider and convolutional decoders, the bytes they travel in, and the difference."""
    places = np.random.default_rng(1).uniform(-3, 3, (N_PLACES, 2)).astype(np.float32)
    for name, decoder in decoders.items():
        scene = small_scene(decoder, input_width(decoder))
        blob = pack(scene)
        decoded, median_ms, best_ms = page.evaluate(
            DECODE, [canvas_script(), base64.b64encode(blob).decode(), places.tolist()]
        )
        apart = np.abs(decoded - apply_layers(decoder, places @ scene.axes)).max()
        time = f"median {median_ms:.2f} ms, best {best_ms:.2f} ms"
        yield f"- {name}: {time}, {len(blob) / 1e6:.2f} MB, at most {apart:.0e} from NumPy"


def input_width(decoder: tuple[Layer, ...]) -> int:
    """The number of dimensions K that a decoder takes."""
    first = decoder[0]
    assert isinstance(first, Dense)
    return int(first.weight.shape[1])


def server_lines(page: Page, address: str) -> Iterator[str]:
    """Delay from a pointer at rest to the pictures that the server decodes, the wait for the rest included."""
    page.goto(f"{address}/?kind=large")
    page.locator(".canvas[data-decoder=server] .mark", has_text="decoded on").wait_for()
    box = page.locator(".plane").bounding_box()
    assert box is not None
    places = [[box["x"] + 200 + 11 * i, box["y"] + 100 + 7 * i] for i in range(N_CLICKS)]
    delays_ms = [page.evaluate(AWAIT_SERVER, place) for place in places]
    yield f"- pointer at rest to the server's ten pictures, 80 ms of it waiting: {spread(delays_ms)}"


def load_lines(page: Page, address: str) -> Iterator[str]:
    """Time from navigation to the drawn scatter, on a warm server."""
    drawn_ms = [load_ms(page, address) for _ in range(N_LOADS + 1)][1:]
    yield f"- load to 60,000 drawn: median {median(drawn_ms):.0f} ms, longest {max(drawn_ms):.0f} ms of {N_LOADS}"


def load_ms(page: Page, address: str) -> float:
    """One load, timed by the browser's own clock from the start of the navigation."""
    page.goto(f"{address}/?size=full")
    canvas = page.locator(".canvas[data-state=drawn]")
    canvas.wait_for()
    drawn_ms: float = canvas.evaluate("() => performance.now()")
    return drawn_ms


def pointer_lines(page: Page) -> Iterator[str]:
    """Delay from a pointer event to its picture, and pictures per second while the pointer moves."""
    page.evaluate(WATCH_POINTER)
    box = page.locator(".plane").bounding_box()
    assert box is not None
    for turn in range(4):
        page.mouse.move(box["x"] + box["width"] * (0.2 + 0.6 * (turn % 2)), box["y"] + 150 + 60 * turn, steps=N_MOVES)
    delays_ms, frames_ms, work_ms = page.evaluate("() => [delays, frames, work]")
    steps_ms = np.diff(frames_ms)
    yield f"- pointer to picture: {spread(delays_ms)}"
    yield f"- of it work in the browser's script: {spread(work_ms)}"
    yield f"- while the pointer moves: {1000 / np.median(steps_ms):.0f} pictures per second (median)"


def click_lines(page: Page, received: list[int]) -> Iterator[str]:
    """Delay from a click to what Python says about it on the page, and the bytes that travel for it."""
    box = page.locator(".plane").bounding_box()
    assert box is not None
    received.clear()
    delays_ms = [click_ms(page, box["x"] + 250 + 10 * i, box["y"] + 120 + 8 * i) for i in range(N_CLICKS)]
    yield f"- click to Python's answer on the page: {spread(delays_ms)}"
    yield f"- bytes per click: {sum(received) / N_CLICKS:,.0f}"


def click_ms(page: Page, x: float, y: float) -> float:
    """One click, until what Python writes on the page has changed."""
    page.evaluate(AWAIT_ANSWER)
    page.mouse.click(x, y)
    delay_ms: float = page.evaluate("() => answered")
    return delay_ms


def spread(values_ms: list[float]) -> str:
    """Median and 95th percentile."""
    return f"median {median(values_ms):.1f} ms, p95 {quantiles(values_ms, n=20)[-1]:.1f} ms of {len(values_ms)}"


@contextmanager
def demo_server() -> Iterator[str]:
    """The address of a server that shows the synthetic canvas."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        server = start_cold(str(APP), port, log)
        try:
            wait_until_up(f"http://127.0.0.1:{port}", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(server)


@contextmanager
def browser_page(received: list[int]) -> Iterator[Page]:
    """A page in Chromium that notes the size of every message from the server."""

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: received.append(len(payload)))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        page = browser.new_page(viewport=VIEWPORT)
        page.on("websocket", listen)
        yield page
        browser.close()


def table() -> Iterator[str]:
    """The lines of the report."""
    torch.set_num_threads(1)
    received: list[int] = []
    load, n_cores = os.getloadavg()[0], os.cpu_count()
    yield f"Load before the start {load:.1f} on {n_cores} cores; without a GPU every picture is drawn by them.\n"
    with demo_server() as address, browser_page(received) as page:
        yield from decoder_lines(page)
        yield from other_decoder_lines(page, DECODERS | networks())
        yield from load_lines(page, address)
        yield f"- largest message: {max(received) / 1e6:.2f} MB, once a session"
        yield from pointer_lines(page)
        yield from click_lines(page, received)
        yield from server_lines(page, address)


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
