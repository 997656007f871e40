import json
import shutil
import warnings
from pathlib import Path

import pytest

from explorer.base.errors import InputError, ModelError
from explorer.encoders import load_encoder
from explorer.encoders.own_code import check_config, check_modules
from explorer.encoders.reach import spec_from_page
from explorer.encoders.sentence import minilm_folder


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data root, with a model in it, one outside, and a link from the one to the other."""
    data = tmp_path / "data"
    for folder in (data / "inside", tmp_path / "outside"):
        folder.mkdir(parents=True)
        (folder / "weights.pt").write_bytes(b"x")
    (data / "link").symlink_to(tmp_path / "outside")
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(data))
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return data


FORMS = ["pocket:{}", "sentence:{}", "relsim:{}", "open_clip:local-dir:{}", "open_clip:ViT-B-32/{}/weights.pt"]


@pytest.mark.parametrize("form", FORMS)
def test_a_page_names_models_below_the_data_root_or_the_folder_of_models(root: Path, form: str) -> None:
    mine = root.parent / "home" / "models" / "mine"
    shutil.copytree(root / "inside", mine)
    for name in ("inside", str(root / "inside"), "./inside"):
        assert spec_from_page(form.format(name)) == form.format(root / "inside")
    assert spec_from_page(form.format("mine")) == form.format(mine)


@pytest.mark.parametrize("form", FORMS)
def test_outside_and_not_there_get_the_same_answer(root: Path, form: str) -> None:
    outside = root.parent / "outside"
    told = set()
    for text in (
        str(outside),
        f"{outside}s",
        "../outside",
        "../nothing",
        "./link",
        "~/x",
        "~nobody-here",
        "a/b/c",
        "\0",
    ):
        with pytest.raises(InputError) as error:
            spec_from_page(form.format(text))
        told.add(str(error.value).replace(repr(text), "").replace(repr(f"{text}/weights.pt"), ""))
    assert len(told) == 1 and "On the command line any path" in told.pop()


def test_names_of_a_hub_and_known_weights_pass_and_are_no_paths(root: Path) -> None:
    for spec in ("pocket", "pocket:photos", "sentence:org/name", "sentence:some-name", "open_clip:hf-hub:org/name"):
        assert spec_from_page(spec) == spec
    assert spec_from_page("sentence") == "sentence:all-MiniLM-L6-v2"
    assert spec_from_page("open_clip:ViT-B-32/openai") == "open_clip:ViT-B-32/openai"
    for spec in ("sentence:outside", "sentence:data/inside", "open_clip:hf-hub:../x", "open_clip:ViT-B-32/nothing"):
        with pytest.raises(InputError, match="There is no model"):
            spec_from_page(spec)


OWN_MODULE = """
from pathlib import Path
Path({marker!r}).write_text("ran")
class Mine: ...
"""


@pytest.mark.parametrize("way", ["module beside", "module of a package", "auto_map"])
def test_code_that_lies_in_a_model_is_not_run(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, marker = tmp_path / "model", tmp_path / "ran"
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    monkeypatch.syspath_prepend(tmp_path)
    shutil.copytree(minilm_folder(), folder)
    for place in (folder, tmp_path):
        (place / "modeling_mine.py").write_text(OWN_MODULE.format(marker=str(marker)))
    kind = {"module beside": "modeling_mine.Mine", "module of a package": "modeling_mine.Mine"}.get(way)
    if kind:
        (folder / "modules.json").write_text(f'[{{"idx": 0, "name": "0", "path": "", "type": "{kind}"}}]')
        if way == "module of a package":
            (folder / "modeling_mine.py").unlink()
    else:
        (folder / "modules.json").unlink()
        names = {"AutoConfig": "modeling_mine.Mine", "AutoModel": "modeling_mine.Mine"}
        (folder / "config.json").write_text(json.dumps({"model_type": "mine", "auto_map": names}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ModelError, match="runs none" if kind else "cannot be loaded"):
            load_encoder(f"sentence:{folder}")
        if kind:  # nor does the library, asked alone
            monkeypatch.setattr("explorer.encoders.sentence.check_modules", lambda folder: None)
            with pytest.raises(ModelError, match="cannot be loaded"):
                load_encoder(f"sentence:{folder}")
    assert not marker.exists()


def test_a_configuration_of_open_clip_that_asks_to_run_code_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "open_clip_config.json"
    config.write_text('{"model_cfg": {"text_cfg": {"hf_tokenizer_name": "x"}}}')
    check_config(f"local-dir:{tmp_path}")
    config.write_text('{"model_cfg": {"text_cfg": {"tokenizer_kwargs": {"trust_remote_code": true}}}}')
    with pytest.raises(ModelError, match="asks to run code of its own"):
        load_encoder(f"open_clip:local-dir:{tmp_path}")


def test_whole_and_damaged_lists_of_modules_are_left_to_the_library(tmp_path: Path) -> None:
    check_modules(minilm_folder())
    for text in ("{", "{}", "[" * 100_000):
        (tmp_path / "modules.json").write_text(text)
        check_modules(tmp_path)
    (tmp_path / "modules.json").write_text("[3]")
    with pytest.raises(ModelError, match="None"):
        check_modules(tmp_path)
