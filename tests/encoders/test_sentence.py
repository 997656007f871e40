import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import ModelError
from explorer.base.torchvision_fix import ensure_torchvision
from explorer.encoders import load_encoder
from explorer.encoders.sentence import PACKAGE, check_minilm, minilm_folder

TEXTS = [
    "a red striped star",
    "日本語の文 😀🎉",
    "word " * 400,
    "Three small red stars, growing; to the right (on sand)!",
    "Ünïcödé",
]


def test_equals_sentence_transformers() -> None:
    ensure_torchvision()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer

        reference = SentenceTransformer(str(minilm_folder()), device="cpu")
        expected = reference.encode(TEXTS, normalize_embeddings=True)
        other = load_encoder(f"sentence:{minilm_folder()}")
        through_folder = other.encode_texts(TEXTS)
    ours = load_encoder("sentence")
    np.testing.assert_allclose(ours.encode_texts(TEXTS), expected, atol=1e-5)
    np.testing.assert_allclose(through_folder, expected, atol=1e-5)
    assert ours.truncated(TEXTS) == other.truncated(TEXTS) == [2]
    assert other.settings()["max_tokens"] == 256


def test_meaning_beats_words() -> None:
    rows = load_encoder("sentence").encode_texts(["a photo of a dog", "a picture of a puppy", "stock prices fell"])
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.4


def test_package_code_and_slow_libraries_stay_out() -> None:
    code = (
        "import sys; from explorer.encoders import load_encoder; load_encoder('sentence').encode_texts(['star']);"
        f"assert not {{'{PACKAGE}', 'transformers', 'sentence_transformers', 'torchvision'}} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    shutil.copy(minilm_folder() / "tokenizer.json", tmp_path)
    with pytest.raises(ModelError, match="model.safetensors is missing"):
        check_minilm(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not the model")
    with pytest.raises(ModelError, match="is damaged: expected sha256 53aa5117.* Reinstall it"):
        check_minilm(tmp_path)


def test_missing_package_says_what_to_do(tmp_path: Path) -> None:
    code = (
        "import importlib.util as u; found = u.find_spec; import explorer.encoders.sentence as s\n"
        "import sys; sys.meta_path[:] = []\n"
        "try: s.minilm_folder()\nexcept s.ModelError as error: print(error)"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "make install" in shown


def test_unknown_model_says_what_was_expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ModelError, match="expected a folder written by sentence_transformers"):
            load_encoder(f"sentence:{tmp_path / 'nothing'}")


def test_a_static_model_cuts_nothing(tmp_path: Path) -> None:
    """Such a model has no length and its tokenizer is another object; both must do no harm."""
    ensure_torchvision()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import StaticEmbedding
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json"))
        tokenizer.no_padding()
        model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)], device="cpu")
        model.save(str(tmp_path / "static"))
        encoder = load_encoder(f"sentence:{tmp_path / 'static'}")
    assert encoder.truncated(["word " * 5000, "one"]) == []
    assert encoder.encode_texts(["word " * 5000, "one"]).shape == (2, 8)
    assert encoder.settings()["max_tokens"] is None
