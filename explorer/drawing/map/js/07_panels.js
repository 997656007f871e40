// The tool bar, the card under the pointer and what a screen reader hears. Texts of items are never HTML.

const ICONS = {
  pan: "M12 2l3 3h-2v6h6V9l3 3-3 3v-2h-6v6h2l-3 3-3-3h2v-6H5v2l-3-3 3-3v2h6V5H9z",
  lasso: "M12 4c-5 0-9 2.500-9 6 0 2 1.300 3.700 3.400 4.800A2.800 2.800 0 0 0 9 18.500c-.2 1-1 1.700-2.200 2l.5 1.500c2-.5 3.300-1.800 3.700-3.600a2.800 2.800 0 0 0 .9-2.400H12c5 0 9-2.600 9-6s-4-6-9-6zm0 1.800c4 0 7.200 1.900 7.200 4.200s-3.200 4.200-7.200 4.200h-.9a2.800 2.800 0 0 0-4.300-.9C5.500 12.500 4.800 11.300 4.800 10c0-2.300 3.200-4.200 7.200-4.200z",
  box: "M3 3h4v2H5v2H3zm7 0h4v2h-4zm7 0h4v4h-2V5h-2zM3 10h2v4H3zm16 0h2v4h-2zM3 17h2v2h2v2H3zm16 0h2v4h-4v-2h2zm-9 2h4v2h-4z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  minus: "M5 11h14v2H5z",
  reset: "M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4zM9 9h6v6H9z",
  labels: "M5 4h14v4h-2V6h-4v12h2v2H9v-2h2V6H7v2H5z",
  pictures: "M4 4h16v16H4zm2 2v9l3.500-3.500 3 3 2-2L18 16V6zm9 1.500a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3z",
  contours: "M12 3c5 0 9 3.600 9 8.500S17.500 21 12 21s-9-4-9-9.500S7 3 12 3zm0 2c-4 0-7 2.700-7 6.500S8 19 12 19s7-3.200 7-7.500S16 5 12 5zm.5 3c2.200 0 3.500 1.600 3.500 3.600S14.300 16 12 16s-4-1.600-4-4 2-4 4.500-4zm0 2C11 10 10 10.800 10 12s.8 2 2 2 2-1 2-2.300-.5-1.700-1.500-1.700z",
  full: "M4 4h5v2H6v3H4zm11 0h5v5h-2V6h-3zM4 15h2v3h3v2H4zm14 0h2v5h-5v-2h3z",
  near: "M4 6h2v2H4zm4 0h12v2H8zM4 11h2v2H4zm4 0h12v2H8zM4 16h2v2H4zm4 0h12v2H8z",
  keys: "M2 6h20v12H2zm2 2v8h16V8zm2 1.500h2v2H6zm4 0h2v2h-2zm4 0h2v2h-2zM7 13h10v2H7z",
  save: "M11 3h2v9l3-3 1.400 1.400L12 16l-5.400-5.600L8 9l3 3zM4 18h16v2H4z",
};

const TOOLS = [
  ["pan", "Move the map (V)", "pan"],
  ["lasso", "Select with a lasso (L). Shift adds, Alt takes away. By touch: hold, then draw", "lasso"],
  ["box", "Select with a box (B). Shift adds, Alt takes away", "box"],
  null,
  ["plus", "Zoom in (+)", "zoomIn"],
  ["minus", "Zoom out (−)", "zoomOut"],
  ["reset", "Show the whole map (0)", "reset"],
  null,
  ["labels", "Names on the map", "labels"],
  ["pictures", "Pictures on the map", "pictures"],
  ["contours", "Lines of equal density (C)", "contours"],
  ["near", "List of the nearest items (N)", "near"],
  ["full", "Full screen", "full"],
  ["save", "Save as a picture", "save"],
  ["keys", "Keys of the map (?)", "keys"],
];

function buildToolbar(act) {
  const bar = el("div", "toolbar", { role: "toolbar", "aria-label": "Map tools" });
  const buttons = {};
  for (const tool of TOOLS) {
    if (tool === null) {
      bar.append(el("span", "gap"));
      continue;
    }
    const [name, title, action] = tool;
    const button = el("button", "tool", { type: "button", "aria-label": title }, icon(ICONS[name]));
    button.dataset.action = action;
    button.dataset.tip = title;
    button.onclick = () => act(action);
    buttons[action] = button;
    bar.append(button);
  }
  return { bar, buttons };
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

// What a server tells of a row at the address of a template, or what a function promises; null for nothing.
async function lookUp(template, row) {
  if (typeof template === "function") return template(row);
  const answer = await fetch(rowUrl(template, row));
  return answer.ok ? answer.json() : null;
}

// What names an item in a few words: its caption, where that says more than the end of its id; else "".
function captionOf({ id, caption }) {
  return caption && caption !== id && caption !== id.split("/").pop() ? caption : "";
}

// Its text, where the caption is not the beginning of it.
function textBeside(info) {
  const caption = captionOf(info).replace(/…$/, "");
  return caption && info.text?.startsWith(caption) ? "" : (info.text ?? "");
}

// Names, texts and neighbours of single items: given inline, or asked for once each.
class ItemBook {
  constructor() {
    this.known = new Recent(1000);
    this.walks = new Recent(200);
    this.items = { thumb: "", item: "", neighbours: "", ids: [], captions: [], texts: [] };
  }

  setItems(items) {
    if (items.item !== this.items.item) this.known = new Recent(1000);
    if (items.neighbours !== this.items.neighbours) this.walks = new Recent(200);
    this.items = items;
  }

  inline(row) {
    const { ids, captions, texts } = this.items;
    const caption = typeof captions === "function" ? captions(row) : captions?.[row];
    return { id: ids[row] ?? `item ${(row + 1).toLocaleString("en-US")}`, caption: caption ?? "", text: texts[row] ?? "" };
  }

  now(row) {
    return this.items.item ? this.known.get(row) ?? null : this.inline(row);
  }

  async of(row) {
    const known = this.now(row);
    if (known) return known;
    try {
      return this.known.set(row, (await lookUp(this.items.item, row)) ?? this.inline(row));
    } catch {
      return this.inline(row);
    }
  }

  async neighbours(row) {
    if (!this.items.neighbours) return null;
    const known = this.walks.get(row);
    if (known) return known;
    try {
      const body = await lookUp(this.items.neighbours, row);
      const rows = Array.isArray(body) ? body : body?.rows;
      return Array.isArray(rows) ? this.walks.set(row, rows.map(Number)) : null;
    } catch {
      return null;
    }
  }
}

const NARROWEST = 220; // pixels beside the list in which the card can stand

class Card {
  constructor(root) {
    this.root = root;
    this.image = el("img", "", { alt: "" });
    this.image.onerror = () => (this.image.hidden = true);
    [this.id, this.caption, this.text, this.value, this.rank] = ["id", "said", "text", "what", "rank"].map((name) => el("div", name));
    this.swatch = el("span", "swatch");
    this.words = el("span");
    this.value.append(this.swatch, this.words);
    root.append(this.image, el("div", "lines", {}, this.id, this.caption, this.text, this.value, this.rank));
  }

  hide() {
    this.root.hidden = true;
    this.row = -1;
  }

  // `info` is null while it is on its way.
  show(row, info, map, x, y) {
    if (row !== this.row) this.picture(row, map.items.thumb);
    this.row = row;
    this.id.textContent = info?.id ?? "…";
    this.caption.textContent = info ? captionOf(info) : "";
    this.text.textContent = info ? textBeside(info) : "";
    const value = map.scene.valueOf(row) || info?.value || "";
    this.words.textContent = value;
    this.value.hidden = !value;
    this.swatch.hidden = (map.scene.colours?.kind ?? "plain") === "plain";
    if (!this.swatch.hidden) map.scene.paintSwatch(this.swatch, map.scene.codes[row]);
    this.rank.textContent = describeRank(row, map.highlight);
    this.rank.hidden = !this.rank.textContent;
    this.root.hidden = false;
    this.move(x, y, map.view, map.near.box);
  }

  picture(row, template) {
    this.image.hidden = !template;
    if (!template) return;
    const address = rowUrl(template, row);
    if (typeof address === "string") this.image.src = address;
    else this.pictureLater(row, address);
  }

  async pictureLater(row, promised) {
    this.image.removeAttribute("src");
    const address = await promised;
    if (row !== this.row) return;
    this.image.hidden = !address;
    if (address) this.image.src = address;
  }

  // Near (x, y) and within the view. `taken` is the box of the open list, null without one: beside it or above it.
  move(x, y, view, taken) {
    const beside = taken && view.width - taken[2] >= NARROWEST;
    this.root.style.maxWidth = beside ? `min(340px, ${view.width - taken[2] - 8}px)` : "";
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const first = beside ? taken[2] + 4 : 4;
    const bottom = taken && !beside ? taken[1] : view.height;
    const left = x + 18 + width > view.width ? x - width - 18 : x + 18;
    this.root.style.left = `${clamp(left, first, Math.max(first, view.width - width - 4))}px`;
    this.root.style.top = `${clamp(y - height / 2, 4, Math.max(4, bottom - height - 4))}px`;
  }
}

function describeRank(row, highlight) {
  if (row === highlight.picked) return "picked";
  const rank = highlight.neighbours.indexOf(row);
  if (rank < 0) return "";
  const similarity = highlight.similarities[rank];
  const of = `neighbour ${rank + 1} of ${highlight.neighbours.length}`;
  return similarity === undefined ? of : `${of}, similarity ${similarity.toFixed(3)}`;
}
