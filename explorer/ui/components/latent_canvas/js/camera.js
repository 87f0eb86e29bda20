// How codes in three dimensions are seen: from a point at some distance that looks at their middle.
// Turned by 0 and tilted by 90 degrees they are seen as in the plane: u to the right, v upwards, w towards the eye.

/** @import { Bounds, Camera, Place, Solid, SpaceView, Vector } from "../types.d.ts" */
import { LEAST_ZOOM, MAX_ZOOM } from "./view.js";

const EYE_DISTANCE = 4; // in radii of the box; its front is drawn 5/3 as large as its back
const FILL = 0.54; // of the smaller side for one radius
const FIRST = { turn: 30, tilt: 22, zoom: 1 };
const STEEPEST = 90;
const BEYOND = 1.5; // as far outside of the box a place of the plane can be pointed at

/** @type {() => SpaceView} */
export function firstSpace() {
  return { ...FIRST, height: 0, picks: "plane", spunFrom: null };
}

/** @type {(space: SpaceView, degrees: number, tiltDegrees: number) => void} */
export function turnBy(space, degrees, tiltDegrees) {
  space.turn = (((space.turn + degrees + 180) % 360) + 360) % 360 - 180;
  space.tilt = Math.min(Math.max(space.tilt + tiltDegrees, -STEEPEST), STEEPEST);
}

/** @type {(space: SpaceView, factor: number) => void} */
export function zoomBy(space, factor) {
  space.zoom = Math.min(Math.max(space.zoom * factor, LEAST_ZOOM), MAX_ZOOM);
}

/** @type {(space: SpaceView) => void} */
export function resetSpace(space) {
  Object.assign(space, FIRST, { height: 0, spunFrom: null });
}

/** The box of the codes; sides: bounds of the plane, and of w. @type {(sides: Bounds, w: [number, number]) =>
 *   { centre: Vector, half: Vector, radius: number }} */
export function boxOf({ xMin, xMax, yMin, yMax }, [wMin, wMax]) {
  const half = /** @type {Vector} */ ([(xMax - xMin) / 2, (yMax - yMin) / 2, (wMax - wMin) / 2]);
  return {
    centre: [(xMin + xMax) / 2, (yMin + yMax) / 2, (wMin + wMax) / 2],
    half,
    radius: Math.hypot(...half) || 1,
  };
}

/** @type {(solid: Pick<Solid, "centre" | "half" | "radius">, space: SpaceView, width: number, height: number) =>
 *   Camera} */
export function aim({ centre, half, radius }, { turn, tilt, zoom }, width, height) {
  const [sinTurn, cosTurn] = [Math.sin((turn * Math.PI) / 180), Math.cos((turn * Math.PI) / 180)];
  const [sinTilt, cosTilt] = [Math.sin((tilt * Math.PI) / 180), Math.cos((tilt * Math.PI) / 180)];
  return {
    centre, half, radius, width, height,
    distance: EYE_DISTANCE * radius,
    right: [cosTurn, -sinTurn, 0],
    up: [sinTurn * sinTilt, cosTurn * sinTilt, cosTilt],
    towards: [-sinTurn * cosTilt, -cosTurn * cosTilt, sinTilt],
    scale: (zoom * FILL * Math.min(width, height)) / radius,
  };
}

/** @type {(a: Vector, b: Vector) => number} */
function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Pixels of a place, and how near to the eye it is, in units of the plane from the middle.
 * @type {(camera: Camera, place: Place) => { at: [number, number], near: number }} */
export function project({ centre, right, up, towards, scale, distance, width, height }, { u, v, w }) {
  const from = /** @type {Vector} */ ([u - centre[0], v - centre[1], w - centre[2]]);
  const near = dot(towards, from);
  const size = (scale * distance) / Math.max(distance - near, 1e-9 * distance);
  return { at: [width / 2 + dot(right, from) * size, height / 2 - dot(up, from) * size], near };
}

/** Where the line of sight through a pixel meets the plane w = height; null beyond the box or along the plane.
 * @type {(camera: Camera, at: readonly [number, number], height: number) => Place | null} */
export function onPlane(camera, [x, y], w) {
  const { centre, half, right, up, towards, scale, distance, width, height } = camera;
  const [across, upwards] = [(x - width / 2) / scale, (height / 2 - y) / scale];
  const eye = towards.map((part) => part * distance);
  const way = eye.map((part, k) => across * right[k] + upwards * up[k] - part);
  const steps = (w - centre[2] - eye[2]) / way[2];
  const [du, dv] = [eye[0] + steps * way[0], eye[1] + steps * way[1]];
  const isSeen = steps > 0 && Math.abs(du) <= BEYOND * half[0] && Math.abs(dv) <= BEYOND * half[1];
  return isSeen ? { u: centre[0] + du, v: centre[1] + dv, w } : null;
}

/** +1 where the eye is above the plane w = height, else -1. @type {(camera: Camera, height: number) => 1 | -1} */
export function sideOfEye({ centre, towards, distance }, height) {
  return centre[2] + towards[2] * distance >= height ? 1 : -1;
}
