// The legend: beside the points where there is room, else behind its button in the bar. Texts are never HTML.

const LEGEND_WIDTH = 216;
const ROOMY = 660; // pixels of map from which the legend is open at first
const GROUND = "M4 5h4v4H4zm6 1h10v2H10zM4 10h4v4H4zm6 1h10v2H10zM4 15h4v4H4zm6 1h10v2H10z";

class Legend {
  constructor(act, isolate) {
    this.isolate = isolate;
    this.root = el("div", "legend", { hidden: true, role: "group" });
    this.words = el("span", "words");
    this.button = el("button", "tool key", { type: "button" }, icon(GROUND), this.words);
    this.button.dataset.action = "legend";
    this.button.dataset.tip = "Show or hide what the colours mean";
    this.button.onclick = () => act("legend");
    this.entries = null;
  }

  get open() {
    return !this.root.hidden;
  }

  // [left, top, right, bottom] on the stage, where no name shall be written.
  get box() {
    const { offsetLeft: x, offsetTop: y, offsetWidth: width, offsetHeight: height } = this.root;
    return [x, y, x + width, y + height];
  }

  show(open) {
    this.root.hidden = !open || this.empty;
    this.button.setAttribute("aria-expanded", String(this.open));
  }

  build(scene) {
    const { kind, label } = scene.colours;
    this.empty = kind === "plain";
    this.button.hidden = this.empty;
    this.root.replaceChildren();
    if (this.empty) return;
    this.all = scene.countsByCode();
    this.words.textContent = label;
    this.button.setAttribute("aria-label", `Legend: ${label}`);
    this.root.setAttribute("aria-label", `Legend: ${label}`);
    const close = el("button", "close", { type: "button", textContent: "×", title: "Hide the legend", "aria-label": "Hide the legend" });
    close.onclick = () => this.button.click();
    const head = el("div", "head", {}, el("span", "title", { textContent: label }), close);
    this.root.append(head);
    if (scene.colours.note) this.root.append(el("p", "note", { textContent: scene.colours.note }));
    this.root.append(kind === "numbers" ? this.scale(scene) : this.values(scene));
  }

  values(scene) {
    const list = el("div", "values");
    this.entries = scene.colours.names.map((name, code) => this.entry(scene, name, code));
    this.counts = this.entries.map((entry) => entry.lastChild);
    list.append(...this.entries);
    this.rest = this.missing(scene);
    list.append(this.rest);
    this.update(scene);
    this.count(scene);
    return list;
  }

  entry(scene, name, code) {
    const swatch = el("span", "swatch");
    scene.paintSwatch(swatch, code);
    const full = scene.colours.notes?.[code] ?? (name.trim() || "(empty)");
    const title = `${full}. Click to see it alone, shift-click to add it`;
    const parts = [swatch, el("span", "name", { textContent: name.trim() || "(empty)" }), el("span", "count")];
    const entry = el("button", "value", { type: "button", title, "aria-pressed": "false" }, ...parts);
    entry.onclick = (event) => this.isolate(code, event.shiftKey);
    return entry;
  }

  missing(scene) {
    const swatch = el("span", "swatch");
    swatch.style.background = css(scene.missing);
    const name = el("span", "name", { textContent: scene.colours.missing || "no value" });
    return el("div", "value still", {}, swatch, name, el("span", "count"));
  }

  update(scene) {
    const all = scene.isolated.size === 0;
    this.entries?.forEach((entry, code) => {
      press(entry, scene.isolated.has(code));
      entry.classList.toggle("off", !all && !scene.isolated.has(code));
      scene.paintSwatch(entry.firstChild, code);
    });
    if (this.rest) this.rest.firstChild.style.background = css(scene.missing);
  }

  // "45" items have a value, or "12 of 45" are not greyed by filters and selection.
  count(scene) {
    if (this.empty || !this.rest) return;
    const { all } = this;
    const bright = scene.dimming ? scene.countsByCode(true) : null;
    const write = (node, code) => (node.textContent = countWords(bright?.[code], all[code]));
    const last = scene.palette.length;
    if (this.entries) this.counts.forEach((node, code) => write(node, code));
    write(this.rest.lastChild, last);
    this.rest.hidden = !all[last];
    this.entries?.forEach((entry, code) => entry.classList.toggle("none", bright?.[code] === 0));
  }

  // How often each value occurs, over the bar of colours.
  scale(scene) {
    const { low, high } = scene.colours;
    const canvas = el("canvas", "scale", { width: 360, height: 96, role: "img" });
    canvas.setAttribute("aria-label", `Colours from ${formatNumber(low)} to ${formatNumber(high)}`);
    drawScale(canvas.getContext("2d"), scene);
    const ends = [low, (low + high) / 2, high].map((value) => el("span", "", { textContent: formatNumber(value) }));
    this.entries = null;
    this.rest = this.missing(scene);
    this.count(scene);
    return el("div", "values", {}, canvas, el("div", "ends", {}, ...ends), this.rest);
  }
}

function drawScale(context, scene) {
  const bins = new Uint32Array(60);
  for (const code of scene.codes) if (code < LEVELS) bins[Math.floor((code * bins.length) / LEVELS)]++;
  const most = Math.max(1, ...bins);
  bins.forEach((count, i) => {
    context.fillStyle = css(scene.palette[Math.floor(((i + 0.5) * LEVELS) / bins.length)]);
    context.fillRect(i * 6, 72, 6.5, 24);
    const height = count ? Math.max(2, Math.sqrt(count / most) * 66) : 0;
    context.globalAlpha = 0.75;
    context.fillRect(i * 6, 68 - height, 6.5, height);
    context.globalAlpha = 1;
  });
}

function countWords(bright, all) {
  const number = (value) => value.toLocaleString("en-US");
  return bright === undefined || bright === all ? number(all) : `${number(bright)} of ${number(all)}`;
}
