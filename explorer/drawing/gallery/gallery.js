// A grid of items. Data: {cards, image_url, cut, cut_label, tall, card, actions}; events: {action, id}.
// Everything that comes from the data is set as text or as an attribute, never as HTML.

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

const TOOLS = [
  ["add", "+", "Add to the query: more like this"],
  ["less", "\u2212", "Add to the query: less like this"],
  ["open", "\u2922", "Enlarge"],
]

// Parts of the picture are outlined: [left, top, width, height] as shares of the square that is shown.
function framed(image, boxes) {
  const frame = element("div", "frame")
  frame.append(image)
  boxes.forEach(([left, top, width, height]) => {
    const box = element("span", "box")
    Object.assign(box.style, { left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * width}%`, height: `${100 * height}%` })
    frame.append(box)
  })
  return frame
}

function media(card, data) {
  const found = []
  if (card.image) {
    const image = element("img", "picture")
    image.loading = "lazy"
    image.decoding = "async"
    image.alt = card.caption || card.id
    image.src = typeof data.image_url === "function" ? data.image_url(card.row) : data.image_url.replace("{row}", card.row)
    found.push(card.boxes ? framed(image, card.boxes) : image)
  }
  if (card.text) found.push(element("span", "words", card.text))
  return found
}

function change(card, other, only) {
  const steps = card.change
  const isNew = steps === undefined || steps === null
  const kind = isNew ? "new" : steps === 0 ? "same" : steps > 0 ? "up" : "down"
  const far = Math.abs(steps)
  const signs = { new: only, same: "=", up: `\u25b2${far}`, down: `\u25bc${far}` }
  const mark = element("span", `change ${kind}`, signs[kind])
  mark.title = {
    new: `Not among the results of ${other}`,
    same: `The same rank in ${other}`,
    up: `${far} ranks higher than in ${other}`,
    down: `${far} ranks lower than in ${other}`,
  }[kind]
  mark.setAttribute("aria-label", mark.title)
  return mark
}

function facts(card, data) {
  const box = element("div", "facts")
  const line = element("div", "line")
  if (card.rank) line.append(element("span", "rank", String(card.rank)))
  if (data.compares) line.append(change(card, data.other, data.only))
  if (card.value) {
    const value = element("span", "value", card.value)
    value.title = data.value_help || ""
    line.append(value)
  }
  box.append(line)
  if (card.caption) {
    const name = element("div", "name", card.caption)
    name.title = card.id
    box.append(name)
  }
  if (card.note) box.append(element("div", "note", card.note))
  if (card.parts && card.parts.length > 1) {
    const split = element("div", "split")
    split.title = data.parts_help
    card.parts.forEach(([label, value]) => {
      const row = element("div", value < 0 ? "part minus" : "part")
      row.append(element("span", "", label), element("span", "", (value < 0 ? "\u2212" : "+") + Math.abs(value).toFixed(2)))
      split.append(row)
    })
    box.append(split)
  }
  return box
}

function drawCard(card, data, send) {
  const item = element("li", "card" + (card.is_query ? " query" : "") + (card.weak ? " weak" : ""))
  item.dataset.id = card.id
  const open = element("button", "open")
  open.type = "button"
  open.setAttribute("aria-label", `${card.rank ? `Rank ${card.rank}: ` : ""}${card.text || card.caption || card.id}. ${data.click_label}`)
  open.title = data.click_label
  open.append(...media(card, data), facts(card, data))
  open.onclick = () => send("query", card.id)
  const tools = element("div", "tools")
  TOOLS.filter(([action]) => data.actions.includes(action)).forEach(([action, sign, label]) => {
    const button = element("button", "", sign)
    button.type = "button"
    button.title = label
    button.setAttribute("aria-label", `${label} (${card.id})`)
    button.onclick = () => send(action, card.id)
    tools.append(button)
  })
  item.append(open, tools)
  return item
}

// One card at a time is a stop of the Tab key, with its small buttons; the arrow keys go from card to card.
function rove(grid) {
  const cards = [...grid.querySelectorAll(".card")]
  const stop = (card, on) => card.querySelectorAll("button").forEach((button) => (button.tabIndex = on ? 0 : -1))
  let at = 0
  const enter = (next) => {
    if (next === at || !cards[next]) return
    stop(cards[at], false)
    stop(cards[next], true)
    at = next
  }
  cards.forEach((card, place) => stop(card, place === 0))
  grid.addEventListener("focusin", (event) => enter(cards.indexOf(event.target.closest(".card"))))
  grid.onkeydown = (event) => {
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns, Home: 0, End: cards.length - 1 }
    const next = cards[steps[event.key]]
    if (!next) return
    event.preventDefault()
    enter(steps[event.key])
    next.querySelector(".open").focus()
  }
}

const fills = new WeakMap()

function drawGallery(component) {
  const { data, parentElement, setTriggerValue } = component
  const text = JSON.stringify(data)
  let root = parentElement.querySelector(".gallery")
  if (root && root.shown === text) return
  const fresh = element("div", data.whole ? "gallery whole" : "gallery")
  fresh.shown = text
  fresh.style.setProperty("--tall", data.tall && !data.fill ? `${data.tall}px` : "none")
  fresh.style.setProperty("--card", `${data.card || 132}px`)
  const send = (action, id) => setTriggerValue("event", { action, id })
  const grid = element("ul", "grid")
  grid.setAttribute("aria-label", data.label)
  fresh.dataset.label = data.label
  data.cards.forEach((card, place) => {
    if (data.cut !== null && place === data.cut) grid.append(element("li", "cut", data.cut_label))
    grid.append(drawCard(card, data, send))
  })
  rove(grid)
  fresh.append(grid)
  if (root) root.replaceWith(fresh)
  else parentElement.append(fresh)
  fills.get(parentElement)?.()
  if (data.fill) fills.set(parentElement, fillWindow(grid, data.tall || 320, "maxHeight"))
}
