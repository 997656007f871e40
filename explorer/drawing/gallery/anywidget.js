// The gallery in a notebook (anywidget). Traits: data, with the pictures in it, and the id of the card that is marked.
// Clicks go to Python as messages.

function render({ model, el: place }) {
  const root = element("div")
  const room = notebookRoom(place, root)
  const send = (_, event) => model.send({ event })
  const mark = () => {
    const marked = model.get("marked")
    for (const card of root.querySelectorAll(".card")) card.classList.toggle("query", card.dataset.id === marked)
  }
  const draw = () => {
    const data = model.get("data")
    const pictures = new Map(data.cards.map((card) => [card.row, card.picture]))
    const shown = { ...data, image_url: (row) => pictures.get(row), colours: room.dataset.colours }
    drawGallery({ data: shown, parentElement: root, setTriggerValue: send })
    mark()
  }
  const unfollow = followTheme(place, room, draw)
  model.on("change:data", draw)
  model.on("change:marked", mark)
  draw()
  return unfollow
}

export default { render }
