// The page: one state, drawn by the map and beside it. The same map and gallery as in the app.

const WAIT_MS = 120;

class Page {
  constructor(sent) {
    this.sent = sent;
    this.search = new Search(sent);
    const { ids, texts } = sent.data;
    const [thumb, neighbours] = [(row) => sent.picture(row), (row) => sent.neighbours(row).rows];
    this.items = { item: "", ids, captions: (row) => sent.caption(row), texts, thumb, neighbours };
    this.state = { colour: sent.data.colour, picked: -1, query: "", selected: null, stop: -1 };
    this.build();
    if (sent.data.points) putBlob(sent.data.map.points.version, bytesOf(sent.data.points));
    if (sent.data.start) this.show(sent.data.start, -1);
    else this.draw();
  }

  maskOf(text) {
    const bits = decodeBits(text);
    return Uint8Array.from({ length: this.sent.count }, (_, row) => bit(bits, row));
  }

  build() {
    const { data } = this.sent;
    this.side = new Side(this);
    this.box = el("input", "search", { type: "search", placeholder: "Search words", "aria-label": "Search in ids, texts and values" });
    this.box.oninput = () => this.later(() => this.ask(this.box.value));
    this.colours = el("select", "colours", { "aria-label": "Colour by", hidden: !data.points || data.colours.length < 2 });
    this.colours.append(...data.colours.map((one, place) => new Option(`Colour: ${one.name}`, place)));
    this.colours.value = this.state.colour;
    this.colours.onchange = () => this.change({ colour: Number(this.colours.value) });
    this.theme = el("button", "theme", { type: "button", title: "Light or dark", "aria-label": "Light or dark", textContent: "◐" });
    this.theme.onclick = () => this.turn();
    const title = el("h1", "", { textContent: data.title, title: data.title });
    const tools = el("div", "tools", {}, this.box, this.colours, this.theme);
    const main = el("main", data.points ? "" : "alone");
    if (data.points) main.append(this.buildMap());
    main.append(this.side.root);
    document.body.append(el("header", "", {}, title, tools), main);
    document.addEventListener("keydown", (event) => this.key(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    // Only now is the end of the page there, with the pictures.
    if (this.sent.hasPictures) document.addEventListener("DOMContentLoaded", () => this.drawPictures());
  }

  buildMap() {
    const host = el("section", "map-host", { "aria-label": "Map" });
    const shadow = host.attachShadow({ mode: "open" });
    const root = el("div", "map");
    shadow.append(document.getElementById("map-style").content.cloneNode(true), root);
    this.map = new SimilarityMap(root);
    return host;
  }

  later(act) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(act, WAIT_MS);
  }

  // ---- what is shown -------------------------------------------------------------------------------------------

  change(changes) {
    Object.assign(this.state, changes);
    return this.draw();
  }

  drawPictures() {
    this.pictured = true;
    this.draw();
  }

  draw() {
    this.side.draw();
    return this.map ? this.drawMap() : Promise.resolve();
  }

  drawMap() {
    const { data } = this.sent;
    const chosen = data.colours[this.state.colour];
    this.carried ??= new Set();
    if (!this.carried.has(chosen.value.version)) putBlob(chosen.value.version, bytesOf(chosen.codes));
    this.carried.add(chosen.value.version);
    const { query, selected } = this.state;
    const masks = { shown: this.masked(query && this.matching), selected: this.masked(selected) };
    const words = { key: "sent", height: 0, fill: false, hide: false, noun: "items", passing: "hold the words", reportLegend: false };
    const items = { ...this.items, thumb: this.pictured ? this.items.thumb : "" };
    const shown = { ...data.map, ...words, ...masks, items, colours: chosen.value, labels: chosen.labels, highlight: this.highlight() };
    return this.map.update({ ...shown, acknowledged: this.heard }, (_, event) => this.on(event));
  }

  masked(mask) {
    return mask ? textOfBits(bitsWhere(this.sent.count, (row) => mask[row])) : null;
  }

  highlight() {
    const { picked } = this.state;
    const near = picked < 0 ? { rows: [], similarities: [] } : this.sent.neighbours(picked);
    return { ...NO_HIGHLIGHT, picked, neighbours: near.rows, similarities: near.similarities };
  }

  // ---- what the user does --------------------------------------------------------------------------------------

  on(event) {
    this.heard = event.sequence;
    if (event.kind === "pick" || event.kind === "query") this.pick(event.row);
    else if (event.kind === "select") this.select(event);
    else if (event.kind === "clear") this.change(event.what === "picked" ? { picked: -1 } : { selected: null });
  }

  pick(row, show = false) {
    const done = this.change({ picked: row });
    if (row >= 0 && show && this.map) done.then(() => this.map.picking.bringIntoView(row));
  }

  select({ polygon, op }) {
    const { xy } = this.map.scene;
    const before = this.state.selected;
    const inside = (row) => liesInside([xy[2 * row], xy[2 * row + 1]], polygon);
    const wanted = {
      replace: inside,
      add: (row) => Boolean(before?.[row]) || inside(row),
      subtract: (row) => (before ? Boolean(before[row]) : true) && !inside(row),
    }[op];
    this.change({ selected: Uint8Array.from({ length: this.sent.count }, (_, row) => Number(wanted(row))), picked: -1 });
  }

  ask(words) {
    const query = words.trim();
    if (query === this.state.query) return;
    this.matching = query ? this.search.find(query) : null;
    this.change({ query, picked: -1 });
  }

  clear() {
    this.box.value = "";
    this.matching = null;
    this.change({ query: "", selected: null, picked: -1 });
  }

  turn() {
    const dark = parseColour(getComputedStyle(document.documentElement).getPropertyValue("--st-background-color"))[0] < 128;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    this.draw();
  }

  key(event) {
    const [from] = event.composedPath();
    const typing = from instanceof HTMLInputElement || from instanceof HTMLSelectElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing && event.key === "Escape") this.clear();
    if (typing) return;
    const acts = { "/": () => this.box.focus() };
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    if (step && this.sent.data.stops.length) acts[event.key] = () => this.goTo(this.state.stop + step);
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  // ---- stops of a tour -----------------------------------------------------------------------------------------

  goTo(number) {
    const stop = this.sent.data.stops[number];
    if (stop) this.show(stop, number);
  }

  async show(stop, number) {
    this.box.value = stop.query;
    this.matching = stop.query ? this.search.find(stop.query) : null;
    const colour = stop.colour < 0 ? this.state.colour : stop.colour;
    this.colours.value = colour;
    const selected = stop.selected ? Object.assign(this.maskOf(stop.selected), { order: stop.order, asked: stop.asked }) : null;
    await this.change({ stop: number, colour, query: stop.query, picked: stop.picked, selected });
    if (!this.map) return;
    if (stop.at) this.map.view.read(stop.at);
    else this.map.view.fit();
    this.map.settle();
  }
}

new Page(new Sent(JSON.parse(document.getElementById("sent-data").textContent)));
