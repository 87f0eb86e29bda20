// What Python says of a lecture; the fields of BarData in component.py.

export interface BarData {
  lecture: string;
  title: string;
  scene: number;
  links: string[];
  scene_title: string;
  minutes: number;
  is_here: boolean;
  covered: string;
  covered_from: number;
  notes_link: string;
}

/** What a scene covers; `isCovered` is null where it covers nothing. */
export interface SceneCover {
  show: () => void;
  turn: () => void;
  isCovered: () => boolean | null;
  end: () => void;
}
