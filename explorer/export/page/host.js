// A page of one file as the host of the app's components: it gives them what Streamlit gives.

/** @import { Mount } from "../../ui/components/shared/types.d.ts" */

/** @typedef {(mount: Mount<Uint8Array>) => void} Component */

/** @type {(() => void)[]} */
const REMOUNTS = [];

/** The bytes that an element holds as base64. @type {(id: string) => Uint8Array} */
function bytesOf(id) {
  const binary = atob(document.getElementById(id)?.textContent?.trim() ?? "");
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Mounts a component wherever the page names it. @type {(name: string, component: Component) => void} */
function mountScenes(name, component) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(`component-${name}`));
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-component="${name}"]`))) {
    const root = place.attachShadow({ mode: "open" });
    const parentElement = document.createElement("div");
    root.append(parentElement);
    parentElement.append(template.content.cloneNode(true));
    const data = bytesOf(place.dataset.message ?? "");
    const hear = () => {};
    const mount = () => component({ data, parentElement, setStateValue: hear, setTriggerValue: hear });
    REMOUNTS.push(mount);
    mount();
  }
}

/** Components read the theme's colours when they are mounted. */
function readThemeAnew() {
  for (const mount of REMOUNTS) mount();
}

function toggleTheme() {
  const { dataset } = document.documentElement;
  const isDark = dataset.theme ? dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  dataset.theme = isDark ? "light" : "dark";
  readThemeAnew();
}

function readControls() {
  const text = document.getElementById("controls")?.textContent ?? "[]";
  window.latentCanvasControls = new Map(JSON.parse(text).map((/** @type {{ name: string }} */ one) => [one.name, one]));
}

readControls();
document.documentElement.toggleAttribute("data-embed", new URLSearchParams(location.search).get("embed") === "true");
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", readThemeAnew);
document.getElementById("theme")?.addEventListener("click", toggleTheme);
Object.assign(window, { mountScenes });
