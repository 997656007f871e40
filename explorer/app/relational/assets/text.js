// What both components of the page make their lines of; it stands before either when they are loaded.
// Everything that comes from the data is set as text, never as HTML.

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function withSlots(text) {
  const line = element("span", "words")
  text.split(/(\{[^{}]*\})/).forEach((piece) => {
    if (piece) line.append(element("span", piece.startsWith("{") ? "slot" : "", piece))
  })
  return line
}
