// Cards of items, and the tasks that are answered with one or two choices. A task has draw(box, question, answer, data)
// and returns {key(event) -> handled, hint}. Item text is only ever set as text.

function pictureUrl(data, item) {
  return data.image_url.replace("{row}", item.row)
}

function card(data, item, className, label, onclick) {
  const made = onclick ? button(`card ${className}`, undefined, "", onclick) : element("div", `card ${className}`)
  made.dataset.id = item.id
  made.setAttribute("aria-label", [label, item.text].filter(Boolean).join(": ") || "item")
  if (item.missing) made.append(element("div", "gone", word(data, "picture_gone")))
  else if (item.image) {
    const image = element("img")
    image.alt = item.text || label
    image.draggable = false
    image.src = pictureUrl(data, item)
    image.onerror = () => {
      item.missing = true
      image.replaceWith(element("div", "gone", word(data, "picture_gone")))
    }
    made.append(image)
  }
  if (item.text && !item.missing) made.append(element("div", item.image ? "words under" : "words", item.text))
  return made
}

function drawOdd(box, question, answer, data) {
  const pair = data.wording === "pair"
  const picked = new Set()
  const row = element("div", "three")
  const cards = question.items.map((item, place) => {
    const made = card(data, item, "choice", word(data, "item", { number: place + 1 }), () => pick(place))
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
    hint: word(data, pair ? "hint_pair" : "hint_odd"),
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
  const named = word(data, "reference")
  top.append(card(data, reference, "fixed", named), element("div", "caption", named))
  const row = element("div", "two")
  const choose = (place) => answer([reference.id, options[place].id, options[1 - place].id])
  options.forEach((item, place) => {
    const made = card(data, item, "choice", word(data, place ? "right_side" : "left"), () => choose(place))
    made.append(keyMark(place ? "→" : "←"))
    row.append(made)
  })
  box.append(top, row)
  return {
    hint: word(data, "hint_triplet"),
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
  question.items.forEach((item, place) => row.append(card(data, item, "fixed", word(data, place ? "right_side" : "left"))))
  const scale = element("div", "scale")
  const [low, high] = data.scale
  scale.append(element("span", "end", word(data, "scale_low")))
  for (let value = low; value <= high; value++) {
    scale.append(button("step", String(value), "", () => answer(value)))
  }
  scale.append(element("span", "end", word(data, "scale_high")))
  box.append(row, scale)
  return {
    hint: word(data, "hint_pair_rating", { low, high }),
    key: (event) => {
      const value = /^[0-9]$/.test(event.key) ? Number(event.key) : NaN
      if (!(value >= low && value <= high)) return false
      answer(value)
      return true
    },
  }
}
