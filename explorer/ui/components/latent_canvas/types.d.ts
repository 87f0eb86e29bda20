// Types of the latent canvas; only the compiler reads them.

import type { Arrays, Box, ClassName, Header, LayerSpec, NamedArray } from "../shared/types";

export interface SceneHeader extends Header {
  /** Under which controls and answers of the server find the canvas. */
  name: string;
  class_names: string[];
  colors: string[];
  /** z = origin + u * axes[0] + v * axes[1]. */
  origin: number[];
  axes: [number[], number[]];
  axis_labels: [string, string];
  /** Along which the plane moves; at_origin: its coordinate where w = 0. */
  third_axis: { axis: number[]; label: string; at_origin: number } | null;
  image_shape: [number, number] | null;
  reference_note: string;
  background: { extent: [number, number, number, number]; label: string } | null;
  alt: string;
  link: string | null;
  is_conditional: boolean;
  /** Whether there is one to ask for what takes longer than a frame. */
  has_server: boolean;
  /** null where the weights stayed on the server. */
  layers: LayerSpec[] | null;
}

/** Where decoded pictures come from. */
export interface Source {
  kind: "browser" | "server";
  /** The decoded values, or null where the server has yet to say them. */
  find: (place: Place, label: number) => Float32Array | null;
  /** Hears of the end of a frame. */
  rest: () => void;
  end: () => void;
}

/** z = origin + u * axes[0] + v * axes[1] + w * third_axis. */
export interface Place {
  u: number;
  v: number;
  /** Distance from the plane, 0 without a third axis. */
  w: number;
}

/** Along u, v and w. */
export type Vector = [number, number, number];

/** How the codes are seen in three dimensions; angles in degrees. */
export interface SpaceView {
  /** About the upright axis. */
  turn: number;
  /** From the side at 0, from above at 90. */
  tilt: number;
  zoom: number;
  /** Of the movable plane, as its distance w from the scene's plane. */
  height: number;
  /** What the pointer decodes: the place of the plane under it, or the nearest code. */
  picks: "plane" | "nearest";
  /** The turn at which slow rotation began, null while it rests. */
  spunFrom: number | null;
}

/** The codes in three dimensions, with the box that holds nearly all of them. */
export interface Solid {
  centre: Vector;
  half: Vector;
  radius: number;
  /** u, v and w in turn. */
  codes: Float32Array;
  references: Float32Array | null;
  /** The mean code of each class, null for a class without codes. */
  middles: (Place | null)[];
  /** null until it is first drawn. */
  cloud: Cloud | null;
}

/** An eye at a distance from the middle; `right`, `up` and `towards` (to the eye) are of length 1. */
export interface Camera {
  centre: Vector;
  half: Vector;
  radius: number;
  distance: number;
  right: Vector;
  up: Vector;
  towards: Vector;
  /** Pixels for each unit at the middle. */
  scale: number;
  width: number;
  height: number;
}

/** Codes above a height for 1, below it for -1, all for 0. */
export interface Side {
  sign: 1 | -1 | 0;
  height: number;
}

/** RGBA bytes of each class; those of alpha 0 are not drawn. */
export type CloudPass = { diameter: number; palette: Uint8Array };

/** The codes as discs in three dimensions on a canvas of their own; paper: red, green, blue. */
export interface Cloud {
  kind: "webgl2" | "2d";
  canvas: HTMLCanvasElement;
  draw: (camera: Camera, ratio: number, passes: CloudPass[], side: Side, paper: number[]) => void;
  release: () => void;
}

export interface Cursor extends Place {
  /** Whether another canvas moved it. */
  isFollowing?: boolean;
}

/** A place in pixels of the plane's element. */
export interface Pixel {
  x: number;
  y: number;
}

/** Coordinates of all codes along each axis, rising. */
export interface Sorted {
  u: Float32Array;
  v: Float32Array;
}

/** Codes at evenly spaced ranks along each axis. */
export interface Warp {
  u: Float64Array;
  v: Float64Array;
}

export interface Bounds {
  xMin: number;
  xMax: number;
  yMin: number;
  yMax: number;
}

/** The window on the plane; x and y are u and v, or their ranks where there is a warp. */
export interface View {
  home: Bounds;
  warp: Warp | null;
  /** Where the plane lies in its element; of no width until that has a size. */
  plot: Box;
  x: number;
  y: number;
  /** Pixels for each unit, and those at which all of `home` is in view. */
  scale: number;
  fitScale: number;
}

export interface Theme {
  ink: string;
  paper: string;
  faint: string;
  field: string;
  accent: string;
  /** The paper as red, green and blue. */
  paperRgb: number[];
  /** Of the codes of classes that are left out. */
  shadow: number[];
  font: string;
  size: number;
}

export interface Pass {
  diameter: number;
  /** RGBA bytes of each class, premultiplied. */
  palette: Uint8Array;
}

/** Puts the codes onto a plane; share: how many of them are drawn in the place of one. */
export type PutCodes = (passesFor: (share: number) => Pass[]) => void;

/** The codes as discs on a canvas of their own. */
export interface Points {
  kind: "webgl2" | "2d";
  canvas: HTMLCanvasElement;
  move: (codes: Float32Array) => void;
  clear: (view: View) => void;
  /** Every n-th code from the part-th on, on top of what is there. */
  draw: (view: View, ratio: number, pass: Pass, part: number, n: number) => void;
  release: () => void;
}

/** A picture of very many codes in the making: what it shows, and the parts that it is drawn in. */
export interface Crowd {
  key: string;
  isWhole: boolean;
  n: number;
  steps: { pass: Pass; part: number }[];
}

export interface AxisLines {
  edges: number[];
  centres: number[];
}

export interface Tiles {
  mosaic: HTMLCanvasElement;
  lines: { u: AxisLines; v: AxisLines };
  width: number;
  height: number;
  /** Those that are still to be decoded. */
  cells: { u: number; v: number; x: number; y: number }[];
  /** The view that they were made for. */
  at: string;
}

export interface NearestIndex {
  codes: Float32Array;
  cell: number;
  columns: number;
  rows: number;
  uMin: number;
  uMax: number;
  vMin: number;
  vMax: number;
  starts: Uint32Array;
  order: Uint32Array;
}

export interface Nearest {
  row: number;
  distance: number;
}

export interface Reference extends Nearest, Place {
  className: string;
  color: string;
}

export interface Scene {
  header: SceneHeader;
  arrays: Arrays & { codes: NamedArray<Float32Array>; labels: NamedArray<Uint8Array> };
}

export interface ClassCell {
  button: HTMLButtonElement;
  canvas: HTMLCanvasElement;
  label: number;
  /** The place that it shows, null for none. */
  at: string | null;
}

export type GridMode = "range" | "quantile";

/** What Python says between scenes. */
export interface Controls {
  name: string;
  pinned: Vector | null;
  grid: "off" | GridMode | null;
  grid_size: number;
  label: number | null;
  view_state: string | null;
  reports_view: boolean;
}

export interface Parts {
  root: HTMLElement;
  legend: HTMLElement;
  tools: HTMLButtonElement[];
  plane: HTMLElement;
  scene: HTMLCanvasElement;
  marks: HTMLCanvasElement;
  notice: HTMLElement;
  space: HTMLElement;
  height: HTMLInputElement;
  heightText: HTMLElement;
  decoded: HTMLCanvasElement;
  decodedCard: HTMLElement;
  decodedTitle: HTMLElement;
  decodedMark: HTMLElement;
  classes: HTMLElement;
  readout: HTMLElement;
  nearest: HTMLCanvasElement;
  nearestCard: HTMLElement;
  nearestNote: HTMLElement;
  pinned: HTMLCanvasElement;
  pinnedCard: HTMLElement;
  pinnedNote: HTMLElement;
  live: HTMLElement;
}

/** What belongs to one scene; a new scene brings all of it anew. */
export interface Shown {
  scene: Scene;
  source: Source;
  index: NearestIndex | null;
  sorted: Sorted;
  /** Digits of coordinates in words. */
  digits: number;
  classColors: number[][];
  names: ClassName[];
  map: { image: HTMLCanvasElement; extent: [number, number, number, number] } | null;
  paint: (canvas: HTMLCanvasElement, values: Float32Array, theme: Theme) => void;
  view: View;
  points: Points;
  /** null where the codes are drawn at once. */
  crowd: Crowd | null;
  /** How many codes each class has. */
  classSizes: number[];
  /** null where the scene has no third axis. */
  solid: Solid | null;
}

/** Everything that one canvas knows between two calls. */
export interface CanvasState {
  parts: Parts;
  theme: Theme;
  /** Of the scene that is read or shown. */
  signature: string | null;
  name: string;
  shown: Shown | null;
  tellPython: (key: string, value: unknown) => void;
  /** What to undo when the canvas ends. */
  endings: (() => void)[];

  /** What the next frame draws again, and that frame, 0 for none. */
  stale: Set<"view" | "cursor">;
  frame: number;
  /** Pixels of the screen for each pixel of the layout. */
  ratio: number;
  avoidsGl: boolean;
  /** The view in three dimensions, null for the plane; and when a frame was last drawn. */
  space: SpaceView | null;
  spunAt: number;

  /** Pointers that are down, and where the first of them went down. */
  presses: Map<number, Pixel>;
  pressedAt: Pixel;
  dragged: boolean;
  pointer: Pixel | null;
  cursor: Cursor | null;
  pin: Place | null;

  /** Names of the classes as one text, and which of them are shown. */
  classes: string;
  visible: boolean[];
  showsPoints: boolean;
  /** The class that a conditional decoder draws large, its cells, and the cell that comes first. */
  label: number;
  cells: ClassCell[];
  turn: number;
  labelTimer: number;
  /** Classes that Python was told of and has not yet repeated. */
  toldLabels: number[];

  grid: GridMode | null;
  gridIsGiven: boolean;
  gridSize: number;
  tiles: Tiles | null;
  nextTiles: Tiles | null;
  tilesTimer: number;
  crowdTimer: number;

  /** The sample beside the decoded one, and the one that linked canvases were told of. */
  nearestRow: number | null;
  toldRow: number | null;

  /** The last controls from Python as text, and the scene that they were applied to. */
  controlsText: string;
  controlledScene: Scene | null;
  /** Whether Python listens to the state of the view, and what it last heard; null before a scene is shown. */
  reportsView: boolean;
  viewText: string | null;
  viewTimer: number;
  /** What Python said last, and what it was told of and has not yet repeated. */
  givenView: string | null;
  toldViews: string[];
}

/** A state that shows a scene. */
export type ShownState = CanvasState & { shown: Shown };

/** A state that shows the codes in three dimensions. */
export type SpaceState = ShownState & { space: SpaceView; shown: Shown & { solid: Solid } };

export type { Arrays, Box, ClassName, NamedArray };

declare global {
  interface Window {
    latentCanvasControls?: Map<string, Controls>;
    latentCanvases?: Set<CanvasState>;
    latentCanvasServers?: Map<string, (key: string, value: unknown) => void>;
  }
  interface WindowEventMap {
    "latent-canvas:controls": CustomEvent<Controls>;
    "latent-canvas:answer": CustomEvent<Uint8Array>;
    "latent-canvas:tools": CustomEvent<ShownState>;
    "latent-canvas:hover": CustomEvent<{ link: string; from: CanvasState; row: number | null }>;
  }
}
