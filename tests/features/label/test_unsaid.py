"""What stands below a tile that is to be labelled."""

from pathlib import Path

from explorer.features.label.unsaid import unsaid_caption
from explorer.search.captions import best_caption
from explorer.workspace.importing import import_source
from explorer.workspace.opened import open_shared


def test_a_column_of_labels_is_not_shown_and_one_of_titles_is(tmp_path: Path) -> None:
    rows = [f"i{n},words {n},{('left', 'right')[n % 2]},Title {n}" for n in range(8)]
    for columns, shown in (("label,other", "id"), ("other,title", "title")):
        table = tmp_path / f"{shown}.csv"
        table.write_text(f"id,text,{columns}\n" + "\n".join(rows) + "\n", encoding="utf-8")
        opened = open_shared(import_source(table, tmp_path / "workspaces" / shown).path)
        assert best_caption(opened) == columns.replace("other", "").strip(",") and unsaid_caption(opened) == shown


def test_below_pictures_stands_their_caption_and_not_their_label(image_folder: Path, tmp_path: Path) -> None:
    files = sorted(path.relative_to(image_folder).as_posix() for path in image_folder.rglob("*.jpg"))
    rows = [f"{name},a disc {place},{('warm', 'cold')[place % 2]}" for place, name in enumerate(files)]
    (image_folder / "metadata.csv").write_text("file_name,caption,label\n" + "\n".join(rows) + "\n", encoding="utf-8")
    opened = open_shared(import_source(image_folder, tmp_path / "workspaces" / "labelled").path)
    assert best_caption(opened) == "label" and unsaid_caption(opened) == "text"
