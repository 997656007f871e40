"""Encoders in memory: loaded one after the other in the background, the last few kept, with the vectors of queries."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Literal

from explorer.base.arrays import Floats
from explorer.base.errors import ExplorerError
from explorer.base.memory import Memory
from explorer.encoders.base import Encoder
from explorer.encoders.registry import load_encoder
from explorer.io.images import read_image

State = Literal["ready", "loading", "failed"]
IN_MEMORY, TEXTS, LISTS, PICTURES = 3, 1_000, 6, 200


class Pool:
    """Encoders by spec; `load` makes one."""

    def __init__(self, load: Callable[[str], Encoder], in_memory: int = IN_MEMORY) -> None:
        self._load, self._in_memory = load, in_memory
        self._lock = Lock()
        self._workers = ThreadPoolExecutor(1, thread_name_prefix="models")
        self._futures: OrderedDict[str, Future[Encoder]] = OrderedDict()
        self._vectors = Memory()

    def want(self, spec: str) -> "Future[Encoder]":
        """The future encoder; loading starts when it has not yet."""
        with self._lock:
            if spec not in self._futures:
                self._futures[spec] = self._workers.submit(self._load, spec)
            self._futures.move_to_end(spec)
            while len(self._futures) > self._in_memory:
                self._futures.popitem(last=False)
            return self._futures[spec]

    def state(self, spec: str) -> State:
        """Whether an encoder can be used now. The first call starts loading in the background; nothing waits."""
        future = self.want(spec)
        if not future.done():
            return "loading"
        return "failed" if future.exception() else "ready"

    def problem(self, spec: str) -> str:
        """Why loading failed, as a message for the user; "" when it did not. Bugs are raised, not hidden."""
        future = self.want(spec)
        problem = future.exception() if future.done() else None
        if problem is not None and not isinstance(problem, ExplorerError):
            raise problem
        return str(problem) if problem else ""

    def forget(self, spec: str) -> None:
        """Load again when next wanted, such as after a missing file was put in place."""
        with self._lock:
            self._futures.pop(spec, None)

    def get(self, spec: str) -> Encoder:
        """The loaded encoder; waits when it is still loading. ModelError when it cannot be loaded."""
        return self.want(spec).result()

    def text_vector(self, spec: str, text: str) -> Floats:
        """(d,) unit vector of a text under an encoder."""
        encoder = self.get(spec)

        def make() -> Floats:
            vector: Floats = encoder.encode_texts([text])[0]
            return vector

        found: Floats = self._vectors.of("texts", (spec, encoder.fingerprint, text), TEXTS, make)
        return found

    def text_vectors(self, spec: str, texts: tuple[str, ...]) -> Floats:
        """(t, d) unit vectors of many texts under an encoder, such as a list of words; the last few lists are kept."""
        encoder = self.get(spec)
        key = (spec, encoder.fingerprint, texts)
        found: Floats = self._vectors.of("lists", key, LISTS, lambda: encoder.encode_texts(texts))
        return found

    def picture_vector(self, spec: str, data: bytes) -> Floats:
        """(d,) unit vector of an image file's bytes under an encoder; InputError when it is no image."""
        encoder = self.get(spec)

        def make() -> Floats:
            vector: Floats = encoder.encode_images([read_image(data, encoder.image_side)])[0]
            return vector

        found: Floats = self._vectors.of("pictures", (spec, encoder.fingerprint, data), PICTURES, make)
        return found


POOL = Pool(load_encoder)
"""The encoders of this process."""
