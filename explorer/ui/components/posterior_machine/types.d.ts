// Types of the posterior machine; only the compiler reads them.

import type { Arrays, ClassName, Coder, Decode, Extent, Header, LayerSpec, PlaneView } from "../shared/types";

export interface MachineHeader extends Header {
  mean: number[];
  std: number[];
  /** The two dimensions of the plane, from 0. */
  dimensions: [number, number];
  axis_names: [string, string];
  class_names: string[];
  colors: string[];
  /** Height, width and, in colour, 3. */
  image_shape: number[];
  layers: LayerSpec[];
  encoder_name: string;
  decoder_name: string;
  shows_prior: boolean;
  hues: Record<"mu" | "sigma" | "epsilon" | "z", string>;
  alt: string;
  missing: string;
  /** Which follows a drawing while the pen moves; null for a test sample. */
  encoder: LayerSpec[] | null;
  log_var_limit: number | null;
  /** The z that it begins with, null for the first draw. */
  start: number[] | null;
}

export interface MachineParts {
  root: HTMLElement;
  sample: HTMLCanvasElement;
  sampleNote: HTMLElement;
  made: HTMLCanvasElement;
  madeNote: HTMLElement;
  plane: HTMLElement;
  codes: HTMLCanvasElement;
  marks: HTMLCanvasElement;
  draw: HTMLButtonElement;
  near: HTMLButtonElement;
  mu: HTMLElement;
  sigma: HTMLElement;
  z: HTMLElement;
  sum: HTMLElement;
  head: HTMLElement;
  rows: HTMLElement;
  spoken: HTMLElement;
}

export interface Loaded {
  header: MachineHeader;
  arrays: Arrays;
  decode: Decode;
  encode: Coder["encode"];
  /** Parts of the plane: all of it, and the neighbourhood of the posterior; with names of classes for each. */
  whole: { extent: Extent; names: ClassName[] };
  close: { extent: Extent; names: ClassName[] };
}

export interface MachineState {
  parts: MachineParts;
  signature: string | null;
  loaded: Loaded | null;
  /** What is held, and what the pointer says in between. */
  held: number[];
  pointed: number[] | null;
  isNear: boolean;
  nextDraw: number;
  view: PlaneView | null;
  frame: number;
  tellPython: (key: string, value: unknown) => void;
  end: () => void;
}
