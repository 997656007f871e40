// The item under the pointer and the picked one: card, click, keys, and what a screen reader hears of them.

const NO_HIGHLIGHT = { picked: -1, neighbours: [], similarities: [], query: null, queryLabel: "", lines: true };

class Picking {
  constructor(map, card) {
    Object.assign(this, { map, card, hovered: -1, cursor: -1, pointer: [0, 0] });
  }

  rowAt(x, y, reach = 9) {
    const { scene, view, overlay } = this.map;
    if (!scene.colours) return -1;
    const radius = Math.max(reach, pointStyle(scene, view).size / 2 + 3) / view.scale;
    const thumb = thumbAt(overlay.thumbPlaces, x, y);
    return thumb >= 0 ? thumb : scene.nearest(...view.toData(x, y), radius);
  }

  hoverAt(x, y) {
    this.pointer = [x, y];
    const row = this.rowAt(x, y);
    if (row >= 0 && row === this.hovered) this.card.move(x, y, this.map.view, this.map.near.box);
    else this.hover(row);
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    if (this.map.data?.reportHover) this.map.send("event", { sequence: "hover", kind: "hover", row });
    this.map.front.classList.toggle("over", row >= 0);
    this.map.invalidate(false);
    clearTimeout(this.asking);
    if (row < 0) {
      this.card.hide();
      return;
    }
    this.card.show(row, this.map.book.now(row), this.map, ...this.pointer);
    this.asking = setTimeout(() => this.fillCard(row), 50);
  }

  async fillCard(row) {
    const info = await this.map.book.of(row);
    if (row === this.hovered) this.card.show(row, info, this.map, ...this.pointer);
  }

  clickAt(x, y, touch) {
    const row = this.rowAt(x, y, touch ? 18 : 9);
    if (touch) this.hover(-1);
    if (row < 0) return;
    this.pointer = [x, y];
    if (touch) this.hover(row);
    this.pick(row);
  }

  pick(row) {
    const { map } = this;
    this.cursor = -1;
    const rank = describeRank(row, map.highlight);
    if (row !== map.highlight.picked) map.highlight = { ...map.highlight, picked: row, neighbours: [], similarities: [] };
    map.invalidate(false);
    this.announce(row, rank, "Picked ");
    map.report({ kind: "pick", row });
  }

  async announce(row, rank, lead) {
    const { book, live, scene } = this.map;
    const info = await book.of(row);
    live.textContent = [`${lead}${info.id}`, captionOf(info), textBeside(info), scene.valueOf(row), rank].filter(Boolean).join(". ");
  }

  // The item that one stands on: the one walked to, else the picked one, else none (-1).
  get here() {
    return this.cursor >= 0 ? this.cursor : this.map.highlight.picked;
  }

  // The item nearest to the middle of what is on screen, or -1.
  middle() {
    const { view, scene } = this.map;
    const reach = Math.max(view.width, view.height) / view.scale;
    for (let radius = reach / 64; radius <= reach; radius *= 2) {
      const row = scene.nearest(...view.centre, radius);
      if (row >= 0) return row;
    }
    return -1;
  }

  // Stand on an item without picking it: it is shown and told, and nothing else happens.
  stand(row) {
    if (row < 0) return;
    this.cursor = row;
    this.point(row);
    this.announce(row, describeRank(row, this.map.highlight), "");
    this.map.near.follow(row);
  }

  // Show an item as if the pointer were over it.
  point(row) {
    this.bringIntoView(row);
    this.pointer = this.map.view.toScreen(...this.map.scene.place(row));
    this.hover(-1);
    this.hover(row);
  }

  pickHere() {
    const row = this.cursor >= 0 ? this.cursor : this.middle();
    if (row >= 0) this.pick(row);
  }

  enter() {
    const { picked } = this.map.highlight;
    if (this.cursor < 0 && picked >= 0) this.map.report({ kind: "query", row: picked });
    else this.pickHere();
  }

  // To the nearest item on the map in the direction of the arrow; the first step is onto the middle.
  walk(direction) {
    const { map, here } = this;
    if (here < 0) return this.stand(this.middle());
    let to = nearestInDirection(map.scene, here, this.around(here, 60), direction);
    if (to < 0) to = nearestInDirection(map.scene, here, map.scene.rows.filter((row) => map.scene.isBright(row)), direction);
    if (to >= 0) this.stand(to);
    else map.live.textContent = "Nothing lies in that direction";
    return undefined;
  }

  around(row, count) {
    const { scene } = this.map;
    return scene.ensureGrid().around(row, count, (other) => scene.isBright(other));
  }

  bringIntoView(row) {
    const { view, scene } = this.map;
    const [x, y] = view.toScreen(...scene.place(row));
    const margin = 60;
    const { box } = this.map.near; // of the list, which lies over the left of the map, or at its foot
    const left = box && view.width - box[2] >= NARROWEST ? box[2] + margin / 3 : margin;
    const dx = x < left ? left - x : x > view.width - margin ? view.width - margin - x : 0;
    const dy = y < margin ? margin - y : y > view.height - margin ? view.height - margin - y : 0;
    if (dx || dy) this.map.pan(dx, dy);
  }

  // Go back to the picked item, or to none.
  leave() {
    this.cursor = -1;
    this.hover(-1);
  }

  release() {
    clearTimeout(this.asking);
  }
}

function thumbAt(places, x, y) {
  let best = 22;
  let found = -1;
  for (const [row, [sx, sy]] of places) {
    const far = Math.max(Math.abs(sx - x), Math.abs(sy - y));
    if (far < best) [best, found] = [far, row];
  }
  return found;
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
