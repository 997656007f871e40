// Charts of columns. Data: {charts, chips, label, grid, clicks}; events: {action, column, ...} (see `bars.py`).
// A chart that did not change stays as it is; one that did keeps its place of the focus and what is typed in its search.

const kept = new WeakMap()
let charts = 0 // drawn so far

function drawChart(chart, clicks, grid, state, send) {
  const box = element("section", "chart")
  box.setAttribute("role", "group")
  box.setAttribute("aria-label", chart.column)
  box.dataset.column = chart.column
  const head = element("div", "head")
  const name = element("span", "name", chart.column)
  name.title = chart.column
  head.append(name)
  if (chart.note) head.append(element("span", "note", chart.note))
  if (chart.set && clicks) head.append(clearButton(chart.column, send))
  box.append(head)
  if (chart.kind === "bins") {
    box.append(drawBins(chart, clicks, send), drawEnds(chart))
    if (chart.missing) box.append(drawValues({ bars: [{ ...chart.missing, value: null, bare: true }] }, clicks, send))
    if (clicks && !grid) box.append(drawTyped(chart, send))
  } else if (chart.bars.length) box.append(drawValues(chart, clicks, send))
  if (chart.search && clicks && (chart.search.url || !grid)) box.append(drawSearch(chart, state, send))
  return box
}

function clearButton(column, send) {
  const button = element("button", "clear", "\u00d7")
  button.type = "button"
  button.dataset.part = "clear"
  button.title = `Take the filter on ${column} away`
  button.setAttribute("aria-label", button.title)
  button.onclick = () => send({ action: "clear" })
  return button
}

function drawChips(chips, send) {
  const list = element("ul", "chips")
  list.setAttribute("aria-label", "Filters that are set")
  chips.forEach(({ column, words }) => {
    const item = element("li")
    const button = element("button", "chip")
    button.type = "button"
    button.title = `${column}: ${words}\nClick: take this filter away.`
    button.setAttribute("aria-label", `Take away the filter ${column}: ${words}`)
    button.append(element("b", "", column), element("span", "", words), element("span", "cross", "\u00d7"))
    button.onclick = () => send(column, { action: "clear" })
    item.append(button)
    list.append(item)
  })
  if (chips.length > 1) {
    const item = element("li")
    const button = element("button", "chip all", "Clear all")
    button.type = "button"
    button.onclick = () => send("", { action: "clear" })
    item.append(button)
    list.append(item)
  }
  return list
}

function replaced(old, fresh) {
  const part = old.getRootNode().activeElement
  const held = part && old.contains(part) ? part.dataset.part : undefined
  const caret = held === "search" ? part.selectionStart : null
  if (held) part.onblur = part.onchange = null
  old.replaceWith(fresh)
  if (held === undefined) return
  const next = [...fresh.querySelectorAll("[data-part]")].find((one) => one.dataset.part === held)
  if (!next) return
  if (next.tabIndex < 0) {
    fresh.querySelectorAll(".values [tabindex='0'], .bins [tabindex='0']").forEach((one) => (one.tabIndex = -1))
    next.tabIndex = 0
  }
  next.focus({ preventScroll: true })
  if (caret !== null) next.setSelectionRange(caret, caret)
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  let own = kept.get(parentElement)
  if (!own) {
    own = { root: element("div", "bars"), chips: element("div"), charts: new Map() }
    own.root.append(own.chips)
    own.root.addEventListener("pointerdown", (event) => (TOUCH.last = event.pointerType), true)
    own.root.addEventListener("keydown", () => (TOUCH.last = ""), true)
    parentElement.append(own.root)
    kept.set(parentElement, own)
  }
  const send = (column, event) => {
    own.root.classList.add("waiting")
    if (own.charts.has(column)) own.charts.get(column).text = "" // drawn anew, also when the answer is that nothing changes
    setTriggerValue("event", { column, ...event })
  }
  own.root.classList.remove("waiting")
  own.root.classList.toggle("grid", data.grid)
  own.root.setAttribute("aria-label", data.label)
  const chips = data.chips.length ? drawChips(data.chips, send) : element("div")
  own.chips.replaceWith(chips)
  own.chips = chips
  const columns = new Set(data.charts.map((chart) => chart.column))
  own.charts.forEach((one, column) => {
    if (columns.has(column)) return
    one.box.remove()
    own.charts.delete(column)
  })
  data.charts.forEach((chart, place) => {
    const text = JSON.stringify([chart, data.clicks, data.grid])
    const one = own.charts.get(chart.column) ?? { state: { id: `option-${(charts += 1)}` } }
    if (one.text !== text) {
      const box = drawChart(chart, data.clicks, data.grid, one.state, (event) => send(chart.column, event))
      if (one.box?.isConnected) replaced(one.box, box)
      Object.assign(one, { text, box })
      own.charts.set(chart.column, one)
    }
    const next = own.root.children[place + 1]
    if (next !== one.box) own.root.insertBefore(one.box, next ?? null)
  })
}
