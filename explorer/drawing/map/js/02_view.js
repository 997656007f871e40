// Which part of the plane is on screen. Screen pixels are CSS pixels, y down; data y goes up.

const MAX_ZOOM = 4000;
const MARGIN = { side: 18, top: 14, bottom: 34 };
const MOST_STRETCH = 1.8;

class View {
  constructor() {
    Object.assign(this, { width: 1, height: 1, x: 0, y: 0, scale: 1, fitScale: 1, box: null, all: null, aside: 0 });
    Object.assign(this, { placed: false, said: "", stretch: 1, elastic: false });
  }

  get zoom() {
    return this.scale / this.fitScale;
  }

  get scaleY() {
    return this.scale * this.stretch;
  }

  // `box` is what is fitted to the screen, `all` holds every point. An `elastic` map is stretched to fill it.
  setBox(box, all, elastic) {
    Object.assign(this, { box, all, elastic });
    this.updateFit();
  }

  resize(width, height) {
    this.keepingPlace(() => {
      this.width = Math.max(1, width);
      this.height = Math.max(1, height);
    });
  }

  // Room for the legend at the right, where the points keep more than half of the map.
  setAside(pixels) {
    const aside = this.width > 2.4 * pixels ? pixels : 0;
    if (aside !== this.aside) this.keepingPlace(() => (this.aside = aside));
  }

  // The same centre and zoom, or the fit, in a room that `change` makes another one.
  keepingPlace(change) {
    const { zoom, centre } = this;
    change();
    this.updateFit();
    if (!this.placed) {
      this.fit();
      return;
    }
    this.scale = this.fitScale * zoom;
    this.setCentre(...centre);
  }

  // `scale` is pixels for one unit of x; y has `stretch` times as many.
  updateFit() {
    if (!this.box) return;
    const [perX, perY] = this.perUnit(this.box);
    this.stretch = this.elastic ? clamp(perY / perX, 1 / MOST_STRETCH, MOST_STRETCH) : 1;
    this.fitScale = this.scaleFor(this.box);
  }

  perUnit([x0, y0, x1, y1]) {
    const width = Math.max(40, this.width - 2 * MARGIN.side - this.aside);
    const height = Math.max(40, this.height - MARGIN.top - MARGIN.bottom);
    return [width / Math.max(x1 - x0, 1e-6), height / Math.max(y1 - y0, 1e-6)];
  }

  scaleFor(box) {
    const [perX, perY] = this.perUnit(box);
    return Math.min(perX, perY / this.stretch);
  }

  fit(box = this.box) {
    if (!box) return;
    const [x0, y0, x1, y1] = box;
    this.scale = this.scaleFor(box);
    this.setCentre((x0 + x1) / 2, (y0 + y1) / 2);
    this.placed = box !== this.box;
    this.said = "";
  }

  // The centre of the room that legend and margins leave.
  setCentre(x, y) {
    this.x = x + this.aside / 2 / this.scale;
    this.y = y - (MARGIN.bottom - MARGIN.top) / 2 / this.scaleY;
  }

  get centre() {
    return [this.x - this.aside / 2 / this.scale, this.y + (MARGIN.bottom - MARGIN.top) / 2 / this.scaleY];
  }

  // What is on screen as text, "centre x _ centre y _ zoom": the same part on a window of another size; "" for the fit.
  write() {
    if (!this.placed || !this.box) return "";
    if (this.said) return this.said;
    const [x, y] = this.centre;
    const step = 10 ** Math.floor(Math.log10(1 / this.scale) - 1);
    const digits = clamp(-Math.floor(Math.log10(step)), 0, 12);
    return [x.toFixed(digits), y.toFixed(digits), this.zoom.toPrecision(4)].map(Number).join("_");
  }

  read(text) {
    const [x, y, zoom, ...more] = text.split("_").map(Number);
    if (!this.box || more.length || ![x, y, zoom].every(Number.isFinite) || zoom <= 0) return;
    this.scale = clamp(this.fitScale * zoom, this.leastScale, this.fitScale * MAX_ZOOM);
    this.setCentre(x, y);
    this.move();
    this.said = text;
  }

  // Never lose the data: the middle of the screen stays within the box of all points.
  move() {
    this.placed = true;
    this.said = "";
    this.x = clamp(this.x, this.all[0], this.all[2]);
    this.y = clamp(this.y, this.all[1], this.all[3]);
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (this.y - y) * this.scaleY + this.height / 2];
  }

  toData(sx, sy) {
    return [(sx - this.width / 2) / this.scale + this.x, this.y - (sy - this.height / 2) / this.scaleY];
  }

  pan(dx, dy) {
    if (!this.box) return;
    this.x -= dx / this.scale;
    this.y += dy / this.scaleY;
    this.move();
  }

  get leastScale() {
    return 0.5 * Math.min(this.fitScale, this.scaleFor(this.all));
  }

  zoomAt(factor, sx, sy) {
    if (!this.box) return;
    const [x, y] = this.toData(sx, sy);
    this.scale = clamp(this.scale * factor, this.leastScale, this.fitScale * MAX_ZOOM);
    this.x = x - (sx - this.width / 2) / this.scale;
    this.y = y + (sy - this.height / 2) / this.scaleY;
    this.move();
  }

  bounds() {
    const [x0, y1] = this.toData(0, 0);
    const [x1, y0] = this.toData(this.width, this.height);
    return [x0, y0, x1, y1];
  }
}
