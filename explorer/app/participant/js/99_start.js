// Coming in: by what the address holds, or as the person this browser was before.

function part(text) {
  try { return decodeURIComponent(text) } catch { return text }
}
const [, , WORKSPACE = "", CAMPAIGN = ""] = location.pathname.split("/").map(part)
const TICKET = `explorer-person:${WORKSPACE}:${CAMPAIGN}`
const LANGUAGE = `explorer-language:${WORKSPACE}:${CAMPAIGN}`
const SECRETS = ["key", "code", "who", "own"]
const root = document.getElementById("page")

function entrance(message, ...parts) {
  const box = element("div", "entrance")
  box.append(element("h1", "", "Take part"), element("p", "", message), ...parts)
  root.className = "annotate"
  root.replaceChildren(box)
}

function askCode(reply) {
  const form = element("form", "fields")
  const field = element("input", "field")
  field.name = "code"
  field.required = true
  field.maxLength = 200
  field.autocomplete = "off"
  field.setAttribute("aria-label", "Invitation code")
  const said = element("div", "said", reply.wrong ? "That is not the code or the link of this campaign." : "")
  said.setAttribute("role", "alert")
  form.append(element("span", "label", "Invitation code"), field, said, element("button", "primary", "Go on"))
  form.onsubmit = (event) => {
    event.preventDefault()
    start({ code: field.value.trim() })
  }
  entrance(reply.message, form)
  field.focus()
}

function askLogin(reply) {
  const link = element("a", "primary", "Log in")
  link.href = "/"
  entrance(`${reply.message} Then open this page again.`, link)
}

// More than once a page is asked for a person: what the address held the first time is not lost with it.
const ADDRESS = new URLSearchParams(location.search)
const parameters = Object.fromEntries([...ADDRESS].filter(([name]) => !SECRETS.includes(name) && name !== "lang"))
const OWN_TICKET = `${TICKET}:${JSON.stringify(parameters)}` // whoever comes with another id is somebody else

async function start(given = {}) {
  const secrets = Object.fromEntries(SECRETS.filter((name) => ADDRESS.get(name)).map((name) => [name, ADDRESS.get(name)]))
  const language = ADDRESS.get("lang") || recall(LANGUAGE) || navigator.language || ""
  const ticket = history.state?.ticket || (location.search ? recall(OWN_TICKET) : "") || recall(TICKET)
  const body = { campaign: CAMPAIGN, parameters, language, ticket, ...secrets, ...given }
  let reply
  try {
    const answer = await fetch(`/judgments/${encodeURIComponent(WORKSPACE)}/join`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    })
    reply = await answer.json()
  } catch {
    return entrance("The server cannot be reached. Trying again …", retry(given))
  }
  if (reply.state === "busy") return entrance(reply.message, retry(given))
  if (reply.state === "login") return askLogin(reply)
  if (reply.state === "code") return askCode(reply)
  if (reply.state !== "in") return entrance(reply.message)
  comeIn(reply)
}

function retry(given) {
  const timer = setTimeout(() => start(given), 3000)
  return button("tool", "Try again", "", () => { clearTimeout(timer); start(given) })
}

function comeIn(reply) {
  keep(TICKET, reply.ticket)
  keep(OWN_TICKET, reply.ticket)
  if (ADDRESS.get("lang")) keep(LANGUAGE, reply.language)
  ADDRESS.delete("lang")
  for (const name of SECRETS) ADDRESS.delete(name)
  history.replaceState({ ticket: reply.ticket }, "", location.pathname)
  const image = `/thumbs/${encodeURIComponent(reply.workspace)}/{row}?size=512&v=${reply.version}&t=${encodeURIComponent(reply.ticket)}`
  root.page?.close()
  root.page = new Page(root, { ...reply, image_url: image })
  const { restarted, returning, answered } = reply.start
  if (restarted) root.page.say(root.page.word("restarted"), true)
  else if (returning && answered) root.page.say(root.page.word("returning", { count: answered }), true)
}

start()
