const toggle = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());

const isTyping = (target) => target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);

// A figure's text is coloured on the server, which does not hear by itself of a page that turns light or dark.
let ground;

function tellTurned(button, setTriggerValue) {
  const before = ground;
  ground = getComputedStyle(button).getPropertyValue("--st-background-color");
  if (before && before !== ground) setTriggerValue("turned", true);
}

export default function ({ parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  tellTurned(button, setTriggerValue);
  button.onclick = toggle;
  const onKey = (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "f" && isPlain && !event.repeat && !isTyping(event.composedPath()[0])) toggle();
  };
  document.addEventListener("keydown", onKey);
  button.hidden = !document.fullscreenEnabled;
  return () => document.removeEventListener("keydown", onKey);
}
