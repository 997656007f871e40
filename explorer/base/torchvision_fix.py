"""Makes `import torchvision` work beside a CPU build of torch.

torchvision's registry build registers fake kernels for two of its C++ operators at import. Where its C++ library
does not load, the operators are unknown and the import fails. Defining their schemas is enough: nothing calls them.
"""

import importlib
import sys
from typing import Any

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept: list[Any] = []


def ensure_torchvision() -> bool:
    """Import torchvision; when that fails for its missing operators, define their schemas and import it again.

    Call it before open_clip, timm, transformers or sentence_transformers. Returns True when the schemas were needed.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    else:
        return False
    _define_schemas()
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]  # half-imported
    importlib.import_module("torchvision")
    return True


def _define_schemas() -> None:
    import torch

    library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)
    _kept.append(library)  # the schemas vanish with the object
