// What lies over the points, on a 2D canvas: pictures, names, rings, lines, the query's star, the lasso.

const MAX_THUMBS = 90;
const THUMBS_FROM = 80;
const STAR = Array.from({ length: 10 }, (_, i) => {
  const radius = i % 2 ? 5.4 : 12.5;
  const angle = (i * Math.PI) / 5 - Math.PI / 2;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});

class Overlay {
  constructor(canvas, redraw) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.redraw = redraw;
    this.labels = new Names(this.context);
    this.pictures = new Recent(400);
    this.thumbPlaces = new Map(); // rows with a picture, and the middle of it on screen
  }

  resize(width, height, ratio) {
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  // `state` is the map itself: scene, view, theme, highlight, labels, hovered, path, options.
  draw(state) {
    const { view } = state;
    this.context.clearRect(0, 0, view.width, view.height);
    const room = new Room();
    this.reserveMarks(state, room);
    const ranks = this.ranksWithRoom(state, room);
    const names = state.showLabels ? this.labels.withRoom(state, room) : [];
    const rows = state.moving ? state.lastThumbs : markedFirst(this.candidates(state), state.highlight);
    const placed = this.thumbs(state, rows, new Room(names.map((name) => name.box)));
    if (!state.moving) state.lastThumbs = placed;
    state.contours?.draw(this.context, state);
    this.lines(state);
    this.neighbours(state, ranks);
    for (const name of names) this.name(name, state.theme);
    this.ring(state, state.hovered, 1.5, state.theme.text, 4);
    this.ring(state, state.pointed, 1.5, state.theme.text, 4);
    this.ring(state, state.cursor, 3, state.theme.text, 6);
    this.ring(state, state.highlight.picked, 3, state.theme.primary, 6);
    this.query(state);
    this.path(state);
  }

  // No name is written over the picked item or the query, nor under the legend.
  reserveMarks({ view, scene, highlight, font, legend }, room) {
    if (legend.open) room.taken.push(legend.box);
    const places = highlight.query ? [highlight.query] : [];
    if (highlight.picked >= 0) places.push(scene.place(highlight.picked));
    for (const place of places) {
      const [x, y] = view.toScreen(...place);
      room.taken.push([x - 14, y - 14, x + 14, y + 14]);
    }
    if (highlight.query && highlight.queryLabel) this.reserveQueryLabel(view, highlight, font, room);
  }

  reserveQueryLabel(view, { query, queryLabel }, font, room) {
    const [x, y] = view.toScreen(...query);
    this.context.font = `700 13px ${font}`;
    const half = this.context.measureText(shorten(queryLabel, 40)).width / 2 + 5;
    room.taken.push([x - half, y + 14, x + half, y + 34]);
  }

  picture(template, row) {
    const key = typeof template === "function" ? row : rowUrl(template, row);
    const known = this.pictures.get(key);
    if (known) return known;
    const image = new Image();
    image.onload = () => this.redraw();
    image.onerror = () => (image.failed = true);
    Promise.resolve(rowUrl(template, row)).then((address) => (image.src = address));
    return this.pictures.set(key, image);
  }

  // Rows that may get a picture: those in view when they are few, or a fair sample of all when asked for.
  candidates({ scene, view, items, pictures }) {
    if (!items.thumb || !scene.rows.length) return [];
    if (view.zoom < 1.5 && pictures !== "always" && scene.rows.length > THUMBS_FROM) return [];
    const box = view.bounds();
    const bright = (row) => scene.isBright(row);
    const near = scene.ensureGrid().inside(box, pictures === "always" ? 3000 : THUMBS_FROM, bright);
    if (pictures !== "always") return near.length <= THUMBS_FROM ? near : [];
    return near.length <= 3000 ? near.sort((a, b) => mixBits(a) - mixBits(b)) : this.sample(scene, box);
  }

  sample(scene, [x0, y0, x1, y1]) {
    const rows = [];
    for (let i = 0; i < scene.rows.length && rows.length < 1500; i++) {
      const row = scene.rows[i];
      const [x, y] = scene.place(row);
      if (x > x0 && x < x1 && y > y0 && y < y1 && scene.isBright(row)) rows.push(row);
    }
    return rows;
  }

  thumbs(state, candidates, room) {
    const { view, scene, items } = state;
    const side = clamp(Math.sqrt((view.width * view.height) / Math.max(8, candidates.length)) * 0.55, 38, 76);
    const half = side / 2;
    const placed = [];
    this.thumbPlaces = new Map();
    for (const row of candidates) {
      if (placed.length >= MAX_THUMBS) break;
      const [x, y] = wholeIn(view, view.toScreen(...scene.place(row)), half + 2);
      if (!room.take([x - half - 2, y - half - 2, x + half + 2, y + half + 2])) continue;
      placed.push(row);
      this.thumbPlaces.set(row, [x, y]);
      this.thumb(state, this.picture(items.thumb, row), x, y, side, css(scene.colourOf(row)));
    }
    return placed;
  }

  thumb({ theme }, image, x, y, side, border) {
    const { context } = this;
    if (!image.complete || !image.naturalWidth) return;
    const fit = side / Math.max(image.naturalWidth, image.naturalHeight);
    const [w, h] = [image.naturalWidth * fit, image.naturalHeight * fit];
    context.save();
    context.beginPath();
    context.roundRect(x - w / 2, y - h / 2, w, h, 6);
    context.fillStyle = css(theme.ground);
    context.shadowColor = "rgba(0,0,0,0.25)";
    context.shadowBlur = 6;
    context.fill();
    context.shadowColor = "transparent";
    context.clip();
    context.drawImage(image, x - w / 2, y - h / 2, w, h);
    context.lineWidth = 4;
    context.strokeStyle = border;
    context.stroke();
    context.restore();
  }

  ring({ view, scene, theme }, row, width, colour, gap) {
    if (row < 0 || row >= scene.count || !scene.isDrawn(row)) return;
    const [x, y] = view.toScreen(...scene.place(row));
    const radius = pointStyle(scene, view).size / 2 + gap;
    this.circle(x, y, radius, width + 2.5, css(theme.ground, 0.9));
    this.circle(x, y, radius, width, css(colour));
  }

  circle(x, y, radius, width, colour) {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }

  lines({ view, scene, theme, highlight }) {
    const origin = highlight.query ?? (highlight.picked >= 0 ? scene.place(highlight.picked) : null);
    if (!highlight.lines || !origin) return;
    const { context } = this;
    const from = view.toScreen(...origin);
    context.lineWidth = 1.2;
    context.strokeStyle = css(theme.text, 0.32);
    context.beginPath();
    for (const row of highlight.neighbours.slice(0, 50)) {
      if (!scene.isDrawn(row)) continue;
      context.moveTo(...from);
      context.lineTo(...view.toScreen(...scene.place(row)));
    }
    context.stroke();
  }

  ranksWithRoom({ view, scene, highlight }, room) {
    const radius = pointStyle(scene, view).size / 2 + 3;
    return highlight.neighbours.slice(0, 30).map((row, rank) => {
      const [x, y] = view.toScreen(...scene.place(row));
      const box = [x + radius - 2, y - radius - 13, x + radius + 15, y - radius + 2];
      return scene.isDrawn(row) && room.take(box) ? [String(rank + 1), box[0] + 8, box[1] + 8] : null;
    });
  }

  neighbours({ view, scene, theme, highlight, font }, ranks) {
    const radius = pointStyle(scene, view).size / 2 + 3;
    for (const row of highlight.neighbours.slice(0, 200)) {
      if (!scene.isDrawn(row)) continue;
      const [x, y] = view.toScreen(...scene.place(row));
      this.circle(x, y, radius, 4, css(theme.ground, 0.9));
      this.circle(x, y, radius, 2, css(theme.text));
    }
    for (const rank of ranks) if (rank) this.text(...rank, `600 11px ${font}`, theme);
  }

  text(words, x, y, font, theme, colour = css(theme.text)) {
    const { context } = this;
    context.font = font;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = css(theme.ground, 0.92);
    context.strokeText(words, x, y);
    context.fillStyle = colour;
    context.fillText(words, x, y);
  }

  name({ lines, font, size, x, y }, theme) {
    lines.forEach((line, i) => this.text(line, x, y + (i - (lines.length - 1) / 2) * size * 1.2, font, theme));
  }

  query({ view, theme, highlight, font }) {
    if (!highlight.query) return;
    const { context } = this;
    const [x, y] = view.toScreen(...highlight.query);
    context.beginPath();
    for (const [dx, dy] of STAR) context.lineTo(x + dx, y + dy);
    context.closePath();
    context.lineJoin = "round";
    context.lineWidth = 5;
    context.strokeStyle = css(theme.ground);
    context.stroke();
    context.fillStyle = css(theme.primary);
    context.fill();
    context.lineWidth = 1.2;
    context.strokeStyle = css(theme.text);
    context.stroke();
    if (highlight.queryLabel) this.text(shorten(highlight.queryLabel, 40), x, y + 24, `700 13px ${font}`, theme);
  }

  path({ path, theme, view }) {
    if (!path || path.points.length < 2) return;
    const { context } = this;
    context.beginPath();
    for (const point of path.points) context.lineTo(...view.toScreen(...point));
    context.closePath();
    context.fillStyle = css(theme.primary, 0.12);
    context.fill();
    context.lineWidth = 1.8;
    context.setLineDash(path.waiting ? [3, 5] : [7, 4]);
    context.strokeStyle = css(theme.primary, path.waiting ? 0.6 : 1);
    context.stroke();
    context.setLineDash([]);
  }
}

// The middle of a picture for a point on screen: at an edge moved inward, so that no picture is cut.
function wholeIn({ width, height }, [x, y], half) {
  if (x < 0 || y < 0 || x > width || y > height) return [x, y];
  return [clamp(x, half, Math.max(half, width - half)), clamp(y, half, Math.max(half, height - half))];
}

function markedFirst(rows, { picked, neighbours }) {
  const known = new Set(rows);
  const marked = [picked, ...neighbours].filter((row) => known.delete(row));
  return [...marked, ...known];
}

// A template of an address, or a function that gives it, or a promise of it: a page without a server has its pictures
// in itself, a notebook asks for them.
const rowUrl = (template, row) => (typeof template === "function" ? template(row) : template.replaceAll("{row}", String(row)));

const shorten = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

const mixBits = (value) => Math.imul(value ^ (value >>> 15), 2654435761) >>> 0;
