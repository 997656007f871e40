// Which part of the plane is on screen. Screen pixels are CSS pixels, y down; data y goes up.

const MAX_ZOOM = 4000;

class View {
  constructor() {
    Object.assign(this, { width: 1, height: 1, x: 0, y: 0, scale: 1, fitScale: 1, box: null, aside: 0 });
  }

  get zoom() {
    return this.scale / this.fitScale;
  }

  setBox(box) {
    this.box = box;
    this.updateFit();
  }

  resize(width, height) {
    const zoom = this.zoom;
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.updateFit();
    this.scale = this.fitScale * zoom;
  }

  // Room for the legend at the right, unless the map is narrow.
  setAside(pixels) {
    this.aside = this.width > 3 * pixels ? pixels : 0;
    this.updateFit();
  }

  updateFit() {
    if (!this.box) return;
    const [x0, y0, x1, y1] = this.box;
    const room = [Math.max(40, this.width - 60 - this.aside), Math.max(40, this.height - 84)];
    this.fitScale = Math.min(room[0] / Math.max(x1 - x0, 1e-6), room[1] / Math.max(y1 - y0, 1e-6));
  }

  fit() {
    if (!this.box) return;
    const [x0, y0, x1, y1] = this.box;
    this.scale = this.fitScale;
    this.x = (x0 + x1) / 2 + this.aside / 2 / this.scale;
    this.y = (y0 + y1) / 2 + 14 / this.scale;
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (this.y - y) * this.scale + this.height / 2];
  }

  toData(sx, sy) {
    return [(sx - this.width / 2) / this.scale + this.x, this.y - (sy - this.height / 2) / this.scale];
  }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this.keepNear();
  }

  zoomAt(factor, sx, sy) {
    const [x, y] = this.toData(sx, sy);
    this.scale = clamp(this.scale * factor, this.fitScale * 0.5, this.fitScale * MAX_ZOOM);
    this.x = x - (sx - this.width / 2) / this.scale;
    this.y = y + (sy - this.height / 2) / this.scale;
    this.keepNear();
  }

  // Never lose the data: the middle of the screen stays within its box.
  keepNear() {
    if (!this.box) return;
    this.x = clamp(this.x, this.box[0], this.box[2]);
    this.y = clamp(this.y, this.box[1], this.box[3]);
  }

  bounds() {
    const [x0, y1] = this.toData(0, 0);
    const [x1, y0] = this.toData(this.width, this.height);
    return [x0, y0, x1, y1];
  }
}
