// The item under the pointer and the picked one: card, click, keys, and what a screen reader hears of them.

const PICK_DELAY_MS = 220;
const NO_HIGHLIGHT = { picked: -1, neighbours: [], similarities: [], query: null, queryLabel: "", lines: true };

class Picking {
  constructor(map, card) {
    Object.assign(this, { map, card, hovered: -1, pointer: [0, 0] });
  }

  rowAt(x, y, reach = 9) {
    const { scene, view, lastThumbs } = this.map;
    if (!scene.colours) return -1;
    const radius = Math.max(reach, pointStyle(scene, view).size / 2 + 3) / view.scale;
    const thumb = thumbAt(scene, view, lastThumbs, x, y);
    return thumb >= 0 ? thumb : scene.nearest(...view.toData(x, y), radius);
  }

  hoverAt(x, y) {
    this.pointer = [x, y];
    const row = this.rowAt(x, y);
    if (row >= 0 && row === this.hovered) this.card.move(x, y, this.map.view);
    else this.hover(row);
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
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

  pick(row, delay = 0) {
    const { map } = this;
    const rank = describeRank(row, map.highlight);
    if (row !== map.highlight.picked) map.highlight = { ...map.highlight, picked: row, neighbours: [], similarities: [] };
    map.invalidate(false);
    this.announce(row, rank);
    clearTimeout(this.picking);
    map.pending = "soon";
    this.picking = setTimeout(() => map.report({ kind: "pick", row }), delay);
  }

  async announce(row, rank) {
    const { book, live, scene } = this.map;
    const info = await book.of(row);
    live.textContent = [`Picked ${info.id}`, info.text, scene.valueOf(row), rank].filter(Boolean).join(". ");
  }

  pickMiddle() {
    const { view, scene } = this.map;
    const reach = Math.max(view.width, view.height) / view.scale;
    for (let radius = reach / 64; radius <= reach; radius *= 2) {
      const row = scene.nearest(...view.centre, radius);
      if (row >= 0) {
        this.pick(row);
        return;
      }
    }
  }

  enter() {
    const { picked } = this.map.highlight;
    if (picked >= 0) this.map.report({ kind: "query", row: picked });
    else this.pickMiddle();
  }

  // To the nearest neighbour in the direction of the arrow; where none lies there, to any item of the map that does.
  async walk(direction) {
    const { map } = this;
    const from = map.highlight.picked;
    const known = map.highlight.neighbours.length ? map.highlight.neighbours : await map.book.neighbours(from);
    if (map.highlight.picked !== from) return;
    let to = nearestInDirection(map.scene, from, known ?? [], direction);
    if (to < 0) to = nearestInDirection(map.scene, from, this.around(from), direction);
    if (to < 0) {
      map.live.textContent = "Nothing lies in that direction";
      return;
    }
    this.pick(to, PICK_DELAY_MS);
    this.bringIntoView(to);
  }

  around(row) {
    const { scene } = this.map;
    return scene.ensureGrid().around(row, 60, (other) => scene.isBright(other));
  }

  bringIntoView(row) {
    const { view, scene } = this.map;
    const [x, y] = view.toScreen(...scene.place(row));
    const margin = 60;
    const dx = x < margin ? margin - x : x > view.width - margin ? view.width - margin - x : 0;
    const dy = y < margin ? margin - y : y > view.height - margin ? view.height - margin - y : 0;
    if (dx || dy) this.map.pan(dx, dy);
  }

  release() {
    clearTimeout(this.picking);
    clearTimeout(this.asking);
  }
}

function thumbAt(scene, view, thumbs, x, y) {
  let best = 22;
  let found = -1;
  for (const row of thumbs) {
    const [sx, sy] = view.toScreen(...scene.place(row));
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
