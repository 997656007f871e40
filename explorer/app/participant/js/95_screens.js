// What a person's page shows beside its questions: its frame, steps, breaks, the end, and what goes wrong.

const LOADED = makeToken() // another one for each time the page is loaded

Object.assign(Page.prototype, {
  build() {
    const { data } = this
    document.documentElement.lang = data.language
    document.documentElement.dir = /^(ar|fa|he|iw|ur|ps|sd|yi|dv|ug|ckb)(-|$)/.test(data.language) ? "rtl" : "ltr"
    document.title = this.word("title") || data.campaign
    this.root.replaceChildren()
    this.root.className = `annotate task-${data.task}`
    this.head = element("header", "head")
    this.titleLine = element("div", "title-line")
    if (this.word("title")) this.titleLine.append(element("strong", "", this.word("title")))
    if (data.languages.length > 1) this.titleLine.append(this.languageChoice())
    this.ask = element("h1", "ask")
    this.line = element("div", "progress")
    this.bar = element("div", "bar")
    this.line.append(this.bar)
    this.head.append(this.titleLine, this.ask, this.line)
    this.notice = element("div", "notice")
    this.notice.setAttribute("role", "status")
    this.body = element("div", "body")
    this.hint = element("div", "small hint")
    this.root.append(this.head, this.notice, this.body, this.hint, this.tools(), this.more())
    this.showCondition()
    this.show("step:loading", element("div", "message", this.word("waiting")))
  },

  tools() {
    this.undoButton = button("tool", `↶ ${this.word("undo")}`, "Z", () => this.undo())
    this.skipButton = button("tool", this.word("skip"), "S", () => this.skip())
    this.noneButton = button("tool", this.word("none_of_these"), "N", () => this.none())
    this.pauseButton = button("tool", this.word("pause"), "P", () => this.pause())
    const keys = [[this.undoButton, "Z"], [this.skipButton, "S"], [this.noneButton, "N"], [this.pauseButton, "P"]]
    for (const [made, key] of keys) made.append(keyMark(key))
    this.count = element("span", "count")
    const box = element("div", "tools")
    box.append(this.undoButton, this.skipButton, ...(this.data.none ? [this.noneButton] : []), this.pauseButton, this.count)
    return box
  },

  languageChoice() {
    const choice = element("select", "languages")
    choice.setAttribute("aria-label", this.word("language"))
    const names = new Intl.DisplayNames([this.data.language], { type: "language", fallback: "code" })
    choice.append(...this.data.languages.map((one) => {
      const option = element("option", "", names.of(one))
      option.value = one
      option.selected = one === this.data.language
      return option
    }))
    choice.onchange = () => {
      keep(LANGUAGE, choice.value)
      start({ ticket: this.data.ticket, language: choice.value })
    }
    return choice
  },

  // A link for another device, and the way out with everything deleted.
  more() {
    const box = element("details", "more")
    const own = `${location.origin}${location.pathname}?own=${encodeURIComponent(this.data.own)}`
    const address = element("input", "field")
    address.readOnly = true
    address.value = own
    address.setAttribute("aria-label", this.word("other_device"))
    address.onfocus = () => address.select()
    const out = button("tool", this.word("withdraw"), "", () => this.askWithdrawal(out))
    box.append(element("summary", "", "⋯"), element("p", "small", this.word("other_device")), address, out)
    return box
  },

  askWithdrawal(place) {
    const box = element("div", "sure")
    const yes = button("danger", this.word("withdraw"), "", () => this.withdraw())
    box.append(element("p", "", this.word("withdraw_sure")), yes, button("tool", this.word("keep"), "", () => box.replaceWith(place)))
    place.replaceWith(box)
  },

  async withdraw() {
    this.sender.stop()
    const answer = await fetch(this.sender.url, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ticket: this.data.ticket, withdraw: true }),
    }).catch(() => null)
    if (!answer?.ok) {
      this.sender.stopped = false
      return this.say(this.word("withdraw_failed"), true)
    }
    for (const [key] of this.queue.entries()) this.queue.remove(key)
    forget(TICKET)
    history.replaceState(null, "", location.pathname)
    this.root.replaceChildren(element("div", "message", this.word("withdrawn")))
  },

  showCondition() {
    const parts = [element("span", "", this.data.instruction)]
    if (this.condition) parts.push(element("span", "condition", this.word("condition", { condition: this.condition })))
    this.ask.replaceChildren(...parts)
  },

  // Put one screen in place of another. name: "question", "break", "end" or "step:" and which.
  show(name, ...parts) {
    this.screen = name
    this.current = null
    this.task = null
    this.marks = null
    this.asking = null
    delete this.root.dataset.trial
    this.root.dataset.screen = name
    this.body.replaceChildren(...parts)
    this.tally()
  },

  // Whatever comes next: a step before the questions, a question, a step after them, the end.
  proceed() {
    const welcome = `explorer-welcomed:${this.prefix}`
    if (!this.heard || this.screen === "break") return
    if (this.word("welcome") && !this.answered && !this.history.length && !recall(welcome)) {
      return this.showStep("welcome", () => { keep(welcome, "1"); this.proceed() })
    }
    if (this.steps.length) return this.showStep(this.steps[0])
    if (this.questions.length) return this.next()
    if (this.finished && this.last && this.after.length) return this.showStep(this.after[0])
    if (this.finished) return this.showEnd()
    if (this.screen !== "step:waiting") this.show("step:waiting", element("div", "message", this.word(this.wait ? "choosing" : "waiting")))
  },

  showStep(step, done = (value) => this.take(step, value)) {
    if (this.screen === `step:${step}`) return
    const box = element("div", "step")
    this.show(`step:${step}`, box)
    if (step === "practice") new Practice(box, this.data, done, (task) => { this.task = task; this.tally() })
    else STEPS[step](box, this.data, done)
  },

  take(step, value) {
    this.taken.add(step)
    this.queue.add({ kind: "step", trial: `step.${step}`, answer: value, token: makeToken() })
    this.steps = this.steps.filter((one) => one !== step)
    this.after = this.after.filter((one) => one !== step)
    if (step === "after") this.finished = false // until the server has heard it: then there is a completion code
    this.screen = ""
    this.proceed()
    this.sender.send()
  },

  go() {
    const button = this.body.querySelector("[data-go]")
    if (!button || button.disabled) return false
    button.click()
    return true
  },

  done() {
    const of = (kinds) => this.queue.entries().filter(([, one]) => kinds.includes(one.kind)).length
    return Math.max(0, this.answered + of(["answer", "none"]) - of(["undo"]))
  },

  isBreak() {
    const done = this.done()
    return this.data.block > 0 && done > 0 && done % this.data.block === 0 && this.breakAt !== done
  },

  showBreak() {
    this.breakAt = this.done()
    const part = this.breakAt / this.data.block
    const said = this.word("break", { part, parts: Math.max(part, Math.ceil(this.total / this.data.block)) })
    const box = element("div", "message")
    box.append(element("div", "big", said), submitButton(this.word("go_on"), () => { this.screen = ""; this.proceed() }))
    this.show("break", box)
  },

  // Show what was chosen while the person says how sure they are.
  markChosen() {
    const { value } = this.chosen
    const id = Array.isArray(value) ? value[1] : value
    const pair = this.data.wording === "pair" && this.data.task === "odd_one_out"
    for (const one of this.body.querySelectorAll(".choice")) one.classList.toggle("picked", (one.dataset.id === id) !== pair)
    for (const one of this.body.querySelectorAll(".arena, .tagpage")) one.inert = true
    for (const one of this.body.querySelectorAll(".scale .step")) one.setAttribute("aria-pressed", one.textContent === String(value))
  },

  askConfidence() {
    this.markChosen()
    const box = element("div", "sure-row")
    const give = (at) => { this.asking = null; this.give("answer", this.chosen.value, this.chosen.rt, at / 4) }
    const steps = [0, 1, 2, 3, 4].map((at) => button("step", String(at + 1), "", () => give(at)))
    box.append(element("strong", "", this.word("sure")), element("span", "end", this.word("sure_low")), ...steps,
      element("span", "end", this.word("sure_high")))
    this.body.querySelector(".sure-row")?.remove()
    this.body.append(box)
    box.scrollIntoView({ block: "nearest" })
    this.asking = {
      key: (event) => {
        if (event.key === "Escape") {
          this.asking = null
          box.remove()
          for (const one of this.body.querySelectorAll("[inert]")) one.inert = false
          return true
        }
        if (!/^[1-5]$/.test(event.key)) return false
        give(Number(event.key) - 1)
        return true
      },
    }
  },

  showEnd() {
    const box = element("div", "message")
    if (!this.answered && !this.last) return this.show("end", element("div", "message", this.word("full")))
    box.append(element("div", "big", this.word("finished")))
    if (this.word("debrief")) box.append(paragraphs(this.word("debrief")))
    if (this.completion?.includes("://")) {
      const link = element("a", "primary", this.word("completion_link"))
      link.href = this.completion
      link.rel = "noreferrer"
      box.append(link)
    } else if (this.completion) {
      box.append(element("div", "", this.word("completion")), element("code", "code", this.completion))
    }
    box.append(element("div", "small", this.word("stored", { count: this.answered })))
    this.show("end", box)
  },

  // The server takes no more questions; what still waits here is sent, and kept as late.
  stop(state) {
    this.show("end", element("div", "message", this.word(state)))
    this.undoButton.disabled = true
  },

  pause() {
    if (!this.paused && this.screen !== "question") return
    this.paused = !this.paused
    this.root.classList.toggle("paused", this.paused)
    this.pauseButton.firstChild.textContent = this.word(this.paused ? "go_on" : "pause")
    if (this.paused) {
      this.pausedSince = performance.now()
      this.asking = null
      for (const child of this.body.children) child.hidden = true
      const box = element("div", "message paused-box")
      box.append(element("div", "big", this.word("paused")), element("div", "", this.word(`paused_${this.data.resume}`)),
        button("primary", `${this.word("go_on")} (P)`, "", () => this.pause()))
      this.body.append(box)
      this.hint.textContent = ""
      return
    }
    this.leave("paused_ms", this.pausedSince)
    this.body.querySelector(".paused-box")?.remove()
    this.body.querySelector(".sure-row")?.remove()
    for (const child of this.body.children) child.hidden = false
    const still = this.current && this.questions.some((one) => one.trial === this.current.trial)
    if (still) this.tally()
    else { this.screen = ""; this.proceed() }
  },

  tally() {
    const done = this.done()
    this.count.textContent = this.total && !this.steps.length ? this.word("count", { done, total: Math.max(this.total, done) }) : ""
    this.bar.style.width = `${this.total ? Math.min(100, (100 * done) / this.total) : 0}%`
    this.undoButton.disabled = this.screen.startsWith("step") || (!this.history.length && !this.last)
    this.skipButton.disabled = this.noneButton.disabled = this.pauseButton.disabled = this.screen !== "question"
    this.hint.textContent = this.task ? this.task.hint : ""
    this.root.dataset.screen = this.screen
    this.root.classList.toggle("typing", Boolean(this.task?.typing))
    this.root.classList.toggle("before", this.screen.startsWith("step"))
    this.root.dataset.answered = String(done)
    this.root.dataset.waiting = String(this.queue.entries().length)
  },

  say(text, stays = false) {
    this.notice.textContent = text
    this.notice.className = text ? "notice shown" : "notice"
    this.fresh = stays
  },

  onState(state, message) {
    if (state === "withdrawn") {
      for (const [key] of this.queue.entries()) this.queue.remove(key)
      forget(TICKET)
      this.root.replaceChildren(element("div", "message", message))
      return
    }
    if (state === "stopped") {
      this.show("end", element("div", "message", message))
      this.say("")
    } else {
      this.say(this.word("offline", { count: this.queue.entries().length }), true)
      this.notice.className = "notice shown warn"
    }
    this.tally()
  },
})
