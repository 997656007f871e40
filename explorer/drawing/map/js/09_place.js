// What a map keeps while the page lives (part on screen, tools, legend), and the part on screen in the address.

const memory = (globalThis.__similarityMapViews ??= new Map());
const ADDRESS_PAUSE_MS = 350;
const LIVE_PAUSE_MS = 60;

// What is kept of the map with this key; changed in place.
function keptOf(key) {
  if (!memory.has(key)) memory.set(key, {});
  return memory.get(key);
}

// The query string with `name` set to `value` in its old place, or at the end; without it when `value` is empty.
function withParameter(search, name, value) {
  const parts = search.replace(/^\?/, "").split("&").filter(Boolean);
  const index = parts.findIndex((part) => part.startsWith(`${name}=`));
  if (value) parts.splice(index < 0 ? parts.length : index, 1, `${name}=${value}`);
  else if (index >= 0) parts.splice(index, 1);
  return parts.length ? `?${parts.join("&")}` : "";
}

// Streamlit learns of what is written here only when the page is loaded or the user goes back; until then Python sends
// the place that it knew before. Therefore only a place that differs from the last one sent is an order to go there.
class Place {
  constructor(map) {
    this.map = map;
    this.path = location.pathname;
    this.travel = () => (this.travelled = true);
    addEventListener("popstate", this.travel);
  }

  // After each message of Python; `fresh`: the points have just arrived.
  receive({ at, points }, fresh) {
    const { view, kept } = this.map;
    const meant = Boolean(at) && at !== kept.given && (at !== kept.told || this.travelled);
    const other = fresh && kept.version !== points.version;
    if (other) Object.assign(kept, { version: points.version, at: "" });
    if (meant) view.read(at);
    else if (this.travelled && at === "") view.fit();
    else if (fresh && kept.at) view.read(kept.at);
    kept.given = at;
    this.travelled = false;
    this.keep();
  }

  // To be called when the view rests.
  rest() {
    clearTimeout(this.timer);
    this.note(this.map.view.write());
    this.timer = setTimeout(() => this.keep(), ADDRESS_PAUSE_MS);
  }

  // To be called while the view moves: a map that is "live" tells of it at once, others when the view rests.
  move() {
    const { data, view, kept } = this.map;
    if (data.reportView !== "live" || this.pausing) return;
    this.pausing = setTimeout(() => (this.pausing = 0), LIVE_PAUSE_MS);
    kept.at = view.write();
    this.tell(kept);
  }

  // To the part that another map shows; nothing is told of it.
  follow(at) {
    const { view, kept, picking } = this.map;
    if (at === view.write()) return;
    if (at) view.read(at);
    else view.fit();
    picking.card.hide();
    kept.told = at;
    this.note(at);
  }

  note(at) {
    this.map.kept.at = this.map.root.dataset.at = at;
  }

  keep() {
    const { data, view, kept } = this.map;
    const inAddress = typeof data.at === "string";
    kept.at = view.write();
    if (inAddress && location.pathname !== this.path) return;
    if (inAddress) this.writeAddress(kept.at);
    const told = inAddress ? kept.told : (kept.told ?? "");
    if (data.reportView && kept.at !== data.at && kept.at !== told) this.tell(kept);
  }

  writeAddress(at) {
    const search = withParameter(location.search, "at", at);
    if (search !== location.search) history.replaceState(history.state, "", `${this.path}${search}${location.hash}`);
  }

  tell(kept) {
    kept.told = kept.at;
    this.map.report({ kind: "view", at: kept.at });
  }

  release() {
    clearTimeout(this.timer);
    removeEventListener("popstate", this.travel);
  }
}
