// Types of the interpolation player; only the compiler reads them.

import type { Extent, Header, Point } from "../shared/types";

export type Dash = "solid" | "dashed" | "dotted";

export interface RowFacts {
  title: string;
  note: string;
  color: string;
  dash: Dash;
  /** Words below the moving picture, one a frame, or none. */
  notes: string[];
  readings: number[] | null;
}

/** The way of one row through the plane, frame by frame. */
export interface Path {
  color: string;
  dash: Dash;
  points: Point[];
}

export interface Band {
  name: string;
  low: number;
  middle: number;
  high: number;
}

export interface ReadingsChart {
  y_title: string;
  bands: Band[];
  top: number | null;
}

export interface InterpolationHeader extends Header {
  captions: string[];
  ticks: string[];
  control: string;
  alt: string;
  columns: number;
  rows: RowFacts[];
  plane: {
    class_names: string[];
    colors: string[];
    axis_labels: [string, string];
    hint: string;
    note: string;
    extent: Extent;
  } | null;
  chart: ReadingsChart | null;
  start: number;
}
