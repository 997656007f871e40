import pytest

from explorer.base.errors import WorkspaceError
from explorer.encoders.open_clip_list import pretrained_tags
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.indexing import build_index
from explorer.workspace.mapping import build_map
from explorer.workspace.preparing import choose_encoder, default_encoder, missing_steps
from explorer.workspace.saved import SavedView, save_view
from explorer.workspace.summary import rows_of_view, summarise_encoders, summary_lines


def test_it_knows_what_is_missing_step_by_step(image_workspace: Workspace) -> None:
    assert missing_steps(image_workspace, "histogram") == ["embed", "index", "map"]
    embed(image_workspace, "histogram")
    assert missing_steps(image_workspace, "histogram") == ["index", "map"]
    build_index(image_workspace, "histogram")
    assert missing_steps(image_workspace, "histogram") == ["map"]
    build_map(image_workspace, "histogram", method="pca")
    assert missing_steps(image_workspace, "histogram") == missing_steps(image_workspace) == []
    (one,) = summarise_encoders(image_workspace)
    assert (one.spec, one.present, [m["method"] for m in one.maps], one.missing) == ("histogram", 12, ["pca"], [])
    assert any("12 of 12 items" in line for line in summary_lines(image_workspace))
    dataset = image_workspace.dataset()
    changed = image_workspace.replace_dataset(type(dataset)(dataset.table.slice(0, 9)))
    assert missing_steps(changed, "histogram") == ["embed", "index", "map"]


def test_the_default_model_fits_the_data(image_workspace: Workspace, text_workspace: Workspace) -> None:
    assert default_encoder(image_workspace) == "pocket"
    assert default_encoder(text_workspace) == "sentence:all-MiniLM-L6-v2"
    assert choose_encoder(text_workspace, "histogram") == "histogram"


def test_rows_of_a_saved_view(image_workspace: Workspace) -> None:
    ids = list(image_workspace.dataset().ids[[4, 2]])
    save_view(image_workspace, SavedView("two", ids=ids))
    assert rows_of_view(image_workspace, "two").tolist() == [4, 2]
    assert len(rows_of_view(image_workspace, "")) == 12
    with pytest.raises(WorkspaceError, match="There are: two"):
        rows_of_view(image_workspace, "three")


def test_open_clips_tags_are_those_that_it_lists() -> None:
    tags = pretrained_tags()
    assert {"openai", "laion2b_s34b_b79k"} <= set(tags["ViT-B-32"])
    assert len(tags) > 50
