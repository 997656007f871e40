// Pairs that are accepted or rejected by keyboard: a list, and beside it the chosen pair with what decided it. A decision
// goes to the server by itself, without a run of the page, and is marked at once; what could not be sent is sent again, in
// order. Which pair is looked at goes to the page, which sends the reasons. All that comes from the data is set as text.

const PICK_MS = 90
const NARROW = 640
const STACKED = 760
const isPair = (row) => Boolean(row) && row.left !== null && row.right !== null

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

export default function review(component) {
  const { data, parentElement, setTriggerValue } = component
  const now = parentElement.querySelector(".review")
  if (now && now.reviewing.version === data.version) return now.reviewing.renew(data, setTriggerValue)
  const made = new Review(data, setTriggerValue)
  if (now) {
    if (now.contains(now.getRootNode().activeElement)) made.focusSoon()
    if (now.reviewing.data.url === data.url && now.reviewing.data.ask.match === data.ask.match) made.takeOver(now.reviewing)
    now.replaceWith(made.root)
  } else parentElement.append(made.root)
}

class Review {
  constructor(data, send) {
    this.version = data.version
    this.data = data
    this.send = send
    this.states = new Map(data.rows.map((row, place) => [place, row.state]))
    this.counts = data.counts
    this.last = data.last
    this.stamp = data.stamp
    this.queue = Promise.resolve()
    this.waiting = 0
    this.problem = ""
    this.root = element("div", "review")
    this.root.reviewing = this
    this.draw()
    this.point(Math.max(0, data.rows.findIndex((row) => row.key === data.at)), false)
    this.showPair()
    this.tell()
  }

  // When other pairs are shown: what is still on its way to the server, and what is newer than the page that drew them.
  takeOver(other) {
    this.queue = other.queue
    if (other.waiting) other.queue.then(() => this.tell())
    if (!other.waiting && other.stamp <= this.stamp) return
    this.stamp = other.stamp
    this.counts = other.counts
    this.last = other.last
    const known = new Map(other.data.rows.map((row, place) => [row.key, other.states.get(place)]))
    this.data.rows.forEach((row, place) => {
      if (known.has(row.key)) this.states.set(place, known.get(row.key))
      this.mark(place)
    })
    this.tell()
  }

  focusSoon() {
    requestAnimationFrame(() => this.list.focus({ preventScroll: true }))
  }

  renew(data, send) {
    this.send = send
    this.data = { ...data, rows: this.data.rows }
    // What the page drew may be older than the server's last reply.
    if (!this.waiting && data.stamp >= this.stamp) {
      data.rows.forEach((row, place) => this.states.set(place, row.state))
      this.counts = data.counts
      this.last = data.last
      this.stamp = data.stamp
      this.rows.forEach((_, place) => this.mark(place))
    }
    this.showPair()
    this.tell()
  }

  draw() {
    const { data } = this
    const head = element("div", "head")
    head.setAttribute("aria-hidden", "true")
    head.append(...data.head.map((words) => element("span", "", words)))
    this.list = element("ul", "list")
    this.list.tabIndex = 0
    this.list.setAttribute("role", "listbox")
    this.list.setAttribute("aria-label", data.label)
    this.rows = data.rows.map((row, place) => this.drawRow(row, place))
    this.list.append(...this.rows)
    const left = element("div")
    left.append(head, data.rows.length ? this.list : element("p", "empty", data.empty))
    this.pair = element("div", "pair")
    this.acts = this.drawActs()
    this.line = element("div", "keys")
    this.line.setAttribute("aria-live", "polite")
    this.body = element("div")
    this.pair.append(this.acts, this.line, this.body)
    const halves = element("div", "halves")
    halves.append(left, this.pair)
    this.root.append(halves)
    this.root.addEventListener("keydown", (event) => this.key(event))
  }

  drawRow(row, place) {
    const node = element("li", "row")
    node.id = `row-${place}`
    node.setAttribute("role", "option")
    const thing = (text, image) => {
      const cell = element("span", "cell")
      if (image) {
        const thumb = element("img")
        thumb.src = image
        thumb.alt = ""
        thumb.loading = "lazy"
        cell.append(thumb)
      }
      cell.append(element("span", text === null ? "thing none" : "thing", text === null ? "nothing" : text))
      return cell
    }
    const score = element("span", "score", row.score)
    if (row.share !== null) {
      const meter = element("span", "meter")
      const fill = element("i")
      fill.style.width = `${100 * row.share}%`
      meter.append(fill)
      score.append(meter)
    }
    const mark = element("span", "mark")
    const route = element("small", "", row.route)
    route.title = row.route
    mark.append(element("b"), route)
    node.append(thing(row.l, row.li), thing(row.r, row.ri), score, mark)
    node.onclick = () => {
      this.point(place)
      this.list.focus({ preventScroll: true })
      // Where the pair stands above the list, what was tapped is shown there.
      if (this.root.clientWidth <= STACKED) this.pair.scrollIntoView({ block: "start" })
    }
    this.mark(place, node)
    return node
  }

  mark(place, node = this.rows[place]) {
    const state = this.states.get(place)
    node.classList.toggle("accepted", state === "accepted")
    node.classList.toggle("rejected", state === "rejected")
    node.querySelector("b").textContent = { accepted: "✓ same", rejected: "✗ not" }[state] || ""
  }

  drawActs() {
    const acts = element("div", "acts")
    this.buttons = [["accept", "a", "Same", "accepted"], ["reject", "r", "Not the same", "rejected"]].map(([name, key, words, state]) => {
      const button = element("button", name)
      button.type = "button"
      button.append(element("b", "", key), element("span", "", words))
      button.onclick = () => this.decide(state)
      return [button, state]
    })
    this.undoButton = element("button", "undo")
    this.undoButton.type = "button"
    this.undoButton.append(element("b", "", "u"), element("span", "", "Undo"))
    this.undoButton.onclick = () => this.undo()
    acts.append(...this.buttons.map(([button]) => button), this.undoButton)
    return acts
  }

  key(event) {
    if (event.altKey || event.target.tagName === "INPUT") return
    const undo = event.key === "u" || (event.key === "z" && (event.ctrlKey || event.metaKey))
    if ((event.ctrlKey || event.metaKey) && !undo) return
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 }
    if (undo) this.undo()
    else if (event.key === "a") this.decide("accepted")
    else if (event.key === "r") this.decide("rejected")
    else if (event.key in steps) this.point(Math.min(this.rows.length - 1, Math.max(0, this.at + steps[event.key])))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  point(place, tell = true) {
    if (!this.rows[place]) return
    this.rows[this.at]?.classList.remove("now")
    this.rows[this.at]?.setAttribute("aria-selected", "false")
    this.at = place
    const node = this.rows[place]
    node.classList.add("now")
    node.setAttribute("aria-selected", "true")
    this.list.setAttribute("aria-activedescendant", node.id)
    const top = node.offsetTop - this.list.offsetTop
    if (top < this.list.scrollTop) this.list.scrollTop = top
    else if (top + node.offsetHeight > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = top + node.offsetHeight - this.list.clientHeight
    this.tell()
    if (!tell) return
    clearTimeout(this.picking)
    this.picking = setTimeout(() => this.send("pick", this.data.rows[this.at].key), PICK_MS)
  }

  decide(state) {
    const row = this.data.rows[this.at]
    if (!this.data.may || !isPair(row)) return
    const place = this.at
    this.states.set(place, state)
    this.mark(place)
    this.post({ kind: "decide", left: row.left, right: row.right, state })
    const order = [...this.rows.keys()].map((step) => (place + 1 + step) % this.rows.length)
    const next = order.find((one) => !this.states.get(one) && isPair(this.data.rows[one]))
    this.point(next === undefined ? Math.min(place + 1, this.rows.length - 1) : next)
  }

  undo() {
    if (this.data.may) this.post({ kind: "undo" })
  }

  post(step) {
    this.waiting += 1
    this.tell()
    this.queue = this.queue.then(() => this.sent(step)).finally(() => {
      this.waiting -= 1
      this.tell()
    })
  }

  async sent(step) {
    const body = JSON.stringify({ ...this.data.ask, ...step })
    for (let wait = 500; ; wait = Math.min(2 * wait, 8000)) {
      try {
        const answer = await fetch(this.data.url, { method: "POST", headers: { "Content-Type": "application/json" }, body })
        if (answer.status < 500) return this.take(answer.ok, await answer.json().catch(() => ({})), step)
      } catch { /* the server cannot be reached: once more below */ }
      this.say(`${this.waiting} not saved yet: the server does not answer. It is tried again; leave this page open.`, true)
      await new Promise((again) => setTimeout(again, wait))
    }
  }

  take(fine, reply, step) {
    this.problem = fine ? "" : reply.message || "The server refused it."
    if (fine) {
      this.counts = reply.counts
      this.last = reply.last
      this.stamp = reply.stamp
    }
    const changed = fine ? reply.changed : step.kind === "decide" && { ...step, state: "" }
    if (!changed) return
    const { one } = this.data.ask // of one list a pair may stand the other way round
    const place = this.data.rows.findIndex(({ left, right }) => (left === changed.left && right === changed.right) ||
      (one && left === changed.right && right === changed.left))
    if (place < 0) return
    this.states.set(place, changed.state)
    this.mark(place)
    if (step.kind === "undo" || !fine) this.point(place)
  }

  say(words, bad) {
    this.line.replaceChildren(element("span", bad ? "bad" : "", words))
  }

  tell() {
    const row = this.data.rows[this.at]
    const able = this.data.may && isPair(row)
    for (const [button, state] of this.buttons) {
      button.disabled = !able
      button.classList.toggle("on", !!row && this.states.get(this.at) === state)
      button.setAttribute("aria-pressed", String(!!row && this.states.get(this.at) === state))
    }
    this.undoButton.disabled = !this.data.may || !this.last
    this.undoButton.title = this.last
    const [same, not] = this.counts
    if (this.problem) this.say(this.problem, true)
    else if (this.waiting) this.say("Saving …")
    else if (!this.data.may) this.say("You look as a viewer; organisers of this server decide.")
    else this.say(`Kept: ${same} same, ${not} not the same. Arrow keys move, a and r decide, u undoes.`)
  }

  showPair() {
    const { pair } = this.data
    const text = JSON.stringify(pair)
    if (text === this.shown) return
    this.shown = text
    this.body.replaceChildren(...(pair ? pairNodes(pair, globalThis.innerWidth > NARROW) : [element("p", "empty", this.data.nothing)]))
  }
}

function pairNodes(pair, wide) {
  const nodes = [twoSides(pair.left, pair.right)]
  if (pair.fields.length) {
    const list = element("ul", "why")
    list.setAttribute("aria-label", "What decided it")
    list.append(...pair.fields.map(fieldNode))
    nodes.push(list)
  }
  if (pair.path.length) {
    const path = element("ol", "path")
    path.setAttribute("aria-label", "What joins them")
    path.append(...pair.path.flatMap((words, place) => (place ? [arrow(), element("li", "", words)] : [element("li", "", words)])))
    nodes.push(path)
  }
  if (pair.notes.length) {
    const notes = element("ul", "notes")
    notes.append(...pair.notes.map((words) => element("li", "", words)))
    nodes.push(notes)
  }
  if (pair.left.facts.length || pair.right.facts.length) nodes.push(factsNode(pair, wide))
  return nodes
}

// What else is known of both; folded away where there is little room.
function factsNode(pair, wide) {
  const node = element("details", "more")
  node.open = wide
  const two = element("div", "two")
  two.append(...[pair.left, pair.right].map((side) => {
    const facts = element("dl", "facts")
    for (const [name, value] of side.facts) {
      const fact = element("div")
      fact.append(element("dt", "", name), element("dd", "", value))
      facts.append(fact)
    }
    return facts
  }))
  node.append(element("summary", "", "More of both"), two)
  return node
}

function arrow() {
  const made = element("li", "arrow", "→")
  made.setAttribute("aria-hidden", "true")
  return made
}

function twoSides(left, right) {
  const two = element("div", "two")
  two.append(...[left, right].map((side) => {
    const half = element("div")
    half.append(element("div", "title", side.title))
    if (side.image) {
      const image = element("img")
      image.src = side.image
      image.alt = side.text || side.title
      half.append(image)
    }
    half.append(saidNode(side.text, side.spans))
    return half
  }))
  return two
}

// A text with the characters that agree marked; spans are [from, to, strength], by code point.
function saidNode(text, spans) {
  const said = element("div", "said")
  if (!text) {
    said.append(element("span", "nothing", "nothing"))
    return said
  }
  const signs = [...text]
  let at = 0
  for (const [from, to, strength] of spans) {
    if (from < at || from >= signs.length) continue
    said.append(signs.slice(at, from).join(""))
    const mark = element("mark", "", signs.slice(from, to).join(""))
    mark.style.setProperty("--strength", 15 + 30 * strength)
    said.append(mark)
    at = to
  }
  said.append(signs.slice(at).join(""))
  return said
}

function fieldNode(field) {
  const node = element("li", "field")
  const name = element("div", "name")
  name.append(element("span", "", field.name), element("span", "", field.score))
  node.append(name)
  if (field.bar) node.append(barNode(field.bar))
  if (field.left || field.right) {
    const two = element("div", "two")
    two.append(saidNode(field.left, field.left_spans), saidNode(field.right, field.right_spans))
    node.append(two)
  }
  return node
}

// [zero, value] as shares of the scale: the bar goes from nought to the value, to the left where it speaks against.
function barNode([zero, value]) {
  const bar = element("div", "bar")
  const fill = element("i", value < zero ? "minus" : "")
  fill.style.left = `${100 * Math.min(zero, value)}%`
  fill.style.width = `${100 * Math.max(Math.abs(value - zero), 0.005)}%`
  bar.append(fill)
  if (zero > 0) {
    const line = element("u")
    line.style.left = `${100 * zero}%`
    bar.append(line)
  }
  return bar
}
