// Search by words, and what lies inside a drawn line.

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

class Search {
  constructor(sent) {
    this.sent = sent;
  }

  // (count,) 1 for the items that have every word somewhere: in the id, the text, or a value of a column.
  find(query) {
    const words = folded(query).split(/\s+/).filter(Boolean);
    const found = new Uint8Array(this.sent.count).fill(1);
    for (const word of words) {
      const having = this.having(word);
      for (let row = 0; row < found.length; row++) found[row] &= having[row];
    }
    return found;
  }

  having(word) {
    const { sent } = this;
    const found = new Uint8Array(sent.count);
    this.own ??= Array.from({ length: sent.count }, (_, row) => folded(`${sent.id(row)}\n${sent.text(row)}`));
    this.own.forEach((text, row) => (found[row] = text.includes(word) ? 1 : 0));
    for (const column of sent.data.columns) {
      const codes = sent.codes(column);
      column.folded ??= column.values.map(folded);
      const holds = column.folded.map((value) => value.includes(word));
      if (holds.some(Boolean)) for (let row = 0; row < found.length; row++) if (holds[codes[row]]) found[row] = 1;
    }
    return found;
  }
}

// Whether (x, y) lies inside the closed line through these corners.
function liesInside([x, y], corners) {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [[ax, ay], [bx, by]] = [corners[i], corners[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

const rowsWhere = (mask) => {
  const rows = [];
  for (let row = 0; row < mask.length; row++) if (mask[row]) rows.push(row);
  return rows;
};
