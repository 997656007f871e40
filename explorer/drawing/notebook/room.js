// A room of its own in the output of a notebook: styles of the notebook do not reach in, ours do not leak out. The colours
// are those that the notebook has there, light or dark.

const PRIMARY = ["--jp-brand-color1", "--vscode-focusBorder", "--colab-primary-color"];
const THEME_ATTRIBUTES = ["class", "style", "data-jp-theme-light", "data-jp-theme-name", "data-theme"];
const THEME_LOADS_MS = 400; // a style sheet may come after the attribute that tells of it

function notebookRoom(place, root) {
  const host = document.createElement("div");
  host.style.width = "100%";
  // The letters and arrows that the map and the gallery take would edit the notebook.
  host.setAttribute("data-lm-suppress-shortcuts", "true");
  const style = document.createElement("style");
  style.textContent = STYLE;
  host.attachShadow({ mode: "open" }).append(style, root);
  place.replaceChildren(host);
  return host;
}

// Runs `act` once for all calls within one turn.
function once(act) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      act();
    });
  };
}

const channels = (text) => text.match(/[\d.]+/g)?.map(Number) ?? [];

const asHex = (rgb) => `#${rgb.slice(0, 3).map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

const mixed = (a, b, share) => a.map((value, i) => value + (b[i] - value) * share);

// The ground that lies behind an element: the first one up that is not transparent.
function groundBehind(element) {
  for (let node = element; node; node = node.parentElement) {
    const [r, g, b, alpha = 1] = channels(getComputedStyle(node).backgroundColor);
    if (alpha > 0.5) return [r, g, b];
  }
  return [255, 255, 255];
}

function brand(host) {
  const style = getComputedStyle(host);
  const name = PRIMARY.find((one) => style.getPropertyValue(one).trim());
  host.style.color = name ? `var(${name})` : "#d03d4e";
  const found = channels(getComputedStyle(host).color);
  host.style.color = "";
  return found.slice(0, 3);
}

function paintRoom(place, host) {
  if (!place.isConnected) return false;
  const ground = groundBehind(place);
  const text = channels(getComputedStyle(place).color).slice(0, 3);
  const colours = {
    "background-color": ground,
    "secondary-background-color": mixed(ground, text, 0.05),
    "text-color": text,
    "border-color": mixed(ground, text, 0.2),
    "primary-color": brand(host),
  };
  const written = JSON.stringify(colours);
  if (host.dataset.colours === written) return false;
  host.dataset.colours = written;
  for (const [name, rgb] of Object.entries(colours)) host.style.setProperty(`--st-${name}`, asHex(rgb));
  host.style.setProperty("--st-font", "var(--jp-ui-font-family, system-ui, sans-serif)");
  return true;
}

// Paints the room, now and whenever the notebook changes its colours; `changed` is called then. Returns what ends it.
function followTheme(place, host, changed) {
  const look = () => paintRoom(place, host) && changed();
  const lookTwice = () => {
    look();
    setTimeout(look, THEME_LOADS_MS);
  };
  const watcher = new MutationObserver(lookTwice);
  for (const node of [document.documentElement, document.body]) {
    watcher.observe(node, { attributes: true, attributeFilter: THEME_ATTRIBUTES });
  }
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", lookTwice);
  const shown = new ResizeObserver(look);
  shown.observe(host);
  paintRoom(place, host);
  return () => {
    watcher.disconnect();
    shown.disconnect();
    scheme.removeEventListener("change", lookTwice);
  };
}
