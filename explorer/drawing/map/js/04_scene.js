// What is drawn: coordinates, colour codes, and which items are bright (0), greyed (1) or hidden (2).

// The same pseudo-random order every time: neighbours in the file do not lie on top of each other in the picture,
// and any beginning of the order is a fair sample of the whole.
function shuffled(rows) {
  let seed = 12345;
  for (let i = rows.length - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((seed / 4294967296) * (i + 1));
    const row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }
  return rows;
}

// `LEVELS` colours from the low to the high end: the part of the colour map that stands out from the ground, so that
// lightness keeps its order; of a colour map without such a part each colour is moved.
function readableRamp(stops, theme) {
  const all = Array.from({ length: LEVELS }, (_, i) => ramp(stops, i / (LEVELS - 1)));
  const [low, high] = longestRun(all.map((rgb) => contrast(rgb, theme.ground) >= LEAST_CONTRAST));
  if (high - low < LEVELS / 2) return all.map((rgb) => readable(rgb, theme, LEAST_CONTRAST));
  return all.map((_, i) => ramp(stops, (low + ((high - low) * i) / (LEVELS - 1)) / (LEVELS - 1)));
}

// Outlines of colours that are drawn as they are: null where the colour stands out from the ground by itself.
function rims(stops, theme) {
  return stops.map((rgb) => (contrast(rgb, theme.ground) >= LEAST_CONTRAST ? null : readable(rgb, theme, LEAST_CONTRAST)));
}

// First and last place of the longest run of true.
function longestRun(flags) {
  let [best, start] = [[0, 0], 0];
  flags.forEach((flag, i) => {
    if (!flag) start = i + 1;
    else if (i - start > best[1] - best[0]) best = [start, i];
  });
  return best;
}

class Scene {
  constructor() {
    Object.assign(this, { count: 0, xy: new Float32Array(0), rows: new Uint32Array(0), box: null, grid: null });
    Object.assign(this, { fitBox: null, far: 0 });
    Object.assign(this, { codes: new Uint16Array(0), colours: null, palette: [], isolated: new Set() });
    Object.assign(this, { states: new Uint8Array(0), dimming: false, selectedCount: null, shownCount: 0 });
    Object.assign(this, { greys: [], rims: null, brightCount: 0 });
  }

  setPoints(xy) {
    this.xy = xy;
    this.count = xy.length / 2;
    this.grid = null;
    const rows = new Uint32Array(this.count);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    let drawn = 0;
    for (let i = 0; i < this.count; i++) {
      const x = xy[2 * i];
      const y = xy[2 * i + 1];
      if (x !== x || y !== y) continue;
      rows[drawn++] = i;
      if (x < box[0]) box[0] = x;
      if (x > box[2]) box[2] = x;
      if (y < box[1]) box[1] = y;
      if (y > box[3]) box[3] = y;
    }
    this.rows = shuffled(rows.slice(0, drawn));
    this.box = drawn ? box : [0, 0, 1, 1];
    this.fitBox = drawn ? boxToFit(xy, this.rows, this.box) : this.box;
    this.far = this.fitBox === this.box ? 0 : countOutside(this.fitBox, xy, this.rows);
  }

  setColours(codes, colours, theme) {
    this.codes = codes;
    this.isolated = new Set();
    this.colours = colours;
    this.setTheme(theme);
  }

  setTheme(theme) {
    if (!this.colours) return;
    const stops = this.colours.colours.map((text) => parseColour(text));
    const { kind, literal } = this.colours;
    this.palette = kind === "numbers" ? readableRamp(stops, theme) : literal ? stops : stops.map((rgb) => readable(rgb, theme, LEAST_CONTRAST));
    this.rims = literal ? rims(stops, theme) : null;
    this.greys = [mix(theme.ground, theme.text, 0.32), mix(theme.ground, theme.text, 0.7)];
    this.accent = theme.primary;
  }

  setMasks(selected, shown, hide) {
    const states = new Uint8Array(this.count);
    let [inSelection, passing] = [0, 0];
    for (let i = 0; i < this.count; i++) {
      const passes = shown === null || bit(shown, i) === 1;
      const chosen = selected === null || bit(selected, i) === 1;
      if (passes) passing++;
      if (passes && chosen) inSelection++;
      else states[i] = !passes && hide ? 2 : 1;
    }
    this.states = states;
    this.dimming = selected !== null || shown !== null;
    this.selectedCount = selected === null ? null : inSelection;
    this.shownCount = passing;
    this.brightCount = inSelection;
  }

  isBright(row) {
    return this.states[row] === 0 && (this.isolated.size === 0 || this.isolated.has(this.codes[row]));
  }

  isDrawn(row) {
    return this.states[row] !== 2 && this.xy[2 * row] === this.xy[2 * row];
  }

  place(row) {
    return [this.xy[2 * row], this.xy[2 * row + 1]];
  }

  colourOf(row) {
    return this.colourOfCode(this.codes[row]);
  }

  // A value that is grey among the others gets a colour when it is seen alone, or when what does not pass is greyed.
  colourOfCode(code) {
    const grey = (this.isolated.has(code) || this.dimming) && this.colours.colours[code] === this.colours.grey;
    return grey ? this.accent : (this.palette[code] ?? this.missing);
  }

  // The outline of a value's points, null for none.
  rimOfCode(code) {
    return this.rims?.[code] ?? null;
  }

  // Colour a dot beside words as the points of a value are.
  paintSwatch(node, code) {
    const rim = this.rimOfCode(code);
    node.style.background = css(this.colourOfCode(code));
    node.style.boxShadow = rim ? `inset 0 0 0 1.5px ${css(rim)}` : "";
  }

  get missing() {
    return this.greys[Number(this.dimming)];
  }

  // What the colour of an item says, in a few words; empty when colours mean nothing.
  valueOf(row) {
    const { kind, label, names, low, high } = this.colours ?? {};
    const code = this.codes[row];
    if (!kind || kind === "plain") return "";
    if (code === NO_VALUE) return `${label}: no value`;
    const value = kind === "numbers" ? formatNumber(low + ((high - low) * code) / (LEVELS - 1)) : names[code];
    return `${label}: ${value}`;
  }

  ensureGrid() {
    return (this.grid ??= new Grid(this.xy, this.rows, this.fitBox));
  }

  // Bright items go before greyed ones.
  nearest(x, y, radius) {
    const grid = this.ensureGrid();
    const bright = grid.nearest(x, y, radius, (row) => this.isBright(row));
    return bright >= 0 ? bright : grid.nearest(x, y, radius, (row) => this.isDrawn(row));
  }

  // How many items have each code, the last for none; of all, or of those that are not greyed.
  countsByCode(bright = false) {
    const { codes, states } = this;
    const last = this.palette.length;
    const counts = new Uint32Array(last + 1);
    for (let i = 0; i < codes.length; i++) if (!bright || states[i] === 0) counts[Math.min(codes[i], last)]++;
    return counts;
  }
}

// Diameter in CSS pixels and opacity of a point: from the room each has, growing slowly with the zoom. When most items
// are greyed the few that are not are larger, so that they are found.
function pointStyle(scene, view) {
  const count = Math.max(1, scene.rows.length);
  const few = scene.dimming ? clamp(scene.brightCount, 1, count) : count;
  const grown = Math.min((count / few) ** 0.25, 2.4);
  const room = Math.sqrt((view.width * view.height) / count);
  const base = clamp(room * 0.42, 1.7, 8.5);
  const dim = clamp(base * Math.max(view.zoom, 0.7) ** 0.4, 1.4, 15);
  const density = clamp(0.92 - 0.17 * Math.log10(few / 4000), 0.42, 0.92);
  const alpha = clamp(density + 0.1 * Math.log2(Math.max(1, view.zoom)), 0.3, 0.92);
  return { size: Math.max(dim, Math.min(dim * grown, 9)), dim, alpha };
}
