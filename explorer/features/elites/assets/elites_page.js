// The page of a run that works alone: the map, whether it shows pictures, whole pictures or colours, and beside it the
// chosen cell: its picture, what it is, its values. Everything of the data is set as text.

const data = JSON.parse(document.getElementById("sent-data").textContent)
const [root, choice, card, main] = ["map", "choice", "cell", "main"].map((id) => document.getElementById(id))
const BESIDE = 900 // pixels of a window in which the card stands beside the map
const CARD = { least: 300, gap: 20 }
const order = data.cells.map((_, place) => place).sort((a, b) => data.quality[b] - data.quality[a])
const map = new ElitesMap(root, (cell) => choose(cell, true))

// The map takes the height of the window, and of its width what the card leaves; the card takes the rest.
function room() {
  const high = Math.max(360, innerHeight - root.offsetTop - 14)
  const all = main.clientWidth
  const most = WIDEST * (high - map.foot.offsetHeight - MARGIN.top - MARGIN.bottom) + MARGIN.left + MARGIN.right
  main.style.setProperty("--map", `${Math.floor(Math.min(all - CARD.least - CARD.gap, most))}px`)
  root.style.maxHeight = `${high}px`
  card.style.maxHeight = innerWidth < BESIDE ? "" : `${high}px`
}

function show(what) {
  const whole = what === "whole"
  const selected = map.data ? map.selected : data.selected
  map.update({ ...data, selected, pictures: what !== "colours", whole, atlas: whole ? data.whole_atlas : data.atlas })
}

// Show a cell beside the map; `moved`: by the reader, who on a phone has to see that it is there.
function choose(cell, moved) {
  const place = map.at.get(cell)
  map.tip.hidden = true
  card.replaceChildren(...(place === undefined ? nothing(cell) : elite(cell, place)))
  if (moved && innerWidth < BESIDE) card.scrollIntoView({ block: "nearest" })
}

const nothing = (cell) => [steps(-1), make("h2", "", `Nothing ${map.nameOf(cell)}`), make("p", "quiet", "No candidate was found for this cell.")]

function elite(cell, place) {
  const caption = data.captions[place] || data.titles[place] || map.nameOf(cell)
  const parts = [steps(order.indexOf(place))]
  if (data.large[place]) parts.push(Object.assign(make("img", "large"), { src: data.large[place], alt: caption }))
  else if (map.atlas && data.sheet_pictures) parts.push(largeTile(cell))
  parts.push(make("h2", "", caption))
  if (data.titles[place] && data.titles[place] !== caption) parts.push(make("p", "quiet", data.titles[place]))
  if (data.texts[place]) parts.push(make("p", "said", data.texts[place]))
  const list = make("dl")
  const add = (name, value) => list.append(make("dt", "", name), make("dd", "", shown(value)))
  add(data.quality_label, data.quality[place])
  data.axes.forEach((axis, number) => add(axis.label, data.values[number][place]))
  return [...parts, list, make("p", "quiet", `Cell: ${map.nameOf(cell)}. ${data.quality_help}`)]
}

function largeTile(cell) {
  const picture = map.fromAtlas(cell)
  picture.className = "large"
  picture.style.width = ""
  return picture
}

// From the best elite to the next best ones and back, by the pointer or the keyboard.
function steps(rank) {
  const line = make("div", "steps")
  const step = (words, to, label) => {
    const button = make("button", "", words)
    Object.assign(button, { type: "button", disabled: to < 0 || to >= order.length })
    button.setAttribute("aria-label", label)
    button.onclick = () => {
      map.cursor = -1
      map.hover(-1, 0, 0)
      map.pick(data.cells[order[to]])
      const again = [...card.querySelectorAll("button")].find((one) => one.textContent === words)
      if (!again.disabled) again.focus()
      else card.focus()
    }
    return button
  }
  const count = order.length.toLocaleString("en")
  const words = rank < 0 ? `${count} cells are filled` : `${(rank + 1).toLocaleString("en")} of ${count}, the best first`
  line.append(step("←", rank - 1, "The better one before"), make("span", "", words), step("→", rank < 0 ? 0 : rank + 1, rank < 0 ? "The best one" : "The next best one"))
  return line
}

const first = data.atlas || data.texts.length ? "pictures" : "colours"
const pictures = { pictures: "Pictures", whole: "Whole pictures", colours: "Colours" }
const texts = data.texts.length ? { pictures: "Texts", colours: "Colours" } : {}
for (const [what, words] of Object.entries(data.atlas ? pictures : texts)) {
  const label = make("label", "", words)
  const box = make("input")
  Object.assign(box, { type: "radio", name: "show", value: what, checked: what === first, onchange: () => show(what) })
  label.prepend(box)
  choice.append(label)
}
for (const id of ["name", "about"]) document.getElementById(id).textContent = data[id]
addEventListener("resize", room)
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.draw())
show(first)
room()
if (order.length) {
  map.selected = data.cells[order[0]]
  choose(map.selected, false)
}
