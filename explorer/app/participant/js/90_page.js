// One annotator's page: shows a question, keeps the answer, shows the next at once.

const SETTLE_MS = 180 // a second click of a double click is never an answer to the next question

class Page {
  constructor(root, data) {
    this.root = root
    this.data = data
    this.questions = []
    this.current = null
    this.history = []
    this.answered = 0
    this.total = 0
    this.last = ""
    this.paused = false
    this.finished = false
    this.queue = new Queue(`explorer-judgments:${data.workspace}:${data.campaign}:${data.person}:${data.made}:`)
    this.sender = new Sender({
      url: data.url, ticket: data.ticket, queue: this.queue, wanted: 5,
      onReply: (reply) => this.onReply(reply), onState: (state, message) => this.onState(state, message),
    })
    this.build()
    this.listen()
    this.sender.send()
  }

  build() {
    this.head = element("div", "head")
    this.ask = element("div", "ask")
    this.line = element("div", "progress")
    this.bar = element("div", "bar")
    this.line.append(this.bar)
    this.head.append(this.ask, this.line)
    this.notice = element("div", "notice")
    this.notice.setAttribute("role", "status")
    this.body = element("div", "body")
    this.hint = element("div", "small hint")
    this.undoButton = button("tool", "↶ Undo", "Take back the last answer (Z or Backspace)", () => this.undo())
    this.skipButton = button("tool", "Skip", "Skip this question (S)", () => this.skip())
    this.pauseButton = button("tool", "Pause", "Pause, or go on (P)", () => this.pause())
    for (const [made, key] of [[this.undoButton, "Z"], [this.skipButton, "S"], [this.pauseButton, "P"]]) made.append(keyMark(key))
    this.count = element("span", "count")
    const tools = element("div", "tools")
    tools.append(this.undoButton, this.skipButton, this.pauseButton, this.count)
    this.root.append(this.head, this.notice, this.body, this.hint, tools)
    const what = [this.data.instruction, this.data.condition && `Judge ${this.data.condition}.`].filter(Boolean)
    this.ask.append(...what.map((text, at) => element("span", at ? "condition" : "", text)))
    this.body.append(element("div", "message", "Loading the first question …"))
  }

  listen() {
    this.onKey = (event) => this.key(event)
    this.onOnline = () => this.sender.send()
    this.onVisible = () => {
      if (document.hidden) this.hiddenSince = performance.now()
      else if (this.hiddenSince) { this.away += performance.now() - this.hiddenSince; this.hiddenSince = 0; this.sender.send() }
    }
    document.addEventListener("keydown", this.onKey)
    window.addEventListener("online", this.onOnline)
    document.addEventListener("visibilitychange", this.onVisible)
  }

  leave() {
    document.removeEventListener("keydown", this.onKey)
    window.removeEventListener("online", this.onOnline)
    document.removeEventListener("visibilitychange", this.onVisible)
    this.sender.stop()
  }

  // The server's word on what is open, less what waits to be sent.
  onReply(reply) {
    const refused = reply.acknowledged.filter((one) => one.status === "refused")
    const waiting = new Map(this.queue.entries().map(([, response]) => [response.trial, response.kind]))
    const local = this.questions.filter((one) => one.local && waiting.get(this.before(one.trial)) === "undo")
    const fromServer = reply.questions.filter((one) => !waiting.has(one.trial))
    const known = new Set(fromServer.map((one) => one.trial))
    this.questions = [...local.filter((one) => !known.has(one.trial)), ...fromServer].sort((a, b) => this.order(a) - this.order(b))
    this.answered = reply.answered
    this.total = reply.total
    this.last = reply.last
    this.wait = reply.wait
    this.finished = !this.questions.length && !reply.wait && !waiting.size
    this.say(refused.length ? refused[refused.length - 1].message : "")
    this.preload()
    if (this.paused) return this.tally()
    const reshow = this.reshow && !waiting.size
    if (reshow) this.reshow = false
    const still = !reshow && this.current && this.questions.some((one) => one.trial === this.current.trial)
    if (!still && !reshow && this.current) this.say("That question was answered in another window.")
    if (!still) this.next()
    else this.tally()
  }

  order(question) { return Number(question.trial.split(".")[0]) }

  before(trial) {
    const [place, attempt] = trial.split(".").map(Number)
    return `${place}.${attempt - 1}`
  }

  preload() {
    this.kept = this.questions.flatMap((one) => one.items).filter((item) => item.image && !item.missing).map((item) => {
      const image = new Image()
      image.src = pictureUrl(this.data, item)
      return image
    })
  }

  next() {
    this.current = this.questions[0] || null
    this.body.replaceChildren()
    this.task = null
    if (this.current) {
      const { trial } = this.current
      this.task = TASKS[this.data.task](this.body, this.current, (value) => this.answer(trial, value), this.data)
      this.root.dataset.trial = trial
      this.shown = performance.now()
      this.away = 0
      if (this.current.items.some((item) => item.missing)) {
        this.say("A picture of this question is no longer there. Press S to skip the question.")
      }
    } else if (this.finished) this.thank()
    else this.body.append(element("div", "message", this.wait ? "Choosing the next questions …" : "Waiting for the next question …"))
    this.tally()
  }

  thank() {
    delete this.root.dataset.trial
    const box = element("div", "message")
    box.append(element("div", "big", "All done. Thank you!"),
      element("div", "", `${this.answered} answers are stored. You can close this page, or take back the last answer.`))
    this.body.append(box)
  }

  tally() {
    const waiting = this.queue.entries().filter(([, one]) => one.kind === "answer").length
    const undone = this.queue.entries().filter(([, one]) => one.kind === "undo").length
    const done = Math.max(0, this.answered + waiting - undone)
    this.count.textContent = this.total ? `${done} of ${Math.max(this.total, done)}` : ""
    this.bar.style.width = `${this.total ? Math.min(100, (100 * done) / this.total) : 0}%`
    this.undoButton.disabled = !this.history.length && !this.last
    this.skipButton.disabled = !this.current
    this.hint.textContent = this.task ? this.task.hint : ""
    this.root.classList.toggle("typing", Boolean(this.task?.typing))
    this.root.dataset.answered = String(done)
    this.root.dataset.waiting = String(this.queue.entries().length)
  }

  ready() {
    return this.current && !this.paused && performance.now() - this.shown >= SETTLE_MS
  }

  answer(trial, value) {
    if (!this.ready() || this.current.trial !== trial) return
    if (this.current.items.some((item) => item.missing)) return this.say("Please skip this question: a picture of it is missing.")
    this.give("answer", value)
  }

  skip() {
    if (this.ready()) this.give("skip", null)
  }

  give(kind, value) {
    const rt = Math.round(performance.now() - this.shown - this.away)
    const question = this.current
    this.queue.add({ kind, trial: question.trial, answer: value, rt_ms: rt, token: makeToken() })
    this.history.push({ question, kind })
    if (this.history.length > 50) this.history.shift()
    this.questions = this.questions.filter((one) => one.trial !== question.trial)
    this.say("")
    this.next()
    this.sender.send()
  }

  // The question comes back under the next attempt, which the server counts in the same way.
  undo() {
    if (this.paused || this.sender.stopped) return
    const step = this.history.pop()
    const trial = step ? step.question.trial : this.last
    if (!trial || this.undoing === trial) return
    this.undoing = trial
    this.finished = false
    this.queue.add({ kind: "undo", trial, answer: null, rt_ms: null, token: makeToken() })
    if (step) {
      const [place, attempt] = trial.split(".").map(Number)
      this.questions.unshift({ ...step.question, trial: `${place}.${attempt + 1}`, local: true })
    } else this.reshow = true
    this.next()
    this.say("Taken back. Answer again.")
    this.sender.send()
  }

  pause() {
    this.paused = !this.paused
    this.root.classList.toggle("paused", this.paused)
    this.pauseButton.firstChild.textContent = this.paused ? "Go on" : "Pause"
    if (this.paused) {
      this.body.replaceChildren()
      const box = element("div", "message")
      box.append(element("div", "big", "Paused"), element("div", "", this.data.pause_text),
        button("primary", "Go on (P)", "", () => this.pause()))
      this.body.append(box)
      this.hint.textContent = ""
    } else this.next()
  }

  key(event) {
    if (!this.root.isConnected) return this.leave()
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
    const path = event.composedPath()
    const target = path[0]
    if (target && (["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.isContentEditable)) return
    const onButton = target && target.tagName === "BUTTON" && [" ", "Enter"].includes(event.key)
    if (onButton) return
    const typing = this.task?.typing && !this.paused
    const pressed = typing ? "" : event.key.toLowerCase()
    if (pressed === "p") this.pause()
    else if (this.paused || this.sender.stopped) return
    else if (pressed === "z" || pressed === "backspace") this.undo()
    else if (pressed === "s") this.skip()
    else if (!(this.task && this.ready() && this.task.key(event))) return
    event.preventDefault()
    event.stopPropagation()
  }

  say(text) {
    this.notice.textContent = text
    this.notice.className = text ? "notice shown" : "notice"
  }

  onState(state, message) {
    const waiting = this.queue.entries().length
    if (state === "stopped") {
      this.current = null
      this.task = null
      this.body.replaceChildren(element("div", "message", message))
      this.hint.textContent = ""
      this.say("")
    } else {
      this.say(`No connection to the server. ${waiting ? `${waiting} answers wait here and will be sent` : "Trying again"} as soon as it is back; you can go on.`)
      this.notice.className = "notice shown warn"
    }
    this.tally()
  }
}

export default function (component) {
  const { data, parentElement } = component
  const shown = JSON.stringify(data)
  const old = parentElement.querySelector(".annotate")
  if (old && old.shown === shown) return () => {}
  if (old) { old.page.leave(); old.remove() }
  const root = element("div", `annotate task-${data.task}`)
  root.shown = shown
  parentElement.append(root)
  root.page = new Page(root, data)
  return () => {
    if (!root.isConnected || !parentElement.isConnected) root.page.leave()
  }
}
