// Types that the components share; only the compiler reads them.

export type NumberArray = Uint8Array | Int16Array | Uint16Array | Int32Array | Float32Array;
export type NamedArray<A extends NumberArray = NumberArray> = { values: A; shape: number[] };
export type Arrays = Record<string, NamedArray>;

export interface ArrayEntry {
  dtype: "uint8" | "int16" | "uint16" | "float16" | "int32" | "float32";
  shape: number[];
  offset: number;
  length: number;
  compressed: boolean;
  /** Of columns that are written in whole steps above their least number: that, and the step. */
  low?: number[];
  step?: number[];
}

export interface Header {
  arrays: Record<string, ArrayEntry>;
  signature: string;
}

export interface LayerSpec {
  kind: string;
  name?: string;
  slope?: number;
  weight?: string;
  bias?: string;
  class_biases?: string;
  stride?: number;
  padding?: number;
  /** Shapes of one sample before and after the layer. */
  from: number[];
  shape: number[];
}

export type Layer = (x: Float32Array, label: number) => Float32Array;
export type Decode = (z: number[], label: number) => Float32Array;

/** Values from 0 to 1, row by row. */
export type Ink = { height: number; width: number; values: Float32Array };

/** A drawing as models see it, of side × side pixels; x: null for an empty sheet. */
export type DrawnImage = { side: number; x: Float32Array | null };

/** A model that the browser runs both ways. */
export interface CoderSpec {
  /** null where the browser cannot encode, so that the server does. */
  encoder: LayerSpec[] | null;
  decoder: LayerSpec[];
  is_variational: boolean;
  /** L where a log-variance s is L tanh(s / L); null where it is as given. */
  log_var_limit: number | null;
}

/** A code (K); variance: (K), null of a model without posterior. */
export type DrawnCode = { z: number[]; variance: number[] | null };

export interface Coder {
  encode: (x: Float32Array) => DrawnCode;
  decode: Decode;
}

/** What Streamlit hands to a component; keys are those that Python listens to. */
export interface Mount<Data> {
  data: Data;
  parentElement: HTMLElement;
  setStateValue: (key: string, value: unknown) => void;
  setTriggerValue: (key: string, value: unknown) => void;
}

/** Side lengths of pictures: rows, then columns. */
export type Size = readonly [number, number];
/** A place in pixels or in the plane. */
export type Point = readonly [number, number];
/** Centre of a square part of the plane, and half of its side. */
export type Extent = readonly [number, number, number];
export type Box = { left: number; right: number; top: number; bottom: number };

export interface Tick {
  value: number;
  text: string;
}

/** Where ticks stand, in pixels from the left or the top. */
export type PlacedTick = { at: number; text: string };

export interface Sheet {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  /** Size of the letters in pixels. */
  size: number;
  ink: string;
  paper: string;
}

/** What a player moves through. */
export interface Clip {
  /** One for each frame. */
  captions: readonly string[];
  /** What the slider moves, for screen readers. */
  control: string;
  /** From one frame to the next at the usual speed. */
  frameMs: number;
  /** The only frames shown while it plays where less motion is asked for; all frames if there are none. */
  stops?: readonly number[];
  /** Draws a frame; ms: how long the way to it may take, 0 for at once. */
  show: (frame: number, ms: number) => void;
  /** Hears on which frame the player was left. */
  rest: (frame: number) => void;
}

export interface Player {
  load: (clip: Clip, start: number) => void;
  /** Pauses and shows a frame, as the slider does when it is moved. */
  go: (frame: number) => void;
  end: () => void;
}

export interface Curve {
  name: string;
  color: string;
  x: number[];
  y: number[];
}

export interface Mark {
  name: string;
  color: string;
  /** null for a level across the chart. */
  x: number | null;
  /** null for a moment, a line from bottom to top. */
  y: number | null;
}

export interface Chart {
  curves: Curve[];
  marks: Mark[];
  dots: Point[][];
  x_title: string;
  y_title: string;
  log_x: boolean;
  log_y: boolean;
  y_least?: number | null;
}

export type Range = readonly [number, number];

/** Where a chart lies on its canvas, and from its values to pixels. */
export interface Scales {
  box: Box;
  across: (value: number) => number;
  up: (value: number) => number;
}

/** A name that stands at one of some places of the plane, the best first. */
export interface ClassName {
  label: number;
  text: string;
  color: string;
  spots: Point[];
}

export interface PlaneView {
  box: Box;
  /** Pixels for each unit of the plane. */
  scale: number;
  toPixels: (x: number, y: number) => [number, number];
  toPlane: (x: number, y: number) => [number, number];
}

/** Between the windows of a lecture: `at` says which scene is shown and what of it is covered, `go` asks for a scene
 * (from 1), `cover` to cover or uncover, `where` which scene is shown. */
export type LectureMessage =
  | { kind: "at"; scene: number; covered: boolean | null }
  | { kind: "go"; scene: number }
  | { kind: "cover" }
  | { kind: "where" };

export interface LectureChannel {
  tell: (message: LectureMessage) => void;
  end: () => void;
}

declare global {
  interface WindowEventMap {
    "ink:drawn": CustomEvent<DrawnImage>;
    "ink:asked": CustomEvent<undefined>;
  }
}
