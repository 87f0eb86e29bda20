// What Python says of a lecture; the fields of Lecture and Scene.

export interface Question {
  ask: string;
  answer: string;
}

export interface Scene {
  title: string;
  notes: string;
  minutes: number;
  questions: Question[];
  cover: string;
}

export interface NotesData {
  lecture: string;
  title: string;
  scene: number;
  scenes: Scene[];
}
