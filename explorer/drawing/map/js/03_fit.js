// The box that is fitted to the screen. Far points must not shrink all others: it leaves out `TRIMMED` of the points at
// each side, or groups that lie apart, has room around the rest, and holds everything where that makes little difference.
const TRIMMED = 0.005;
const ROOM_AROUND = 0.15;
const WORTH = 1.5;
const SAMPLE = 20000;

// Groups that lie apart: in sum at most so many points, and at most this share; in a large collection the share that is
// trimmed counts. Between them and the rest is nothing for `GAP` of the rest's length, and with them the rest would be
// smaller than half.
const APART = { points: 16, share: 1 / 16 };
const GAP = 0.25;
const WORTH_APART = 2;

// `rows` in no particular order, so that the first are a fair sample.
function boxToFit(xy, rows, all) {
  const sample = rows.subarray(0, SAMPLE);
  const axes = [0, 1].map((axis) => Float32Array.from(sample, (row) => xy[2 * row + axis]).sort());
  const most = mostApart(sample.length);
  const near = withRoom(axes.map((values) => withoutGroupsApart(values, most)), all);
  if (gainOf(near, all) > WORTH_APART && countOutside(near, xy, sample) <= most) return near;
  const box = withRoom(axes.map(middleOf), all);
  return gainOf(box, all) > WORTH ? box : all;
}

function mostApart(count) {
  const few = Math.min(APART.points, Math.floor(APART.share * count));
  return Math.max(few, 2 * Math.floor(TRIMMED * count));
}

function withRoom(axes, all) {
  return [0, 1, 2, 3].map((i) => {
    const [low, high] = axes[i % 2];
    const around = ROOM_AROUND * (high - low);
    return i < 2 ? Math.max(all[i], low - around) : Math.min(all[i], high + around);
  });
}

// How many times larger the rest is on a screen that shows `box` instead of `all`, along the axis that gains most.
function gainOf(box, all) {
  const gain = Math.max((all[2] - all[0]) / (box[2] - box[0]), (all[3] - all[1]) / (box[3] - box[1]));
  return Number.isFinite(gain) ? gain : 0;
}

function middleOf(values) {
  const off = Math.max(Math.floor(TRIMMED * values.length), values.length >= 20 ? 1 : 0);
  return [values[off], values[values.length - 1 - off]];
}

// The ends of the shortest stretch of these sorted values that is all but `most` of them, cut where gaps are.
function withoutGroupsApart(values, most) {
  const last = values.length - 1;
  let best = [values[0], values[last]];
  for (let left = 0; left <= most; left++) {
    for (let right = 0; left + right <= most; right++) {
      const [low, high] = [values[left], values[last - right]];
      const gap = GAP * (high - low);
      const isCut = (!left || low - values[left - 1] > gap) && (!right || values[last - right + 1] - high > gap);
      if (isCut && high - low < best[1] - best[0]) best = [low, high];
    }
  }
  return best;
}

function countOutside(box, xy, rows) {
  let count = 0;
  for (const row of rows) count += isInside(box, xy[2 * row], xy[2 * row + 1]) ? 0 : 1;
  return count;
}

const isInside = ([x0, y0, x1, y1], x, y) => x >= x0 && x <= x1 && y >= y0 && y <= y1;
