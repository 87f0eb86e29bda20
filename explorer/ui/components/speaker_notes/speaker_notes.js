// The notes of the scene that another window of this browser shows; Back and Next here move that window.

/** @import { Mount } from "../shared/types.d.ts" */
/** @import { NotesData, Question, Scene } from "./types.d.ts" */
import { lectureChannel } from "../shared/lecture_channel.js";
import { onLectureKeys } from "../shared/lecture_keys.js";
import { beginAnew } from "../shared/mounts.js";
import { makeElement, one } from "../shared/parts.js";

// The script comes with the window.
const OPENED_AT = Date.now();
const TICK_MS = 1000;

/** @type {(text: string) => HTMLElement[]} */
function paragraphs(text) {
  return text.split(/\n\s*\n/).filter(Boolean).map((part) => makeElement("p", "", part));
}

/** @type {(question: Question) => HTMLElement[]} */
function asked({ ask, answer }) {
  return [makeElement("dt", "", ask), makeElement("dd", "", answer)];
}

/** @type {(ms: number) => string} */
function clockText(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Minutes that are planned up to the end of a scene.
 * @type {(scenes: Scene[], scene: number) => number} */
function planned(scenes, scene) {
  return scenes.slice(0, scene).reduce((sum, { minutes }) => sum + minutes, 0);
}

/** Writes all that is said of a scene.
 * @type {(root: HTMLElement, scenes: Scene[], scene: number) => void} */
function write(root, scenes, scene) {
  const { title, notes, minutes, questions } = scenes[scene - 1];
  const say = (/** @type {string} */ part, /** @type {string} */ text) => {
    one(root, part, HTMLElement).textContent = text;
  };
  say(".count", `${scene} / ${scenes.length}`);
  say(".title", minutes ? `${title} (${minutes} min)` : title);
  say(".next", scene < scenes.length ? `Next: ${scenes[scene].title}` : "The end.");
  one(root, ".text", HTMLElement).replaceChildren(...paragraphs(notes || "No notes."));
  one(root, ".questions", HTMLElement).replaceChildren(...questions.flatMap(asked));
  one(root, ".back", HTMLButtonElement).disabled = scene === 1;
  one(root, ".on", HTMLButtonElement).disabled = scene === scenes.length;
}

/** Says how long the notes have been open beside what is planned; the function that is returned ends it.
 * @type {(clock: HTMLElement, plan: () => number) => () => void} */
function startClock(clock, plan) {
  const tick = () => {
    const text = `open for ${clockText(Date.now() - OPENED_AT)}`;
    clock.textContent = plan() ? `${text}, ${plan()} min planned up to here` : text;
  };
  tick();
  const timer = setInterval(tick, TICK_MS);
  return () => clearInterval(timer);
}

/** @type {(mount: Mount<NotesData>) => () => void} */
export default function speakerNotes({ data, parentElement }) {
  return beginAnew(parentElement, () => followLecture(parentElement, data));
}

/** @type {(root: HTMLElement, data: NotesData) => () => void} */
function followLecture(root, data) {
  const { scenes } = data;
  let scene = data.scene;
  const uncover = one(root, ".uncover", HTMLButtonElement);
  const show = (/** @type {number} */ wanted, /** @type {boolean | null} */ covered) => {
    scene = Math.min(wanted, scenes.length);
    uncover.hidden = covered === null;
    uncover.textContent = covered ? "Uncover" : "Cover";
    write(root, scenes, scene);
  };
  const channel = lectureChannel(data.lecture, (message) => {
    if (message.kind === "at") show(message.scene, message.covered);
  });
  const step = (/** @type {number} */ by) => {
    if (!scenes[scene + by - 1]) return;
    show(scene + by, null);
    channel.tell({ kind: "go", scene });
  };
  const cover = () => channel.tell({ kind: "cover" });

  one(root, ".back", HTMLButtonElement).onclick = () => step(-1);
  one(root, ".on", HTMLButtonElement).onclick = () => step(1);
  uncover.onclick = cover;
  show(scene, null);
  channel.tell({ kind: "where" });
  const endClock = startClock(one(root, ".clock", HTMLElement), () => planned(scenes, scene));
  const endKeys = onLectureKeys({ step, cover });
  return () => {
    endClock();
    endKeys();
    channel.end();
  };
}
