// Cards of items, and the tasks that are answered with one or two choices. A task has draw(box, question, answer, data)
// and returns {key(event) -> handled, hint}. Item text is only ever set as text.

function pictureUrl(data, item) {
  return data.image_url.replace("{row}", item.row)
}

function card(data, item, className, label, onclick) {
  const made = onclick ? button(`card ${className}`, undefined, "", onclick) : element("div", `card ${className}`)
  made.dataset.id = item.id
  made.setAttribute("aria-label", [label, item.text].filter(Boolean).join(": ") || "item")
  if (item.missing) made.append(element("div", "gone", "This picture is no longer there."))
  else if (item.image) {
    const image = element("img")
    image.alt = item.text || label
    image.draggable = false
    image.src = pictureUrl(data, item)
    image.onerror = () => {
      item.missing = true
      image.replaceWith(element("div", "gone", "This picture cannot be shown."))
    }
    made.append(image)
  }
  if (item.text && !item.missing) made.append(element("div", item.image ? "words under" : "words", item.text))
  return made
}

function keyMark(text) {
  return element("span", "key", text)
}

function drawOdd(box, question, answer, data) {
  const pair = data.wording === "pair"
  const picked = new Set()
  const row = element("div", "three")
  const cards = question.items.map((item, place) => {
    const made = card(data, item, "choice", `Item ${place + 1}`, () => pick(place))
    made.append(keyMark(String(place + 1)))
    row.append(made)
    return made
  })
  function pick(place) {
    if (!pair) return answer(question.items[place].id)
    if (picked.has(place)) picked.delete(place)
    else picked.add(place)
    cards.forEach((one, at) => one.classList.toggle("picked", picked.has(at)))
    if (picked.size === 2) answer(question.items[[0, 1, 2].find((at) => !picked.has(at))].id)
  }
  box.append(row)
  return {
    hint: pair ? "Click the two that are most alike, or press their numbers." : "Click the odd one, or press 1, 2 or 3.",
    key: (event) => {
      const place = ["1", "2", "3"].indexOf(event.key)
      if (place < 0) return false
      pick(place)
      return true
    },
  }
}

function drawTriplet(box, question, answer, data) {
  const [reference, ...options] = question.items
  const top = element("div", "reference")
  top.append(card(data, reference, "fixed", "Reference"), element("div", "caption", "Reference"))
  const row = element("div", "two")
  const choose = (place) => answer([reference.id, options[place].id, options[1 - place].id])
  options.forEach((item, place) => {
    const made = card(data, item, "choice", place ? "Right" : "Left", () => choose(place))
    made.append(keyMark(place ? "→" : "←"))
    row.append(made)
  })
  box.append(top, row)
  return {
    hint: "Click the one that is more like the reference, or press ← or → (1 or 2).",
    key: (event) => {
      const place = { ArrowLeft: 0, 1: 0, ArrowRight: 1, 2: 1 }[event.key]
      if (place === undefined) return false
      choose(place)
      return true
    },
  }
}

function drawRating(box, question, answer, data) {
  const row = element("div", "two pair")
  question.items.forEach((item, place) => row.append(card(data, item, "fixed", place ? "Right" : "Left")))
  const scale = element("div", "scale")
  const [low, high] = data.scale
  scale.append(element("span", "end", "not alike at all"))
  for (let value = low; value <= high; value++) {
    scale.append(button("step", String(value), "", () => answer(value)))
  }
  scale.append(element("span", "end", "as alike as can be"))
  box.append(row, scale)
  return {
    hint: `Press a number from ${low} to ${high}: more is more alike.`,
    key: (event) => {
      const value = /^[0-9]$/.test(event.key) ? Number(event.key) : NaN
      if (!(value >= low && value <= high)) return false
      answer(value)
      return true
    },
  }
}
