// What a person without a mouse, with large letters or without a wish for motion meets on a page. Each function returns
// what is wrong, as short descriptions of elements.

(() => {
  function* all(root = document) {
    for (const node of root.querySelectorAll("*")) {
      yield node
      if (node.shadowRoot) yield* all(node.shadowRoot)
    }
  }

  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex], canvas[tabindex]"

  // What the Tab key reaches.
  const stops = () => [...all()].filter((node) => {
    if (!node.matches(STOPS) || node.tabIndex < 0 || node.disabled || node.type === "hidden" || node.closest("[inert]")) return false
    return node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0
  })

  const words = (node) => {
    const place = node.closest("[data-testid]") ?? node.getRootNode().host?.closest("[data-testid]")
    const name = node.getAttribute("aria-label") || node.textContent.trim() || node.title || node.type || ""
    return `${node.tagName.toLowerCase()}.${node.className} "${name.slice(0, 40)}" in ${place?.dataset.testid ?? "page"}`
  }

  const outer = (node) => node.parentElement ?? node.getRootNode().host

  function deepest(x, y) {
    let found = document.elementFromPoint(x, y)
    while (found?.shadowRoot?.elementFromPoint(x, y) && found.shadowRoot.elementFromPoint(x, y) !== found) found = found.shadowRoot.elementFromPoint(x, y)
    return found
  }

  const holds = (node, inner) => {
    for (let at = inner; at; at = outer(at)) if (at === node) return true
    return false
  }

  // A label is as good as its field: both take the click.
  const isReached = (node, found) => {
    const label = node.closest("label") ?? node.labels?.[0]
    const drawnBy = node.closest("[data-testid=stSlider], [data-testid=stDataFrame]")
    return [node, label, drawnBy].some((one) => one && holds(one, found)) || holds(found, node)
  }

  const scrollsSideways = (node) => {
    for (let at = outer(node); at && at !== document.body; at = outer(at)) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth + 1) return at.dataset.testid !== "stMain"
    }
    return false
  }

  const PARTS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "backgroundColor", "opacity", "clipPath"]
  let before = new Map()

  // How a stop, what it lies in and what stands beside it are drawn, as one text.
  function drawn(node) {
    const found = []
    for (let at = node, step = 0; at && step < 5; at = outer(at), step++) {
      for (const part of [at, at.nextElementSibling, at.previousElementSibling]) {
        if (part) for (const pseudo of [null, "::before", "::after"]) found.push(...PARTS.map((name) => getComputedStyle(part, pseudo)[name]))
      }
    }
    return found.join("|")
  }

  const look = {
    wide() {
      const pages = [document.scrollingElement, document.querySelector("[data-testid=stMain]")].filter(Boolean)
      return pages.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${words(one)} is ${one.scrollWidth} wide`)
    },

    unreached() {
      const wrong = stops().filter((node) => {
        node.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" })
        node.focus({ preventScroll: true })
        // The field of a slider lies unseen around its thumb.
        const { left, right, top, bottom, width, height } = (node.closest("[data-testid=stSlider]") ?? node).getBoundingClientRect()
        if (width < 2 || height < 2) return false // what shows when it has the focus
        const inside = (left >= -1 && right <= innerWidth + 1) || scrollsSideways(node)
        const x = (Math.max(0, left) + Math.min(innerWidth, right)) / 2
        const y = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2
        const found = deepest(x, y)
        return !inside || !found || !isReached(node, found)
      })
      scrollTo(0, 0)
      return wrong.map(words)
    },

    // Every stop of the Tab key as it is drawn while the focus is elsewhere; then, after each press, whether the one
    // that has the focus is drawn otherwise.
    remember() {
      document.activeElement?.blur()
      before = new Map(stops().map((node) => [node, drawn(node)]))
    },

    unseen() {
      let at = document.activeElement
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
      const known = at && before.has(at)
      return { at: known ? words(at) : "", seen: !known || drawn(at) !== before.get(at) }
    },

    moving() {
      const seconds = (text) => Math.max(...text.split(",").map(parseFloat))
      return [...all()].filter((node) => {
        const style = getComputedStyle(node)
        const plays = style.animationName !== "none" && seconds(style.animationDuration) > 0.01
        return plays || (seconds(style.transitionDuration) > 0.01 && style.transitionProperty !== "none")
      }).map(words)
    },
  }
  globalThis.look = look
})()
