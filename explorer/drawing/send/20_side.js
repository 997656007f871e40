// Beside the map: the picked item with its neighbours, what a search or a drawn line holds, stops, what the page is.

const SHOWN = 60;
const FEW = 5; // values that are shown at once
const count = (value) => value.toLocaleString("en-US");
const CLICK = "Click: show it and what is like it";

class Side {
  constructor(page) {
    this.page = page;
    this.most = SHOWN;
    this.head = el("div", "head");
    this.stops = el("section", "stops", { hidden: true, "aria-label": "Stops of the tour" });
    this.cards = el("div", "cards");
    this.more = el("button", "more", { type: "button", hidden: true });
    this.more.onclick = () => this.showMore();
    this.cards.attachShadow({ mode: "open" }).append(document.getElementById("gallery-style").content.cloneNode(true));
    this.root = el("aside", "side", { "aria-label": "Items" }, this.stops, this.head, this.cards, this.more);
  }

  draw() {
    const { picked, query, selected } = this.page.state;
    this.root.scrollTop = 0;
    if (picked >= 0) this.item(picked);
    else if (query) this.list(rowsWhere(this.page.matching), `with “${query}”`);
    else if (selected) this.list(selected.order ?? rowsWhere(selected), selected.asked?.words ?? "selected", selected.asked?.ranked);
    else this.start();
    this.drawStops();
  }

  item(row) {
    const { sent } = this.page;
    const near = sent.neighbours(row);
    const back = this.page.state.query || this.page.state.selected;
    const parts = [back ? this.button("back", "← Back to the list", () => this.page.pick(-1)) : ""];
    if (sent.hasPicture(row)) parts.push(el("img", "large", { src: sent.picture(row), alt: sent.caption(row) }));
    parts.push(el("h2", "id", { textContent: sent.id(row) }));
    if (sent.text(row)) parts.push(el("p", "text", { textContent: sent.text(row) }));
    const pairs = sent.attributes(row);
    if (pairs.length) parts.push(facts(pairs));
    const words = near.rows.length ? `The ${near.rows.length} most like it` : "No neighbours are known of this item";
    parts.push(el("h3", "", { textContent: words }));
    if (near.rows.length) parts.push(el("p", "small", { textContent: sent.data.measure }));
    this.head.replaceChildren(...parts);
    this.gallery(near.rows, "What is most like it", { ranked: true, similarities: near.similarities });
  }

  list(rows, words, ranked = false) {
    const { sent } = this.page;
    const title = el("h2", "", { textContent: `${count(rows.length)} of ${count(sent.count)} items ${inOrder(words, ranked)}` });
    this.head.replaceChildren(title, this.button("back", "Clear", () => this.page.clear()));
    this.gallery(rows, `Items ${words}`, { ranked });
  }

  start() {
    const { sent } = this.page;
    const lines = sent.data.about.map((line) => el("p", "", { textContent: line }));
    const how = sent.data.points ? "Click a point of the map, or search, to see an item and what is most like it." : "Click an item, or search, to see what is most like it.";
    this.head.replaceChildren(...this.asked(), el("p", sent.data.asked ? "" : "lead", { textContent: how }), ...lines);
    if (sent.data.asked) this.gallery(Array.from({ length: sent.count }, (_, row) => row), "The items", sent.data.asked);
    else this.gallery(sent.data.first, "Some of the items");
  }

  // What all items of the page are there for, where there is a reason.
  asked() {
    const { asked, count: all } = this.page.sent.data;
    return asked ? [el("h2", "", { textContent: `${all === 1 ? "1 item" : `${count(all)} items`} ${inOrder(asked.words, asked.ranked)}` })] : [];
  }

  button(name, words, act) {
    const made = el("button", name, { type: "button", textContent: words });
    made.onclick = act;
    return made;
  }

  gallery(rows, label, { ranked = false, similarities = [] } = {}) {
    Object.assign(this, { rows, similarities, ranked, label, most: SHOWN });
    this.showCards();
  }

  showMore() {
    this.most += 4 * SHOWN;
    this.showCards();
  }

  showCards() {
    const { rows, similarities, ranked, most } = this;
    const { sent } = this.page;
    this.more.hidden = rows.length <= most;
    this.more.textContent = `Show more of ${count(rows.length)}`;
    const cards = rows.slice(0, most).map((row, place) => card(sent, row, similarities[place], ranked ? place + 1 : undefined));
    const words = { cut_label: "", parts_help: "", other: "", only: "", value_help: sent.data.measure };
    const data = { ...words, cards, cut: null, actions: [], click_label: CLICK, label: this.label, card: sent.hasPictures ? 104 : 190 };
    data.image_url = (row) => sent.picture(row);
    this.cards.shadowRoot.querySelector(".gallery")?.remove();
    const send = (_, event) => this.page.pick(sent.rows.get(event.id), true);
    drawGallery({ data, parentElement: this.cards.shadowRoot, setTriggerValue: send });
  }

  drawStops() {
    const { stops } = this.page.sent.data;
    this.stops.hidden = !stops.length;
    if (!stops.length) return;
    const at = this.page.state.stop;
    const stop = stops[at];
    const step = (by, words, sign) => {
      const made = this.button("step", sign, () => this.page.goTo(at + by));
      made.setAttribute("aria-label", words);
      made.disabled = at + by < 0 || at + by >= stops.length;
      return made;
    };
    const where = at < 0 ? `Tour: ${stops.length} stops` : `Stop ${at + 1} of ${stops.length}`;
    const line = el("div", "steps", {}, step(-1, "The stop before", "←"), el("span", "where", { textContent: where }), step(1, "The next stop", "→"));
    const parts = stop ? [el("p", "caption", { textContent: stop.caption })] : [];
    if (stop?.note) parts.push(el("p", "small", { textContent: stop.note }));
    this.stops.replaceChildren(line, ...parts);
  }
}

const inOrder = (words, ranked) => (ranked ? `${words}, best first` : words);

function card(sent, row, similarity, rank) {
  const text = sent.text(row);
  const image = sent.hasPicture(row);
  const made = { row, id: sent.id(row), image, text: image ? "" : text, caption: image || !text ? sent.caption(row) : "", is_query: false };
  if (rank !== undefined) made.rank = rank;
  if (similarity !== undefined) made.value = similarity.toFixed(3).replace("-", "−");
  return made;
}

// Folded away where there are many, so that what is alike is in sight.
function facts(pairs) {
  const list = el("dl", "facts");
  for (const [name, value] of pairs) list.append(el("dt", "", { textContent: name }), el("dd", "", { textContent: value }));
  const words = pairs.length === 1 ? "1 value" : `${pairs.length} values`;
  return el("details", "", { open: pairs.length <= FEW }, el("summary", "", { textContent: words }), list);
}
