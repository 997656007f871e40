// Lasso and box, and Escape, which lets go of one thing a press. (The browser itself takes the first to leave full screen.)

class Drawing {
  constructor(map) {
    this.map = map;
  }

  start(points) {
    this.map.path = { points, waiting: false };
  }

  set(points) {
    const { map } = this;
    if (map.path) map.path.points = points;
    map.invalidate(false);
  }

  extend(point) {
    this.map.path?.points.push(point);
    this.map.invalidate(false);
  }

  drop() {
    this.map.path = null;
    this.map.invalidate(false);
  }

  finish(op) {
    const { map } = this;
    const polygon = thin(map.path?.points ?? [], MAX_CORNERS);
    if (polygon.length < 3) {
      this.drop();
      return;
    }
    const waiting = { points: polygon, waiting: true };
    map.path = waiting;
    setTimeout(() => map.path === waiting && this.drop(), 4000);
    map.invalidate(false);
    map.report({ kind: "select", op, polygon });
  }
}

// At most `most` corners, evenly thinned.
function thin(points, most) {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => points[Math.floor((i * points.length) / most)]);
}

// What a press of Escape can let go of, in this order: whether there is something, what then happens, and what is said.
const LETTING_GO = [
  [(map) => map.keys.open, (map) => map.keys.show(false), "The keys are hidden"],
  [(map) => Boolean(map.path), (map) => map.drawing.drop(), "The drawing is gone"],
  [(map) => map.tool !== "pan", (map) => map.useTool("pan"), "The hand moves the map"],
  [(map) => map.scene.isolated.size > 0, (map) => map.setIsolated(new Set()), "All values"],
  [(map) => map.legend.open && map.view.aside === 0, (map) => map.showLegend(false), "The legend is hidden"],
  [(map) => map.near.open, (map) => map.near.show(false), "The list is hidden"],
  [(map) => map.picking.cursor >= 0, (map) => map.picking.leave(), "Back at the picked item, or at none"],
  [(map) => map.scene.selectedCount !== null, (map) => map.report({ kind: "clear", what: "selection" }), "Nothing is selected"],
  [(map) => map.highlight.picked >= 0, (map) => map.report({ kind: "clear", what: "picked" }), "No item is picked"],
];

function letGo(map) {
  const found = LETTING_GO.find(([holds]) => holds(map));
  if (found) found[1](map);
  map.picking.hover(-1);
  map.live.textContent = found ? found[2] : "Nothing to let go of";
}
