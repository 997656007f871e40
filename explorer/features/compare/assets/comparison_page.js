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
for (const { title, data, layout } of sent.figures) {
  const box = made("div", "figure")
  parts.append(made("h2", "", title), box)
  const look = { paper_bgcolor: "white", plot_bgcolor: "white", font: { family: "system-ui, sans-serif" } }
  Plotly.newPlot(box, data, { ...layout, ...look }, { responsive: true, displaylogo: false })
}
parts.append(made("h2", "", "The most changed items, and what is nearest to each under both models"), ...sent.items.map(changed))
