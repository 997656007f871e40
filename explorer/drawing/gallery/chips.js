// The parts of the query. Data: {parts: [{label, kind, weight, picture}]}; events: {action, place, weight}.

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function weightBox(part, place, send) {
  const box = element("input", "weight")
  box.type = "number"
  box.step = "0.25"
  box.min = "-5"
  box.max = "5"
  box.value = part.weight
  box.title = "Weight of this part: above 0 more like it, below 0 less like it, 0 leaves it out"
  box.setAttribute("aria-label", `Weight of ${part.label}`)
  box.onchange = () => send({ action: "weight", place, weight: Number(box.value) })
  return box
}

function chip(part, place, send) {
  const made = element("div", part.weight < 0 ? "chip minus" : "chip")
  if (part.picture) {
    const image = element("img")
    image.src = part.picture
    image.alt = ""
    made.append(image)
  }
  const label = element("span", "label", part.label)
  label.title = part.label
  const remove = element("button", "remove", "\u00d7")
  remove.type = "button"
  remove.title = "Remove from the query"
  remove.setAttribute("aria-label", `Remove ${part.label}`)
  remove.onclick = () => send({ action: "remove", place })
  made.append(element("span", "kind", part.kind), label, weightBox(part, place, send), remove)
  return made
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const text = JSON.stringify(data)
  const root = parentElement.querySelector(".chips")
  if (root && root.shown === text) return
  const fresh = element("div", "chips")
  fresh.shown = text
  fresh.setAttribute("role", "group")
  fresh.setAttribute("aria-label", "Parts of the query")
  const send = (event) => setTriggerValue("event", event)
  data.parts.forEach((part, place) => fresh.append(chip(part, place, send)))
  const clear = element("button", "clear", "Clear")
  clear.type = "button"
  clear.onclick = () => send({ action: "clear" })
  fresh.append(clear)
  if (root) root.replaceWith(fresh)
  else parentElement.append(fresh)
}
