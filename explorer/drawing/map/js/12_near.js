// For those who walk on the map without seeing it, or without a mouse: what is near the item that one stands on, as a
// list, and the map in words. Texts of items are never HTML.

const LISTED = 8;
const LIST_PAUSE_MS = 250;
const TOLD = 3; // names of the list that are read aloud
const DESCRIBED = 12; // values or areas in the description of the map

// The list: alike by the model, and near on the map. It is one stop of the Tab key after the map; while it is not
// opened by its button it shows only as long as it has the focus.
class Nearby {
  constructor(map) {
    Object.assign(this, { map, row: -1, open: false });
    this.title = el("div", "title");
    const close = el("button", "close", { type: "button", textContent: "×", "aria-label": "Close the list" });
    close.onclick = () => this.show(false);
    this.lists = el("div", "lists");
    this.root = el("section", "near", { hidden: true }, el("div", "head", {}, this.title, close), this.lists);
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  get hasFocus() {
    return this.root.contains(this.root.getRootNode().activeElement);
  }

  get isWanted() {
    const { front } = this.map;
    const walking = this.root.getRootNode().activeElement === front && !front.classList.contains("by-pointer");
    return this.open || walking || this.hasFocus;
  }

  // [left, top, right, bottom] on the stage that it takes, null where it is not seen.
  get box() {
    if (this.root.hidden || !(this.open || this.hasFocus)) return null;
    const { offsetLeft: x, offsetTop: y, offsetWidth: width, offsetHeight: height } = this.root;
    return [x, y, x + width, y + height];
  }

  get buttons() {
    return [...this.lists.querySelectorAll("button")];
  }

  // Open or close it; by the keyboard the focus goes along.
  show(open, focus = false) {
    const { map } = this;
    this.open = open;
    this.root.classList.toggle("open", open);
    press(map.buttons.near, open);
    if (open && map.picking.here < 0) map.picking.stand(map.picking.middle());
    if (open) this.fill(map.picking.here).then(() => focus && this.buttons[0]?.focus());
    else if (this.hasFocus || focus) map.front.focus();
  }

  // To be called whenever one stands on another item; -1 for none.
  follow(row) {
    const state = `${row}|${this.map.seen.highlight}|${this.map.seen.states}`;
    if (state === this.state && !this.root.hidden) return;
    Object.assign(this, { row, state });
    clearTimeout(this.waiting);
    if (row < 0 || !this.isWanted) this.root.hidden = true;
    else this.waiting = setTimeout(() => this.fill(row, !this.open || !this.hasFocus), LIST_PAUSE_MS);
  }

  async fill(row, aloud = false) {
    this.row = row;
    if (row < 0) return;
    const { map } = this;
    const alike = (await this.alike(row)).slice(0, LISTED);
    const near = map.picking.around(row, LISTED);
    const names = new Map(await Promise.all([row, ...alike, ...near].map(async (one) => [one, await map.book.of(one)])));
    if (row !== this.row || !this.isWanted) return;
    const name = shorten(nameOf(names.get(row)), 60);
    this.title.textContent = `Near ${name}`;
    this.root.setAttribute("aria-label", `Items near ${name}`);
    const at = this.buttons.indexOf(this.root.getRootNode().activeElement);
    this.lists.replaceChildren(...this.list("Most alike", alike, names), ...this.list("Nearest on the map", near, names));
    this.buttons.forEach((button, place) => (button.tabIndex = place ? -1 : 0));
    if (at >= 0) this.buttons[Math.min(at, this.buttons.length - 1)]?.focus();
    this.root.hidden = false;
    const told = (alike.length ? alike : near).slice(0, TOLD).map((one) => shorten(nameOf(names.get(one)), 60));
    if (aloud && told.length) map.live.textContent += `. ${alike.length ? "Most alike" : "Nearest"}: ${told.join(", ")}`;
  }

  async alike(row) {
    const { highlight, book } = this.map;
    const known = row === highlight.picked && highlight.neighbours.length ? highlight.neighbours : await book.neighbours(row);
    return (known ?? []).filter((one) => one !== row);
  }

  list(words, rows, names) {
    if (!rows.length) return [];
    const items = rows.map((row) => el("li", "", {}, this.entry(row, names.get(row))));
    return [el("div", "kind", { textContent: words }), el("ol", "", { "aria-label": words }, ...items)];
  }

  entry(row, info) {
    const { map } = this;
    const caption = captionOf(info);
    const text = textBeside(info);
    const about = [caption ? info.id : "", map.scene.valueOf(row), row === map.highlight.picked ? "picked" : ""].filter(Boolean).join(" · ");
    const swatch = el("span", "swatch");
    map.scene.paintSwatch(swatch, map.scene.codes[row]);
    const name = el("span", "name", { textContent: caption || (text ? `${info.id}: ${shorten(text, 60)}` : info.id) });
    const button = el("button", "", { type: "button" }, swatch, el("span", "words", {}, name, el("span", "about", { textContent: about })));
    button.onfocus = () => map.picking.point(row);
    button.onclick = () => {
      map.picking.pick(row);
      map.front.focus();
    };
    return button;
  }

  // Arrow keys within the list; Escape goes back to the map.
  key(event) {
    const { buttons } = this;
    const at = buttons.indexOf(event.target);
    const ends = { Home: 0, End: buttons.length - 1, ArrowDown: at + 1, ArrowUp: at - 1 };
    const next = at < 0 ? undefined : buttons[ends[event.key]];
    if (next) {
      buttons[at].tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === "Escape") this.show(false, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  release() {
    clearTimeout(this.waiting);
  }
}

const nameOf = (info) => captionOf(info) || info.id;

// The map in words: how many items, and the largest values or named areas with their counts.
function describeMap({ scene, labels, status, data, legend }) {
  const number = (value) => Math.round(value).toLocaleString("en-US");
  const { kind, names, label, low, high } = scene.colours;
  const parts = [`A map of ${status.textContent.replaceAll(" · ", ", ")}: what is alike lies near each other`];
  if (kind === "categories") parts.push(countedWords(`By ${label}`, names, legend.all, number));
  if (kind === "numbers") parts.push(`Colours tell ${label}, from ${formatNumber(low)} to ${formatNumber(high)}`);
  if (labels.length && kind !== "categories") parts.push(countedWords("Named areas", labels.map((one) => one[0]), labels.map((one) => one[3]), number));
  if (!data.count) return "An empty map.";
  return `${parts.join(". ")}.`;
}

function countedWords(title, names, counts, number) {
  const order = names.map((_, place) => place).sort((a, b) => counts[b] - counts[a]);
  const told = order.slice(0, DESCRIBED).map((place) => `${names[place].trim() || "(empty)"} ${number(counts[place])}`);
  const more = names.length > DESCRIBED ? `, and ${number(names.length - DESCRIBED)} more` : "";
  return `${title}: ${told.join(", ")}${more}`;
}
