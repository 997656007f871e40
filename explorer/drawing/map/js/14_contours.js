// Lines of equal density: around the densest areas that hold a fifth, two, three, four fifths and 95 % of the points.

const CELLS = 144;
const BLUR = 2;
const HELD = [0.2, 0.4, 0.6, 0.8, 0.95];
// For each of the 16 kinds of a cell (which corners lie inside: bottom left 1, bottom right 2, top right 4, top left 8)
// the sides that a line joins. Sides: 0 bottom, 1 right, 2 top, 3 left.
const JOINS = [[], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], [[3, 2], [0, 1]], [[0, 2]], [[3, 2]],
  [[2, 3]], [[2, 0]], [[2, 3], [0, 1]], [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], []];

// Points that are bright, counted in cells of the box and spread a little: (CELLS, CELLS) from the bottom left.
function densityOf(scene, [x0, y0, x1, y1]) {
  const counts = new Float32Array(CELLS * CELLS);
  const [perX, perY] = [CELLS / (x1 - x0 || 1), CELLS / (y1 - y0 || 1)];
  for (const row of scene.rows) {
    if (!scene.isBright(row)) continue;
    const [x, y] = scene.place(row);
    const [column, line] = [Math.floor((x - x0) * perX), Math.floor((y - y0) * perY)];
    if (column >= 0 && column < CELLS && line >= 0 && line < CELLS) counts[line * CELLS + column]++;
  }
  let density = counts;
  for (let round = 0; round < 3; round++) density = blurred(blurred(density, 1, CELLS), CELLS, 1);
  return density;
}

// Means of 2 BLUR + 1 cells in a row; `step` from one to the next, `across` from row to row.
function blurred(values, step, across) {
  const out = new Float32Array(values.length);
  for (let line = 0; line < CELLS; line++) {
    let sum = 0;
    const start = line * across;
    for (let place = -BLUR; place < CELLS; place++) {
      if (place + BLUR < CELLS) sum += values[start + (place + BLUR) * step];
      if (place > BLUR) sum -= values[start + (place - BLUR - 1) * step];
      if (place >= 0) out[start + place * step] = sum / (2 * BLUR + 1);
    }
  }
  return out;
}

// The densities above which lie the given shares of all.
function levelsOf(density) {
  const sorted = Float32Array.from(density).sort().reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const levels = [];
  let held = 0;
  for (const value of sorted) {
    held += value;
    while (levels.length < HELD.length && held >= HELD[levels.length] * total) levels.push(value);
  }
  return total ? levels : [];
}

// Marching squares: pieces [x0, y0, x1, y1] of the line where the density is `level`, in the points' coordinates.
function linesAt(density, level, [x0, y0, x1, y1]) {
  const pieces = [];
  const [wide, high] = [(x1 - x0) / CELLS, (y1 - y0) / CELLS];
  const at = (column, line) => density[line * CELLS + column];
  const share = (a, b) => (level - a) / (b - a);
  for (let line = 0; line + 1 < CELLS; line++) {
    for (let column = 0; column + 1 < CELLS; column++) {
      const corners = [at(column, line), at(column + 1, line), at(column + 1, line + 1), at(column, line + 1)];
      const kind = corners.reduce((bits, value, place) => bits | (value > level ? 1 << place : 0), 0);
      if (!JOINS[kind].length) continue;
      const [a, b, c, d] = corners;
      const sides = [[share(a, b), 0], [1, share(b, c)], [share(d, c), 1], [0, share(a, d)]];
      for (const join of JOINS[kind]) {
        const ends = join.map((side) => sides[side]);
        pieces.push(ends.flatMap(([x, y]) => [x0 + (column + 0.5 + x) * wide, y0 + (line + 0.5 + y) * high]));
      }
    }
  }
  return pieces;
}

// The lines of a scene, worked out again when its points or what is bright have changed.
class Contours {
  of(scene) {
    const { xy, states } = scene;
    if (this.xy !== xy || this.states !== states) {
      const [x0, y0, x1, y1] = scene.fitBox;
      const [dx, dy] = [0.06 * (x1 - x0), 0.06 * (y1 - y0)];
      const box = [x0 - dx, y0 - dy, x1 + dx, y1 + dy];
      const density = densityOf(scene, box);
      this.lines = levelsOf(density).map((level) => linesAt(density, level, box));
      Object.assign(this, { xy, states });
    }
    return this.lines;
  }

  // The densest area has the strongest line. Each lies on a wider one in the colour of the ground.
  draw(context, { scene, view, theme }) {
    this.of(scene).forEach((pieces, place) => {
      context.beginPath();
      for (const [ax, ay, bx, by] of pieces) {
        context.moveTo(...view.toScreen(ax, ay));
        context.lineTo(...view.toScreen(bx, by));
      }
      const width = 2.2 - 0.3 * place;
      for (const [wide, colour] of [[width + 2.5, css(theme.ground, 0.7)], [width, css(theme.text, 0.9 - 0.1 * place)]]) {
        Object.assign(context, { lineWidth: wide, strokeStyle: colour, lineCap: "round" });
        context.stroke();
      }
    });
  }
}
