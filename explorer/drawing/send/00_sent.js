// What the page holds: items, columns, neighbours and pictures, each decoded when it is first needed.

const SIMILARITY_STEPS = 10000;

function bytesOf(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

// Bits, item 0 lowest, of the rows for which `holds` is true.
function bitsWhere(count, holds) {
  const bits = new Uint8Array((count + 7) >> 3);
  for (let row = 0; row < count; row++) if (holds(row)) bits[row >> 3] |= 1 << (row & 7);
  return bits;
}

const textOfBits = (bits) => bits && btoa(Array.from(bits, (byte) => String.fromCharCode(byte)).join(""));

const numbersOf = (text, wide) => typed({ 2: Uint16Array, 4: Uint32Array }[wide], bytesOf(text));

class Sent {
  constructor(data) {
    Object.assign(this, { data, count: data.count, coded: new Map(), starts: new Map() });
    this.rows = new Map(data.ids.map((id, row) => [id, row]));
  }

  id(row) {
    return this.data.ids[row];
  }

  text(row) {
    return this.data.texts[row] ?? "";
  }

  // What names an item in a few words: the value of a column, the text, or the last part of the id.
  caption(row) {
    const { caption, textNames, columns } = this.data;
    const value = caption >= 0 ? this.value(columns[caption], row) : textNames ? shorten(this.text(row), 120) : "";
    return value || this.id(row).replace(/\/+$/, "").split("/").pop() || this.id(row);
  }

  codes(column) {
    if (!this.coded.has(column)) this.coded.set(column, numbersOf(column.codes, column.wide));
    return this.coded.get(column);
  }

  // "" where the item has no value.
  value(column, row) {
    return column.values[this.codes(column)[row]] ?? "";
  }

  attributes(row) {
    return this.data.columns.map((column) => [column.name, this.value(column, row)]).filter(([, value]) => value);
  }

  neighbours(row) {
    const { neighbours: held } = this.data;
    if (!held) return { rows: [], similarities: [] };
    this.near ??= { rows: numbersOf(held.rows, held.wide), values: typed(Int16Array, bytesOf(held.similarities)) };
    const from = row * held.k;
    const found = Array.from(this.near.rows.subarray(from, from + held.k)).filter((other) => other < this.count);
    const values = this.near.values.subarray(from, from + found.length);
    return { rows: found, similarities: Array.from(values, (value) => value / SIMILARITY_STEPS) };
  }

  get hasPictures() {
    return Boolean(this.data.pictures);
  }

  hasPicture(row) {
    return this.hasPictures && this.lengths[row] > 0;
  }

  get lengths() {
    return (this.sizes ??= numbersOf(this.data.pictures.lengths, 2));
  }

  // The picture as an address of its own bytes (lengths count groups of three bytes: four characters); "" for none, and while the end of the page is still being read.
  picture(row) {
    if (!this.hasPicture(row)) return "";
    const { block, kind } = this.data.pictures;
    const number = Math.floor(row / block);
    const held = this.block(number);
    const first = 4 * this.startsOf(number)[row - number * block];
    return held && `data:${kind};base64,${held.slice(first, first + 4 * this.lengths[row])}`;
  }

  block(number) {
    this.blocks ??= [];
    const found = document.getElementsByClassName("block");
    const whole = found.length > number + 1 || document.readyState !== "loading";
    if (whole) this.blocks[number] ??= found[number]?.textContent;
    return this.blocks[number] ?? "";
  }

  startsOf(number) {
    if (!this.starts.has(number)) {
      const { block } = this.data.pictures;
      let sum = 0;
      this.starts.set(number, Array.from(this.lengths.subarray(number * block, (number + 1) * block), (size) => (sum += size) - size));
    }
    return this.starts.get(number);
  }
}
