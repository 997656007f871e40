// The page of a run that works alone: the map, and whether it shows pictures, whole pictures or colours.

const data = JSON.parse(document.getElementById("sent-data").textContent)
const [root, choice] = ["map", "choice"].map((id) => document.getElementById(id))
const room = () => (root.style.maxHeight = `${Math.max(360, innerHeight - root.offsetTop - 14)}px`)
const map = new ElitesMap(root, null)
const show = (what) => {
  const whole = what === "whole"
  map.update({ ...data, pictures: what !== "colours", whole, atlas: whole ? data.whole_atlas : data.atlas })
}
const first = data.atlas || data.texts.length ? "pictures" : "colours"
const pictures = { pictures: "Pictures", whole: "Whole pictures", colours: "Colours" }
const texts = data.texts.length ? { pictures: "Texts", colours: "Colours" } : {}
for (const [what, words] of Object.entries(data.atlas ? pictures : texts)) {
  const label = make("label", "", words)
  const box = make("input")
  Object.assign(box, { type: "radio", name: "show", value: what, checked: what === first, onchange: () => show(what) })
  label.prepend(box)
  choice.append(label)
}
for (const id of ["name", "about"]) document.getElementById(id).textContent = data[id]
addEventListener("resize", room)
room()
show(first)
