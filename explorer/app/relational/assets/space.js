// Tiles in the plane of looks (x) and logic (y). Data: {tiles: [{row, id, x, y, looks, logic, words, inside}], picked,
// image_url, corners: [{name, label, x, y}], corner, least}. Events: {action: "item" | "corner", value}.
// Everything that comes from the data is set as text or as an attribute, never as HTML.

function picture(data, row, size) {
  const image = element("img")
  image.loading = "lazy"
  image.decoding = "async"
  image.alt = ""
  image.src = data.image_url.replace("{row}", row).replace("size=64", `size=${size}`)
  return image
}

function fill(card, tile, data) {
  const large = picture(data, tile.row, 256)
  large.style.backgroundImage = `url("${data.image_url.replace("{row}", tile.row)}")`
  card.replaceChildren(large, element("div", "name", tile.id.split("/").pop()))
  card.append(element("div", "numbers", `looks ${tile.looks} \u00b7 logic ${tile.logic}`))
  if (tile.words) card.append(withSlots(tile.words))
}

function place(card, spot, plane) {
  const box = plane.getBoundingClientRect()
  const at = spot.getBoundingClientRect()
  const left = at.left - box.left + at.width / 2
  card.style.left = `${left > box.width / 2 ? Math.max(0, left - 196) : Math.min(left + 20, box.width - 180)}px`
  card.style.top = `${Math.max(0, Math.min(at.top - box.top - 60, box.height - 250))}px`
}

function drawTile(tile, data, plane, card, send) {
  const spot = element("button", tile.inside ? "tile inside" : "tile")
  spot.type = "button"
  spot.style.left = `${4 + 92 * tile.x}%`
  spot.style.top = `${8 + 86 * (1 - tile.y)}%`
  spot.setAttribute("aria-label", `${tile.id}: looks ${tile.looks}, logic ${tile.logic}. ${tile.words || ""}`)
  spot.dataset.id = tile.id
  spot.append(picture(data, tile.row, 64))
  const show = () => {
    fill(card, tile, data)
    place(card, spot, plane)
    card.hidden = false
  }
  spot.onmouseenter = show
  spot.onfocus = show
  spot.onmouseleave = () => (card.hidden = true)
  spot.onblur = () => (card.hidden = true)
  spot.onclick = () => send("item", tile.id)
  return spot
}

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }

// One tile is a stop of the Tab key; arrow keys go to the nearest in that direction.
function rove(spots, tiles) {
  spots.forEach((spot, at) => {
    spot.tabIndex = at ? -1 : 0
    spot.onkeydown = (event) => {
      const next = ARROWS[event.key] && spots[beside(tiles, at, ARROWS[event.key])]
      if (!next) return
      event.preventDefault()
      spot.tabIndex = -1
      next.tabIndex = 0
      next.focus()
    }
  })
}

function beside(tiles, at, [right, up]) {
  let best = -1
  let least = Infinity
  tiles.forEach(({ x, y }, other) => {
    const [dx, dy] = [x - tiles[at].x, y - tiles[at].y]
    const far = Math.hypot(dx, dy)
    if (far && dx * right + dy * up >= 0.5 * far && far < least) [best, least] = [other, far]
  })
  return best
}

function drawCorner(corner, data, send) {
  const made = element("button", corner.name === data.corner ? "corner chosen" : "corner", corner.label)
  made.type = "button"
  made.classList.add(corner.x < 0 ? "left" : "right", corner.y < 0 ? "low" : "high")
  made.setAttribute("aria-pressed", String(corner.name === data.corner))
  made.onclick = () => send("corner", corner.name)
  return made
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const text = JSON.stringify(data)
  const root = parentElement.querySelector(".space")
  if (root && root.shown === text) return
  const fresh = element("div", "space")
  fresh.shown = text
  const send = (action, value) => setTriggerValue("event", { action, value })
  const plane = element("div", "plane")
  const card = element("div", "card")
  card.hidden = true
  data.corners.forEach((corner) => plane.append(drawCorner(corner, data, send)))
  data.tiles.forEach((tile) => plane.append(drawTile(tile, data, plane, card, send)))
  plane.append(card)
  rove([...plane.querySelectorAll(".tile")], data.tiles)
  const across = element("div", "axis across")
  across.append(element("span", "", "\u2190 looks different"), element("b", "", "Looks (attribute similarity)"), element("span", "", "looks alike \u2192"))
  const up = element("div", "axis up")
  up.append(element("span", "", "\u2190 other logic"), element("b", "", "Logic (relational similarity)"), element("span", "", "same logic \u2192"))
  fresh.append(up, plane, across)
  root?.unfill?.()
  if (root) root.replaceWith(fresh)
  else parentElement.append(fresh)
  fresh.unfill = fillWindow(fresh, data.least)
}
