// Types of the linked planes; only the compiler reads them.

import type { Arrays, ClassName, Extent, Header, PlaneView, Point } from "../shared/types";

/** The sample that is held, by its place among the samples, and the outline: x and y in turn, in one of the planes. */
export interface Marks {
  sample: number | null;
  plane: number | null;
  corners: number[];
}

export interface LinkedHeader extends Header {
  titles: string[];
  class_names: string[];
  colors: string[];
  extents: Extent[];
  /** The numbers of the samples in their split. */
  rows: number[];
  alt: string;
  start: Marks;
}

export interface Plane {
  box: HTMLElement;
  codes: HTMLCanvasElement;
  marks: HTMLCanvasElement;
  points: Float32Array;
  names: ClassName[];
  view: PlaneView | null;
}

export interface LinkedState {
  root: HTMLElement;
  grid: HTMLElement;
  pointed: HTMLElement;
  title: HTMLElement;
  picture: HTMLCanvasElement;
  counts: HTMLElement;
  clear: HTMLButtonElement;
  spoken: HTMLElement;
  signature: string | null;
  header: LinkedHeader | null;
  arrays: Arrays;
  planes: Plane[];
  held: Marks;
  /** Where the pointer rests: the plane, and the place in its box. */
  pointer: { place: number; at: Point } | null;
  /** The sample under the pointer or reached by the keys. */
  under: number | null;
  /** The outline while it is drawn. */
  drawing: { plane: number; points: Point[] } | null;
  /** Which samples lie within the outline; null without one. */
  isMarked: Uint8Array | null;
  start: string;
  frame: number;
  changesCodes: boolean;
  tell: (marks: Marks) => void;
  unwatch: () => void;
}
