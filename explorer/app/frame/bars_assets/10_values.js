// A lying bar a value. Click: this value alone; with Shift or Ctrl, and by touch: one more or one less.

const VALUE_HINT = "Click: only this. Shift + click: one more."

function drawValues(chart, clicks, send) {
  const list = element("ul", "values")
  const { close, share } = measure(chart.bars)
  list.classList.toggle("close", close)
  list.classList.toggle("some", chart.bars.some((bar) => bar.picked))
  const buttons = chart.bars.map((bar) => {
    const item = element("li")
    const button = valueButton(bar, share, clicks)
    button.dataset.part = `value ${bar.value}`
    if (clicks) button.onclick = (event) => send({ action: "value", value: bar.value, add: adds(event) })
    item.append(button)
    list.append(item)
    return button
  })
  if (clicks) rove(buttons)
  return list
}

function valueButton(bar, share, clicks) {
  const button = element(clicks ? "button" : "div", "bar")
  if (clicks) button.type = "button"
  button.style.setProperty("--total", share(bar.total))
  button.style.setProperty("--share", share(bar.count))
  button.classList.toggle("picked", bar.picked)
  button.classList.toggle("none", !bar.count)
  button.classList.toggle("bare", Boolean(bar.bare))
  button.append(element("span", "label", bar.name), element("span", "count", number(bar.count)))
  if (clicks) named(button, bar, VALUE_HINT)
  else button.title = `${bar.name}: ${tally(bar)}`
  return button
}
