// The map: ties scene, drawing, panels and input together, and talks to Python.

const memory = (globalThis.__similarityMapViews ??= new Map());
const maps = new WeakMap();
let mounts = 0;

const NO_HIGHLIGHT = { picked: -1, neighbours: [], similarities: [], query: null, queryLabel: "", lines: true };
const IDLE_MS = 160;
const FRAME_MS = 30;
const PICK_DELAY_MS = 220;
const LEGEND_WIDTH = 220;

class SimilarityMap {
  constructor(root) {
    Object.assign(this, { root, scene: new Scene(), view: new View(), book: new ItemBook(), tool: "pan" });
    Object.assign(this, { highlight: NO_HIGHLIGHT, labels: [], hovered: -1, path: null, pictures: "auto" });
    Object.assign(this, { showLabels: true, moving: false, sequence: 0, pending: "", lastThumbs: [] });
    this.seen = {};
    this.nonce = `${Date.now().toString(36)}${(mounts++).toString(36)}`;
    this.build();
    this.watch();
  }

  get items() {
    return this.book.items;
  }

  build() {
    const { bar, buttons } = buildToolbar((action) => this.act(action));
    this.buttons = buttons;
    const label = "Map of the items";
    this.base = el("canvas", "base");
    this.front = el("canvas", "front", { tabIndex: 0, role: "application", "aria-label": label });
    this.status = el("div", "status", { role: "status" });
    this.live = el("div", "live", { "aria-live": "polite" });
    this.notice = el("div", "notice", { hidden: true, role: "alert" });
    this.card = new Card(el("div", "card", { hidden: true }));
    this.busy = el("div", "busy", { textContent: "Drawing the map…" });
    this.legend = new Legend(el("div", "legend", { hidden: true }), (code, add) => this.isolate(code, add));
    const top = el("div", "top", {}, bar, this.status);
    this.stage = el("div", "stage", {}, this.base, this.front, this.legend.root, this.card.root, this.notice, this.busy);
    this.root.replaceChildren(top, this.stage, this.live);
    this.overlay = new Overlay(this.front, () => this.invalidate(false));
    this.points = this.createPoints();
    new Input(this, this.front);
    this.useTool("pan");
    press(buttons.labels, true);
    press(buttons.pictures, false);
  }

  createPoints() {
    const points = WebGLPoints.create(this.base);
    if (points) {
      this.base.addEventListener("webglcontextlost", (event) => event.preventDefault());
      this.base.addEventListener("webglcontextrestored", () => this.restore());
      return points;
    }
    this.flat = true;
    return new CanvasPoints(this.base);
  }

  restore() {
    this.points.setUp();
    this.uploadAll();
    this.resize();
  }

  watch() {
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
  }

  // ---- what Python sends -------------------------------------------------------------------------------------

  async update(data, send) {
    Object.assign(this, { data, send });
    if (!data.fill) this.root.style.height = `${data.height}px`;
    else this.unfill ??= fillWindow(this.root, data.height);
    this.theme = readTheme(this.root);
    this.font = getComputedStyle(this.root).fontFamily;
    try {
      const arrays = await this.load(data);
      if (this.data !== data) return;
      this.apply(data, ...arrays);
    } catch (error) {
      this.say(String(error.message ?? error));
    }
  }

  load({ points, colours }) {
    const changed = points.version !== this.seen.points;
    const place = points.url ? () => fetchBlob(points.url) : () => waitForBlob(points.version);
    return Promise.all([changed ? place() : null, colours.version !== this.seen.codes ? waitForBlob(colours.version) : null]);
  }

  apply(data, xy, codes) {
    const { scene } = this;
    if (xy) this.applyPoints(data, typed(Float32Array, xy));
    this.applyColours(data, codes && typed(Uint16Array, codes));
    this.applyMasks(data, Boolean(xy));
    if (this.repack) this.points.pack(scene);
    this.repack = false;
    this.book.setItems(data.items);
    this.labels = [...data.labels].sort((a, b) => b[3] - a[3]);
    this.applyHighlight(data);
    if (this.path?.waiting) this.path = null;
    this.buttons.pictures.hidden = !data.items.thumb;
    this.buttons.labels.hidden = !data.labels.length;
    this.describe();
    this.busy.hidden = true;
    this.notice.hidden = true;
    if (this.flat) this.say(fallbackWords(scene.count));
    this.invalidate();
    if (xy) (globalThis.requestIdleCallback ?? setTimeout)(() => scene.ensureGrid());
  }

  applyPoints({ points, count, key }, xy) {
    if (xy.length !== 2 * count) throw new Error(`The map expected ${count} points, got ${xy.length / 2}.`);
    this.seen.points = points.version;
    this.scene.setPoints(xy);
    this.seen.states = undefined;
    this.repack = true;
    this.hover(-1);
    this.view.setBox(this.scene.box);
    this.view.setAside(this.aside());
    const before = memory.get(key);
    this.view.fit();
    if (before?.version === points.version) Object.assign(this.view, before.view);
    this.rememberView();
  }

  applyColours({ colours }, codes) {
    const { scene } = this;
    const meaning = JSON.stringify([colours, this.theme]);
    if (codes) {
      this.seen.codes = colours.version;
      scene.codes = codes;
    }
    this.repack = this.repack || Boolean(codes);
    if (!codes && meaning === this.seen.meaning) return;
    const isolated = this.seen.codes === this.seen.isolatedFor ? scene.isolated : new Set();
    scene.setColours(scene.codes, colours, this.theme);
    scene.isolated = isolated;
    this.seen.isolatedFor = this.seen.codes;
    this.seen.meaning = meaning;
    this.points.setPalette(scene);
    this.legend.build(scene, this.theme);
  }

  applyMasks({ selected, shown, hide }, force) {
    const masks = `${hide}|${selected}|${shown}`;
    if (!force && masks === this.seen.states) return;
    this.seen.states = masks;
    this.scene.setMasks(decodeBits(selected), decodeBits(shown), hide);
    this.repack = true;
  }

  // An answer to an older click must not take back a newer one.
  applyHighlight({ highlight, acknowledged }) {
    const words = JSON.stringify(highlight);
    const outdated = this.pending && this.pending !== acknowledged;
    if (words === this.seen.highlight || outdated) return;
    this.pending = "";
    this.seen.highlight = words;
    this.highlight = highlight;
  }

  uploadAll() {
    this.points.pack(this.scene);
    this.points.setPalette(this.scene);
  }

  report(event) {
    const sequence = `${this.nonce}-${++this.sequence}`;
    this.pending = sequence;
    setTimeout(() => this.pending === sequence && (this.pending = ""), 5000);
    this.send("event", { sequence, ...event });
  }

  aside() {
    return this.data.colours.kind === "plain" || this.legend.folded ? 0 : LEGEND_WIDTH;
  }

  describe() {
    const { scene, data } = this;
    const number = (value) => value.toLocaleString("en-US");
    const parts = [`${number(scene.count)} ${data.noun}`];
    if (data.shown !== null) parts.push(`${number(scene.shownCount)} pass the filters`);
    if (scene.selectedCount !== null) parts.push(`${number(scene.selectedCount)} selected`);
    const absent = scene.count - scene.rows.length;
    if (absent) parts.push(`${number(absent)} without a place`);
    this.status.textContent = parts.join("; ");
    const help = "Arrow keys move the map or walk to neighbours of the picked item, Enter searches, Escape clears.";
    this.front.setAttribute("aria-label", `Map of ${parts.join("; ")}. ${help}`);
  }

  say(words) {
    this.notice.textContent = words;
    this.notice.hidden = !words;
    this.busy.hidden = true;
  }

  // ---- drawing -----------------------------------------------------------------------------------------------

  resize() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const known = this.data && memory.get(this.data.key)?.placed;
    this.view.resize(width, height);
    if (this.data) this.view.setAside(this.aside());
    if (!known) this.view.fit();
    this.points.resize(width, height, ratio);
    this.overlay.resize(width, height, ratio);
    this.paint();
  }

  invalidate(base = true) {
    this.dirty = this.dirty || base;
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.paint(this.dirty);
    });
  }

  paint(base = true) {
    if (!this.theme || !this.scene.colours) return;
    this.dirty = false;
    if (base) this.points.draw(this.scene, this.view, this.theme, this.moving ? this.points.affordable(FRAME_MS) : 1);
    this.overlay.draw(this);
    if (base && !this.seen.drawn) {
      this.seen.drawn = true;
      this.root.dataset.drawn = String(this.scene.rows.length);
    }
  }

  // While the view moves on a slow machine only a fair sample is drawn, and everything once it rests.
  moved() {
    this.moving = true;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.settle(), clamp(this.points.cost || 0, IDLE_MS, 900));
    this.invalidate();
  }

  settle() {
    clearTimeout(this.idle);
    this.moving = false;
    this.rememberView(true);
    this.invalidate();
  }

  rememberView(placed = false) {
    const { x, y, scale, fitScale } = this.view;
    memory.set(this.data.key, { version: this.seen.points, view: { x, y, scale, fitScale }, placed });
  }

  // ---- what the user does ------------------------------------------------------------------------------------

  act(action) {
    const middle = [this.view.width / 2, this.view.height / 2];
    const actions = {
      zoomIn: () => this.zoomAt(1.5, ...middle),
      zoomOut: () => this.zoomAt(1 / 1.5, ...middle),
      reset: () => this.reset(),
      labels: () => this.toggleLabels(),
      pictures: () => this.togglePictures(),
      full: () => (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen()),
      save: () => this.save(),
    };
    if (actions[action]) actions[action]();
    else this.useTool(action);
  }

  useTool(tool) {
    this.tool = tool;
    for (const name of ["pan", "lasso", "box"]) press(this.buttons[name], name === tool);
    this.front.dataset.tool = tool;
  }

  reset() {
    this.view.setAside(this.aside());
    this.view.fit();
    memory.delete(this.data.key);
    this.card.hide();
    this.invalidate();
  }

  toggleLabels() {
    this.showLabels = !this.showLabels;
    press(this.buttons.labels, this.showLabels);
    this.invalidate(false);
  }

  togglePictures() {
    this.pictures = this.pictures === "always" ? "auto" : "always";
    press(this.buttons.pictures, this.pictures === "always");
    this.invalidate(false);
  }

  save() {
    this.paint();
    const picture = el("canvas", "", { width: this.base.width, height: this.base.height });
    const context = picture.getContext("2d");
    context.fillStyle = css(this.theme.ground);
    context.fillRect(0, 0, picture.width, picture.height);
    for (const layer of [this.base, this.front]) context.drawImage(layer, 0, 0);
    el("a", "", { href: picture.toDataURL("image/png"), download: "map.png" }).click();
  }

  pan(dx, dy) {
    this.view.pan(dx, dy);
    this.card.hide();
    this.moved();
  }

  zoomAt(factor, x, y) {
    this.view.zoomAt(factor, x, y);
    this.card.hide();
    this.moved();
  }

  rowAt(x, y, reach = 9) {
    if (!this.scene.colours) return -1;
    const { size } = pointStyle(this.scene, this.view);
    const radius = Math.max(reach, size / 2 + 3) / this.view.scale;
    const thumb = this.thumbAt(x, y);
    return thumb >= 0 ? thumb : this.scene.nearest(...this.view.toData(x, y), radius);
  }

  thumbAt(x, y) {
    let best = 22;
    let found = -1;
    for (const row of this.lastThumbs) {
      const [sx, sy] = this.view.toScreen(...this.scene.place(row));
      const far = Math.max(Math.abs(sx - x), Math.abs(sy - y));
      if (far < best) [best, found] = [far, row];
    }
    return found;
  }

  hoverAt(x, y) {
    this.pointer = [x, y];
    const row = this.rowAt(x, y);
    if (row >= 0 && row === this.hovered) this.card.move(x, y, this.view);
    else this.hover(row);
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.front.classList.toggle("over", row >= 0);
    this.invalidate(false);
    clearTimeout(this.asking);
    if (row < 0) return this.card.hide();
    this.card.show(row, this.book.now(row), this, ...this.pointer);
    this.asking = setTimeout(() => this.fillCard(row), 50);
  }

  async fillCard(row) {
    const info = await this.book.of(row);
    if (row === this.hovered) this.card.show(row, info, this, ...this.pointer);
  }

  clickAt(x, y, touch) {
    const row = this.rowAt(x, y, touch ? 18 : 9);
    if (row < 0) return;
    this.pointer = [x, y];
    if (touch) this.hover(row);
    this.pick(row);
  }

  pick(row, delay = 0) {
    const rank = describeRank(row, this.highlight);
    if (row !== this.highlight.picked) this.highlight = { ...this.highlight, picked: row, neighbours: [], similarities: [] };
    this.invalidate(false);
    this.announce(row, rank);
    clearTimeout(this.picking);
    this.pending = "soon";
    this.picking = setTimeout(() => this.report({ kind: "pick", row }), delay);
  }

  async announce(row, rank) {
    const info = await this.book.of(row);
    this.live.textContent = [`Picked ${info.id}`, info.text, this.scene.valueOf(row), rank].filter(Boolean).join(". ");
  }

  pickMiddle() {
    const { view, scene } = this;
    const reach = Math.max(view.width, view.height) / view.scale;
    for (let radius = reach / 64; radius <= reach; radius *= 2) {
      const row = scene.nearest(view.x, view.y, radius);
      if (row >= 0) return this.pick(row);
    }
    return undefined;
  }

  enter() {
    if (this.highlight.picked >= 0) this.report({ kind: "query", row: this.highlight.picked });
    else this.pickMiddle();
  }

  // To the nearest neighbour in the direction of the arrow; where none lies there, to any item of the map that does.
  async walk(direction) {
    const from = this.highlight.picked;
    const known = this.highlight.neighbours.length ? this.highlight.neighbours : await this.book.neighbours(from);
    if (this.highlight.picked !== from) return;
    const { scene } = this;
    let to = nearestInDirection(scene, from, known ?? [], direction);
    if (to < 0) to = nearestInDirection(scene, from, this.around(from), direction);
    if (to < 0) {
      this.live.textContent = "Nothing lies in that direction";
      return;
    }
    this.pick(to, PICK_DELAY_MS);
    this.bringIntoView(to);
  }

  around(row) {
    return this.scene.ensureGrid().around(row, 60, (other) => this.scene.isBright(other));
  }

  bringIntoView(row) {
    const { view } = this;
    const [x, y] = view.toScreen(...this.scene.place(row));
    const margin = 60;
    const dx = x < margin ? margin - x : x > view.width - margin ? view.width - margin - x : 0;
    const dy = y < margin ? margin - y : y > view.height - margin ? view.height - margin - y : 0;
    if (dx || dy) this.pan(dx, dy);
  }

  escape() {
    this.dropPath();
    if (this.scene.isolated.size) this.setIsolated(new Set());
    this.highlight = NO_HIGHLIGHT;
    this.live.textContent = "Cleared";
    this.invalidate();
    this.report({ kind: "clear" });
  }

  isolate(code, add) {
    const only = this.scene.isolated;
    const next = add ? new Set(only) : new Set();
    if (only.has(code) && (add || only.size === 1)) next.delete(code);
    else next.add(code);
    this.setIsolated(next);
    const names = [...next].map((index) => this.scene.colours.names[index]);
    this.live.textContent = names.length ? `Only ${names.join(", ")}` : "All values";
    if (this.data.reportLegend) this.report({ kind: "legend", names });
  }

  setIsolated(codes) {
    this.scene.isolated = codes;
    this.points.setPalette(this.scene);
    this.legend.update(this.scene);
    this.invalidate();
  }

  // ---- lasso and box -----------------------------------------------------------------------------------------

  startPath(points) {
    this.path = { points, waiting: false };
  }

  setPath(points) {
    if (this.path) this.path.points = points;
    this.invalidate(false);
  }

  extendPath(point) {
    this.path?.points.push(point);
    this.invalidate(false);
  }

  dropPath() {
    this.path = null;
    this.invalidate(false);
  }

  finishPath(op) {
    const polygon = thin(this.path?.points ?? [], MAX_CORNERS);
    if (polygon.length < 3) return this.dropPath();
    const waiting = { points: polygon, waiting: true };
    this.path = waiting;
    setTimeout(() => this.path === waiting && this.dropPath(), 4000);
    this.invalidate(false);
    return this.report({ kind: "select", op, polygon });
  }

  release() {
    this.observer.disconnect();
    this.unfill?.();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.idle);
    clearTimeout(this.picking);
    this.points.release();
  }
}

function readTheme(root) {
  const style = getComputedStyle(root);
  const colour = (name, fallback) => parseColour(style.getPropertyValue(`--st-${name}`), fallback);
  const ground = colour("background-color", [255, 255, 255]);
  const text = colour("text-color", [38, 39, 48]);
  return { ground, text, primary: colour("primary-color", [208, 61, 78]), dim: mix(ground, text, 0.28) };
}

function fallbackWords(count) {
  const some = count > FALLBACK_POINTS ? ` A sample of ${FALLBACK_POINTS.toLocaleString("en-US")} points is drawn.` : "";
  return `This browser does not offer WebGL2, so the map is drawn more slowly.${some}`;
}

// Among `rows` the nearest on the map within 60 degrees of `direction` (y up), or -1.
function nearestInDirection(scene, from, rows, [dx, dy]) {
  const [x, y] = scene.place(from);
  let best = Infinity;
  let found = -1;
  for (const row of rows) {
    if (row === from || !scene.isDrawn(row)) continue;
    const [vx, vy] = [scene.xy[2 * row] - x, scene.xy[2 * row + 1] - y];
    const length = Math.hypot(vx, vy);
    const along = vx * dx + vy * dy;
    if (length > 0 && along >= 0.5 * length && length < best) [best, found] = [length, row];
  }
  return found;
}

export default function similarityMap({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".map");
  if (!data || !root) return undefined;
  let map = maps.get(parentElement);
  if (!map || map.root !== root) {
    map?.release();
    map = new SimilarityMap(root);
    maps.set(parentElement, map);
  }
  map.update(data, setTriggerValue);
  return () => {
    maps.get(parentElement)?.release();
    maps.delete(parentElement);
  };
}
