// The posterior on the plane: ellipses at one and two sigma, its mean, and z.

/** @import { PlaneView } from "../shared/types.d.ts" */
/** @import { MachineHeader } from "./types.d.ts" */
import { clipTo, prepareSheet, strokeLine } from "../shared/axes.js";
import { drawDot } from "../shared/chart.js";

const MEAN_PX = 8;
const Z_PX = 9;
const EDGE_PX = 3;

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
    drawDot(context, centreX, centreY, hues.mu, paper, MEAN_PX, EDGE_PX);
    drawDot(context, zX, zY, hues.z, paper, Z_PX, EDGE_PX);
  });
}
