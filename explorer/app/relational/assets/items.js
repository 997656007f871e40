// A grid of items with the relation in words. Data: {items: [{row, id, numbers, words, text}], image_url, label, hint,
// least, lines}; events: {action: "item", value}. Everything that comes from the data is set as text or as an attribute.

function draw(item, data, send) {
  const made = element("li")
  const open = element("button")
  open.type = "button"
  open.title = data.hint
  open.dataset.id = item.id
  open.setAttribute("aria-label", `${item.id}. ${item.numbers} ${item.words}. ${data.hint}`)
  const image = element("img")
  image.loading = "lazy"
  image.decoding = "async"
  image.alt = item.text || item.id
  image.src = data.image_url.replace("{row}", item.row)
  const facts = element("div", "facts")
  if (item.numbers) facts.append(element("div", "numbers", item.numbers))
  if (item.words) facts.append(withSlots(item.words))
  facts.append(element("div", "name", item.id.split("/").pop()))
  open.append(image, facts)
  open.onclick = () => send("item", item.id)
  made.append(open)
  return made
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const text = JSON.stringify(data)
  const root = parentElement.querySelector(".items")
  if (root && root.shown === text) return
  const fresh = element("ul", data.lines ? "items lines" : "items")
  fresh.shown = text
  fresh.setAttribute("aria-label", data.label)
  const send = (action, value) => setTriggerValue("event", { action, value })
  data.items.forEach((item) => fresh.append(draw(item, data, send)))
  root?.unfill?.()
  if (root) root.replaceWith(fresh)
  else parentElement.append(fresh)
  if (data.least) fresh.unfill = fillWindow(fresh, data.least, "maxHeight")
}
