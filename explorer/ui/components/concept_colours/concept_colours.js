// The names of concepts in code have the colours that they have in formulas and figures. The browser paints over the
// text of the blocks of code and leaves it as it is, so that it is copied, and coloured by its grammar, as before.

/** @import { Mount } from "../shared/types.d.ts" */
/** @typedef {Record<string, { colour: string, names: string[], beside: string[] }>} Concepts */

const BLOCKS = "[data-testid=stCode] code";

/** @type {(mount: Mount<Concepts>) => (() => void) | undefined} */
export default function conceptColours({ data: concepts }) {
  if (!globalThis.CSS?.highlights) return undefined;
  const sheet = new CSSStyleSheet();
  const rules = Object.entries(concepts).map(([name, { colour }]) => `::highlight(${name}) { color: ${colour} }`);
  sheet.replaceSync(rules.join("\n"));
  document.adoptedStyleSheets.push(sheet);
  let isDue = false;
  const observer = new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      paint(concepts);
    });
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  paint(concepts);
  return () => {
    observer.disconnect();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
}

/** @type {(concepts: Concepts) => void} */
function paint(concepts) {
  const blocks = [...document.querySelectorAll(BLOCKS)];
  for (const [name, { names, beside }] of Object.entries(concepts)) {
    const has = blocks.filter((block) => !beside.length || anyOf(beside).test(block.textContent ?? ""));
    CSS.highlights.set(name, new Highlight(...has.flatMap((block) => placesIn(block, anyOf(names)))));
  }
}

/** Names, not calls such as x.mean(). @type {(names: string[]) => RegExp} */
function anyOf(names) {
  return new RegExp(`(?<![\\w])(?:${names.join("|")})(?![\\w(])`, "g");
}

/** @type {(block: Element, pattern: RegExp) => Range[]} */
function placesIn(block, pattern) {
  const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    for (const { index, 0: word } of (text.textContent ?? "").matchAll(pattern)) {
      const range = new Range();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      found.push(range);
    }
  }
  return found;
}
