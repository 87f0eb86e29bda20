// Types of a drawing's code in a model's plane; only the compiler reads them.

import type { Arrays, ClassName, Coder, CoderSpec, DrawnImage, Extent, Header, PlaneView } from "../shared/types";

/** What the server made of the drawing, for a model that the browser cannot run. */
export interface ServerAnswer {
  /** The code in the plane. */
  place: [number, number];
  /** Of a posterior in the plane: across, both, up. */
  covariance: [number, number, number] | null;
  x_hat: number[];
  error: number;
}

export interface DrawnCodeHeader extends Header, CoderSpec {
  title: string;
  class_names: string[];
  colors: string[];
  axis_names: [string, string];
  extent: [number, number, number];
  image_shape: [number, number];
  /** (K), and (2, K). */
  origin: number[];
  axes: [number[], number[]];
  hues: { drawing: string; sigma: string };
  answer: ServerAnswer | null;
}

export interface LoadedPlane {
  header: DrawnCodeHeader;
  arrays: Arrays;
  coder: Coder;
  extent: Extent;
  names: ClassName[];
}

/** What is drawn of a drawing. */
export interface ShownDrawing {
  place: [number, number];
  covariance: [number, number, number] | null;
  made: ArrayLike<number>;
  error: number;
}

export interface DrawnCodeParts {
  root: HTMLElement;
  plane: HTMLElement;
  codes: HTMLCanvasElement;
  marks: HTMLCanvasElement;
  made: HTMLCanvasElement;
  note: HTMLElement;
}

export interface DrawnCodeState {
  parts: DrawnCodeParts;
  signature: string | null;
  loaded: LoadedPlane | null;
  answer: ServerAnswer | null;
  drawn: DrawnImage | null;
  view: PlaneView | null;
  frame: number;
  end: () => void;
}
