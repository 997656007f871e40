// The band of a tour: the caption of the stop, and the keys and buttons that lead to others. Which stop is shown is
// the page's affair; the band says at once where a key leads, while the page is on its way.
const BEFORE = "explorer-before-tour" // what people had chosen before the tour made the pages dark
const DARK = "explorer-tour-dark"
const bands = new WeakMap()
const TYPING = "input, textarea, select, [contenteditable=true]"
const OWN_ARROWS = "[role=slider], [role=radio], [role=tab], [role=option], [role=combobox], [role=listbox], [role=grid]"
const OVER = "[role=dialog], [data-baseweb=popover]"

function element(tag, name, text, label) {
  const made = document.createElement(tag)
  made.className = name
  if (text) made.textContent = text
  if (label) {
    made.title = label
    made.setAttribute("aria-label", label)
  }
  return made
}

class Band {
  constructor(root) {
    this.root = root
    this.listening = new AbortController()
    const { signal } = this.listening
    this.draw()
    window.addEventListener("keydown", (event) => this.turn(event), { signal, capture: true })
    window.addEventListener("keydown", (event) => this.key(event), { signal })
  }

  draw() {
    const box = element("div", "band")
    box.setAttribute("role", "region")
    box.setAttribute("aria-label", "Tour")
    const steps = element("div", "steps")
    this.previous = this.button("‹", "Stop before (arrow left or Page Up)", () => this.step(-1))
    this.count = element("span", "count")
    this.next = this.button("›", "Next stop (arrow right or Page Down)", () => this.step(1))
    steps.append(this.previous, this.count, this.next)
    this.caption = element("p", "caption")
    this.caption.setAttribute("aria-live", "polite")
    const rest = element("div", "rest")
    this.back = this.button("Back to the stop", "", () => this.go(this.data.stop))
    this.back.classList.add("back")
    rest.append(
      this.back,
      this.button("⟲", "From the beginning: forgets all that was clicked; your data stay as they are", () => this.reset()),
      this.button("✕", "End the tour (Escape)", () => this.end()),
    )
    box.append(steps, this.caption, rest)
    this.root.append(box)
  }

  button(text, label, act) {
    const made = element("button", "", text, label)
    made.type = "button"
    made.onclick = act
    return made
  }

  show(data, send) {
    this.data = data
    this.send = send
    this.asked = 0
    this.say(data.stop, data.away)
    this.darken()
  }

  say(stop, away) {
    const all = this.data.captions.length
    this.caption.textContent = this.data.captions[stop - 1] ?? ""
    this.count.textContent = `${stop} / ${all}`
    this.previous.disabled = stop <= 1
    this.next.disabled = stop >= all
    this.back.hidden = !away
  }

  step(by) {
    this.go((this.asked || this.data.stop) + by)
  }

  go(stop) {
    if (stop < 1 || stop > this.data.captions.length) return
    this.asked = stop
    this.say(stop, false)
    this.send(stop)
  }

  // Page Up and Page Down, as clickers send them, lead on wherever the focus is.
  turn(event) {
    const by = { PageDown: 1, PageUp: -1 }[event.key]
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    this.step(by)
  }

  // The other keys only where nothing else has a use for them.
  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const focus = focused()
    if (event.key === "Escape") {
      if (document.querySelector(OVER)) return
      if (focus === document.body || this.root.contains(focus)) this.end()
      else focus.blur()
      return
    }
    if (focus.matches(`${TYPING}, ${OWN_ARROWS}`) || document.querySelector(OVER)) return
    const stop = { ArrowRight: (now) => now + 1, ArrowLeft: (now) => now - 1, Home: () => 1, End: () => this.data.captions.length }[event.key]
    if (!stop) return
    event.preventDefault()
    this.go(stop(this.asked || this.data.stop))
  }

  // Loading the page anew is the surest way to forget: nothing of this visit is left, and nothing was written.
  reset() {
    location.replace(new URL(`./${this.data.first}`, location.href))
  }

  end() {
    restore(this.data.pages)
    const here = new URL(location.href)
    for (const name of ["tour", "stop"]) here.searchParams.delete(name)
    location.replace(here)
  }

  darken() {
    const found = getComputedStyle(this.caption).getPropertyValue("--st-background-color").match(/[0-9a-f]{2}/gi)
    const isLight = found && found.slice(0, 3).reduce((sum, part) => sum + parseInt(part, 16), 0) >= 384
    if (!isLight || sessionStorage.getItem(DARK)) return
    const places = themePlaces(this.data.pages)
    const before = JSON.stringify(places.map((place) => localStorage.getItem(place)))
    if (!localStorage.getItem(BEFORE)) localStorage.setItem(BEFORE, before)
    sessionStorage.setItem(DARK, "asked") // once is enough: where it had no effect another load has none either
    places.forEach((place) => localStorage.setItem(place, JSON.stringify("Dark")))
    location.reload()
  }
}

// Streamlit keeps the choice of a theme for each page's path, and reads it as a page loads.
function themePlaces(pages) {
  const folder = location.pathname.replace(/[^/]*$/, "")
  return pages.map((page) => `stActiveTheme-${folder}${page}-v2`)
}

function restore(pages) {
  const before = JSON.parse(localStorage.getItem(BEFORE) ?? "null")
  localStorage.removeItem(BEFORE)
  sessionStorage.removeItem(DARK)
  themePlaces(before ? pages : []).forEach((place, at) => {
    if (before[at]) localStorage.setItem(place, before[at])
    else localStorage.removeItem(place)
  })
}

function focused() {
  let found = document.activeElement ?? document.body
  while (found.shadowRoot?.activeElement) found = found.shadowRoot.activeElement
  return found
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!bands.has(parentElement)) bands.set(parentElement, new Band(parentElement))
  bands.get(parentElement).show(data, (stop) => setTriggerValue("go", stop))
  return () => {
    bands.get(parentElement)?.listening.abort()
    parentElement.querySelector(".band")?.remove()
    bands.delete(parentElement)
  }
}
