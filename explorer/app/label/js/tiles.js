// Tiles that are labelled by keyboard. Every label goes to the server by itself, without a run of the page: the tile is
// marked at once, and the reply brings the item that takes its place. What could not be sent is sent again, in order.

const KEPT = 12

export default function tiles(component) {
  const { data, parentElement } = component
  const text = JSON.stringify(data)
  const old = parentElement.querySelector(".tiles")
  if (old && old.shown === text) return
  const root = element("div", "gallery tiles")
  root.shown = text
  root.style.setProperty("--card", `${data.card}px`)
  new Tiles(root, data)
  if (old) old.replaceWith(root)
  else parentElement.append(root)
}

class Tiles {
  constructor(root, data) {
    this.root = root
    this.data = data
    this.names = data.names
    this.last = data.last
    this.at = 0
    this.queue = Promise.resolve()
    this.waiting = 0
    this.recent = []
    this.labels = element("div", "labels")
    this.line = element("div", "keys")
    this.line.setAttribute("aria-live", "polite")
    this.grid = element("ul", "grid")
    this.grid.setAttribute("aria-label", "Items to label")
    this.done = element("div", "done")
    root.append(this.labels, this.line, this.grid, this.done)
    this.cards = data.cards.map((card) => ({ card, node: this.draw(card) }))
    this.grid.append(...this.cards.map((one) => one.node))
    if (!this.cards.length) root.append(element("p", "empty", data.empty))
    this.grid.addEventListener("focusin", (event) => this.point(this.cards.findIndex((one) => one.node.contains(event.target))))
    root.addEventListener("keydown", (event) => this.key(event))
    this.point(0)
    this.tell()
    this.bar()
  }

  draw(card) {
    const node = drawCard(card, { ...this.data, actions: [], click_label: "Number keys give a label" }, () => {})
    const open = node.querySelector(".open")
    open.onclick = () => open.focus()
    return node
  }

  // The row of labels: a click gives one to the tile in focus; the field adds one.
  bar() {
    const typed = this.labels.querySelector("input")
    const kept = typed && this.root.getRootNode().activeElement === typed
    const field = typed || this.field()
    const buttons = this.names.map(([name, count], place) => {
      const button = element("button")
      button.type = "button"
      button.disabled = !this.data.may
      if (place < 9) button.append(element("b", "", String(place + 1)))
      button.append(element("span", "", name), element("i", "", count.toLocaleString("en")))
      button.setAttribute("aria-label", `Give ${name}${place < 9 ? `, key ${place + 1}` : ""}; ${count} items have it`)
      button.onclick = () => this.give(name)
      return button
    })
    const ways = !this.data.repair ? [] : [["a", "Accept", () => this.accept()], ["k", "Keep", () => this.keep()]].map(([key, words, act]) => {
      const button = element("button", "way")
      button.type = "button"
      button.disabled = !this.data.may
      button.append(element("b", "", key), element("span", "", words))
      button.onclick = act
      return button
    })
    const undo = element("button", "undo", "Undo")
    undo.type = "button"
    undo.disabled = !this.data.may || !this.last
    undo.title = this.last
    undo.onclick = () => this.undo()
    const names = this.labels.querySelector(".names") || element("div", "names")
    const scrolled = names.scrollTop
    names.replaceChildren(...buttons)
    this.labels.replaceChildren(...(buttons.length ? [names] : []), ...ways, field, undo)
    names.scrollTop = scrolled
    if (kept) field.focus()
  }

  field() {
    const field = element("input")
    field.placeholder = "Label, then Enter"
    field.title = "A new label is added; one that is there is given to the item in focus"
    field.setAttribute("aria-label", "Label: type it and press Enter")
    field.maxLength = 80
    field.disabled = !this.data.may
    field.onkeydown = (event) => {
      if (event.key === "Escape") this.focus()
      if (event.key !== "Enter" || !field.value.trim()) return
      const label = field.value.trim()
      field.value = ""
      const known = this.names.find(([name]) => name.toLowerCase() === label.toLowerCase())
      if (known) this.give(known[0])
      else this.send({ kind: "name", label }, null)
      this.focus()
    }
    return field
  }

  key(event) {
    if (!this.data.may || event.altKey || event.target.tagName === "INPUT") return
    const undo = event.key === "u" || (event.key === "z" && (event.ctrlKey || event.metaKey))
    if ((event.ctrlKey || event.metaKey) && !undo) return
    const columns = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }
    if (undo) this.undo()
    else if (this.data.repair && event.key === "a") this.accept()
    else if (this.data.repair && event.key === "k") this.keep()
    else if (!this.data.repair && event.key === "s") this.skip()
    else if (/^[1-9]$/.test(event.key)) this.names[event.key - 1] && this.give(this.names[event.key - 1][0])
    else if (steps[event.key]) this.move(steps[event.key])
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  point(place) {
    if (place < 0 || !this.cards[place]) return
    this.at = place
    this.cards.forEach((one, number) => {
      one.node.classList.toggle("now", number === place)
      one.node.querySelector(".open").tabIndex = number === place ? 0 : -1
    })
  }

  focus() {
    this.cards[this.at]?.node.querySelector(".open").focus({ preventScroll: false })
  }

  move(by) {
    const next = this.at + by
    if (!this.cards[next]) return
    this.point(next)
    this.focus()
  }

  give(label) {
    this.mark(label, { kind: "give", label })
  }

  // Repair: the proposed label is taken, or the one that is there is kept and not asked about again.
  accept() {
    const { proposed } = this.cards[this.at]?.card || {}
    if (proposed) this.give(proposed)
  }

  keep() {
    const { given } = this.cards[this.at]?.card || {}
    if (given) this.mark(`kept: ${given}`, { kind: "keep", label: given })
  }

  skip() {
    this.mark("skipped", { kind: "skip" })
  }

  // Mark the tile in focus at once, send what was done, go to the next tile.
  mark(words, step) {
    const one = this.cards[this.at]
    if (!one || one.sent) return
    one.sent = true
    one.node.classList.add("sent")
    one.node.append(element("span", "chip", words))
    this.send({ ...step, items: [one.card.id] }, one, words)
    const order = [...this.cards.keys()].map((place) => (this.at + 1 + place) % this.cards.length)
    const next = order.find((place) => !this.cards[place].sent)
    if (next !== undefined) this.point(next)
    this.focus()
  }

  undo() {
    this.send({ kind: "undo" }, null)
  }

  send(step, one, words) {
    this.waiting += 1
    this.queue = this.queue.then(() => this.post(step, one, words)).finally(() => (this.waiting -= 1, this.tell()))
  }

  async post(step, one, words) {
    const shown = [...this.cards.map((each) => each.card.id), ...(step.items || [])]
    const body = JSON.stringify({ ...this.data.ask, ...step, shown, wanted: one ? 1 : 0 })
    for (let wait = 500; ; wait = Math.min(2 * wait, 8000)) {
      try {
        const answer = await fetch(this.data.url, { method: "POST", headers: { "Content-Type": "application/json" }, body })
        if (answer.status < 500) return this.take(answer.ok, await answer.json().catch(() => ({})), step, one, words)
      } catch { /* the server cannot be reached: once more below */ }
      this.say(`${this.waiting} not saved yet: the server does not answer. It is tried again; leave this page open.`, true)
      await new Promise((again) => setTimeout(again, wait))
    }
  }

  take(fine, reply, step, one, words) {
    if (!fine) {
      if (one) this.put(one, one.card)
      this.problem = reply.message || "The server refused it."
      return
    }
    this.problem = ""
    this.names = reply.names
    this.last = reply.last
    if (one) {
      this.recent.unshift([one.card, words])
      this.put(one, reply.cards[0])
    } else if (step.kind === "undo") this.back(reply.changed)
    this.bar()
  }

  // Another item takes the place of one that is done; without one, the tile goes.
  put(one, card) {
    const place = this.cards.indexOf(one)
    const had = one.node.contains(this.root.getRootNode().activeElement)
    if (!card) {
      one.node.remove()
      this.cards.splice(place, 1)
      if (this.at >= place) this.at = Math.max(0, this.at - (this.at > place ? 1 : 0))
      this.point(Math.min(this.at, this.cards.length - 1))
      if (had) this.focus()
      if (!this.cards.length) this.grid.after(element("p", "empty", this.data.empty))
      return
    }
    const node = this.draw(card)
    one.node.replaceWith(node)
    Object.assign(one, { card, node, sent: false })
    this.point(this.at)
    if (had) this.focus()
  }

  // What was undone stands on the first tile again, with the focus, so that it can be labelled otherwise.
  back(changed) {
    const place = this.recent.findIndex(([card]) => card.id in changed)
    if (place < 0) return
    const [card] = this.recent.splice(place, 1)[0]
    const one = { card, node: this.draw(card) }
    this.root.querySelectorAll(".empty").forEach((each) => each.remove())
    this.cards.splice(this.at, 0, one)
    this.grid.insertBefore(one.node, this.grid.children[this.at] || null)
    if (this.cards.length > this.data.cards.length && this.cards.length > 1) {
      const lost = this.cards.findLast((each) => each !== one && !each.sent)
      if (lost) {
        this.cards.splice(this.cards.indexOf(lost), 1)
        lost.node.remove()
      }
    }
    this.point(this.cards.indexOf(one))
    this.focus()
  }

  say(words, bad) {
    this.line.replaceChildren(element("span", bad ? "bad" : "", words))
  }

  tell() {
    if (this.problem) this.say(this.problem, true)
    else if (this.waiting) this.say("Saving …")
    else if (!this.data.may) this.say("You look as a viewer; organisers of this server give labels.")
    else if (!this.names.length) this.say("Type your first label into the field above and press Enter, then a second one.")
    else this.say(`Keys: ${this.data.repair ? "a accepts · k keeps · " : ""}1 to ${Math.min(9, this.names.length)} give a label${this.data.repair ? "" : " · s skips"} · u or Ctrl+Z undoes · arrows move. Saved: ${this.last || "nothing yet"}`)
    const chips = this.recent.slice(0, KEPT).map(([card, words]) => element("span", "", `${card.caption || card.text || card.id} → ${words}`))
    this.done.replaceChildren(...chips)
  }
}
