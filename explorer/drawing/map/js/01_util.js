// Small helpers without state.

const NO_VALUE = 65535;
const LEVELS = 1024;
const LEAST_CONTRAST = 3; // of a point with the ground (WCAG 2.2, 1.4.11)

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function el(tag, className, properties = {}, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

// "#rgb", "#rrggbb" or "rgb(...)" to [r, g, b] in 0..255.
function parseColour(text, fallback = [128, 128, 128]) {
  const value = (text ?? "").trim();
  if (/^#[0-9a-f]{3}$/i.test(value)) return [1, 2, 3].map((i) => parseInt(value[i] + value[i], 16));
  if (/^#[0-9a-f]{6}/i.test(value)) return [1, 3, 5].map((i) => parseInt(value.slice(i, i + 2), 16));
  const numbers = value.match(/^rgba?\(([^)]+)\)/)?.[1].split(/[\s,/]+/).map(Number);
  return numbers && numbers.length >= 3 ? numbers.slice(0, 3) : fallback;
}

const css = ([r, g, b], alpha = 1) => `rgba(${Math.round(r)},${Math.round(g)},${Math.round(b)},${alpha})`;

const mix = (a, b, share) => a.map((value, i) => value + (b[i] - value) * share);

function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

// The colour, moved towards the text colour until it stands out from the ground.
function readable(rgb, theme, least) {
  for (let share = 0; share < 0.8; share += 0.08) {
    const moved = mix(rgb, theme.text, share);
    if (contrast(moved, theme.ground) >= least) return moved;
  }
  return mix(rgb, theme.text, 0.8);
}

function ramp(stops, share) {
  const place = clamp(share, 0, 1) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  return mix(stops[index], stops[index + 1], place - index);
}

function formatNumber(value) {
  if (!Number.isFinite(value)) return "none";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) return value.toExponential(2);
  return value.toLocaleString("en-US", { maximumFractionDigits: size >= 100 ? 1 : 3 });
}

// Base64 of bits, item 0 lowest, to bytes; null stays null.
function decodeBits(text) {
  if (text === null || text === undefined) return null;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

const bit = (bits, row) => (bits[row >> 3] >> (row & 7)) & 1;

// Remembers the `limit` entries used last.
class Recent {
  constructor(limit) {
    this.limit = limit;
    this.map = new Map();
  }

  get(key) {
    const value = this.map.get(key);
    if (value !== undefined) {
      this.map.delete(key);
      this.map.set(key, value);
    }
    return value;
  }

  set(key, value) {
    this.map.set(key, value);
    if (this.map.size > this.limit) this.map.delete(this.map.keys().next().value);
    return value;
  }
}
