// Mouse, pen, touch and keys on the canvas; they call methods of the map and keep no state of it.

const CLICK_REACH = 4;
const MAX_CORNERS = 500;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const KEYS = {
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  _: "zoomOut",
  0: "reset",
  v: "pan",
  l: "lasso",
  b: "box",
};

class Input {
  constructor(map, target) {
    this.map = map;
    this.target = target;
    this.pointers = new Map();
    this.drag = null;
    this.pinch = null;
    const on = (name, handler, options) => target.addEventListener(name, handler.bind(this), options);
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.cancel);
    on("pointerleave", () => map.hover(-1));
    on("wheel", this.wheel, { passive: false });
    on("dblclick", this.doubleClick);
    on("keydown", this.key);
    on("blur", () => {
      target.classList.remove("by-pointer");
      map.hover(-1);
    });
  }

  at(event) {
    const box = this.target.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button > 0 && event.button !== 1) return;
    this.target.classList.add("by-pointer");
    this.target.focus({ preventScroll: true });
    this.target.setPointerCapture(event.pointerId);
    const place = this.at(event);
    this.pointers.set(event.pointerId, place);
    if (this.pointers.size === 2) return this.startPinch();
    const tool = event.button === 1 ? "pan" : this.map.tool;
    const op = event.shiftKey ? "add" : event.altKey ? "subtract" : "replace";
    // With the hand, shift-drag is a box, as on other maps.
    this.drag = { tool: tool === "pan" && op !== "replace" ? "box" : tool, op, from: place, last: place, moved: false };
  }

  move(event) {
    const place = this.at(event);
    if (!this.pointers.has(event.pointerId)) return this.map.hoverAt(...place);
    this.pointers.set(event.pointerId, place);
    if (this.pinch) return this.movePinch();
    const { drag } = this;
    if (!drag) return undefined;
    if (!drag.moved && Math.hypot(place[0] - drag.from[0], place[1] - drag.from[1]) < CLICK_REACH) return undefined;
    if (!drag.moved) this.begin(drag);
    this.dragTo(drag, place);
    drag.last = place;
    return undefined;
  }

  begin(drag) {
    drag.moved = true;
    this.map.hover(-1);
    if (drag.tool !== "pan") this.map.startPath([this.map.view.toData(...drag.from)]);
  }

  dragTo(drag, place) {
    const { map } = this;
    if (drag.tool === "pan") map.pan(place[0] - drag.last[0], place[1] - drag.last[1]);
    else if (drag.tool === "box") map.setPath(boxAround(drag.from, place).map(([x, y]) => map.view.toData(x, y)));
    else map.extendPath(map.view.toData(...place));
  }

  up(event) {
    const place = this.at(event);
    this.pointers.delete(event.pointerId);
    if (this.pinch) {
      if (this.pointers.size < 2) this.pinch = null;
      return;
    }
    const { drag } = this;
    this.drag = null;
    if (!drag) return;
    if (!drag.moved) this.map.clickAt(...place, event.pointerType !== "mouse");
    else if (drag.tool !== "pan") this.map.finishPath(drag.op);
    else this.map.settle();
  }

  cancel(event) {
    this.pointers.delete(event.pointerId);
    this.drag = null;
    this.pinch = null;
    this.map.dropPath();
  }

  startPinch() {
    this.drag = null;
    this.map.dropPath();
    this.pinch = this.spread();
  }

  spread() {
    const [[ax, ay], [bx, by]] = [...this.pointers.values()];
    return { distance: Math.max(8, Math.hypot(ax - bx, ay - by)), x: (ax + bx) / 2, y: (ay + by) / 2 };
  }

  movePinch() {
    const now = this.spread();
    this.map.pan(now.x - this.pinch.x, now.y - this.pinch.y);
    this.map.zoomAt(now.distance / this.pinch.distance, now.x, now.y);
    this.pinch = now;
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    const speed = event.ctrlKey ? 0.012 : 0.0016;
    this.map.zoomAt(Math.exp(-clamp(pixels, -400, 400) * speed), ...this.at(event));
  }

  doubleClick(event) {
    const row = this.map.rowAt(...this.at(event));
    if (row >= 0) this.map.report({ kind: "query", row });
    else this.map.act("reset");
  }

  key(event) {
    this.target.classList.remove("by-pointer");
    if (event.ctrlKey || event.metaKey) return;
    const handled = this.arrow(event) || this.command(event);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  arrow(event) {
    const direction = ARROWS[event.key];
    if (!direction) return false;
    const { map } = this;
    if (event.shiftKey || map.highlight.picked < 0) map.pan(-60 * direction[0], 60 * direction[1]);
    else map.walk(direction);
    return true;
  }

  command(event) {
    const { map } = this;
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) map.act(action);
    else if (event.key === "Escape") map.escape();
    else if (event.key === "Enter") map.enter();
    else if (event.key === " ") map.pickMiddle();
    else return false;
    return true;
  }
}

function boxAround([ax, ay], [bx, by]) {
  return [[ax, ay], [bx, ay], [bx, by], [ax, by]];
}

// At most `most` corners, evenly thinned.
function thin(points, most) {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => points[Math.floor((i * points.length) / most)]);
}
