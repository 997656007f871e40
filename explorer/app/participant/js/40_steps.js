// The steps around the questions: consent, a name, questions about the person, practice. Each has draw(box, data, done)
// and calls done(value) once; what it said is kept by the server under the name of the step.

function intro(data) {
  const box = element("div", "intro")
  const own = word(data, "welcome")
  if (own) box.append(paragraphs(own))
  return box
}

function submitButton(text, onclick) {
  const made = button("primary", text, "", onclick)
  made.dataset.go = "1"
  return made
}

function drawWelcome(box, data, done) {
  box.append(intro(data), submitButton(word(data, "begin"), () => done(null)))
}

function drawConsent(box, data, done) {
  const label = element("label", "check")
  const tick = element("input")
  tick.type = "checkbox"
  label.append(tick, element("span", "", word(data, "consent_box")))
  const go = submitButton(word(data, "next"), () => { if (tick.checked) done({ agreed: true, language: data.language }) })
  go.disabled = true
  tick.onchange = () => { go.disabled = !tick.checked }
  box.append(paragraphs(word(data, "consent")), label, go)
}

function drawName(box, data, done) {
  const form = element("form", "fields")
  const label = element("label", "field-row")
  const field = element("input", "field")
  field.name = "name"
  field.maxLength = 60
  field.required = true
  field.autocomplete = "off"
  label.append(element("span", "label", word(data, "name")), field)
  const go = element("button", "primary", word(data, "begin"))
  go.dataset.go = "1"
  form.onsubmit = (event) => {
    event.preventDefault()
    if (field.value.trim()) done({ name: field.value.trim() })
  }
  form.append(element("p", "", word(data, "at_your_pace")), label, go)
  box.append(form)
  if (!matchMedia("(hover: none)").matches) field.focus({ preventScroll: true })
}

function drawFields(when) {
  return (box, data, done) => {
    const form = element("form", "fields")
    const rows = data.fields.filter((one) => one.when === when).map((one) => fieldRow(data, one))
    const go = element("button", "primary", word(data, "next"))
    go.dataset.go = "1"
    form.noValidate = true
    form.onsubmit = (event) => {
      event.preventDefault()
      const bad = rows.filter((row) => !row.check())
      if (bad.length) return bad[0].focus()
      done(Object.fromEntries(rows.map((row) => [row.key, row.value()])))
    }
    form.append(...rows.map((row) => row.box), go)
    box.append(form)
  }
}

const LONGEST_ANSWER = 2000 // signs, as on the server
const MOST_BUTTONS = 12

// One question about the person. Options have words of their own by "field.KEY.1" and so on; the value stays the same.
function fieldRow(data, field) {
  const box = element("fieldset", "field-row")
  const label = word(data, `field.${field.key}`) || field.label
  const legend = element("legend", "label", label)
  if (field.required) legend.append(element("span", "needed", " *"))
  const said = element("div", "said")
  said.setAttribute("role", "status")
  const input = { choice: choiceInput, scale: scaleInput, number: textInput, text: textInput }[field.kind](data, field, label)
  box.append(legend, ...input.parts, said)
  return {
    key: field.key, box, value: input.value, focus: input.focus,
    check() {
      const value = input.value()
      const missing = value === null || value === ""
      const outside = field.kind === "number" && !missing && !(value >= field.low && value <= field.high)
      said.textContent = missing && field.required ? word(data, "required")
        : outside ? word(data, "number_between", { low: field.low, high: field.high }) : ""
      return !said.textContent
    },
  }
}

function radios(field, values, labels, className) {
  const box = element("div", className)
  const all = values.map((value, at) => {
    const label = element("label", "option")
    const input = element("input")
    input.type = "radio"
    input.name = field.key
    input.value = String(at)
    label.append(input, element("span", "", labels[at]))
    box.append(label)
    return input
  })
  return {
    parts: [box],
    value: () => { const at = all.findIndex((one) => one.checked); return at < 0 ? null : values[at] },
    focus: () => all[0].focus(),
  }
}

function choiceInput(data, field) {
  const labels = field.options.map((option, at) => word(data, `field.${field.key}.${at + 1}`) || option)
  if (field.options.length > MOST_BUTTONS) return listInput(field, labels)
  return radios(field, field.options, labels, "options")
}

function listInput(field, labels) {
  const input = element("select", "field")
  input.name = field.key
  input.append(...["", ...labels].map((label, at) => {
    const option = element("option", "", label)
    option.value = String(at - 1)
    return option
  }))
  return {
    parts: [input],
    value: () => (input.selectedIndex < 1 ? null : field.options[input.selectedIndex - 1]),
    focus: () => input.focus(),
  }
}

function scaleInput(data, field) {
  const values = []
  for (let value = field.low; value <= field.high && values.length < 21; value++) values.push(value)
  return radios(field, values, values.map(String), "options row")
}

function textInput(data, field, label) {
  const long = field.kind === "text"
  const input = element(long ? "textarea" : "input", "field")
  input.maxLength = long ? LONGEST_ANSWER : 20
  if (long) input.rows = 2
  else input.inputMode = "decimal"
  input.name = field.key
  input.setAttribute("aria-label", label)
  const number = (text) => (/^-?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : NaN)
  return {
    parts: [input],
    value: () => { const text = input.value.trim(); return text === "" ? null : long ? text : number(text) },
    focus: () => input.focus(),
  }
}

const STEPS = { welcome: drawWelcome, consent: drawConsent, name: drawName, before: drawFields("before"), after: drawFields("after") }

// Practice: questions as later ones, with a word on each where the right answer is known. Nothing of it counts.
class Practice {
  constructor(box, data, done, onTask) {
    Object.assign(this, { box, data, done, onTask, at: 0, answers: [] })
    this.show()
  }

  show() {
    const question = this.data.practice[this.at]
    this.box.replaceChildren(element("p", "practising", word(this.data, "practice")))
    const place = element("div")
    this.box.append(place)
    this.shown = performance.now()
    this.task = TASKS[this.data.task](place, question, (value) => this.judge(question, value), this.data)
    this.onTask(this.task)
  }

  judge(question, value) {
    if (this.judged || performance.now() - this.shown < SETTLE_MS) return
    this.judged = true
    const right = isRight(this.data.task, question.answer, value)
    this.answers.push({ question: this.at, right, rt_ms: Math.round(performance.now() - this.shown) })
    const explain = word(this.data, `practice.${this.at + 1}`) || question.explain
    const said = question.answer === null ? explain : [word(this.data, right ? "right" : "wrong"), explain].filter(Boolean).join(" ")
    this.onTask(null)
    if (!said) return this.go()
    const box = element("div", `feedback ${right ? "good" : ""}`)
    box.setAttribute("role", "status")
    box.append(element("span", "", said), submitButton(word(this.data, "next"), () => this.go()))
    this.box.append(box)
    box.querySelector("button").focus({ preventScroll: true })
    box.scrollIntoView({ block: "nearest" })
  }

  go() {
    this.judged = false
    this.at += 1
    if (this.at < this.data.practice.length) this.show()
    else this.done({ answers: this.answers })
  }
}

function isRight(task, wanted, value) {
  if (wanted === null || wanted === undefined) return true
  if (task === "triplet") return value[1] === wanted[1]
  return value === wanted
}
