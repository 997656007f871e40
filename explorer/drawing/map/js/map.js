// The map: ties scene, drawing, panels and input together, and talks to Python.

let mounts = 0;

const IDLE_MS = 160;
const FRAME_MS = 30;

class SimilarityMap {
  constructor(root) {
    Object.assign(this, { root, scene: new Scene(), view: new View(), book: new ItemBook(), tool: "pan" });
    Object.assign(this, { highlight: NO_HIGHLIGHT, labels: [], path: null, pictures: "auto", showLabels: true });
    Object.assign(this, { moving: false, sequence: 0, pending: "", pointed: -1, lastThumbs: [], seen: {}, kept: {} });
    this.nonce = `${Date.now().toString(36)}${(mounts++).toString(36)}`;
    this.build();
    this.watch();
  }

  get items() {
    return this.book.items;
  }

  get hovered() {
    return this.picking.hovered;
  }

  get cursor() {
    return this.picking.cursor;
  }

  build() {
    const act = (action) => this.act(action);
    const { bar, buttons } = buildToolbar(act);
    this.buttons = buttons;
    this.base = el("canvas", "base");
    this.front = el("canvas", "front", { tabIndex: 0, role: "application", "aria-label": "Map of the items", "aria-describedby": "about-the-map" });
    this.about = el("p", "live", { id: "about-the-map" });
    this.status = el("div", "status", { role: "status" });
    this.far = el("button", "far", { type: "button", hidden: true });
    this.far.onclick = () => this.fit(this.scene.box);
    this.live = el("div", "live", { "aria-live": "polite" });
    this.notice = el("div", "notice", { hidden: true, role: "alert" });
    this.picking = new Picking(this, new Card(el("div", "card", { hidden: true })));
    this.busy = el("div", "busy", { textContent: "Drawing the map…" });
    this.near = new Nearby(this);
    this.keys = new KeysPanel(this);
    this.legend = new Legend(act, (code, add) => this.isolate(code, add));
    const foot = el("div", "foot", {}, this.status, this.far);
    const over = [this.near.root, foot, this.legend.root, this.picking.card.root, this.keys.root, this.notice, this.busy];
    this.stage = el("div", "stage", {}, this.base, this.front, ...over);
    this.root.replaceChildren(el("div", "top", {}, bar, this.legend.button), this.stage, this.about, this.live);
    this.overlay = new Overlay(this.front, () => this.invalidate(false));
    this.points = this.createPoints();
    this.drawing = new Drawing(this);
    this.place = new Place(this);
    this.input = new Input(this, this.front);
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
    if (this.kept !== keptOf(data.key)) this.recall(keptOf(data.key));
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

  // What the user has set up on this map before, on this page or before going to another.
  recall(kept) {
    this.kept = kept;
    Object.assign(this, { showLabels: kept.labels ?? true, pictures: kept.pictures ?? "auto", contours: kept.contours });
    this.useTool(kept.tool ?? "pan");
    press(this.buttons.labels, this.showLabels);
    press(this.buttons.pictures, this.pictures === "always");
    press(this.buttons.contours, Boolean(this.contours));
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
    this.applyMasks(data, Boolean(xy || codes));
    this.place.receive(data, Boolean(xy));
    if (this.repack) this.points.pack(scene);
    this.repack = false;
    if (xy) this.glide?.start();
    this.book.setItems(data.items);
    this.labels = [...data.labels].sort((a, b) => b[3] - a[3]);
    this.applyHighlight(data);
    if (this.path?.waiting) this.path = null;
    this.buttons.pictures.hidden = !data.items.thumb;
    this.buttons.labels.hidden = !data.labels.length;
    this.describe();
    this.near.follow(this.picking.here);
    this.busy.hidden = true;
    this.notice.hidden = true;
    if (this.flat) this.say(fallbackWords(scene.count));
    this.invalidate();
    if (xy) (globalThis.requestIdleCallback ?? setTimeout)(() => scene.ensureGrid() && this.invalidate(false));
  }

  applyPoints({ points, count, elastic }, xy) {
    if (xy.length !== 2 * count) throw new Error(`The map expected ${count} points, got ${xy.length / 2}.`);
    this.seen.points = points.version;
    this.glide?.stop();
    this.glide = Glide.from(this, count);
    this.scene.setPoints(xy);
    this.seen.states = undefined;
    this.repack = true;
    this.picking.leave();
    this.view.setBox(this.scene.fitBox, this.scene.box, elastic);
    this.view.fit();
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
    scene.setColours(scene.codes, colours, this.theme);
    const { isolated } = this.kept;
    if (isolated?.version === colours.version) scene.isolated = new Set(isolated.codes);
    this.seen.meaning = meaning;
    this.points.setPalette(scene);
    this.legend.build(scene);
    this.showLegend(this.kept.legend ?? this.stage.clientWidth >= ROOMY, false);
  }

  applyMasks({ selected, shown, hide }, force) {
    const masks = `${hide}|${selected}|${shown}`;
    if (!force && masks === this.seen.states) return;
    this.seen.states = masks;
    this.scene.setMasks(decodeBits(selected), decodeBits(shown), hide);
    this.points.setPalette(this.scene);
    this.legend.update(this.scene);
    this.legend.count(this.scene);
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

  // What happens on a map that this one is linked with: the part on screen ("" for all), the item pointed at (-1: none).
  follow({ at, pointed = this.pointed }) {
    this.pointed = pointed;
    if (at !== undefined) this.place.follow(at);
    this.invalidate(at !== undefined);
  }

  describe() {
    const { scene, data } = this;
    const number = (value) => value.toLocaleString("en-US");
    const parts = [`${number(scene.count)} ${data.noun}`];
    if (data.shown !== null) parts.push(`${number(scene.shownCount)} ${data.passing ?? "pass the filters"}`);
    if (scene.selectedCount !== null) parts.push(`${number(scene.selectedCount)} selected`);
    if (this.namesClusters && this.showLabels) parts.push("names: clusters");
    const absent = scene.count - scene.rows.length;
    if (absent) parts.push(`${number(absent)} without a place`);
    this.status.textContent = parts.join(" · ");
    this.far.textContent = `${number(scene.far)} far out: show`;
    const help = "Arrow keys walk from item to item, Enter picks, N lists the nearest, question mark tells all keys.";
    this.front.setAttribute("aria-label", `Map of ${parts.join("; ")}. ${help}`);
    this.about.textContent = describeMap(this);
  }

  // Whether the names on the map say something else than the colours.
  get namesClusters() {
    return this.labels.length > 0 && this.scene.colours.kind !== "categories";
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
    this.view.resize(width, height);
    if (this.data) this.view.setAside(this.legend.open ? LEGEND_WIDTH : 0);
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
    this.far.hidden = !this.scene.far || this.view.placed;
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
    this.place.move();
    this.invalidate();
  }

  settle() {
    clearTimeout(this.idle);
    this.moving = false;
    this.place.rest();
    this.invalidate();
  }

  // ---- what the user does ------------------------------------------------------------------------------------

  act(action, byKey = false) {
    const middle = this.view.toScreen(...this.view.centre);
    const actions = {
      zoomIn: () => this.zoomAt(1.5, ...middle),
      zoomOut: () => this.zoomAt(1 / 1.5, ...middle),
      reset: () => this.fit(),
      legend: () => this.showLegend(!this.legend.open),
      labels: () => this.toggleLabels(),
      pictures: () => this.togglePictures(),
      contours: () => this.toggleContours(),
      near: () => this.near.show(!this.near.open, byKey),
      keys: () => this.keys.show(!this.keys.open),
      full: () => (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen()),
      save: () => this.save(),
    };
    if (actions[action]) actions[action]();
    else this.useTool(action);
  }

  useTool(tool) {
    this.tool = this.kept.tool = tool;
    for (const name of ["pan", "lasso", "box"]) press(this.buttons[name], name === tool);
    this.front.dataset.tool = tool;
  }

  fit(box) {
    this.view.fit(box);
    this.picking.card.hide();
    this.settle();
  }

  toggleLabels() {
    this.showLabels = this.kept.labels = !this.showLabels;
    press(this.buttons.labels, this.showLabels);
    this.describe();
    this.invalidate(false);
  }

  togglePictures() {
    this.pictures = this.kept.pictures = this.pictures === "always" ? "auto" : "always";
    press(this.buttons.pictures, this.pictures === "always");
    this.invalidate(false);
  }

  toggleContours() {
    this.contours = this.kept.contours = this.contours ? null : new Contours();
    press(this.buttons.contours, Boolean(this.contours));
    this.invalidate(false);
  }

  showLegend(open, chosen = true) {
    if (chosen) this.kept.legend = open;
    this.legend.show(open);
    this.view.setAside(this.legend.open ? LEGEND_WIDTH : 0);
    this.invalidate();
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
    this.picking.card.hide();
    this.moved();
  }

  zoomAt(factor, x, y) {
    this.view.zoomAt(factor, x, y);
    this.picking.card.hide();
    this.moved();
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
    this.kept.isolated = { version: this.seen.codes, codes: [...codes] };
    this.points.setPalette(this.scene);
    this.legend.update(this.scene);
    this.invalidate();
  }

  release() {
    this.observer.disconnect();
    this.input.release();
    this.glide?.stop();
    this.near.release();
    this.unfill?.();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.idle);
    this.picking.release();
    this.place.release();
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
