// A histogram. Click: this bin alone; a drag: a range; Shift: the range grows. Below it the ends, to be typed exactly.

const BIN_HINT = "Click: only these. Drag: a range. Shift + click: up to here."

function drawBins(chart, clicks, send) {
  const box = element("div", "bins")
  const { close, share } = measure(chart.bars)
  box.classList.toggle("close", close)
  box.classList.toggle("some", chart.bars.some((bar) => bar.picked))
  const buttons = chart.bars.map((bar, place) => {
    const button = element(clicks ? "button" : "div", "bin")
    button.style.setProperty("--total", share(bar.total))
    button.style.setProperty("--share", share(bar.count))
    button.classList.toggle("picked", bar.picked)
    button.dataset.part = `bin ${place}`
    if (clicks) {
      button.type = "button"
      named(button, bar, BIN_HINT)
      button.onclick = (event) => {
        if (!event.detail) send({ action: "bins", first: place, last: place, add: event.shiftKey }) // by the keyboard
      }
    } else button.title = `${bar.name}: ${tally(bar)}`
    return button
  })
  box.append(...buttons)
  if (clicks) {
    rove(buttons)
    drag(box, buttons, send)
  }
  return box
}

function drag(box, buttons, send) {
  let from = -1
  const at = (event) => {
    const { left, width } = box.getBoundingClientRect()
    const place = Math.floor(((event.clientX - left) / Math.max(width, 1)) * buttons.length)
    return Math.max(0, Math.min(buttons.length - 1, place))
  }
  const mark = (to) => {
    const [first, last] = from < to ? [from, to] : [to, from]
    buttons.forEach((button, place) => button.classList.toggle("drawn", from >= 0 && place >= first && place <= last))
  }
  box.onpointerdown = (event) => {
    if (event.button) return
    from = at(event)
    box.setPointerCapture(event.pointerId)
    mark(from)
  }
  box.onpointermove = (event) => from >= 0 && mark(at(event))
  box.onpointerup = (event) => {
    if (from < 0) return
    const to = at(event)
    send({ action: "bins", first: Math.min(from, to), last: Math.max(from, to), add: adds(event) && from === to })
    from = -1
  }
  box.onpointercancel = () => {
    from = -1
    mark(0)
  }
}

function drawEnds(chart) {
  const line = element("div", "ends")
  line.setAttribute("aria-hidden", "true")
  line.append(...chart.ends.map((end) => element("span", "", end)))
  return line
}

function drawTyped(chart, send) {
  const line = element("div", "typed")
  const { low, high, least, most } = chart.typed
  const fields = [
    ["from", low, least],
    ["to", high, most],
  ].map(([name, value, limit]) => {
    const field = element("input")
    field.value = value
    field.placeholder = limit
    field.dataset.part = name
    field.setAttribute("aria-label", `${chart.column} ${name}`)
    field.title = `${name} ${value || limit}`
    return field
  })
  const sendBounds = () => {
    if (fields[0].value !== low || fields[1].value !== high)
      send({ action: "bounds", low: fields[0].value, high: fields[1].value })
  }
  fields.forEach((field) => (field.onchange = sendBounds))
  line.append(fields[0], element("span", "", "to"), fields[1])
  return line
}
