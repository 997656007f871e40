// A uniform grid over the points: who is near, who is in view. Built once per set of coordinates.

class Grid {
  constructor(xy, rows, box) {
    this.xy = xy;
    this.box = box;
    const aspect = Math.sqrt(Math.max(box[2] - box[0], 1e-9) / Math.max(box[3] - box[1], 1e-9));
    const side = Math.sqrt(rows.length / 3);
    this.columns = clamp(Math.round(side * aspect), 1, 1500);
    this.lines = clamp(Math.round(side / aspect), 1, 1500);
    this.perX = this.columns / Math.max(box[2] - box[0], 1e-9);
    this.perY = this.lines / Math.max(box[3] - box[1], 1e-9);
    this.fill(rows);
  }

  column(x) {
    return clamp(Math.floor((x - this.box[0]) * this.perX), 0, this.columns - 1);
  }

  line(y) {
    return clamp(Math.floor((y - this.box[1]) * this.perY), 0, this.lines - 1);
  }

  fill(rows) {
    const cells = new Uint32Array(rows.length);
    const starts = new Uint32Array(this.columns * this.lines + 1);
    for (let i = 0; i < rows.length; i++) {
      const cell = this.line(this.xy[2 * rows[i] + 1]) * this.columns + this.column(this.xy[2 * rows[i]]);
      cells[i] = cell;
      starts[cell + 1]++;
    }
    for (let c = 0; c < starts.length - 1; c++) starts[c + 1] += starts[c];
    const next = starts.slice();
    this.rows = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) this.rows[next[cells[i]]++] = rows[i];
    this.starts = starts;
  }

  // Calls visit(row) for all rows in cells that touch the box, until it returns true.
  each([x0, y0, x1, y1], visit) {
    const [c0, c1] = [this.column(x0), this.column(x1)];
    for (let line = this.line(y0); line <= this.line(y1); line++) {
      const from = this.starts[line * this.columns + c0];
      const to = this.starts[line * this.columns + c1 + 1];
      for (let i = from; i < to; i++) if (visit(this.rows[i])) return;
    }
  }

  // About how many points lie in the box: those of all cells that it touches, without looking at a point.
  about([x0, y0, x1, y1]) {
    const [c0, c1] = [this.column(x0), this.column(x1)];
    let count = 0;
    for (let line = this.line(y0); line <= this.line(y1); line++) {
      count += this.starts[line * this.columns + c1 + 1] - this.starts[line * this.columns + c0];
    }
    return count;
  }

  // The row nearest to (x, y) within `radius` that passes `allowed`, or -1.
  nearest(x, y, radius, allowed) {
    let best = radius * radius;
    let found = -1;
    this.each([x - radius, y - radius, x + radius, y + radius], (row) => {
      const dx = this.xy[2 * row] - x;
      const dy = this.xy[2 * row + 1] - y;
      const distance = dx * dx + dy * dy;
      if (distance <= best && allowed(row)) {
        best = distance;
        found = row;
      }
      return false;
    });
    return found;
  }

  // Up to limit + 1 rows inside the box that pass `allowed`.
  inside(box, limit, allowed) {
    const rows = [];
    this.each(box, (row) => {
      const [x, y] = [this.xy[2 * row], this.xy[2 * row + 1]];
      if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && allowed(row)) rows.push(row);
      return rows.length > limit;
    });
    return rows;
  }

  // The k rows nearest in the plane to `row`, for data without known neighbours.
  around(row, count, allowed) {
    const [x, y] = [this.xy[2 * row], this.xy[2 * row + 1]];
    let radius = 2 / Math.min(this.perX, this.perY);
    for (let step = 0; step < 14; step++, radius *= 1.8) {
      const rows = this.inside([x - radius, y - radius, x + radius, y + radius], 5000, allowed);
      if (rows.length <= count && step < 13) continue;
      const distance = (r) => (this.xy[2 * r] - x) ** 2 + (this.xy[2 * r + 1] - y) ** 2;
      return rows.filter((r) => r !== row).sort((a, b) => distance(a) - distance(b)).slice(0, count);
    }
    return [];
  }
}
