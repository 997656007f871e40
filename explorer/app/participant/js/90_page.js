// One person's page: shows a question, keeps the answer, shows the next at once. See 95_screens.js for all else it shows.

const SETTLE_MS = 180 // a second click of a double click is never an answer to the next question

class Page {
  constructor(root, data) {
    Object.assign(this, { root, data, questions: [], current: null, history: [], answered: 0, total: 0, last: "" })
    Object.assign(this, { paused: false, finished: false, steps: [], after: [], taken: new Set(), screen: "", heard: false })
    this.condition = ""
    this.prefix = `${data.workspace}:${data.campaign}:${data.made}:${data.ticket.split(".")[0]}`
    this.queue = new Queue(`explorer-judgments:${this.prefix}:`)
    this.sender = new Sender({
      url: `/judgments/${encodeURIComponent(data.workspace)}`, ticket: data.ticket, queue: this.queue, wanted: 5,
      onReply: (reply) => this.onReply(reply), onState: (state, message) => this.onState(state, message),
    })
    this.build()
    this.listen()
    this.sender.send()
  }

  word(key, values) { return word(this.data, key, values) }

  listen() {
    this.listening = new AbortController()
    const { signal } = this.listening
    document.addEventListener("keydown", (event) => this.key(event), { signal })
    window.addEventListener("online", () => this.sender.send(), { signal })
    window.addEventListener("blur", () => { if (this.marks) this.marks.blurred = (this.marks.blurred || 0) + 1 }, { signal })
    window.addEventListener("pagehide", () => this.sender.sendLast(), { signal })
    document.addEventListener("visibilitychange", () => this.onVisible(), { signal })
  }

  close() {
    this.listening.abort()
    this.sender.stop()
  }

  onVisible() {
    if (document.hidden) this.hiddenSince = performance.now()
    else if (this.hiddenSince) {
      if (!this.paused) this.leave("hidden_ms", this.hiddenSince)
      this.hiddenSince = 0
      this.sender.send()
    }
  }

  // The time since `since` was not spent on the question; it is kept with the answer.
  leave(mark, since) {
    if (!this.marks) return
    const now = performance.now()
    this.marks[mark] = Math.round((this.marks[mark] || 0) + now - since)
    if (this.shown) this.away += now - Math.max(since, this.shown)
  }

  // The server's word on what is open, less what waits to be sent.
  onReply(reply) {
    this.hear(reply.acknowledged)
    const waiting = new Map(this.queue.entries().map(([, response]) => [response.trial, response.kind]))
    const isOpen = (step) => !waiting.has(`step.${step}`) && !this.taken.has(step)
    this.steps = reply.steps.filter(isOpen)
    this.after = reply.after.filter(isOpen)
    const local = this.questions.filter((one) => one.local && waiting.get(this.before(one.trial)) === "undo")
    const fromServer = reply.questions.filter((one) => !waiting.has(one.trial))
    const known = new Set(fromServer.map((one) => one.trial))
    this.questions = [...local.filter((one) => !known.has(one.trial)), ...fromServer].sort((a, b) => this.order(a) - this.order(b))
    for (const name of ["answered", "total", "last", "wait", "condition", "completion"]) this[name] = reply[name]
    this.finished = reply.finished && !this.questions.length && !waiting.size
    this.heard = true
    this.showCondition()
    this.preload()
    if (reply.state !== "open" && !(this.finished || this.screen === "step:after")) return this.stop(reply.state)
    if (this.paused) return this.tally()
    const reshow = this.reshow && !waiting.size
    if (reshow) this.reshow = false
    const still = !reshow && this.current && this.questions.some((one) => one.trial === this.current.trial)
    if (!still && !reshow && this.current) this.say(this.word("elsewhere"))
    if (still) this.tally()
    else this.proceed()
  }

  // What became of each response: nothing that was not stored in time passes without a word.
  hear(acknowledged) {
    const late = acknowledged.filter((one) => one.late).length
    const other = acknowledged.some((one) => one.status === "other")
    const refused = acknowledged.filter((one) => one.status === "refused")
    for (const one of refused) this.taken.delete(one.trial.replace("step.", ""))
    if (refused.length) this.say(refused[refused.length - 1].message, true)
    else if (other) this.say(this.word("elsewhere"), true)
    else if (late) this.say(this.word("late", { count: late }), true)
    else if (!this.fresh) this.say("")
    this.fresh = false
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
    this.task = null
    this.marks = null
    this.asking = null
    this.chosen = null
    if (!this.current) return this.proceed()
    if (this.isBreak()) return this.showBreak()
    this.screen = "question"
    this.body.replaceChildren()
    const { trial } = this.current
    this.task = TASKS[this.data.task](this.body, this.current, (value) => this.choose(trial, value), this.data)
    this.marks = this.seen(trial) ? { reloaded: 1 } : {}
    this.shown = 0
    this.away = 0
    this.whenLoaded(trial)
    this.tally()
  }

  // An answer counts from when all pictures of the question are there.
  async whenLoaded(trial) {
    const images = [...this.body.querySelectorAll(".card img")]
    const slow = setTimeout(() => { if (this.isWaiting(trial)) this.say(this.word("pictures")) }, 400)
    await Promise.all(images.map((image) => image.complete ? null : new Promise((done) => {
      image.addEventListener("load", done, { once: true })
      image.addEventListener("error", done, { once: true })
    })))
    clearTimeout(slow)
    if (!this.isWaiting(trial)) return
    await new Promise((done) => (document.hidden ? setTimeout(done, 0) : requestAnimationFrame(() => requestAnimationFrame(done))))
    if (!this.isWaiting(trial)) return
    this.shown = performance.now()
    this.root.dataset.trial = trial
    if (this.notice.textContent === this.word("pictures")) this.say("")
    if (this.current.items.some((item) => item.missing)) this.say(this.word("skip_missing"), true)
  }

  isWaiting(trial) { return this.screen === "question" && this.current?.trial === trial && !this.shown }

  // Whether this question was shown in this tab before the page was loaded anew.
  seen(trial) {
    const name = `explorer-seen:${this.prefix}:${trial}`
    try {
      const load = sessionStorage.getItem(name)
      if (!load) sessionStorage.setItem(name, LOADED)
      return Boolean(load) && load !== LOADED
    } catch { return false }
  }

  ready() {
    return this.screen === "question" && this.current && this.shown && performance.now() - this.shown >= SETTLE_MS
  }

  choose(trial, value) {
    if (!this.ready() || this.current.trial !== trial) return
    if (this.current.items.some((item) => item.missing)) return this.say(this.word("skip_missing"), true)
    this.chosen = { value, rt: this.responseTime() }
    if (this.data.confidence) this.askConfidence()
    else this.give("answer", value, this.chosen.rt)
  }

  responseTime() { return Math.round(performance.now() - this.shown - this.away) }

  skip() { if (this.ready()) this.give("skip", null, this.responseTime()) }

  none() { if (this.data.none && this.ready()) this.give("none", null, this.responseTime()) }

  give(kind, value, rt, confidence = null) {
    const question = this.current
    const response = { kind, trial: question.trial, answer: value, rt_ms: rt, token: makeToken(), marks: this.marks }
    this.queue.add(confidence === null ? response : { ...response, confidence })
    this.history.push({ question, kind })
    if (this.history.length > 50) this.history.shift()
    this.questions = this.questions.filter((one) => one.trial !== question.trial)
    this.say("")
    this.current = null
    delete this.root.dataset.trial
    this.next()
    this.sender.send()
  }

  // The question comes back under the next attempt, which the server counts in the same way.
  undo() {
    if (this.paused || this.sender.stopped || this.screen.startsWith("step")) return
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
    this.breakAt = this.done()
    this.next()
    this.say(this.word("taken_back"))
    this.fresh = true
    this.sender.send()
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
    const { target } = event
    if (["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.isContentEditable) return
    if (["BUTTON", "SUMMARY", "A"].includes(target.tagName) && [" ", "Enter"].includes(event.key)) return
    if (!this.handle(event)) return
    event.preventDefault()
    event.stopPropagation()
  }

  // Whether a key meant something here. Where words are typed no letter may skip, pause or take back.
  handle(event) {
    if (this.asking) return this.asking.key(event)
    const typing = this.task?.typing && !this.paused
    const pressed = typing ? "" : event.key.toLowerCase()
    const inQuestions = this.screen === "question" || this.paused
    if (pressed === "p" && inQuestions) this.pause()
    else if (this.paused || this.sender.stopped) return false
    else if ((pressed === "z" || pressed === "backspace") && !this.screen.startsWith("step")) this.undo()
    else if (pressed === "s" && this.screen === "question") this.skip()
    else if (pressed === "n" && this.data.none && this.screen === "question") this.none()
    else if (event.key === "Enter" && this.screen !== "question") return this.go()
    else return Boolean(this.task && (this.screen === "step:practice" || this.ready()) && this.task.key(event))
    return true
  }
}
