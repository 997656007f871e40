// The archive as a map: a colour, a picture or a text a cell. Data: see `payload` in payload.py. `height` is that of the
// whole, 0 for what the style of the root leaves (maxHeight). `whole`: pictures are not cropped.
// Everything that comes from the data is set as text or drawn on the canvas, never as HTML.

const STOPS = ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"]
const RGB = STOPS.map((stop) => [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16)))
const MARGIN = { left: 66, right: 22, top: 10, bottom: 46 }
const SMALLEST_PICTURE = 5
const SMALLEST_EDGED = 20 // pixels of a cell
const WIDEST = 1.35 // width of the map / its height
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
const SMALLEST_TEXT = [44, 24] // pixels of a cell, across and up

function colourOf(share) {
  const place = Math.max(0, Math.min(1, share)) * (RGB.length - 1)
  const low = Math.min(Math.floor(place), RGB.length - 2)
  return RGB[low].map((value, channel) => Math.round(value + (RGB[low + 1][channel] - value) * (place - low)))
}

function make(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

const shown = (value) => (value === null || value === undefined ? "–" : Math.abs(value) >= 1000 || Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(3)).replace("-", "−")

class ElitesMap {
  constructor(root, send) {
    Object.assign(this, { root, send, zoom: 1, x: 0, y: 0, hovered: -1, cursor: -1, drag: null })
    this.canvas = make("canvas")
    this.canvas.tabIndex = 0
    this.canvas.setAttribute("role", "application")
    this.tip = make("div", "tip")
    this.tip.hidden = true
    this.foot = make("div", "foot")
    this.live = make("div", "live")
    this.live.setAttribute("aria-live", "polite")
    root.replaceChildren(this.canvas, this.tip, this.foot, this.live)
    this.listen()
    new ResizeObserver(() => this.draw()).observe(root)
    new MutationObserver(() => this.draw()).observe(root, { attributes: true, attributeFilter: ["style"] })
  }

  update(data) {
    const fresh = !this.data || this.data.key !== data.key
    this.data = data
    if (fresh) Object.assign(this, { zoom: 1, x: 0, y: 0, cursor: -1 })
    this.at = new Map(data.cells.map((cell, place) => [cell, place]))
    this.selected = data.selected
    this.canvas.setAttribute("aria-label", `Map of ${data.total} cells, ${data.cells.length} filled. Arrow keys go from cell to cell, Enter opens one, plus and minus zoom.`)
    this.sheet = null
    this.paintSheet()
    this.loadAtlas(data.atlas)
    this.drawFoot()
    this.draw()
  }

  loadAtlas(address) {
    if (!address || !this.data.pictures) return
    if (this.atlasAddress === address) return
    this.atlasAddress = address
    const image = new Image()
    image.onload = () => { this.atlas = image; this.atlasTile = this.data.tile; this.atlasCells = this.data.cells; this.draw(); this.root.dataset.pictures = "ready" }
    image.src = address
  }

  get dims() { return this.data.dims }

  // Colours of a grid: one pixel a cell, scaled up when drawn, so that a million cells cost nothing.
  paintSheet() {
    const { data } = this
    if (data.polygons) return
    const [columns, rows] = this.dims
    const sheet = document.createElement("canvas")
    sheet.width = columns
    sheet.height = rows
    const paper = sheet.getContext("2d")
    const image = paper.createImageData(columns, rows)
    data.cells.forEach((cell, place) => {
      const at = 4 * ((rows - 1 - (cell % rows)) * columns + Math.floor(cell / rows))
      const rgb = this.rgb(place)
      image.data.set([rgb[0], rgb[1], rgb[2], 255], at)
    })
    paper.putImageData(image, 0, 0)
    this.sheet = sheet
  }

  rgb(place) {
    const { low, high, quality } = this.data
    return colourOf(high > low ? (quality[place] - low) / (high - low) : 1)
  }

  size() {
    const width = this.root.clientWidth || 600
    const inner = width - MARGIN.left - MARGIN.right
    const flat = this.dims[1] === 1 && !this.data.polygons
    const room = (this.data.height || parseFloat(this.root.style.maxHeight) || 600) - this.foot.offsetHeight
    const tall = flat ? Math.min(160, inner / 4) : Math.min(inner, room - MARGIN.top - MARGIN.bottom)
    const wide = flat ? inner : Math.min(inner, WIDEST * tall)
    return { width, height: tall + MARGIN.top + MARGIN.bottom, w: wide, h: tall }
  }

  draw() {
    if (!this.data || this.waiting) return
    this.waiting = true
    requestAnimationFrame(() => { this.waiting = false; this.paint() })
  }

  paint() {
    const { width, height, w, h } = (this.box = this.size())
    const dense = window.devicePixelRatio || 1
    if (this.canvas.width !== Math.round(width * dense) || this.canvas.height !== Math.round(height * dense)) {
      this.canvas.width = Math.round(width * dense)
      this.canvas.height = Math.round(height * dense)
      this.canvas.style.height = `${height}px`
    }
    const paper = this.canvas.getContext("2d")
    paper.setTransform(dense, 0, 0, dense, 0, 0)
    paper.clearRect(0, 0, width, height)
    const style = getComputedStyle(this.root)
    this.ink = style.color
    paper.save()
    paper.beginPath()
    paper.rect(MARGIN.left, MARGIN.top, w, h)
    paper.clip()
    paper.drawImage(this.cells(dense), 0, 0, width, height)
    this.paintLineage(paper)
    this.outline(paper, this.hovered, 1.5)
    this.outline(paper, this.cursor, 2)
    this.outline(paper, this.selected, 3)
    paper.restore()
    this.paintAxes(paper)
    this.root.dataset.drawn = String(this.data.cells.length)
  }

  // All cells on a canvas of their own, painted again only when they change: hovering repaints just the outlines.
  cells(dense) {
    const { width, height, w, h } = this.box, style = getComputedStyle(this.root)
    const now = [this.data, this.atlas, width, height, dense, this.zoom, this.x, this.y, style.color, style.backgroundColor]
    if (this.layer && now.every((value, place) => value === this.layerOf[place])) return this.layer
    const layer = (this.layer ??= document.createElement("canvas")), paper = layer.getContext("2d")
    layer.width = this.canvas.width
    layer.height = this.canvas.height
    paper.setTransform(dense, 0, 0, dense, 0, 0)
    paper.beginPath()
    paper.rect(MARGIN.left, MARGIN.top, w, h)
    paper.clip()
    this.paintEmpty(paper)
    if (this.data.polygons) this.paintPolygons(paper)
    else this.paintGrid(paper)
    this.layerOf = now
    return layer
  }

  // Screen position of a place in [0, 1] x [0, 1].
  toScreen(px, py) {
    const { w, h } = this.box
    return [MARGIN.left + (px * this.zoom + this.x) * w, MARGIN.top + ((1 - py) * this.zoom + this.y) * h]
  }

  toPlace(sx, sy) {
    const { w, h } = this.box
    return [((sx - MARGIN.left) / w - this.x) / this.zoom, 1 - ((sy - MARGIN.top) / h - this.y) / this.zoom]
  }

  rectangle(cell) {
    const [columns, rows] = this.dims
    const i = Math.floor(cell / rows), j = cell % rows
    const [left, bottom] = this.toScreen(i / columns, j / rows)
    const [right, top] = this.toScreen((i + 1) / columns, (j + 1) / rows)
    return [left, top, right - left, bottom - top]
  }

  paintEmpty(paper) {
    const { w, h } = this.box
    paper.fillStyle = this.ink
    paper.globalAlpha = 0.06
    paper.fillRect(MARGIN.left, MARGIN.top, w, h)
    paper.globalAlpha = 0.2
    paper.strokeStyle = this.ink
    paper.lineWidth = 1
    paper.beginPath()
    for (let at = -h; at < w; at += 7) {
      paper.moveTo(MARGIN.left + at, MARGIN.top + h)
      paper.lineTo(MARGIN.left + at + h, MARGIN.top)
    }
    paper.stroke()
    paper.globalAlpha = 1
  }

  paintGrid(paper) {
    const [left, top] = this.toScreen(0, 1), [right, bottom] = this.toScreen(1, 0)
    paper.imageSmoothingEnabled = false
    const [columns, rows] = this.dims
    const wide = (right - left) / columns, high = (bottom - top) / rows
    const pictures = this.data.pictures && this.atlas && Math.min(wide, high) >= SMALLEST_PICTURE
    if (this.sheet && !(pictures && this.data.whole)) paper.drawImage(this.sheet, left, top, right - left, bottom - top)
    paper.imageSmoothingEnabled = true
    if (pictures) this.data.cells.forEach((cell) => this.paintPicture(paper, cell, this.rectangle(cell)))
    if (this.data.pictures && this.data.texts.length && wide >= SMALLEST_TEXT[0] && high >= SMALLEST_TEXT[1]) {
      this.data.cells.forEach((cell, place) => this.paintText(paper, this.data.texts[place], this.rectangle(cell), this.rgb(place)))
    }
    if (Math.min(wide, high) >= 9) this.paintLines(paper, columns, rows)
  }

  paintLines(paper, columns, rows) {
    paper.strokeStyle = getComputedStyle(this.root).backgroundColor
    paper.globalAlpha = 0.7
    paper.lineWidth = 1
    paper.beginPath()
    for (let i = 1; i < columns; i++) {
      const [x, low] = this.toScreen(i / columns, 0), [, top] = this.toScreen(0, 1)
      paper.moveTo(x, low)
      paper.lineTo(x, top)
    }
    for (let j = 1; j < rows; j++) {
      const [left, y] = this.toScreen(0, j / rows), [right] = this.toScreen(1, 0)
      paper.moveTo(left, y)
      paper.lineTo(right, y)
    }
    paper.stroke()
    paper.globalAlpha = 1
  }

  paintPicture(paper, cell, [left, top, wide, high]) {
    const { w, h } = this.box
    if (left > MARGIN.left + w || top > MARGIN.top + h || left + wide < MARGIN.left || top + high < MARGIN.top) return
    const place = this.atlasPlace(cell)
    if (place === undefined) return
    if (this.data.whole && !this.data.polygons) return this.paintWhole(paper, cell, place, [left, top, wide, high])
    const tile = this.atlasTile, sx = (place % this.data.columns) * tile, sy = Math.floor(place / this.data.columns) * tile
    const cut = wide > high ? [0, (tile - (tile * high) / wide) / 2, tile, (tile * high) / wide] : [(tile - (tile * wide) / high) / 2, 0, (tile * wide) / high, tile]
    paper.drawImage(this.atlas, sx + cut[0], sy + cut[1], cut[2], cut[3], left, top, wide, high)
    if (!this.data.polygons) this.paintEdge(paper, cell, [left, top, wide, high])
  }

  // A picture covers the colour of its cell: an edge below it says how good it is.
  paintEdge(paper, cell, [left, top, wide, high]) {
    const tall = Math.min(5, high / 8), place = this.at.get(cell)
    if (high < SMALLEST_EDGED || place === undefined) return
    paper.fillStyle = `rgb(${this.rgb(place).join(",")})`
    paper.fillRect(left, top + high - tall, wide, tall)
  }

  paintWhole(paper, cell, place, [left, top, wide, high]) {
    const tile = this.atlasTile, side = Math.min(wide, high), at = [(place % this.data.columns) * tile, Math.floor(place / this.data.columns) * tile]
    paper.fillStyle = getComputedStyle(this.root).backgroundColor
    paper.fillRect(left, top, wide, high)
    paper.drawImage(this.atlas, ...at, tile, tile, left + (wide - side) / 2, top + (high - side) / 2, side, side)
    this.paintEdge(paper, cell, [left, top, wide, high])
  }

  // As many words as the cell holds, in the ink that can be read on its colour.
  paintText(paper, text, [left, top, wide, high], rgb) {
    const { w, h } = this.box, line = 12, lines = []
    if (left > MARGIN.left + w || top > MARGIN.top + h || left + wide < MARGIN.left || top + high < MARGIN.top) return
    paper.font = `10px ${getComputedStyle(this.root).fontFamily}`
    for (const word of text.split(" ")) {
      const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word
      if (lines.length && paper.measureText(longer).width <= wide - 8) lines[lines.length - 1] = longer
      else if ((lines.length + 1) * line <= high - 4) lines.push(word)
      else break
    }
    paper.save()
    paper.beginPath()
    paper.rect(left + 3, top + 2, wide - 6, high - 4)
    paper.clip()
    paper.fillStyle = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140 ? "#111" : "#fff"
    paper.textAlign = "left"
    paper.textBaseline = "top"
    lines.forEach((one, number) => paper.fillText(one, left + 4, top + 4 + number * line))
    paper.restore()
  }

  atlasPlace(cell) {
    if (this.placesOf !== this.atlasCells) {
      this.placesOf = this.atlasCells
      this.places = new Map(this.atlasCells.map((one, place) => [one, place]))
    }
    return this.places.get(cell)
  }

  trace(paper, cell) {
    paper.beginPath()
    this.data.polygons[cell].forEach(([px, py], corner) => {
      const [x, y] = this.toScreen(px, py)
      if (corner) paper.lineTo(x, y)
      else paper.moveTo(x, y)
    })
    paper.closePath()
  }

  paintPolygons(paper) {
    const line = getComputedStyle(this.root).backgroundColor
    this.data.polygons.forEach((polygon, cell) => {
      const place = this.at.get(cell)
      this.trace(paper, cell)
      if (place !== undefined) {
        paper.fillStyle = `rgb(${this.rgb(place).join(",")})`
        paper.fill()
      }
      if (place !== undefined && this.data.pictures && this.atlas) {
        const xs = polygon.map((p) => this.toScreen(p[0], p[1])[0]), ys = polygon.map((p) => this.toScreen(p[0], p[1])[1])
        const left = Math.min(...xs), top = Math.min(...ys)
        paper.save()
        paper.clip()
        const side = Math.max(Math.max(...xs) - left, Math.max(...ys) - top)
        const middle = [(left + Math.max(...xs)) / 2, (top + Math.max(...ys)) / 2]
        this.paintPicture(paper, cell, [middle[0] - side / 2, middle[1] - side / 2, side, side])
        paper.restore()
        this.trace(paper, cell)
      }
      paper.strokeStyle = place === undefined ? this.ink : line
      paper.globalAlpha = place === undefined ? 0.25 : 0.8
      paper.stroke()
      paper.globalAlpha = 1
    })
  }

  centre(cell) {
    if (this.data.polygons) return this.toScreen(...this.data.centres[cell])
    const [left, top, wide, high] = this.rectangle(cell)
    return [left + wide / 2, top + high / 2]
  }

  paintLineage(paper) {
    const cells = this.data.lineage || []
    if (cells.length < 2) return
    for (const [width, colour] of [[5, "#fff"], [2.5, "#d6336c"]]) {
      paper.strokeStyle = paper.fillStyle = colour
      paper.lineWidth = width
      paper.beginPath()
      cells.forEach((cell, step) => {
        const [x, y] = this.centre(cell)
        if (step) paper.lineTo(x, y)
        else paper.moveTo(x, y)
      })
      paper.stroke()
      cells.forEach((cell) => {
        const [x, y] = this.centre(cell)
        paper.beginPath()
        paper.arc(x, y, width + 1, 0, 7)
        paper.fill()
      })
    }
  }

  outline(paper, cell, width) {
    if (cell === null || cell === undefined || cell < 0 || cell >= this.data.total) return
    for (const [more, colour] of [[2, "#fff"], [0, "#d6336c"]]) {
      paper.strokeStyle = colour
      paper.lineWidth = width + more
      if (this.data.polygons) {
        this.trace(paper, cell)
        paper.stroke()
      } else paper.strokeRect(...this.rectangle(cell))
    }
  }

  paintAxes(paper) {
    const { w, h } = this.box, [across, up] = this.data.axes, bottom = MARGIN.top + h
    paper.fillStyle = paper.strokeStyle = this.ink
    paper.globalAlpha = 0.85
    paper.lineWidth = 1
    this.family = getComputedStyle(this.root).fontFamily
    paper.font = `11px ${this.family}`
    paper.textBaseline = "top"
    paper.textAlign = "center"
    for (const [text, x] of this.spaced(across.ticks, (place) => this.toScreen(place, 0)[0], [MARGIN.left, MARGIN.left + w], (text) => paper.measureText(text).width + 10)) {
      paper.fillRect(x - 0.5, bottom, 1, 4)
      paper.fillText(text, x, bottom + 6)
    }
    this.nameAxis(paper, across, [MARGIN.left, bottom + 24], w)
    if (up) {
      paper.font = `11px ${this.family}`
      paper.textBaseline = "middle"
      paper.textAlign = "right"
      for (const [text, y] of this.spaced(up.ticks, (place) => this.toScreen(0, place)[1], [MARGIN.top, bottom], () => 17)) {
        paper.fillRect(MARGIN.left - 4, y - 0.5, 4, 1)
        paper.fillText(text, MARGIN.left - 7, y)
      }
      paper.save()
      paper.translate(2, bottom)
      paper.rotate(-Math.PI / 2)
      this.nameAxis(paper, up, [0, 0], h)
      paper.restore()
    }
    paper.globalAlpha = 1
  }

  // (text, position) of the ticks that are seen: every k-th one, so that none comes nearer to another than its size.
  spaced(ticks, where, [low, high], size) {
    const all = ticks.map(([place, text]) => [text, where(place)])
    const step = all.length > 1 ? Math.abs(all[1][1] - all[0][1]) : high - low, widest = Math.max(...all.map(([text]) => size(text)))
    const every = [1, 2, 3, 4, 5, 10, 20, 25, 50].find((k) => k * step >= widest) || 100
    return all.filter(([, at], number) => number % every === 0 && at >= low - 1 && at <= high + 1)
  }

  // Both ends, and between them what the numbers are where there is room.
  nameAxis(paper, axis, [x, y], length) {
    paper.textBaseline = "top"
    paper.font = `600 13px ${this.family}`
    const fit = (text, room) => {
      if (paper.measureText(text).width <= room) return text
      while (text.length > 1 && paper.measureText(`${text}…`).width > room) text = text.slice(0, -1)
      return `${text}…`
    }
    const room = length / 2 - 20, low = `← ${fit(axis.low, room)}`, high = `${fit(axis.high, room)} →`
    const used = [low, high].map((text) => paper.measureText(text).width)
    paper.textAlign = "left"
    paper.fillText(low, x, y)
    paper.textAlign = "right"
    paper.fillText(high, x + length, y)
    paper.font = `12px ${this.family}`
    const wide = paper.measureText(axis.axis).width, from = x + used[0] + 12, to = x + length - used[1] - 12
    const at = Math.max(from + wide / 2, Math.min(to - wide / 2, x + length / 2))
    if (!axis.axis || wide > to - from) return
    paper.textAlign = "center"
    paper.fillText(axis.axis, at, y + 1)
  }

  drawFoot() {
    const { data } = this
    const bar = make("span", "bar")
    bar.style.background = `linear-gradient(90deg, ${STOPS.join(",")})`
    const scale = make("span", "scale")
    scale.append(make("span", "", `${data.quality_label}: ${shown(data.low)}`), bar, make("span", "", shown(data.high)))
    scale.title = data.quality_help
    const parts = [scale]
    const empty = data.total - data.cells.length
    parts.push(make("span", "", `${data.cells.length.toLocaleString("en")} of ${data.total.toLocaleString("en")} cells filled${empty ? `, ${empty.toLocaleString("en")} empty (hatched)` : ""}`))
    parts.push(make("span", "hint", "wheel zooms, drag moves"))
    this.foot.replaceChildren(...parts)
  }

  cellAt(sx, sy) {
    const [px, py] = this.toPlace(sx, sy)
    const { w, h } = this.box
    if (sx < MARGIN.left || sy < MARGIN.top || sx > MARGIN.left + w || sy > MARGIN.top + h) return -1
    if (px < 0 || py < 0 || px >= 1 || py >= 1) return -1
    if (!this.data.polygons) return Math.floor(px * this.dims[0]) * this.dims[1] + Math.floor(py * this.dims[1])
    let best = -1, least = Infinity
    this.data.centres.forEach(([x, y], cell) => {
      const far = (x - px) ** 2 + (y - py) ** 2
      if (far < least) [best, least] = [cell, far]
    })
    return best
  }

  nameOf(cell) {
    const [px, py] = this.data.polygons ? this.data.centres[cell] : [(Math.floor(cell / this.dims[1]) + 0.5) / this.dims[0], ((cell % this.dims[1]) + 0.5) / this.dims[1]]
    const words = this.data.axes.map((axis, number) => axis.words[Math.min(4, Math.floor((number ? py : px) * 5))]).filter(Boolean)
    return words.length ? words.join(" and ") + this.data.among : "in the middle"
  }

  showTip(cell, sx, sy) {
    this.tip.hidden = cell < 0
    if (cell < 0) return
    const place = this.at.get(cell), { data } = this
    this.tip.replaceChildren()
    if (place === undefined) {
      this.tip.append(make("b", "", `Nothing ${this.nameOf(cell)}`), make("span", "", "No candidate was found for this cell."))
    } else {
      if (data.thumb) {
        const image = make("img")
        image.alt = ""
        image.src = data.thumb.replace("{key}", data.keys[place])
        this.tip.append(image)
      } else if (data.sheet_pictures && this.atlas) this.tip.append(this.fromAtlas(cell))
      if (data.texts.length) this.tip.append(make("span", "said", data.texts[place]))
      else this.tip.append(make("b", "", data.titles[place] || this.nameOf(cell)))
      const list = make("dl")
      const add = (name, value) => list.append(make("dt", "", name), make("dd", "", value))
      add(data.quality_label, shown(data.quality[place]))
      data.axes.forEach((axis, number) => add(axis.label, shown(data.values[number][place])))
      this.tip.append(list)
    }
    const wide = this.root.clientWidth
    this.tip.style.left = `${sx + 224 > wide ? Math.max(0, sx - 224) : sx + 16}px`
    this.tip.style.top = `${Math.max(0, Math.min(sy - 40, this.box.height - this.tip.offsetHeight))}px`
  }

  fromAtlas(cell) {
    const picture = document.createElement("canvas"), place = this.atlasPlace(cell), tile = this.atlasTile
    picture.width = picture.height = tile
    picture.style.width = "128px"
    if (place !== undefined) picture.getContext("2d").drawImage(this.atlas, (place % this.data.columns) * tile, Math.floor(place / this.data.columns) * tile, tile, tile, 0, 0, tile, tile)
    return picture
  }

  hover(cell, sx, sy) {
    if (cell !== this.hovered) {
      this.hovered = cell
      this.draw()
    }
    this.showTip(cell, sx, sy)
  }

  pick(cell) {
    if (cell < 0) return
    this.selected = cell
    this.draw()
    this.live.textContent = this.wordsOf(cell)
    if (this.send) this.send(cell)
  }

  position(event) {
    const box = this.canvas.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }

  listen() {
    const { canvas } = this
    canvas.onpointerdown = (event) => { this.drag = { from: this.position(event), x: this.x, y: this.y, far: false }; canvas.setPointerCapture(event.pointerId) }
    canvas.onpointermove = (event) => {
      const at = this.position(event)
      if (this.drag) this.move(at)
      else this.hover(this.cellAt(...at), ...at)
    }
    canvas.onpointerup = (event) => {
      const far = this.drag?.far
      this.drag = null
      canvas.classList.remove("moving")
      if (!far) this.pick(this.cellAt(...this.position(event)))
    }
    canvas.onpointerleave = () => this.hover(-1, 0, 0)
    canvas.addEventListener("wheel", (event) => { event.preventDefault(); this.zoomAt(this.position(event), Math.exp(-event.deltaY / 400)) }, { passive: false })
    canvas.ondblclick = () => { Object.assign(this, { zoom: 1, x: 0, y: 0 }); this.draw() }
    canvas.onkeydown = (event) => this.key(event)
  }

  move([sx, sy]) {
    const { from, x, y } = this.drag
    if (Math.hypot(sx - from[0], sy - from[1]) > 4) this.drag.far = true
    if (!this.drag.far || this.zoom === 1) return
    this.canvas.classList.add("moving")
    this.x = x + (sx - from[0]) / this.box.w
    this.y = y + (sy - from[1]) / this.box.h
    this.keepInside()
    this.tip.hidden = true
    this.draw()
  }

  zoomAt([sx, sy], factor) {
    const zoom = Math.max(1, Math.min(60, this.zoom * factor)), { w, h } = this.box
    const u = (sx - MARGIN.left) / w, v = (sy - MARGIN.top) / h
    this.x = u - ((u - this.x) / this.zoom) * zoom
    this.y = v - ((v - this.y) / this.zoom) * zoom
    this.zoom = zoom
    this.keepInside()
    this.draw()
  }

  keepInside() {
    this.x = Math.min(0, Math.max(1 - this.zoom, this.x))
    this.y = Math.min(0, Math.max(1 - this.zoom, this.y))
  }

  // Arrow keys go from cell to cell, Enter opens one, + and - zoom, 0 shows all.
  key(event) {
    const way = ARROWS[event.key], zoom = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === "Enter" && this.cursor >= 0) this.pick(this.cursor)
    else if (event.key === "Escape") this.hover(-1, 0, 0)
    else if (event.key === "0") { Object.assign(this, { zoom: 1, x: 0, y: 0 }); this.draw() }
    else if (zoom) this.zoomAt(this.cursor >= 0 ? this.centre(this.cursor) : [MARGIN.left + this.box.w / 2, MARGIN.top + this.box.h / 2], zoom)
    else if (way) this.walk(way)
    else return
    event.preventDefault()
  }

  walk(way) {
    const now = this.cursor >= 0 ? this.cursor : this.selected
    const next = now >= 0 ? this.beside(now, way) : (this.data.cells[0] ?? 0)
    if (next < 0) return
    this.cursor = next
    this.bringIntoView(next)
    this.hover(next, ...this.centre(next))
    this.live.textContent = this.wordsOf(next)
  }

  // The cell beside one in a direction [right, up], or -1 at the edge. Where cells have no rows: the nearest that way.
  beside(cell, [right, up]) {
    const [columns, rows] = this.dims
    if (!this.data.polygons) {
      const column = Math.floor(cell / rows) + right, row = (cell % rows) + up
      return column < 0 || row < 0 || column >= columns || row >= rows ? -1 : column * rows + row
    }
    const [x, y] = this.data.centres[cell]
    let best = -1, least = Infinity
    this.data.centres.forEach(([cx, cy], other) => {
      const far = Math.hypot(cx - x, cy - y), along = (cx - x) * right + (cy - y) * up
      if (far && along >= 0.7 * far && far < least) [best, least] = [other, far]
    })
    return best
  }

  bringIntoView(cell) {
    if (this.zoom === 1) return
    const [sx, sy] = this.centre(cell), { w, h } = this.box
    if (sx > MARGIN.left + 10 && sx < MARGIN.left + w - 10 && sy > MARGIN.top + 10 && sy < MARGIN.top + h - 10) return
    this.x += 0.5 - (sx - MARGIN.left) / w
    this.y += 0.5 - (sy - MARGIN.top) / h
    this.keepInside()
  }

  // What a reader hears of a cell.
  wordsOf(cell) {
    const { data } = this, place = this.at.get(cell)
    const where = data.polygons ? "" : `column ${Math.floor(cell / this.dims[1]) + 1} of ${this.dims[0]}, row ${(cell % this.dims[1]) + 1} of ${this.dims[1]}`
    const what = place === undefined ? `Nothing ${this.nameOf(cell)}` : data.texts[place] || data.titles[place] || this.nameOf(cell)
    const good = place === undefined ? "" : `${data.quality_label} ${shown(data.quality[place])}`
    return [what, good, where].filter(Boolean).join(". ")
  }
}
