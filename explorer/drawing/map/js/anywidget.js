// The map in a notebook (anywidget). Traits: points, codes (bytes), data, and what changes often. Messages: events and
// questions to Python; answers, and what linked maps do, from there.

const OFTEN = ["selected", "shown", "highlight", "acknowledged", "linked"];

const traitBytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

// Puts the bytes of both traits into the store under their versions, and takes away those that they replace.
class Carried {
  constructor(model) {
    Object.assign(this, { model, versions: {} });
  }

  put() {
    const { points, colours } = this.model.get("data");
    this.hold("points", points.version);
    this.hold("codes", colours.version);
  }

  hold(trait, version) {
    const before = this.versions[trait];
    if (before === version) return;
    putBlob(version, traitBytes(this.model.get(trait)));
    if (before) dropBlob(before);
    this.versions[trait] = version;
  }

  release() {
    Object.values(this.versions).forEach(dropBlob);
  }
}

// What the map draws now; pictures, and the items of large collections, are asked for.
function mapData(model, { askers }) {
  const data = model.get("data");
  const { linked, ...often } = Object.fromEntries(OFTEN.map((name) => [name, model.get(name)]));
  const items = { ...data.items };
  for (const kind of Object.keys(askers)) items[kind] = items[kind] ? askers[kind] : "";
  return { ...data, ...often, items, reportHover: linked, reportView: linked && "live" };
}

function render({ model, el: place }) {
  const root = el("div", "map");
  const room = notebookRoom(place, root);
  const questions = new Questions(model);
  const carried = new Carried(model);
  const map = new SimilarityMap(root);
  const send = (_, event) => model.send({ event });
  const draw = () => {
    carried.put();
    map.update(mapData(model, questions), send);
  };
  const drawSoon = once(draw);
  ["points", "codes", "data", ...OFTEN].forEach((name) => model.on(`change:${name}`, drawSoon));
  model.on("msg:custom", ({ follow }) => follow && map.follow(follow));
  const unfollow = followTheme(place, room, draw);
  draw();
  return () => {
    unfollow();
    questions.release();
    map.release();
    carried.release();
  };
}

export default { render };
