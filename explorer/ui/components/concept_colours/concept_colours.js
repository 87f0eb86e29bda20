// The names of concepts in code have the colours that they have in formulas and figures. The browser paints over the
// text of the blocks of code and leaves it as it is, so that it is copied, and coloured by its grammar, as before.

/** @import { Mount } from "../shared/types.d.ts" */
/** @typedef {Record<string, { colour: string, names: string[], beside: string[] }>} Concepts */

const BLOCKS = "[data-testid=stCode] code";

/** Once in a document, whose every block of code is watched from then on. @type {(mount: Mount<Concepts>) => void} */
export default function conceptColours({ data: concepts }) {
  if (!globalThis.CSS?.highlights || CSS.highlights.has(Object.keys(concepts)[0])) return;
  const sheet = new CSSStyleSheet();
  const rules = Object.entries(concepts).map(([name, { colour }]) => `::highlight(${name}) { color: ${colour} }`);
  sheet.replaceSync(rules.join("\n"));
  document.adoptedStyleSheets.push(sheet);
  paint(concepts);
  new MutationObserver((changes) => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some(isOfCode))) paint(concepts);
  }).observe(document.body, { childList: true, subtree: true });
}

/** @type {(node: Node) => boolean} */
function isOfCode(node) {
  const element = node instanceof Element ? node : node.parentElement;
  return element !== null && (element.closest(BLOCKS) !== null || element.querySelector(BLOCKS) !== null);
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
