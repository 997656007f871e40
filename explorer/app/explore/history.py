"""Undo and redo of the view: a list of addresses with a place in it."""

from dataclasses import dataclass, replace

DEPTH = 50


@dataclass(frozen=True)
class History:
    """Addresses seen in this session; `past` ends with the one before `present`, `future` with the next one."""

    past: tuple[str, ...] = ()
    present: str = ""
    future: tuple[str, ...] = ()

    def visit(self, address: str) -> "History":
        """The history after the page shows `address`: going back or forward in the browser moves, all else is new."""
        if address == self.present:
            return self
        if self.past and address == self.past[-1]:
            return self.undo()
        if self.future and address == self.future[-1]:
            return self.redo()
        return History((*self.past, self.present)[-DEPTH:], address)

    def undo(self) -> "History":
        """One step back, or the same history at its start."""
        if not self.past:
            return self
        return replace(self, past=self.past[:-1], present=self.past[-1], future=(*self.future, self.present))

    def redo(self) -> "History":
        """One step forward, or the same history at its end."""
        if not self.future:
            return self
        return replace(self, past=(*self.past, self.present), present=self.future[-1], future=self.future[:-1])
