"""How evenly a browser draws the latent canvas, with whatever draws its pictures: `python -m benchmarks frames`.

Pages of one file measure themselves: they move the pointer, turn the wheel and turn the view, once a frame, and send
what they found to a server of this process. It needs neither Streamlit nor Playwright. --browser names a Chromium, and
what stands behind `--` is handed to it (by default what lets it draw with a GPU); --serve opens none, prints the
addresses and waits, for a browser of one's own.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from typing import Any

from explorer.export.scene_page import MountedScene, ScenePage, page_html
from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import CanvasScene
from tests.browser.canvas_scenes import make_scene, make_solid_scene

SCENES: dict[str, Callable[[], CanvasScene]] = {
    "60,000 codes": partial(make_scene, "full"),
    "60,000 codes in three dimensions": partial(make_solid_scene, "full"),
    "1,000,000 codes": partial(make_scene, "million"),
}
GPU_ARGUMENTS = (
    "--ignore-gpu-blocklist",
    "--use-angle=vulkan",
    "--enable-features=Vulkan",
    "--disable-vulkan-surface",
    "--enable-gpu-rasterization",
)
ARGUMENTS = ("--headless=new", "--no-sandbox", "--no-first-run", "--window-size=1920,1080", "--hide-scrollbars")
PATIENCE_S = 120
N_FRAMES, LONGEST_MS = 120, 6000

PROBE = """
const frame = () => new Promise(requestAnimationFrame);
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

function find(node) {
  if (node.querySelector?.("[data-points]")) return node.querySelector("[data-points]");
  return [...node.querySelectorAll("*")].map((child) => child.shadowRoot && find(child.shadowRoot)).find(Boolean);
}

async function shown() {
  for (;;) {
    const root = find(document);
    if (root?.dataset.points === "all") return root;
    await frame();
  }
}

async function paced(act) {
  const [began, times] = [performance.now(), []];
  for (let i = 0; i < N_FRAMES + 1 && performance.now() - began < LONGEST_MS; i++) {
    times.push(await frame());
    act(i / N_FRAMES);
  }
  const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  return { median_ms: quantile(gaps, 0.5), p95_ms: quantile(gaps, 0.95), longest_ms: gaps.at(-1) };
}

function at(plane, turn) {
  const { left, top, width, height } = plane.getBoundingClientRect();
  const angle = 4 * Math.PI * turn;
  const [x, y] = [0.5 + 0.3 * Math.cos(angle), 0.5 + 0.3 * Math.sin(angle)];
  return { clientX: left + width * x, clientY: top + height * y };
}

function renderer() {
  const gl = document.createElement("canvas").getContext("webgl2");
  return gl ? gl.getParameter(gl.getExtension("WEBGL_debug_renderer_info").UNMASKED_RENDERER_WEBGL) : "no WebGL";
}

async function measured() {
  const root = await shown();
  const found = { renderer: renderer(), first_picture_ms: performance.now(), paces: {} };
  const plane = root.querySelector(".plane");
  const options = { bubbles: true, cancelable: true };
  const move = (turn) => plane.dispatchEvent(new PointerEvent("pointermove", { ...options, ...at(plane, turn) }));
  const wheel = (turn) => plane.dispatchEvent(
    new WheelEvent("wheel", { ...options, ...at(plane, turn), deltaY: turn < 0.5 ? -40 : 40 }));
  found.paces["nothing happens"] = await paced(() => {});
  found.paces["the pointer moves"] = await paced(move);
  found.paces["the wheel turns"] = await paced(wheel);
  const rested = performance.now();
  await shown();
  found.all_again_ms = performance.now() - rested;
  const solid = root.querySelector("[data-tool=space]");
  if (solid && !solid.hidden) {
    solid.click();
    const turnBy = () => plane.dispatchEvent(new KeyboardEvent("keydown", { ...options, key: "ArrowRight" }));
    found.paces["the view turns"] = await paced(turnBy);
  }
  return found;
}

measured().catch((error) => ({ error: String(error) }))
  .then((found) => fetch("found", { method: "POST", body: JSON.stringify(found) }));
"""


@dataclass(frozen=True)
class Found:
    """What one page found of itself; paces: median_ms, p95_ms and longest_ms between frames, by what happened."""

    renderer: str
    first_picture_ms: float
    all_again_ms: float
    paces: dict[str, dict[str, float]] = field(default_factory=dict)


def probing_page(scene: CanvasScene) -> bytes:
    """A canvas as a page of one file that measures itself, allowed to send what it found to its own server."""
    controls = {"name": "plane", "pinned": None, "grid": None, "grid_size": 15, "label": None}
    controls |= {"view_state": "", "reports_view": False}
    message = pack(scene, "plane", has_server=False)
    page = page_html(ScenePage("Frames", "", (MountedScene("latent_canvas", message, "", controls),), ()))
    probe = f"const N_FRAMES = {N_FRAMES}, LONGEST_MS = {LONGEST_MS};{PROBE}"
    allowed = page.replace(b"default-src 'none';", b"default-src 'none'; connect-src 'self';", 1)
    return allowed.replace(b"</body>", f'<script type="module">{probe}</script></body>'.encode(), 1)


@contextmanager
def served(pages: Sequence[bytes]) -> Iterator[tuple[int, "Queue[Any]"]]:
    """A server of pages /0/, /1/, ... on a free port of this machine, and the queue of what they send."""
    answers: Queue[Any] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/")
            known = name.isdecimal() and int(name) < len(pages)
            self._answer(200 if known else 404, pages[int(name)] if known else b"")

        def do_POST(self) -> None:
            answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(200, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing of requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, answers
    finally:
        server.shutdown()
        server.server_close()


def ask(answers: "Queue[Any]", patience_s: float | None) -> Found:
    """What the page that is open sends; TimeoutError after so many seconds, RuntimeError where the page failed."""
    try:
        answer = answers.get(timeout=patience_s)
    except Empty:
        raise TimeoutError(f"The page sent nothing within {patience_s:g} s.") from None
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return Found(**answer)


def opened(browser: str, arguments: Sequence[str], address: str, answers: "Queue[Any]") -> Found:
    """What a browser of its own finds at an address."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [browser, *ARGUMENTS, f"--user-data-dir={folder}", *arguments, address]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return ask(answers, PATIENCE_S)
        finally:
            process.terminate()
            process.wait()


def table(results: dict[str, Found]) -> Iterator[str]:
    """Lines of Markdown: milliseconds between frames; 16.7 ms are one frame at 60 Hz."""
    yield f"Drawn by {'; '.join(dict.fromkeys(found.renderer for found in results.values()))}."
    yield ""
    yield "| scene | what happens in each frame | median ms between frames | p95 | longest |"
    yield "|---|---|---|---|---|"
    for name, found in results.items():
        for act, pace in found.paces.items():
            numbers = " | ".join(f"{pace[key]:.1f}" for key in ("median_ms", "p95_ms", "longest_ms"))
            yield f"| {name} | {act} | {numbers} |"
    yield ""
    yield "| scene | from the address to all codes, s | all codes again after the wheel, ms |"
    yield "|---|---|---|"
    for name, found in results.items():
        yield f"| {name} | {found.first_picture_ms / 1000:.2f} | {found.all_again_ms:.0f} |"


def main(given: list[str]) -> None:
    """Measure the scenes one after the other and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks frames", description=__doc__)
    parser.add_argument("--browser", default=shutil.which("chromium") or "chromium", help="a Chromium")
    parser.add_argument("--serve", action="store_true", help="open no browser; wait for one's own")
    parser.add_argument("--scenes", nargs="*", choices=SCENES, default=list(SCENES), help="all unless some are named")
    parser.add_argument("arguments", nargs="*", help="for the browser, behind --")
    options = parser.parse_args(given)
    arguments, results = options.arguments or GPU_ARGUMENTS, {}
    with served([probing_page(SCENES[name]()) for name in options.scenes]) as (port, answers):
        for position, name in enumerate(options.scenes):
            address = f"http://127.0.0.1:{port}/{position}/"
            if options.serve:
                print(f"{name}: open {address}", flush=True)
                results[name] = ask(answers, None)
            else:
                results[name] = opened(options.browser, arguments, address, answers)
    print("\n".join(table(results)))
