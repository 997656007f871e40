import subprocess
import sys

import pytest

RUN = "from explorer.base.torchvision_fix import ensure_torchvision as ensure; "


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def told() -> str:
    """Whether operators had to be defined, and whether they have to be a second time."""
    return run(RUN + "needed = ensure(); import torch, torchvision; torch.ops.torchvision.nms; print(needed, ensure())")


def test_without_operators_they_are_defined_and_the_import_works(told: str) -> None:
    """The registry's torchvision beside a CPU build of torch; where it imports as it is, nothing is defined."""
    assert told in ("True False", "False False")


def test_with_operators_nothing_is_defined(told: str) -> None:
    """As when torchvision's own C++ library has registered them."""
    define = (
        "import torch; lib = torch.library.Library('torchvision', 'DEF');"
        "lib.define('nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor');"
        "lib.define('qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor');"
    )
    code = (define if told.startswith("True") else "") + RUN + "print(ensure()); import torchvision"
    assert run(code) == "False"
