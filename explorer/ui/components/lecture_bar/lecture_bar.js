// The bar of a lecture: where one is, on and back, what is covered, and the window of the notes, which follows.

/** @import { Mount } from "../shared/types.d.ts" */
/** @import { BarData, SceneCover } from "./types.d.ts" */
import { lectureChannel } from "../shared/lecture_channel.js";
import { onLectureKeys } from "../shared/lecture_keys.js";
import { beginAnew } from "../shared/mounts.js";
import { one } from "../shared/parts.js";
import { cover } from "./cover.js";

const NOTES_WINDOW = "width=900,height=760";

/** What was uncovered stays so while the page runs again. @type {string | null} */
let uncovered = null;

/** @type {(root: HTMLElement, data: BarData) => void} */
function write(root, data) {
  const minutes = data.minutes ? `, ${data.minutes} min` : "";
  one(root, ".count", HTMLElement).textContent = `${data.scene} / ${data.links.length}`;
  one(root, ".scene", HTMLElement).textContent = `${data.scene_title}${minutes}`;
  const place = one(root, ".place", HTMLButtonElement);
  place.title = `${data.title}: ${data.scene_title}${data.is_here ? "" : " (back to this scene)"}`;
  place.classList.toggle("elsewhere", !data.is_here);
  one(root, ".back", HTMLButtonElement).disabled = data.scene === 1;
  one(root, ".on", HTMLButtonElement).disabled = data.scene === data.links.length;
}

/** Opens a link of the explorer as a step through the browser's history does, which Streamlit hears of. It is an entry
 * wherever the step was asked for: the window of the notes presses no key here, for which the frame would look.
 * @type {(link: string) => void} */
function visit(link) {
  History.prototype.pushState.call(history, null, "", new URL(link, location.href));
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** The page as it is, without its place in the lecture.
 * @type {() => string} */
function linkWithoutLecture() {
  const link = new URL(location.href);
  link.searchParams.delete("lecture");
  link.searchParams.delete("scene");
  return link.href;
}

/** Covers what the scene covers, until the audience has guessed it; `changed` hears each time whether it is covered.
 * @type {(root: HTMLElement, data: BarData, changed: (covered: boolean | null) => void) => SceneCover} */
function sceneCover(root, data, changed) {
  const panel = one(root, ".cover", HTMLButtonElement);
  const button = one(root, ".uncover", HTMLButtonElement);
  const here = `${data.lecture} ${data.scene}`;
  const hasCover = data.covered !== "" && data.is_here;
  let lift = () => {};

  const isCovered = () => (hasCover ? uncovered !== here : null);
  const show = () => {
    lift();
    lift = isCovered() ? cover(panel, data.covered, data.covered_from) : () => {};
    button.hidden = !hasCover;
    button.textContent = isCovered() ? "Uncover" : "Cover";
    changed(isCovered());
  };
  const turn = () => {
    if (!hasCover) return;
    uncovered = isCovered() ? here : null;
    show();
    one(root, ".spoken", HTMLElement).textContent = isCovered() ? "Covered." : "Uncovered.";
  };
  panel.onclick = turn;
  button.onclick = turn;
  return { show, turn, isCovered, end: () => lift() };
}

/** @type {(root: HTMLElement, selector: string, press: () => void) => void} */
function onPress(root, selector, press) {
  one(root, selector, HTMLButtonElement).onclick = press;
}

/** @type {(mount: Mount<BarData>) => () => void} */
export default function lectureBar({ data, parentElement }) {
  return beginAnew(parentElement, () => leadLecture(parentElement, data));
}

/** @type {(root: HTMLElement, data: BarData) => () => void} */
function leadLecture(root, data) {
  let wanted = data.scene;
  const go = (/** @type {number} */ scene) => {
    if (scene < 1 || scene > data.links.length) return;
    wanted = scene;
    visit(data.links[scene - 1]);
  };
  const tell = (/** @type {boolean | null} */ covered) => channel.tell({ kind: "at", scene: data.scene, covered });
  const channel = lectureChannel(data.lecture, (message) => {
    if (message.kind === "go") go(message.scene);
    else if (message.kind === "cover") part.turn();
    else if (message.kind === "where") tell(part.isCovered());
  });
  const part = sceneCover(root, data, tell);

  write(root, data);
  part.show();
  one(root, ".spoken", HTMLElement).textContent = `Scene ${data.scene} of ${data.links.length}: ${data.scene_title}`;
  onPress(root, ".back", () => go(wanted - 1));
  onPress(root, ".on", () => go(wanted + 1));
  onPress(root, ".place", () => go(data.scene));
  onPress(root, ".end", () => visit(linkWithoutLecture()));
  onPress(root, ".notes", () => window.open(data.notes_link, "latent-explorer-notes", NOTES_WINDOW));
  const endKeys = onLectureKeys({ step: (by) => go(wanted + by), cover: part.turn });
  return () => {
    endKeys();
    part.end();
    channel.end();
  };
}
