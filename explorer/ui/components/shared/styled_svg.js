// An element of SVG as text that needs no style sheet.

const STYLES = /** @type {const} */ ([
  "fill", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "font-family", "font-size", "font-weight",
  "text-anchor", "visibility",
]);

/** @type {(svg: SVGSVGElement, place?: Record<string, number>) => string} */
export function clearlyStyled(svg, place) {
  const { width, height } = svg.getBoundingClientRect();
  const clone = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const copies = clone.querySelectorAll("*");
  svg.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(element);
    copies[i].removeAttribute("class");
    for (const name of STYLES) copies[i].setAttribute(name, style.getPropertyValue(name));
  });
  for (const [name, value] of Object.entries({ width, height, ...place })) clone.setAttribute(name, String(value));
  return new XMLSerializer().serializeToString(clone);
}
