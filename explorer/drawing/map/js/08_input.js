// Mouse, pen, touch and keys on the canvas; they call methods of the map and keep no state of it.

const CLICK_REACH = 4;
const MAX_CORNERS = 500;
const HOLD_MS = 450;
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
  n: "near",
  c: "contours",
  "?": "keys",
};

class Input {
  constructor(map, target) {
    this.map = map;
    this.target = target;
    this.pointers = new Map();
    this.drag = null;
    this.pinch = null;
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (name, handler, options) => target.addEventListener(name, handler.bind(this), { signal, ...options });
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.cancel);
    on("pointerleave", () => map.picking.hover(-1));
    on("wheel", this.wheel, { passive: false });
    on("dblclick", this.doubleClick);
    on("contextmenu", (event) => this.touching && event.preventDefault());
    map.root.addEventListener("keydown", this.key.bind(this), { signal });
    on("blur", () => {
      target.classList.remove("by-pointer");
      map.picking.hover(-1);
    });
  }

  // A map that is drawn anew on the same element must not leave a second one listening.
  release() {
    this.listening.abort();
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
    const drawn = tool === "pan" && op !== "replace" ? "box" : tool;
    this.drag = { tool: drawn, op, from: place, last: place, moved: false, since: event.timeStamp };
    this.touching = event.pointerType === "touch";
    if (this.touching && tool === "pan") this.hold = setTimeout(() => this.holdToDraw(this.drag), HOLD_MS);
    return undefined;
  }

  // A finger that rests and then moves draws a lasso, whatever the tool.
  holdToDraw(drag) {
    if (!drag || drag.moved) return;
    drag.tool = "lasso";
    drag.resting = true;
    this.begin(drag);
    navigator.vibrate?.(15);
    this.map.live.textContent = "Draw around what to select";
  }

  move(event) {
    const place = this.at(event);
    if (!this.pointers.has(event.pointerId)) return this.map.picking.hoverAt(...place);
    this.pointers.set(event.pointerId, place);
    if (this.pinch) return this.movePinch();
    const { drag } = this;
    if (!drag) return undefined;
    const gone = Math.hypot(place[0] - drag.from[0], place[1] - drag.from[1]);
    if ((!drag.moved || drag.resting) && gone < CLICK_REACH) return undefined;
    clearTimeout(this.hold);
    drag.resting = false;
    if (!drag.moved) this.begin(drag);
    this.dragTo(drag, place);
    drag.last = place;
    return undefined;
  }

  begin(drag) {
    drag.moved = true;
    this.map.picking.hover(-1);
    if (drag.tool !== "pan") this.map.drawing.start([this.map.view.toData(...drag.from)]);
  }

  dragTo(drag, place) {
    const { map } = this;
    if (drag.tool === "pan") map.pan(place[0] - drag.last[0], place[1] - drag.last[1]);
    else if (drag.tool === "box") map.drawing.set(boxAround(drag.from, place).map(([x, y]) => map.view.toData(x, y)));
    else map.drawing.extend(map.view.toData(...place));
  }

  up(event) {
    const place = this.at(event);
    this.pointers.delete(event.pointerId);
    clearTimeout(this.hold);
    if (this.pinch) {
      if (this.pointers.size < 2) this.pinch = null;
      this.map.settle();
      return;
    }
    const { drag } = this;
    this.drag = null;
    if (!drag) return;
    const tapped = wasTap(drag, event);
    if (tapped && drag.resting) this.map.drawing.drop();
    if (tapped) this.map.picking.clickAt(...place, event.pointerType !== "mouse");
    else if (drag.tool !== "pan") this.map.drawing.finish(drag.op);
    else this.map.settle();
  }

  cancel(event) {
    this.pointers.delete(event.pointerId);
    clearTimeout(this.hold);
    this.drag = null;
    this.pinch = null;
    this.map.drawing.drop();
  }

  startPinch() {
    clearTimeout(this.hold);
    this.drag = null;
    this.map.drawing.drop();
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

  // On a `calm` map, which lies between other things that scroll, the wheel zooms after a click on it.
  wheel(event) {
    const focused = this.target.getRootNode().activeElement === this.target;
    if (this.map.data?.calm && !focused && !event.ctrlKey) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    const speed = event.ctrlKey ? 0.012 : 0.0016;
    this.map.zoomAt(Math.exp(-clamp(pixels, -400, 400) * speed), ...this.at(event));
  }

  doubleClick(event) {
    const row = this.map.picking.rowAt(...this.at(event));
    if (row >= 0) this.map.report({ kind: "query", row });
    else this.map.act("reset");
  }

  key(event) {
    this.target.classList.remove("by-pointer");
    if (event.ctrlKey || event.metaKey) return;
    const onMap = event.target === this.target;
    const handled = (onMap && (this.arrow(event) || this.onItem(event))) || this.command(event);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  arrow(event) {
    const direction = ARROWS[event.key];
    if (!direction) return false;
    const { map } = this;
    if (event.shiftKey) map.pan(-60 * direction[0], 60 * direction[1]);
    else map.picking.walk(direction);
    return true;
  }

  command(event) {
    const { map } = this;
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) map.act(action, true);
    else if (event.key === "Escape") letGo(map);
    else return false;
    return true;
  }

  // Enter and the space bar press a button that has the focus; on the map they are about items.
  onItem(event) {
    if (event.key === "Enter") this.map.picking.enter();
    else if (event.key === " ") this.map.picking.pickHere();
    else return false;
    return true;
  }
}

// A busy page may run the timer of a long press before it hears that the finger has gone: the times of the events tell.
function wasTap(drag, event) {
  return !drag.moved || (drag.resting && event.timeStamp - drag.since < HOLD_MS);
}

function boxAround([ax, ay], [bx, by]) {
  return [[ax, ay], [bx, ay], [bx, by], [ax, by]];
}
