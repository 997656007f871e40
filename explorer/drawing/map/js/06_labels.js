// Names on the map: few enough for its size, beside small islands and in the middle of large ones, none over another.

const NAME_ROOM = 20000; // square pixels of map for each name
const TALL = 90; // pixels from which an island bears its name in its middle

// Rectangles [x0, y0, x1, y1] on screen; take() tells whether there was room.
class Room {
  constructor(taken = []) {
    this.taken = [...taken];
  }

  isFree([x0, y0, x1, y1]) {
    return !this.taken.some((other) => x0 < other[2] && x1 > other[0] && y0 < other[3] && y1 > other[1]);
  }

  take(box) {
    if (!this.isFree(box)) return false;
    this.taken.push(box);
    return true;
  }
}

class Names {
  constructor(context) {
    this.context = context;
    this.sides = new Map();
  }

  // Heavy names first.
  withRoom({ view, labels, font, scene }, room) {
    const most = clamp(Math.round((view.width * view.height) / NAME_ROOM), 3, 60);
    const heaviest = labels[0]?.[3] ?? 1;
    this.forget(view, scene);
    const names = [];
    for (const label of labels) {
      if (names.length >= most) break;
      const name = this.layOut(label, (label[3] / heaviest) ** 0.5, font, view);
      const y = name && this.wholePlaces(label, name, view, scene).find((place) => room.take(boxOf(name, place)));
      if (y !== undefined && name) names.push({ ...name, y, box: boxOf(name, y) });
    }
    return names;
  }

  // The sides on which names stand hold for one scale, so that none jumps while the map is moved.
  forget(view, scene) {
    const known = `${view.scale}|${Boolean(scene.grid)}`;
    if (known === this.known) return;
    this.known = known;
    this.sides.clear();
  }

  layOut([words, x, y], share, family, view) {
    const [sx, sy] = view.toScreen(x, y);
    if (sx < 0 || sy < 0 || sx > view.width || sy > view.height) return null;
    const size = (view.width < 420 ? 11.5 : 12) + share;
    const lines = twoLines(words);
    const font = `600 ${size}px ${family}`;
    this.context.font = font;
    const width = Math.max(...lines.map((line) => this.context.measureText(line).width)) / 2 + 5;
    return { lines, font, size, x: clamp(sx, width, Math.max(width, view.width - width)), middle: sy, width };
  }

  // The same, moved inward where the name would be cut at an edge.
  wholePlaces(label, name, view, scene) {
    const half = halfHeight(name);
    return this.places(label, name, view, scene).map((y) => clamp(y, half, Math.max(half, view.height - half)));
  }

  // Heights on screen where the name may stand, the best first.
  places(label, name, view, scene) {
    const [words, x, , , low, high] = label;
    if (low === null || low === undefined) return [name.middle];
    const half = halfHeight(name);
    const [top, bottom] = [view.toScreen(x, high)[1], view.toScreen(x, low)[1]];
    if (bottom - top > TALL) return [name.middle];
    const places = [top - half - 2, bottom + half + 2];
    const key = `${words}|${x}`;
    if (!this.sides.has(key)) this.sides.set(key, this.below(places, name, view, scene));
    return this.sides.get(key) ? places.reverse() : places;
  }

  below([above, below], name, view, scene) {
    if (above < halfHeight(name)) return true;
    return Boolean(scene.grid) && this.covered(above, name, view, scene) > this.covered(below, name, view, scene);
  }

  covered(y, name, view, scene) {
    const [x0, y0, x1, y1] = boxOf(name, y);
    const [left, top] = view.toData(x0, y0);
    const [right, bottom] = view.toData(x1, y1);
    return scene.grid.about([left, bottom, right, top]);
  }
}

const halfHeight = ({ lines, size }) => (lines.length * size * 1.2) / 2 + 1;

const boxOf = (name, y) => [name.x - name.width, y - halfHeight(name), name.x + name.width, y + halfHeight(name)];

function twoLines(words) {
  const text = shorten(words, 40);
  if (text.length <= 18) return [text];
  const breaks = [...text.matchAll(/\s/g)].map((found) => found.index);
  if (!breaks.length) return [text];
  const middle = breaks.reduce((a, b) => (Math.abs(b - text.length / 2) < Math.abs(a - text.length / 2) ? b : a));
  return [text.slice(0, middle), text.slice(middle + 1)];
}
