// Light, dark, or as the system has it. Streamlit keeps the choice for each page's path, and reads it as a page loads.
const CHOICES = ["System", "Light", "Dark"]
const ICONS = { System: "\u25d0", Light: "\u2600", Dark: "\u263e" }
const HELP = { System: "Light or dark as this computer has it", Light: "Light", Dark: "Dark" }

function places(pages) {
  const folder = location.pathname.replace(/[^/]*$/, "")
  return pages.map((page) => `stActiveTheme-${folder}${page}-v2`)
}

function chosen() {
  try {
    const found = JSON.parse(localStorage.getItem(`stActiveTheme-${location.pathname}-v2`) ?? '"System"')
    return CHOICES.includes(found) ? found : "System"
  } catch {
    return "System"
  }
}

function choose(name, pages) {
  places(pages).forEach((place) => localStorage.setItem(place, JSON.stringify(name)))
  location.reload()
}

export default function ({ data, parentElement }) {
  const row = document.createElement("div")
  row.className = "appearance"
  row.setAttribute("role", "radiogroup")
  row.setAttribute("aria-label", "Light or dark")
  const now = chosen()
  const buttons = CHOICES.map((name) => {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = ICONS[name]
    button.title = HELP[name]
    button.tabIndex = name === now ? 0 : -1
    button.setAttribute("role", "radio")
    button.setAttribute("aria-label", HELP[name])
    button.setAttribute("aria-checked", String(name === now))
    button.onclick = () => choose(name, data.pages)
    return button
  })
  row.append(...buttons)
  row.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const next = step && buttons[buttons.indexOf(event.target) + step]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  parentElement.querySelector(".appearance")?.remove()
  parentElement.append(row)
}
