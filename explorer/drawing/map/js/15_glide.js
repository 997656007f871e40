// From one map to another of the same items the points glide, so that the eye can follow them.

const GLIDE_MS = 900;
const MOST_GLIDING = 60_000;

class Glide {
  // Where the points are on screen now; null where they shall not glide.
  static from(map, count) {
    const { scene, view, theme } = map;
    const still = !theme || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || scene.count !== count || !scene.rows.length || scene.rows.length > MOST_GLIDING) return null;
    const places = new Float32Array(2 * count).fill(NaN);
    for (const row of scene.rows) places.set(view.toScreen(...scene.place(row)), 2 * row);
    return new Glide(map, places);
  }

  constructor(map, places) {
    Object.assign(this, { map, places });
  }

  // Moves them from there to where the scene has them.
  start() {
    const { map, places } = this;
    this.target = map.scene.xy;
    this.origin = Float32Array.from(this.target);
    for (const row of map.scene.rows) {
      const [x, y] = [places[2 * row], places[2 * row + 1]];
      if (x === x) this.origin.set(map.view.toData(x, y), 2 * row);
    }
    this.began = performance.now();
    map.root.dataset.glides = String(Number(map.root.dataset.glides ?? 0) + 1);
    this.step();
  }

  step() {
    const { map, origin, target } = this;
    if (map.scene.xy !== target) return;
    const share = Math.min(1, (performance.now() - this.began) / GLIDE_MS);
    const eased = share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share);
    map.scene.xy = share < 1 ? target.map((value, place) => origin[place] + eased * (value - origin[place])) : target;
    map.points.pack(map.scene);
    map.scene.xy = target;
    map.invalidate();
    if (share < 1) this.frame = requestAnimationFrame(() => this.step());
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }
}
