// Keeps `box` as tall as what is left of the window below its top, and at least `least` pixels; on a narrow window, where
// things lie below each other, at most 70 % of it. `property` is "height" or "maxHeight". `margin`: what is left
// free below it. Returns a function that ends it.
// Where the box lies in a panel that is not shown, nothing happens until it is. Looked at again now and then: what stands
// above it may shrink while a taller column beside it keeps the page as high as it was, and no resize is told.
const FILL_MARGIN = 12
const FILL_NARROW = 640
const FILL_LOOK_MS = 400

function fillWindow(box, least, property = "height", margin = FILL_MARGIN) {
  const page = document.querySelector('[data-testid="stMain"]')
  const fit = () => {
    if (!box.isConnected || !box.offsetParent) return
    const top = box.getBoundingClientRect().top + (page ? page.scrollTop : globalThis.scrollY)
    const left = globalThis.innerHeight - top - margin
    const room = globalThis.innerWidth <= FILL_NARROW ? 0.7 * globalThis.innerHeight : Math.max(least, left)
    const wanted = `${Math.round(room)}px`
    if (box.style[property] !== wanted) box.style[property] = wanted
  }
  const content = document.querySelector('[data-testid="stMainBlockContainer"]') ?? document.body
  const watcher = new ResizeObserver(fit)
  watcher.observe(content)
  watcher.observe(document.documentElement)
  let shown = false
  const stop = () => {
    clearInterval(looking)
    watcher.disconnect()
  }
  const looking = setInterval(() => {
    if (shown && !box.isConnected) return stop()
    shown ||= box.isConnected
    return fit()
  }, FILL_LOOK_MS)
  fit()
  return stop
}
