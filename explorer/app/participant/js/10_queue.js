// Responses wait in localStorage until the server has acknowledged them: one entry a response, so that two tabs never
// overwrite each other. Sending one twice does no harm: the server keeps one response a question.

// How long a response waited here before it was sent, when that was long; the server keeps it with the answer.
function stamped({ at, ...response }) {
  const waited = at ? Date.now() - at : 0
  return waited > 5000 ? { ...response, marks: { ...response.marks, sent_after_ms: waited } } : response
}

class Queue {
  constructor(prefix) {
    this.prefix = prefix
    this.memory = new Map() // when the browser keeps nothing for us
    this.count = 0
  }

  add(response) {
    response = { ...response, at: Date.now() }
    const order = `${String(Date.now()).padStart(15, "0")}-${String(this.count++).padStart(6, "0")}`
    const key = `${this.prefix}${order}-${response.token}`
    this.memory.set(key, response)
    try { localStorage.setItem(key, JSON.stringify(response)) } catch { /* kept in memory */ }
  }

  // Those that wait, the oldest first, with their keys; other tabs' too.
  entries() {
    const found = new Map(this.memory)
    try {
      for (let at = 0; at < localStorage.length; at++) {
        const key = localStorage.key(at)
        if (key.startsWith(this.prefix)) found.set(key, JSON.parse(localStorage.getItem(key)))
      }
    } catch { /* memory only */ }
    return [...found].filter(([, response]) => response).sort(([a], [b]) => (a < b ? -1 : 1))
  }

  remove(key) {
    this.memory.delete(key)
    try { localStorage.removeItem(key) } catch { /* memory only */ }
  }
}

// Sends what waits, one request at a time, and asks for the next questions; tries again when there is no answer.
class Sender {
  constructor(options) {
    Object.assign(this, options) // url, ticket, queue, onReply, onState, wanted
    this.busy = false
    this.again = false
    this.failures = 0
    this.stopped = false
    this.timer = null
  }

  async send() {
    if (this.stopped) return
    if (this.busy) { this.again = true; return }
    this.busy = true
    this.again = false
    clearTimeout(this.timer)
    const entries = this.queue.entries().slice(0, 100)
    try {
      const reply = await this.post(entries.map(([, response]) => stamped(response)))
      this.failures = 0
      entries.forEach(([key]) => this.queue.remove(key))
      this.onReply(reply)
      if (reply.wait) this.timer = setTimeout(() => this.send(), 700)
    } catch (error) {
      this.failed(error)
    }
    this.busy = false
    if (!this.stopped && (this.again || (!this.failures && this.queue.entries().length))) this.send()
  }

  async post(responses) {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), 20000)
    try {
      const answer = await fetch(this.url, {
        method: "POST", headers: { "Content-Type": "application/json" }, signal: limit.signal,
        body: JSON.stringify({ ticket: this.ticket, responses, wanted: this.wanted }),
      })
      if (answer.status === 200) return await answer.json()
      const said = await answer.json().catch(() => ({}))
      const error = new Error(said.message || `The server answered ${answer.status}.`)
      error.final = answer.status >= 400 && answer.status < 500
      error.state = said.state === "withdrawn" ? "withdrawn" : "stopped"
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  failed(error) {
    if (error.final) {
      this.stopped = true
      this.onState(error.state, error.message)
      return
    }
    this.failures += 1
    this.again = false
    this.onState("offline", "")
    this.timer = setTimeout(() => this.send(), Math.min(500 * 2 ** this.failures, 8000))
  }

  // What still waits when the page is closed; it stays in the queue too, as nobody hears the answer.
  sendLast() {
    const waiting = this.queue.entries().slice(0, 50).map(([, response]) => stamped(response))
    if (!waiting.length || this.stopped) return
    const body = JSON.stringify({ ticket: this.ticket, responses: waiting, wanted: 0 })
    fetch(this.url, { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true }).catch(() => {})
  }

  stop() {
    this.stopped = true
    clearTimeout(this.timer)
  }
}
