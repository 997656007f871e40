// Two models side by side, as a page that works alone: figures by plotly, and the neighbours of the most changed items.

const sent = JSON.parse(document.getElementById("sent-data").textContent)
const parts = document.getElementById("parts")

function made(name, className, text) {
  const element = document.createElement(name)
  element.className = className
  if (text) element.textContent = text
  return element
}

function card({ name, picture }) {
  const box = made("figure", "card")
  if (picture) box.append(Object.assign(new Image(), { src: picture, alt: name, title: name }))
  box.append(made("figcaption", "", name))
  return box
}

function changed(item) {
  const row = made("section", "item")
  const left = made("div", "own")
  left.append(card(item), made("p", "", `keeps ${Math.round(100 * item.kept)} %`))
  const sides = made("div", "sides")
  item.sides.forEach((near, side) => {
    const line = made("div", "line")
    line.append(made("h3", "", sent.names[side]), ...near.map(card))
    sides.append(line)
  })
  row.append(left, sides)
  return row
}

for (const id of ["title", "about"]) document.getElementById(id).textContent = sent[id]
const CHARACTER = 7 // pixels, of a name along an axis
const NUMBER = 34 // pixels of a column in which a number is written in full size
const MARGINS = 0.7 // of a figure's width are columns

// Colours and fonts of the page as it is now; names below columns stand upright where they have no room side by side.
function look(layout, room) {
  const style = getComputedStyle(document.documentElement)
  const colour = (name) => style.getPropertyValue(`--st-${name}-color`).trim()
  const font = { family: "system-ui, sans-serif", color: colour("text") }
  const shown = { ...layout, paper_bgcolor: colour("background"), plot_bgcolor: colour("background"), font }
  const names = layout.xaxis?.ticktext
  if (!names) return shown
  const wide = (MARGINS * room) / names.length
  const longest = Math.max(...names.map((name) => name.length))
  if (longest * CHARACTER > wide) shown.xaxis = { ...layout.xaxis, tickangle: -90 }
  if (wide < NUMBER && layout.annotations) {
    const size = Math.max(7, Math.floor((12 * wide) / NUMBER))
    shown.annotations = layout.annotations.map((one) => ({ ...one, font: { ...one.font, size } }))
  }
  return shown
}

// Where fingers scroll the page, a figure does not take the drag. The tools of plotly would cover cells and names.
const touch = matchMedia("(pointer: coarse)").matches

function draw() {
  boxes.forEach((box, number) => {
    const { data, layout } = sent.figures[number]
    const shown = look(layout, box.clientWidth)
    Plotly.react(box, data, touch ? { ...shown, dragmode: false } : shown, { responsive: true, displayModeBar: false })
  })
}

const boxes = sent.figures.map(({ title, layout }) => {
  const box = made("div", "figure")
  parts.append(made("h2", "", title), box)
  if (layout.dragmode && !touch) parts.append(made("p", "hint", "Drag moves the map, a double click shows all of it."))
  return box
})
draw()
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw)
let width = innerWidth
addEventListener("resize", () => {
  if (width === innerWidth) return
  width = innerWidth
  draw()
})
parts.append(made("h2", "", "The most changed items, and what is nearest to each under both models"), ...sent.items.map(changed))
