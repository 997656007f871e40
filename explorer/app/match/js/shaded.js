// A text whose sentences are shaded by how much they answer. All that comes from the data is set as text.

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".shaded") || document.createElement("div")
  root.className = "shaded"
  root.replaceChildren(
    ...data.pieces.map((piece) => {
      const part = document.createElement(piece.number < 0 ? "span" : "mark")
      part.textContent = piece.text
      if (piece.number >= 0) {
        part.style.setProperty("--strength", String(piece.strength))
        part.title = piece.told
        if (piece.best) part.className = "best"
      }
      return part
    }),
  )
  root.setAttribute("role", "region")
  root.setAttribute("aria-label", data.label)
  if (!root.isConnected) parentElement.append(root)
}
