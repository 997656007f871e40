// Elements, words and what a browser keeps. Text is only ever set as text.

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function button(className, text, hint, onclick) {
  const made = element("button", className, text)
  made.type = "button"
  if (hint) made.title = hint
  made.onclick = onclick
  return made
}

function makeToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

// A text of the study by its key, with what is in braces filled in.
function word(data, key, values = {}) {
  return (data.words[key] || "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

function keyMark(text) {
  return element("span", "key", text)
}

// Paragraphs of a text of the organiser's.
function paragraphs(text) {
  const box = element("div", "prose")
  box.append(...text.split(/\n\s*\n/).filter((one) => one.trim()).map((one) => element("p", "", one.trim())))
  return box
}

// Small values in localStorage; where a browser keeps nothing, for as long as the page is open.
const kept = new Map()
function keep(name, value) {
  kept.set(name, value)
  try { localStorage.setItem(name, value) } catch { /* in memory */ }
}
function recall(name) {
  try { return localStorage.getItem(name) ?? kept.get(name) ?? "" } catch { return kept.get(name) ?? "" }
}
function forget(name) {
  kept.delete(name)
  try { localStorage.removeItem(name) } catch { /* in memory */ }
}
