import pyarrow as pa
import pytest

from explorer.io.hashing import hash_text, item_hashes


def column(*values: str) -> pa.ChunkedArray:
    return pa.chunked_array([list(values[:1]), list(values[1:])], pa.string())


def test_of_an_image_of_a_text_or_of_both() -> None:
    found = item_hashes(column("i1", "", "i2"), column("", "a text", "a caption"))
    assert found.to_pylist() == ["i1", hash_text("a text"), hash_text("i2\0a caption")]


IMAGES, TEXTS = column("", "", "", "i1", ""), column("same", "new words", "was a caption", "same", "more")


@pytest.mark.parametrize("rows", [0, 2, 4, 6])
def test_only_a_text_alone_in_the_same_row_keeps_its_hash(rows: int) -> None:
    paths = ["", "", "a.png", "", "", ""]
    texts = ["same", "old words", "was a caption", "same", "else", "gone"]
    before = pa.table({"path": paths, "text": texts, "hash": [f"h{row}" for row in range(6)]}).slice(0, rows)
    found = item_hashes(IMAGES, TEXTS, before).to_pylist()
    anew = item_hashes(IMAGES, TEXTS).to_pylist()
    assert found == (["h0", *anew[1:]] if rows else anew)
