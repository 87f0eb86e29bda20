"""How much of a window the pictures of each view take: `python -m benchmarks.stage [PAGE …] [--pictures FOLDER]`.

At every window size it prints, for each view, the share of the window's area that its pictures cover, the share of the
height that is blank below all content, the smallest text in a picture, and where the first picture begins; below a view
stand the pictures whose smallest text has less than 1/40 of their height. Formulas that a view shows as its picture, as
ELBO's "Derivations" does, count as one picture.

With `--times` it prints instead how long each view takes from the press on its name until its script has run and as
many pictures stand there as at rest; every view was opened once before.

With `--shift` it prints instead, for each page at 1280 × 800, by how many pixels the title's row and the top of what is
below it move between the views, and the first picture when the next model is chosen.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from benchmarks.canvas import browser_page
from benchmarks.pages import app_server
from explorer.ui.page_entries import PAGES
from explorer.ui.query_params import parameter

WINDOWS: tuple[ViewportSize, ...] = (
    {"width": 1280, "height": 800},
    {"width": 1920, "height": 1080},
    {"width": 390, "height": 844},
)
PATIENCE_MS = 120_000
SETTLED_MS = 500
N_TIMES = 2
OPTIONS = {"--pictures", "--shift", "--times"}
# Of a picture's height: what its smallest text has at least, to be read from the last row.
LEGIBLE_SHARE = 1 / 40
# Text that a canvas writes is heard of as it is written; its size is that of the font under the canvas's own scale.
WATCH_TEXT = """() => {
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    const { a, b } = this.getTransform();
    const size = parseFloat(/([\\d.]+)px/.exec(this.font)[1]) * Math.hypot(a, b);
    const sizes = (this.canvas.textSizes ??= new Map());
    if (text.trim()) sizes.set(size, this.canvas.width);
    return write.call(this, text, ...place);
  };
}"""
SETTLED = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]")"""
MEASURE = """() => {
  const all = (root, selector) => [
    ...root.querySelectorAll(selector),
    ...[...root.querySelectorAll("*")].filter(el => el.shadowRoot).flatMap(el => all(el.shadowRoot, selector)),
  ];
  const main = document.querySelector("[data-testid=stMain]");
  const seen = (root, selector) => all(root, selector).filter(el => el.checkVisibility({ visibilityProperty: true }));
  const box = el => el.getBoundingClientRect();
  const drawn = figure => seen(figure, ".main-svg .cartesianlayer .plot rect, .main-svg .cartesianlayer .plot path, "
    + ".main-svg .cartesianlayer .plot image, .main-svg text, .main-svg .shapelayer path, .bglayer rect");
  const hull = boxes => boxes.length && ({
    left: Math.min(...boxes.map(b => b.left)), right: Math.max(...boxes.map(b => b.right)),
    top: Math.min(...boxes.map(b => b.top)), bottom: Math.max(...boxes.map(b => b.bottom)),
  });
  const within = (b, limit) => ({
    left: Math.max(b.left, limit.left), right: Math.min(b.right, limit.right),
    top: Math.max(b.top, limit.top), bottom: Math.min(b.bottom, limit.bottom),
  });
  const figures = seen(main, ".js-plotly-plot");
  const pictures = [
    ...figures.map(el => within(hull(drawn(el).map(box)) || box(el), box(el))),
    ...seen(main, "canvas:not(.marks), img, .direction-dial svg, [data-testid=stEChartsChart] svg, "
      + "[data-testid=stDataFrame]")
      .filter(el => !el.closest(".js-plotly-plot")).map(box),
    hull(seen(main, ".st-key-derivation .katex .base").map(box)) || { left: 0, right: 0, top: 0, bottom: 0 },
  ].filter(b => b.right - b.left > 30 && b.bottom - b.top > 30);
  const STEP = 5;
  const columns = Math.floor(innerWidth / STEP), rows = Math.floor(innerHeight / STEP);
  const cells = new Uint8Array(columns * rows);
  for (const b of pictures)
    for (let y = Math.max(0, Math.ceil(b.top / STEP)); y < Math.min(rows, b.bottom / STEP); y++)
      for (let x = Math.max(0, Math.ceil(b.left / STEP)); x < Math.min(columns, b.right / STEP); x++)
        cells[y * columns + x] = 1;
  const nameOf = el => {
    const keyed = el.closest("[class*=st-key-]") ?? el.getRootNode().host?.closest("[class*=st-key-]");
    return keyed ? /st-key-(\\S+)/.exec(keyed.className)[1] : "a picture without a name";
  };
  const fontOf = el => parseFloat(getComputedStyle(el).fontSize);
  const letters = (picture, px) => ({ px, share: px / box(picture).height, picture: nameOf(picture) });
  const charts = seen(main, "[data-testid=stEChartsChart] svg");
  const inPictures = [
    ...charts.flatMap(el => seen(el, "text").map(
      text => letters(el, fontOf(text) * box(el).width / el.clientWidth))),
    ...figures.flatMap(el => seen(el, ".main-svg text").filter(text => text.textContent.trim()).map(
      text => letters(el, fontOf(text) * box(el).width / (el.offsetWidth || 1)))),
    ...seen(main, "canvas").flatMap(el => [...(el.textSizes ?? [])]
      .filter(([, width]) => width === el.width).map(([size]) => letters(el, size * box(el).width / el.width))),
    ...seen(main, "figcaption").filter(el => el.getRootNode() !== document && el.innerText.trim())
      .flatMap(el => [...el.closest("figure").querySelectorAll("canvas")].map(canvas => letters(canvas, fontOf(el)))),
  ];
  const texts = [
    ...inPictures.map(({ px }) => px),
    ...seen(main, ".caption, .readout, .note")
      .filter(el => el.getRootNode() !== document && el.innerText.trim()).map(fontOf),
  ];
  const small = {};
  for (const { picture, share } of inPictures) small[picture] = Math.min(small[picture] ?? 1, share);
  const ends = [
    ...pictures.map(b => b.bottom),
    ...seen(main, "p, button, input, h1, h4, label, code, td, .katex").map(el => box(el).bottom),
  ];
  const first = pictures.length ? pictures.reduce((a, b) => (b.top < a.top ? b : a)) : null;
  return {
    share: cells.reduce((sum, cell) => sum + cell, 0) / cells.length,
    blank: Math.max(0, 1 - Math.max(...ends) / innerHeight),
    smallest: texts.length ? Math.min(...texts) : null,
    letters: small,
    pictures: pictures.length,
    place: first && [first.left, first.top],
    wide: document.documentElement.scrollWidth > innerWidth,
  };
}"""


# The top and the height of the title's row, and the top of the first element with a height below it.
FRAME = """() => {
  const row = document.querySelector(".st-key-title_row").getBoundingClientRect();
  const tops = [...document.querySelectorAll("[data-testid=stMain] [data-testid=stElementContainer]")]
    .map(el => el.getBoundingClientRect()).filter(b => b.height > 1 && b.top >= row.bottom).map(b => b.top);
  return [row.top, row.height, Math.min(...tops)];
}"""
# The place of the first element of a picture's height.
PICTURE = """() => {
  const boxes = [...document.querySelectorAll("[data-testid=stMain] [data-testid=stElementContainer]")]
    .map(el => el.getBoundingClientRect()).filter(b => b.height > 200);
  return boxes.length ? [boxes[0].left, boxes[0].top, boxes[0].width, boxes[0].height] : [0, 0, 0, 0];
}"""

# From the press on a view's name to its pictures, in ms; a run that is over within a frame is not seen to run.
AWAIT_PICTURES = f"""async ([number, pictures]) => {{
  const settled = {SETTLED};
  const measure = {MEASURE};
  const frame = () => new Promise(requestAnimationFrame);
  const start = performance.now();
  document.querySelectorAll(".st-key-view button")[number].click();
  let ran = false;
  for (;;) {{
    await frame();
    ran ||= !settled() || performance.now() - start > 1000;
    if (ran && settled() && measure().pictures >= pictures) return performance.now() - start;
    if (performance.now() - start > 60_000) return NaN;
  }}
}}"""


@dataclass(frozen=True)
class Measured:
    """One view in one window: shares of the window's area and of its height, px, and where the first picture begins.

    letters: the smallest text of each picture as a share of that picture's height.
    """

    share: float
    blank: float
    smallest: float | None
    letters: dict[str, float]
    pictures: int
    place: tuple[float, float] | None
    wide: bool

    def words(self) -> str:
        """The cell of a table."""
        text = "–" if self.smallest is None else f"{self.smallest:.0f} px"
        top = "–" if self.place is None else f"{self.place[1]:.0f} px"
        return (
            f"{100 * self.share:.0f} % of {self.pictures}, text {text}, blank {100 * self.blank:.0f} %, from {top}"
            + (", wider than the window" if self.wide else "")
        )

    def illegible(self) -> str:
        """The pictures with text below LEGIBLE_SHARE of their height."""
        return ", ".join(
            f"{picture} 1/{1 / share:.1f}" for picture, share in self.letters.items() if share < LEGIBLE_SHARE
        )


def settle(page: Page) -> None:
    """Wait until the page is at rest."""
    page.wait_for_function(SETTLED, timeout=PATIENCE_MS)
    page.wait_for_timeout(SETTLED_MS)
    page.wait_for_function(SETTLED, timeout=PATIENCE_MS)


def measure(page: Page) -> Measured:
    """What the window shows now."""
    return Measured(**page.evaluate(MEASURE))


def views(page: Page, slug: str) -> list[str]:
    """The names of a page's views; one without a name where it has no choice."""
    if slug not in parameter("view").pages:
        return [""]
    page.locator(".st-key-view button").nth(1).wait_for()
    return page.locator(".st-key-view button").all_inner_texts()


def rows(page: Page, address: str, slug: str, pictures: Path | None) -> Iterator[str]:
    """A line of the table for each view of a page, and one for each window in which its text is too small."""
    page.set_viewport_size(WINDOWS[0])
    page.goto(f"{address}/{'' if slug == 'home' else slug}")
    settle(page)
    for number, view in enumerate(views(page, slug)):
        if view:
            page.set_viewport_size(WINDOWS[0])
            page.locator(".st-key-view button").nth(number).click()
            settle(page)
        found = []
        for window in WINDOWS:
            page.set_viewport_size(window)
            settle(page)
            found.append(measure(page))
            if pictures:
                page.screenshot(path=pictures / f"{slug}-{number}-{window['width']}.png")
        yield f"| /{slug} {view} | {' | '.join(one.words() for one in found)} |"
        for window, one in zip(WINDOWS, found, strict=True):
            if few := one.illegible():
                yield f"  text below 1/40 of its picture at {window['width']} px: {few}"


def time_rows(page: Page, address: str, slug: str) -> Iterator[str]:
    """A line of the table of times for each view of a page that has several."""
    page.goto(f"{address}/{slug}")
    settle(page)
    names = views(page, slug)
    at_rest = []
    for number in range(len(names)):
        page.locator(".st-key-view button").nth(number).click()
        settle(page)
        at_rest.append(measure(page).pictures)
    rounds = [
        [page.evaluate(AWAIT_PICTURES, [number, pictures]) for number, pictures in enumerate(at_rest)]
        for _ in range(N_TIMES)
    ]
    for name, times in zip(names, zip(*rounds, strict=True), strict=True):
        yield f"| /{slug} {name} | {' | '.join(f'{ms / 1000:.2f}' for ms in times)} |"


def times_table(slugs: Sequence[str] = ()) -> Iterator[str]:
    """The lines of the report of times, for all pages with several views or for some."""
    yield f"| view |{' seconds |' * N_TIMES}"
    yield "|---" * (1 + N_TIMES) + "|"
    with app_server() as (address, *_), browser_page([]) as page:
        page.set_viewport_size(WINDOWS[0])
        for slug in slugs or parameter("view").pages:
            yield from time_rows(page, address, slug)


def shift_row(page: Page, address: str, slug: str) -> str:
    """A line of the table of what moves on a page."""
    page.goto(f"{address}/{'' if slug == 'home' else slug}")
    settle(page)
    frames = []
    for number, view in enumerate(views(page, slug)):
        if view:
            page.locator(".st-key-view button").nth(number).click()
            settle(page)
        frames.append(page.evaluate(FRAME))
    by_view = f"{largest_difference(frames):.0f} px in {len(frames)}" if len(frames) > 1 else "one view"
    return f"| /{slug} | {by_view} | {shift_by_model(page, address, slug)} |"


def shift_by_model(page: Page, address: str, slug: str) -> str:
    """How far the first picture of a page moves or grows when the next model is chosen."""
    page.goto(f"{address}/{'' if slug == 'home' else slug}")
    settle(page)
    picker = page.locator(".st-key-model").get_by_role("combobox")
    if not picker.count():
        return "no picker"
    places = [page.evaluate(PICTURE)]
    picker.click()
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    settle(page)
    places.append(page.evaluate(PICTURE))
    return f"{largest_difference(places):.0f} px"


def largest_difference(places: Sequence[Sequence[float]]) -> float:
    """The largest difference between the same numbers of some places."""
    largest: float = max(max(numbers) - min(numbers) for numbers in zip(*places, strict=True))
    return largest


def shift_table(slugs: Sequence[str] = ()) -> Iterator[str]:
    """The lines of the report of what moves, for all pages or for some."""
    yield "| page | between views | between models |"
    yield "|---|---|---|"
    with app_server() as (address, *_), browser_page([]) as page:
        page.set_viewport_size(WINDOWS[0])
        yield from (shift_row(page, address, slug) for slug in slugs or [entry.slug for entry in PAGES])


def table(slugs: Sequence[str] = (), pictures: Path | None = None) -> Iterator[str]:
    """The lines of the report, for all pages or for some."""
    yield f"| view | {' | '.join('{width} × {height}'.format(**window) for window in WINDOWS)} |"
    yield "|---" * (1 + len(WINDOWS)) + "|"
    with app_server() as (address, *_), browser_page([]) as page:
        page.add_init_script(f"({WATCH_TEXT})()")
        for slug in slugs or [entry.slug for entry in PAGES]:
            yield from rows(page, address, slug, pictures)


if __name__ == "__main__":
    names = sys.argv[1:]
    if unknown := {name for name in names if name.startswith("--")} - OPTIONS:
        sys.exit(f"{', '.join(sorted(unknown))} is no option.\n\n{__doc__}")
    folder = Path(names.pop(names.index("--pictures") + 1)) if "--pictures" in names else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    slugs = [name for name in names if not name.startswith("--")]
    lines = table(slugs, folder)
    if "--shift" in names:
        lines = shift_table(slugs)
    if "--times" in names:
        lines = times_table(slugs)
    for line in lines:
        print(line, flush=True)
