// Types of a drawing's reconstructions by many models; only the compiler reads them.

import type { Coder, CoderSpec, DrawnImage, Header } from "../shared/types";

export interface ReconstructionsHeader extends Header {
  image_shape: [number, number];
  models: (CoderSpec & { title: string })[];
}

export interface ReconstructionTile {
  coder: Coder;
  canvas: HTMLCanvasElement;
  error: HTMLElement;
  title: string;
}

export interface ReconstructionsState {
  root: HTMLElement;
  signature: string | null;
  shape: [number, number];
  tiles: ReconstructionTile[];
  drawn: DrawnImage | null;
  /** The tile that is decoded next, and how many still show an older drawing. */
  next: number;
  left: number;
  frame: number;
  end: () => void;
}
