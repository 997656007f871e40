// A picture whose part is marked on a grid. Data: {url, alt, grid, box}: box is [top, left, bottom, right] in cells, the
// last two not included. Event: {box}. Drag over cells; or Tab, arrow keys, with Shift for a larger part.

function marked(root, box, grid) {
  const mark = root.querySelector(".mark")
  const share = (value) => `${(100 * value) / grid}%`
  const [top, left, bottom, right] = box
  Object.assign(mark.style, { top: share(top), left: share(left), height: share(bottom - top), width: share(right - left) })
}

function between(one, other) {
  const [top, bottom] = [Math.min(one[0], other[0]), Math.max(one[0], other[0])]
  const [left, right] = [Math.min(one[1], other[1]), Math.max(one[1], other[1])]
  return [top, left, bottom + 1, right + 1]
}

function cellButton(row, column, grid) {
  const cell = document.createElement("button")
  cell.type = "button"
  cell.className = "cell"
  cell.tabIndex = row || column ? -1 : 0
  cell.setAttribute("aria-label", `Row ${row + 1}, column ${column + 1} of ${grid}`)
  return cell
}

function build(data, send) {
  const root = document.createElement("div")
  root.className = "part"
  root.setAttribute("role", "group")
  root.setAttribute("aria-label", `${data.alt}: mark a part`)
  const image = document.createElement("img")
  image.src = data.url
  image.alt = data.alt
  image.draggable = false
  const cells = document.createElement("div")
  cells.className = "cells"
  cells.style.setProperty("--grid", data.grid)
  const buttons = []
  for (let place = 0; place < data.grid * data.grid; place++) {
    buttons.push(cellButton(Math.floor(place / data.grid), place % data.grid, data.grid))
  }
  cells.append(...buttons)
  const mark = document.createElement("div")
  mark.className = "mark"
  root.append(image, cells, mark)

  const last = data.grid - 1
  const inside = (value) => Math.min(last, Math.max(0, value))
  const at = (event) => {
    const area = cells.getBoundingClientRect()
    const place = (value, start, size) => inside(Math.floor(((value - start) / size) * data.grid))
    return [place(event.clientY, area.top, area.height), place(event.clientX, area.left, area.width)]
  }
  let from = null
  let to = null
  const show = () => marked(root, between(from, to), data.grid)
  cells.onpointerdown = (event) => {
    from = to = at(event)
    cells.setPointerCapture(event.pointerId)
    show()
  }
  cells.onpointermove = (event) => {
    if (!cells.hasPointerCapture(event.pointerId)) return
    to = at(event)
    show()
  }
  cells.onpointerup = () => send(between(from, to))
  cells.onkeydown = (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
    const place = buttons.indexOf(event.target)
    const here = [Math.floor(place / data.grid), place % data.grid]
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      if (!from || !event.target.extends) from = to = here
      show()
      send(between(from, to))
    } else if (step) {
      event.preventDefault()
      const next = [inside(here[0] + step[0]), inside(here[1] + step[1])]
      if (event.shiftKey) [from, to] = [from && event.target.extends ? from : here, next]
      const button = buttons[next[0] * data.grid + next[1]]
      button.extends = event.shiftKey
      buttons.forEach((one) => (one.tabIndex = one === button ? 0 : -1))
      button.focus()
      if (event.shiftKey) show()
    }
  }
  return root
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const text = JSON.stringify([data.url, data.grid])
  let root = parentElement.querySelector(".part")
  if (!root || root.shown !== text) {
    const fresh = build(data, (box) => setTriggerValue("event", { box }))
    fresh.shown = text
    if (root) root.replaceWith(fresh)
    else parentElement.append(fresh)
    root = fresh
  }
  marked(root, data.box, data.grid)
}
