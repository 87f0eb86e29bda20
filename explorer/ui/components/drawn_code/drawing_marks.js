// A drawing's code on the plane: a ring, and a posterior's ellipses at one and two sigma.

/** @import { PlaneView } from "../shared/types.d.ts" */
/** @import { DrawnCodeHeader, ShownDrawing } from "./types.d.ts" */
import { clipTo, prepareSheet } from "../shared/axes.js";

const RING_PX = 10;
const N_CORNERS = 72;

/** @type {(canvas: HTMLCanvasElement, view: PlaneView, header: DrawnCodeHeader, shown: ShownDrawing | null) => void} */
export function drawDrawingMarks(canvas, view, { hues, title }, shown) {
  const { context } = prepareSheet(canvas);
  canvas.setAttribute("aria-label", shown ? `The drawing's code among the codes of ${title}` : `The codes of ${title}`);
  if (!shown) return;
  clipTo(context, view.box, () => {
    Object.assign(context, { strokeStyle: hues.sigma, lineWidth: 3 });
    for (const [nSigmas, dash] of /** @type {[number, number[]][]} */ ([[1, []], [2, [3, 6]]])) {
      context.setLineDash(dash);
      context.beginPath();
      for (const [x, y] of shown.covariance ? ellipse(shown.place, shown.covariance, nSigmas) : []) {
        context.lineTo(...view.toPixels(x, y));
      }
      context.closePath();
      context.stroke();
    }
    context.setLineDash([]);
    Object.assign(context, { strokeStyle: hues.drawing, lineWidth: 4 });
    context.beginPath();
    context.arc(...view.toPixels(...shown.place), RING_PX, 0, 2 * Math.PI);
    context.stroke();
  });
}

/** The outline of a Gaussian at some standard deviations: a circle by the Cholesky factor of its covariance.
 * @type {(mean: [number, number], covariance: [number, number, number], nSigmas: number) => [number, number][]} */
export function ellipse([u, v], [across, both, up], nSigmas) {
  const first = Math.sqrt(across);
  const [slope, second] = [both / first, Math.sqrt(Math.max(up - (both / first) ** 2, 0))];
  return Array.from({ length: N_CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / N_CORNERS;
    const [x, y] = [nSigmas * Math.cos(angle), nSigmas * Math.sin(angle)];
    return [u + first * x, v + slope * x + second * y];
  });
}
