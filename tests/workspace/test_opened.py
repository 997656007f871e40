"""A workspace in one state: shared while it stays, opened anew once it has changed."""

import numpy as np
import pyarrow as pa

from explorer.base.dataset import Dataset
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared


def test_one_is_shared_until_the_workspace_changes(text_workspace: Workspace) -> None:
    first = open_shared(text_workspace.path)
    assert open_shared(text_workspace.path) is first and len(first.dataset) == 6
    kept = text_workspace.dataset().table.take(pa.array(np.arange(4)))
    text_workspace.replace_dataset(Dataset(kept))
    second = open_shared(text_workspace.path)
    assert second is not first
    assert len(second.dataset) == 4
    assert open_shared(text_workspace.path) is second
