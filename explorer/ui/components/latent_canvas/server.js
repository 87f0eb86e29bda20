// The way to the server of the canvas of the same name: questions go as triggers, answers come as this data.
// It has a component of its own, so that an answer reruns one fragment and leaves codes and weights where they are.

/** @import { Header, Mount } from "../shared/types.d.ts" */
import { readHeader } from "../shared/message.js";

/** @type {(mount: Mount<Uint8Array>) => void} */
export default function latentCanvasServer({ data, setTriggerValue }) {
  /** @type {Header & { name: string }} */
  const { name } = readHeader(data);
  (window.latentCanvasServers ??= new Map()).set(name, setTriggerValue);
  window.dispatchEvent(new CustomEvent("latent-canvas:answer", { detail: data }));
}
