// Big arrays by version: carriers put them in, maps wait for them. One store for all modules of the page.

const blobs = (globalThis.__similarityMapBlobs ??= { ready: new Map(), waiting: new Map() });

function putBlob(version, bytes) {
  const known = blobs.ready.get(version);
  blobs.ready.set(version, { bytes, users: (known?.users ?? 0) + 1 });
  for (const resolve of blobs.waiting.get(version) ?? []) resolve(bytes);
  blobs.waiting.delete(version);
}

function dropBlob(version) {
  const known = blobs.ready.get(version);
  if (known && --known.users <= 0) blobs.ready.delete(version);
}

function waitForBlob(version) {
  const known = blobs.ready.get(version);
  if (known) return Promise.resolve(known.bytes);
  return new Promise((resolve) => {
    blobs.waiting.set(version, [...(blobs.waiting.get(version) ?? []), resolve]);
  });
}

// The body of an .npy file (version 1 to 3), or the bytes as they are.
function withoutNpyHeader(bytes) {
  const isNpy = bytes.length > 10 && bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === "NUMPY";
  if (!isNpy) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  return bytes.slice(start);
}

async function fetchBlob(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The map's points could not be loaded (${answer.status}).`);
  return withoutNpyHeader(new Uint8Array(await answer.arrayBuffer()));
}

// Typed arrays need an aligned start, which bytes out of a message rarely have.
function typed(Type, bytes) {
  const aligned = bytes.byteOffset % Type.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Type(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / Type.BYTES_PER_ELEMENT));
}
