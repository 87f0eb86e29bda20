// The posterior on the plane: ellipses at one and two sigma, its mean, and z.

/** @import { PlaneView } from "../shared/types.d.ts" */
/** @import { MachineHeader } from "./types.d.ts" */
import { clipTo, prepareSheet, strokeLine } from "../shared/axes.js";

const MEAN_PX = 8;
const Z_PX = 9;

/** @type {(canvas: HTMLCanvasElement, view: PlaneView, header: MachineHeader, z: number[]) => void} */
export function drawMachineMarks(canvas, view, header, z) {
  const { context, paper } = prepareSheet(canvas);
  const { mean, std, dimensions: [i, j], hues } = header;
  const [centreX, centreY] = view.toPixels(mean[i], mean[j]);
  const [zX, zY] = view.toPixels(z[i], z[j]);
  clipTo(context, view.box, () => {
    for (const [nSigmas, dash] of /** @type {[number, number[]][]} */ ([[1, []], [2, [8, 6]]])) {
      context.setLineDash(dash);
      context.beginPath();
      const [across, up] = [i, j].map((k) => nSigmas * std[k] * view.scale);
      context.ellipse(centreX, centreY, across, up, 0, 0, 2 * Math.PI);
      Object.assign(context, { strokeStyle: hues.sigma, lineWidth: 3.5 });
      context.stroke();
    }
    context.setLineDash([]);
    Object.assign(context, { strokeStyle: hues.epsilon, lineWidth: 3 });
    strokeLine(context, centreX, centreY, zX, zY);
    drawSpot(context, centreX, centreY, MEAN_PX, hues.mu, paper);
    drawSpot(context, zX, zY, Z_PX, hues.z, paper);
  });
}

/** @type {(context: CanvasRenderingContext2D, x: number, y: number, radius: number, fill: string,
 *   edge: string) => void} */
function drawSpot(context, x, y, radius, fill, edge) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: fill, strokeStyle: edge, lineWidth: 3 });
  context.fill();
  context.stroke();
}
