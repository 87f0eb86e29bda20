// The way to the server of the canvas of the same name: questions go as triggers, answers come as this data.
// It has a component of its own, so that an answer reruns one fragment and leaves codes and weights where they are.

export default function latentCanvasServer({ data, setTriggerValue }) {
  const size = new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
  const { name } = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + size)));
  (window.latentCanvasServers ??= new Map()).set(name, setTriggerValue);
  window.dispatchEvent(new CustomEvent("latent-canvas:answer", { detail: data }));
}
