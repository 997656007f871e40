// What the parts of the charts share. Everything that comes from the data is set as text or as a property.

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

const number = (value) => value.toLocaleString("en-US")
const TOUCH = { last: "" } // what the last press was made with

function adds(event) {
  return event.shiftKey || event.ctrlKey || event.metaKey || TOUCH.last === "touch"
}

function tally(bar) {
  return bar.count === bar.total
    ? `${number(bar.total)} items`
    : `${number(bar.count)} of ${number(bar.total)} items pass the other filters`
}

// Bars are as long as all items; where few pass, as those that pass, or nothing could be seen of them. What has no value
// is often most of all, and does not count for the length of the others.
function measure(bars) {
  const named = bars.some((bar) => !bar.bare) ? bars.filter((bar) => !bar.bare) : bars
  const most = Math.max(1, ...named.map((bar) => bar.total))
  const passing = Math.max(0, ...named.map((bar) => bar.count))
  const close = passing > 0 && passing < most / 5
  const whole = close ? passing : most
  const share = (value) => (value ? `max(2px, ${(100 * Math.min(value, whole)) / whole}%)` : "0px")
  return { close, share }
}

// One stop of the Tab key for a row of buttons; the arrow keys go along it.
function rove(buttons) {
  const start = Math.max(0, buttons.findIndex((button) => button.getAttribute("aria-pressed") === "true"))
  buttons.forEach((button, place) => {
    button.tabIndex = place === start ? 0 : -1
    button.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
      const next = event.key === "Home" ? buttons[0] : event.key === "End" ? buttons.at(-1) : buttons[place + step]
      if (!next) return
      event.preventDefault()
      button.tabIndex = -1
      next.tabIndex = 0
      next.focus()
    })
  })
}

function named(button, bar, hint) {
  button.setAttribute("aria-label", `${bar.name}: ${tally(bar)}`)
  button.setAttribute("aria-pressed", String(bar.picked))
  button.title = `${bar.name}: ${tally(bar)}${hint ? `\n${hint}` : ""}`
}
