// Streamlit enters every change that the server makes to the address in the history and none that the user makes.
// What a person remembers is pages, views and scenes of a lecture: these become entries, a slider or a pin replaces the
// present one.

/** @import { Mount } from "../shared/types.d.ts" */

const PHONE_PX = 768;
const push = History.prototype.pushState;
const replace = History.prototype.replaceState;

// Whether the user pressed something since the last entry and the last step through the history.
let isByHand = false;
// Another page was asked for: until it comes, what the server says of the address is said of that page.
let isLeaving = false;

/** The view of a page, and the scene of a lecture.
 * @type {(address: URL | Location) => string} */
function placeOf(address) {
  const query = new URLSearchParams(address.search);
  return `${query.get("view")} ${query.get("lecture")} ${query.get("scene")}`;
}

/** @type {History["pushState"]} */
function go(state, title, url) {
  const target = new URL(url ?? location.href, location.href);
  const isOtherPage = target.pathname !== location.pathname;
  if (isLeaving && !isOtherPage) return;
  isLeaving = false;
  const isNew = isOtherPage || (isByHand && placeOf(target) !== placeOf(location));
  // What the page says of its own address afterwards belongs to the same entry.
  if (isNew) isByHand = false;
  (isNew ? push : replace).call(history, state, title, url);
}

/** @type {(event: MouseEvent) => void} */
function onClick(event) {
  const link = event.composedPath().find((element) => element instanceof HTMLAnchorElement);
  if (!link?.href || event.ctrlKey || event.metaKey || event.shiftKey || link.target === "_blank") return;
  const target = new URL(link.href);
  isLeaving = target.origin === location.origin && target.pathname !== location.pathname;
  if (isLeaving) setTimeout(closeMenu);
}

/** On a phone the menu lies over the page, so the page that is chosen in it closes it. */
function closeMenu() {
  if (innerWidth > PHONE_PX) return;
  const menu = document.querySelector("[data-testid=stSidebar][data-collapsed=false]");
  menu?.querySelector("[data-testid=stSidebarCollapseButton] button")?.dispatchEvent(
    new MouseEvent("click", { bubbles: true }),
  );
}

/** @type {(mount: Mount<{ leads_to: string | null }>) => void} */
export default function browserHistory({ data }) {
  if (data.leads_to) location.replace(data.leads_to + location.search);
  if (history.pushState === go) return;
  history.pushState = go;
  history.replaceState = go;
  addEventListener("click", onClick, true);
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (isByHand = true), true);
  addEventListener("popstate", () => { isByHand = false; isLeaving = false; }, true);
}
