"""Forward hooks that keep what modules of a torch network answer, without changing the network."""

import fnmatch
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from explorer.base.arrays import Floats
from explorer.base.errors import InputError

if TYPE_CHECKING:
    import torch

Layer: TypeAlias = "str | type[torch.nn.Module]"
Layers: TypeAlias = "Layer | Sequence[Layer] | None"
POSITIONS = ("mean", "flat", "keep")
SHOWN = 12


def chosen_modules(model: "torch.nn.Module", layers: Layers) -> "dict[str, torch.nn.Module]":
    """The modules that `layers` asks for by name, in the model's own order; each once.

    layers: a name, a pattern such as "layer*.*" (as of files; * also crosses dots), a class of modules, or several of
    these; None for all modules without parts. InputError for one that fits nothing, with the names there are.
    """
    named = {name: module for name, module in model.named_modules() if name}
    if not named:
        named = {type(model).__name__: model}
    if layers is None:
        return {name: module for name, module in named.items() if not list(module.children())}
    wanted = [layers] if isinstance(layers, str | type) else list(layers)
    found: set[str] = set()
    for one in wanted:
        fitting = [name for name, module in named.items() if _fits(one, name, module)]
        if not fitting:
            told = one if isinstance(one, str) else one.__name__
            names = ", ".join(list(named)[:SHOWN]) + (", …" if len(named) > SHOWN else "")
            raise InputError(f"layers: nothing in the network fits {told!r}. Its modules are {names}.")
        found.update(fitting)
    return {name: module for name, module in named.items() if name in found}


def _fits(wanted: Layer, name: str, module: "torch.nn.Module") -> bool:
    return (
        fnmatch.fnmatchcase(name, wanted) or name == wanted if isinstance(wanted, str) else isinstance(module, wanted)
    )


@contextmanager
def at_rest(model: "torch.nn.Module", device: "str | torch.device | None") -> "Iterator[torch.device]":
    """Within it the model answers without learning: eval mode, no gradients, on `device`; then all is as it was.

    Gives the device that inputs belong on: of the model's first weight where none is named.
    """
    import torch

    training = {module: module.training for module in model.modules()}
    first = next(chain(model.parameters(), model.buffers()), None)
    before = first.device if first is not None else torch.device("cpu")
    target = torch.device(device) if device else before
    try:
        model.eval()
        if target != before:
            model.to(target)
        with torch.no_grad():
            yield target
    finally:
        if target != before:
            model.to(before)
        for module, state in training.items():
            module.training = state


@contextmanager
def listening(
    modules: "Mapping[str, torch.nn.Module]", keep: Callable[[str, Floats], None], positions: str
) -> Iterator[Counter[str]]:
    """Within it `keep` is called with the name and the activations of each call of one of the modules.

    The second call in one run of the model is named "relu#2". What is kept is a copy made at once: a later module that
    works in place, such as ReLU(inplace=True), cannot change it. Gives how often each was called; clear it after a run.
    """
    calls: Counter[str] = Counter()

    def hook_of(name: str, module: "torch.nn.Module") -> Callable[..., None]:
        def hook(_module: "torch.nn.Module", _inputs: object, output: object) -> None:
            calls[name] += 1
            full = name if calls[name] == 1 else f"{name}#{calls[name]}"
            keep(full, activations_of(output, full, channels_second(module), positions))

        return hook

    handles = [module.register_forward_hook(hook_of(name, module)) for name, module in modules.items()]
    try:
        yield calls
    finally:
        for handle in handles:
            handle.remove()


def activations_of(output: object, name: str, second: bool, positions: str) -> Floats:
    """A float32 copy of what a module answered: of the first tensor in it, where it is a tuple, list or dictionary.

    second: channels are the second of three axes, else the last. positions: "mean" gives (n, c), "flat" (n, d), "keep"
    (n, c, h, w), where a sequence is (n, c, length, 1). InputError where there is no tensor of numbers with two axes.
    """
    import torch

    tensor = _first_tensor(output)
    if tensor is None or tensor.ndim < 2 or tensor.is_complex() or tensor.ndim > 4:
        got = type(output).__name__ if tensor is None else f"shape {tuple(tensor.shape)}"
        raise InputError(f"layers: {name} gives {got}; expected numbers with 2 to 4 axes, the first one the images.")
    found = tensor.detach().to(torch.float32)
    if found.ndim == 3:
        found = (found if second else found.transpose(1, 2)).unsqueeze(-1)
    if positions == "mean" and found.ndim == 4:
        found = found.mean((2, 3))
    elif positions == "flat":
        found = found.flatten(1)
    copied: Floats = found.cpu().numpy().copy(order="C")
    return copied


def channels_second(module: "torch.nn.Module") -> bool:
    """Whether a module that answers with three axes gives (n, channels, length), as those for one dimension do."""
    import torch

    kinds = (torch.nn.Conv1d, torch.nn.ConvTranspose1d, torch.nn.BatchNorm1d, torch.nn.MaxPool1d, torch.nn.AvgPool1d)
    return isinstance(module, kinds)


def _first_tensor(output: object) -> "torch.Tensor | None":
    import torch

    if isinstance(output, torch.Tensor):
        return output
    inside = output.values() if isinstance(output, Mapping) else output if isinstance(output, tuple | list) else ()
    return next((found for one in inside if (found := _first_tensor(one)) is not None), None)
