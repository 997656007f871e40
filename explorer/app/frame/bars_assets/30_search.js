// A box that finds values by what is typed, with how many items pass of each, and filters by what texts contain.
// The names come over HTTP once they are wanted, and the browser keeps them.

const FOUND = 60
const known = new Map()

function names(url) {
  if (!known.has(url)) {
    const asked = fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    known.set(url, asked)
    asked.catch(() => known.delete(url))
  }
  return known.get(url)
}

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()

function matches(values, counts, text) {
  const wanted = folded(text)
  const found = []
  values.names.forEach((name, place) => {
    const at = folded(name).indexOf(wanted)
    if (at >= 0) found.push({ name, count: (counts ?? values.counts)[place], first: at === 0 && wanted ? 0 : 1 })
  })
  return found.sort((a, b) => (a.count === 0) - (b.count === 0) || a.first - b.first || b.count - a.count)
}

function drawSearch(chart, state, send) {
  const { url, contains, counts, picked } = chart.search
  const box = element("div", "search")
  const field = element("input")
  const list = element("ul", "found")
  field.type = "search"
  field.autocomplete = "off"
  field.spellcheck = false
  field.dataset.part = "search"
  field.value = state.text ?? chart.text
  field.placeholder = url ? "Find a value" : "contains \u2026"
  field.setAttribute("aria-label", `${chart.column}: ${url ? "find a value" : "texts that contain"}`)
  if (url) {
    field.setAttribute("role", "combobox")
    field.setAttribute("aria-expanded", "false")
    field.setAttribute("aria-autocomplete", "list")
    list.id = `${state.id}-values`
    field.setAttribute("aria-controls", list.id)
    list.setAttribute("role", "listbox")
    list.setAttribute("aria-label", `Values of ${chart.column}`)
    list.setAttribute("aria-multiselectable", "true")
  }
  let options = []
  let at = -1
  const lookInto = () => {
    if (field.value.trim() === chart.text) return
    state.text = undefined
    state.open = false
    send({ action: "text", text: field.value })
  }
  const choose = (option) => {
    if (option === undefined || option.contains) return lookInto()
    send({ action: "value", value: option.name, add: true })
  }
  const move = (to) => {
    at = Math.max(-1, Math.min(options.length - 1, to))
    ;[...list.children].forEach((item, place) => item.classList.toggle("at", place === at))
    const item = list.children[at]
    item?.scrollIntoView({ block: "nearest" })
    if (item) field.setAttribute("aria-activedescendant", item.id)
    else field.removeAttribute("aria-activedescendant")
  }
  const show = async () => {
    if (!url) return
    const typed = field.value
    let values
    try {
      values = await names(url)
    } catch {
      list.replaceChildren(element("li", "note", "The values could not be loaded. Reload the page."))
      return
    }
    if (typed !== field.value || !state.open) return
    const found = matches(values, counts, typed.trim())
    options = found.slice(0, FOUND)
    const looks = contains && typed.trim() && typed.trim() !== chart.text
    if (looks) options.push({ contains: true })
    const items = options.map((option, place) => optionItem(option, place, state, picked, typed.trim(), choose))
    if (found.length > FOUND) items.push(element("li", "note", `and ${number(found.length - FOUND)} more: type to find them`))
    if (!found.length) items.unshift(element("li", "note", "No value has this in it."))
    options = found.length ? options : [undefined, ...options]
    list.replaceChildren(...items)
    field.setAttribute("aria-expanded", "true")
    move(-1)
  }
  const close = () => {
    state.open = false
    list.replaceChildren()
    field.setAttribute("aria-expanded", "false")
    field.removeAttribute("aria-activedescendant")
  }
  field.onfocus = () => {
    state.open = true
    show()
  }
  field.oninput = () => {
    state.open = true
    state.text = field.value
    show()
    if (!field.value && chart.text) lookInto()
  }
  field.onkeydown = (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      move(at + (event.key === "ArrowDown" ? 1 : -1))
    } else if (event.key === "Enter") choose(at >= 0 ? options[at] : url && !contains ? options[0] : undefined)
    else if (event.key === "Escape" && state.open) {
      event.stopPropagation()
      close()
    }
  }
  field.onblur = () => {
    if (box.matches(":hover") && list.children.length) return
    close()
  }
  box.onpointerleave = () => field.getRootNode().activeElement !== field && close()
  box.append(field, list)
  if (state.open && url) show()
  return box
}

function optionItem(option, place, state, picked, typed, choose) {
  const item = element("li", "option")
  item.id = `${state.id}-${place}`
  item.setAttribute("role", "option")
  if (option.contains) {
    item.classList.add("contains")
    item.append(element("span", "label", `All that contain \u201c${typed}\u201d`))
  } else {
    const chosen = picked.includes(option.name)
    item.classList.toggle("picked", chosen)
    item.classList.toggle("none", !option.count)
    item.setAttribute("aria-selected", String(chosen))
    item.append(element("span", "label", option.name.trim() ? option.name : "(empty)"), element("span", "count", number(option.count)))
    item.title = option.name
  }
  item.onpointerdown = (event) => event.preventDefault() // the field keeps the focus
  item.onclick = () => choose(option)
  return item
}
