// Tags in a chain: rate the tags of those before (1 to 5), flag what does not belong, add what is missing.

function drawTags(box, question, answer, data) {
  const state = { ratings: {}, flags: new Set(), added: [], at: 0 }
  const side = element("div", "tagging")
  const rows = question.tags.map((tag, place) => tagRow(tag, place))
  const list = element("div", "tags")
  list.append(...rows.map((row) => row.box))
  const said = element("div", "said")
  said.setAttribute("role", "status")
  const field = element("input", "field")
  field.placeholder = word(data, "tags_add")
  field.maxLength = 60
  field.setAttribute("aria-label", word(data, "tags_add"))
  const chips = element("div", "chips")
  const done = button("primary done", `${word(data, "done")}  ⏎`, "", submit)
  field.onkeydown = (event) => {
    event.stopPropagation()
    if (event.isComposing) return // Enter and arrows choose a word of an input method
    if (event.key === "Enter") {
      event.preventDefault()
      if (field.value.trim()) add()
      else submit()
    } else if (event.key === "Escape" || (event.key === "ArrowUp" && rows.length)) {
      event.preventDefault()
      field.blur()
      move(rows.length - 1)
    }
  }
  const heading = question.tags.length
    ? word(data, "tags_rate")
    : word(data, "tags_first")
  side.append(element("div", "small", heading), list, chips, field, said, done)
  const wrap = element("div", "tagpage")
  wrap.append(card(data, question.items[0], "fixed", word(data, "item", { number: 1 })), side)
  box.append(wrap)
  if (rows.length) move(0)
  else if (!matchMedia("(hover: none)").matches) setTimeout(() => field.focus({ preventScroll: true }), 0)

  function tagRow(tag, place) {
    const made = element("div", "tag")
    made.append(element("span", "name", tag))
    const steps = [1, 2, 3, 4, 5].map((value) => {
      const one = button("step", String(value), "", () => { move(place); rate(place, value) })
      one.setAttribute("aria-label", `${tag}: ${value} / 5`)
      return one
    })
    const flag = button("flag", "⚑", "0", () => { move(place); toggle(place) })
    flag.setAttribute("aria-label", `⚑ ${tag}`)
    made.append(...steps, flag)
    return { box: made, steps, flag, tag }
  }
  function paint() {
    rows.forEach((row, place) => {
      row.box.classList.toggle("current", place === state.at && document.activeElement !== field)
      row.box.classList.toggle("flagged", state.flags.has(row.tag))
      row.flag.setAttribute("aria-pressed", state.flags.has(row.tag))
      row.steps.forEach((one, at) => one.setAttribute("aria-pressed", state.ratings[row.tag] === at + 1))
    })
    chips.replaceChildren(...state.added.map((tag) => button("chip", `${tag} ✕`, "✕", () => {
      state.added = state.added.filter((other) => other !== tag)
      paint()
    })))
  }
  function move(place) {
    state.at = Math.max(0, Math.min(place, rows.length - 1))
    paint()
  }
  function rate(place, value) {
    state.ratings[rows[place].tag] = value
    state.flags.delete(rows[place].tag)
    if (place + 1 < rows.length) move(place + 1)
    else { state.at = rows.length; paint(); field.focus({ preventScroll: true }) }
  }
  function toggle(place) {
    const { tag } = rows[place]
    if (state.flags.has(tag)) state.flags.delete(tag)
    else { state.flags.add(tag); delete state.ratings[tag] }
    paint()
  }
  function add() {
    const tag = field.value.toLowerCase().split(/\s+/).filter(Boolean).join(" ")
    if (/[<>{}\\]/.test(tag)) { said.textContent = word(data, "tags_plain"); return }
    said.textContent = ""
    if (question.tags.includes(tag)) said.textContent = word(data, "tags_known", { tag })
    else if (!state.added.includes(tag) && state.added.length < 20) state.added.push(tag)
    field.value = ""
    paint()
  }
  function submit() {
    if (field.value.trim()) add()
    const open = rows.findIndex((row) => !state.ratings[row.tag] && !state.flags.has(row.tag))
    if (open >= 0) {
      said.textContent = word(data, "tags_open", { tag: rows[open].tag })
      field.blur()
      return move(open)
    }
    if (!rows.length && !state.added.length) { said.textContent = word(data, "tags_none"); return }
    answer({ ratings: state.ratings, flags: [...state.flags], added: state.added })
  }
  return {
    hint: word(data, "hint_tags"),
    typing: true, // words are typed here, so no letter may skip, pause or take back
    key: (event) => {
      if (event.key === "ArrowDown") { if (state.at + 1 < rows.length) move(state.at + 1); else field.focus() }
      else if (event.key === "ArrowUp") move(state.at - 1)
      else if (/^[1-5]$/.test(event.key) && rows[state.at]) rate(state.at, Number(event.key))
      else if (event.key === "0" && rows[state.at]) toggle(state.at)
      else if (/^\p{L}$/u.test(event.key)) { field.focus({ preventScroll: true }); field.value += event.key }
      else if (event.key === "Enter") submit()
      else return false
      return true
    },
  }
}
