// Arrange items on a plane: the nearer, the more alike. Places are the centres of the cards, from 0 to 1. A card stays
// whole inside the arena, and counts as placed once it was moved away from where it lay: a touch that slips is no placing.

const MOVED = 0.02  // of the arena's side
const RING = 0.37, RING_OF_TEXTS = 0.33

function drawArrangement(box, question, answer, data) {
  const arena = element("div", "arena")
  const count = question.items.length
  const places = question.items.map((_, at) => {
    const angle = (2 * Math.PI * at) / count - Math.PI / 2
    const ring = question.items.every((item) => item.image || item.missing) ? RING : RING_OF_TEXTS
    return [0.5 + ring * Math.cos(angle), 0.5 + ring * Math.sin(angle)]
  })
  const began = places.map((place) => [...place])
  const moved = new Set()
  const draft = `explorer-places:${data.ticket}:${question.trial}` // so that a reload loses nothing
  restore()
  const done = button("primary done", "", "Enter", submit)
  const said = element("span", "small")
  said.setAttribute("role", "status")
  const cards = question.items.map((item, at) => movable(item, at))
  arena.append(...cards)
  if (count > 10) arena.classList.add("many")
  const foot = element("div", "foot")
  foot.append(said, done)
  box.append(arena, foot)
  paint()

  function movable(item, at) {
    const made = card(data, item, item.image || item.missing ? "piece" : "piece text", word(data, "item", { number: at + 1 }))
    made.title = item.text || ""
    made.tabIndex = 0
    made.setAttribute("role", "button")
    made.onpointerdown = (event) => {
      event.preventDefault()
      made.focus({ preventScroll: true })
      made.setPointerCapture(event.pointerId)
      const area = arena.getBoundingClientRect()
      const offset = [event.clientX - area.left - places[at][0] * area.width, event.clientY - area.top - places[at][1] * area.height]
      made.classList.add("held")
      made.onpointermove = (moving) => {
        const now = arena.getBoundingClientRect()
        put(at, (moving.clientX - now.left - offset[0]) / now.width, (moving.clientY - now.top - offset[1]) / now.height)
      }
      made.onpointerup = made.onpointercancel = () => {
        made.classList.remove("held")
        made.onpointermove = null
      }
    }
    made.onkeydown = (event) => {
      const step = event.shiftKey ? 0.1 : 0.025
      const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key]
      if (!by) return
      event.preventDefault()
      event.stopPropagation()
      put(at, places[at][0] + by[0], places[at][1] + by[1])
    }
    return made
  }
  function put(at, x, y) {
    const fits = (part) => Math.min(0.5, part / 2)
    const half = [fits(cards[at].offsetWidth / arena.clientWidth), fits(cards[at].offsetHeight / arena.clientHeight)]
    places[at] = [x, y].map((value, axis) => Math.max(half[axis], Math.min(1 - half[axis], value)))
    if (Math.hypot(places[at][0] - began[at][0], places[at][1] - began[at][1]) > MOVED) moved.add(at)
    try { sessionStorage.setItem(draft, JSON.stringify([...moved].map((one) => [one, places[one]]))) } catch { /* as long as the page is open */ }
    paint()
  }
  function restore() {
    try {
      for (const [at, place] of JSON.parse(sessionStorage.getItem(draft) || "[]")) {
        places[at] = place
        moved.add(at)
      }
    } catch { /* nothing was kept */ }
  }
  function paint() {
    cards.forEach((made, at) => {
      made.style.left = `${places[at][0] * 100}%`
      made.style.top = `${places[at][1] * 100}%`
      made.classList.toggle("placed", moved.has(at))
    })
    said.textContent = moved.size < count ? word(data, "placed", { done: moved.size, total: count }) : word(data, "all_placed")
    done.textContent = `${word(data, "done")}  ⏎`
    done.disabled = moved.size < count
  }
  function submit() {
    if (moved.size < count) { said.textContent = word(data, "placed", { done: moved.size, total: count }); return }
    try { sessionStorage.removeItem(draft) } catch { /* nothing was kept */ }
    answer(places.map(([x, y]) => [Math.round(x * 1e4) / 1e4, Math.round(y * 1e4) / 1e4]))
  }
  return {
    hint: word(data, "hint_arrangement"),
    key: (event) => {
      if (event.key !== "Enter") return false
      submit()
      return true
    },
  }
}

const TASKS = {
  odd_one_out: drawOdd, triplet: drawTriplet, pair_rating: drawRating, tags: drawTags, arrangement: drawArrangement,
}
