// Questions to Python: those of one turn go in one message, each answer comes back under its number. Python is told what
// of which row: "thumb" (a picture, answered with bytes) or "item" (answered with JSON).

class Questions {
  constructor(model) {
    Object.assign(this, { model, waiting: new Map(), asked: [], known: new Recent(600), number: 0 });
    this.nonce = Math.random().toString(36).slice(2);
    this.send = once(() => {
      model.send({ ask: this.asked });
      this.asked = [];
    });
    this.askers = { thumb: (row) => this.ask("thumb", row), item: (row) => this.ask("item", row) };
    this.receive = (message, buffers) => this.answer(message, buffers);
    model.on("msg:custom", this.receive);
  }

  ask(kind, row) {
    const key = `${kind} ${row}`;
    return this.known.get(key) ?? this.known.set(key, this.askNow(kind, row));
  }

  askNow(kind, row) {
    const number = `${this.nonce}-${++this.number}`;
    this.asked.push([number, kind, row]);
    this.send();
    return new Promise((resolve) => this.waiting.set(number, resolve));
  }

  // `answers`: [number, value] each, or [number, null, place] for bytes at that place of `buffers`.
  answer({ answers = [] }, buffers) {
    for (const [number, value, place] of answers) {
      const resolve = this.waiting.get(number);
      this.waiting.delete(number);
      resolve?.(place === undefined ? value : pictureAddress(buffers[place]));
    }
  }

  release() {
    this.model.off("msg:custom", this.receive);
  }
}

function pictureAddress(view) {
  let text = "";
  for (const byte of new Uint8Array(view.buffer, view.byteOffset, view.byteLength)) text += String.fromCharCode(byte);
  return text ? `data:image/webp;base64,${btoa(text)}` : "";
}
