// The map as a component of Streamlit (Components v2).

const maps = new WeakMap();

export default function similarityMap({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".map");
  if (!data || !root) return undefined;
  let map = maps.get(parentElement);
  if (!map || map.root !== root) {
    map?.release();
    map = new SimilarityMap(root);
    maps.set(parentElement, map);
  }
  map.update(data, setTriggerValue);
  return () => {
    maps.get(parentElement)?.release();
    maps.delete(parentElement);
  };
}
