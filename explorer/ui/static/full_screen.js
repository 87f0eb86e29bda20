const toggle = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());

const isTyping = (target) => target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);

export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  button.hidden = !document.fullscreenEnabled;
  button.onclick = toggle;
  const onKey = (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "f" && isPlain && !event.repeat && !isTyping(event.composedPath()[0])) toggle();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
