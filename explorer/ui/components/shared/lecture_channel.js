// What the window of a lecture and the window of its notes tell each other, within one browser and without a server.

/** @import { LectureChannel, LectureMessage } from "./types.d.ts" */

/** A line to the other windows of this browser that show the same lecture; `hear` gets what they say.
 * @type {(lecture: string, hear: (message: LectureMessage) => void) => LectureChannel} */
export function lectureChannel(lecture, hear) {
  const channel = new BroadcastChannel(`latent-explorer-lecture-${lecture}`);
  channel.onmessage = ({ data }) => hear(data);
  return { tell: (message) => channel.postMessage(message), end: () => channel.close() };
}
