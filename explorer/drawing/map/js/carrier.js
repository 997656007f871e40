// Carries bytes from Python into the store: 32 characters of version, then the data.

const VERSION_LENGTH = 32;
const carried = new WeakMap();

function asBytes(data) {
  return data instanceof Uint8Array ? data : new Uint8Array(data);
}

export default function carrier({ data, parentElement }) {
  if (!data) return undefined;
  const bytes = asBytes(data);
  const version = String.fromCharCode(...bytes.subarray(0, VERSION_LENGTH));
  const before = carried.get(parentElement);
  if (before !== version) {
    putBlob(version, bytes.subarray(VERSION_LENGTH));
    if (before) dropBlob(before);
    carried.set(parentElement, version);
  }
  return () => {
    dropBlob(carried.get(parentElement));
    carried.delete(parentElement);
  };
}
