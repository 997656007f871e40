// The keys of the map, shown by "?" or the button.

const KEY_WORDS = [
  ["Arrow keys", "to the nearest item in that direction"],
  ["Shift + arrow keys", "move the map"],
  ["Enter", "pick the item; on the picked one: search for what is like it"],
  ["Space", "pick the item, or the one in the middle"],
  ["N", "the list of the nearest items"],
  ["C", "lines of equal density: around a fifth, two, three, four fifths and 95 % of the points"],
  ["+  −  0", "zoom in, zoom out, show the whole map"],
  ["V  L  B", "move by hand, lasso, box"],
  ["Escape", "let go of one thing a press"],
  ["?", "these keys"],
];
const BY_TOUCH = "By touch: drag to move, two fingers to zoom, tap to pick, hold and then draw to select.";

class KeysPanel {
  constructor(map) {
    this.map = map;
    const close = el("button", "close", { type: "button", textContent: "×", "aria-label": "Close the keys" });
    close.onclick = () => this.show(false);
    this.close = close;
    const rows = KEY_WORDS.map(([keys, words]) => el("div", "row", {}, el("dt", "", { textContent: keys }), el("dd", "", { textContent: words })));
    const head = el("div", "head", {}, el("div", "title", { textContent: "Keys of the map" }), close);
    const parts = [head, el("dl", "", {}, ...rows), el("p", "", { textContent: BY_TOUCH })];
    this.root = el("div", "keys", { hidden: true, role: "dialog", "aria-label": "Keys of the map" }, ...parts);
  }

  get open() {
    return !this.root.hidden;
  }

  show(open) {
    this.root.hidden = !open;
    press(this.map.buttons.keys, open);
    if (open) this.close.focus();
    else this.map.front.focus();
  }
}
