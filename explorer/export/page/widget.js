// A notebook's widget as the host of the latent canvas: it gives it what Streamlit gives.

/** @import { Mount } from "../../ui/components/shared/types.d.ts" */

/**
 * @typedef {object} Model
 * @property {(key: string) => DataView} get
 * @property {(key: string, value: unknown) => void} set
 * @property {() => void} save_changes
 *
 * @typedef {{ model: Model, el: HTMLElement }} Cell
 */

/** The render function of a widget; look: the component's style and HTML.
 * @type {(component: (mount: Mount<Uint8Array>) => () => void, look: string) => (cell: Cell) => () => void} */
export function renderWith(component, look) {
  return ({ model, el }) => {
    const root = el.attachShadow({ mode: "open" });
    const parentElement = document.createElement("div");
    parentElement.innerHTML = look;
    root.append(parentElement);
    const { buffer, byteOffset, byteLength } = model.get("message");
    const data = new Uint8Array(buffer, byteOffset, byteLength);
    const tell = (/** @type {string} */ key, /** @type {any} */ value) => {
      if (key !== "pin") return;
      model.set("pin", value.u === null ? null : [value.u, value.v]);
      model.save_changes();
    };
    return component({ data, parentElement, setStateValue: tell, setTriggerValue: tell });
  };
}
