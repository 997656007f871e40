"""Fetching a model from a hub that breaks off, sends damaged bytes, or is not there."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.base.errors import Cancelled, ModelError
from explorer.encoders import fetching, load_encoder
from explorer.encoders.fetching import fetch
from explorer.encoders.hub import cached, is_here, repo_folder
from explorer.encoders.recommended import WEIGHTS, Recommended

from .conftest import TINY
from .hub_double import COMMIT, Hub, digest, serve

MODEL = Recommended(
    name="tiny",
    spec="open_clip:hf-hub:some/tiny",
    title="Tiny",
    licence="MIT",
    good_at="tests",
    dim=16,
    repo="some/tiny",
    files=("open_clip_config.json", WEIGHTS, "special_tokens_map.json"),
    megabytes=5,
    side=32,
)
CONTENT = bytes(range(256)) * 20_000  # five megabytes
CONFIG = json.dumps({"model_cfg": TINY, "preprocess_cfg": {}}).encode()


class Told:
    """Keeps what it is told; wants to stop once `stop_at` steps are done."""

    def __init__(self, stop_at: int = 1 << 60) -> None:
        self.what, self.total, self.seen, self.stop_at = "", 0, [0], stop_at

    def start(self, what: str, total: int) -> None:
        self.what, self.total = what, total

    def advance(self, done: int) -> None:
        self.seen.append(done)
        if done >= self.stop_at:
            raise Cancelled("Stopped.")

    def finish(self) -> None:
        """Nothing."""


def point_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub's client, which reads HF_ENDPOINT when it is imported, ask there."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from huggingface_hub import constants

    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache" / "hub"))
    monkeypatch.setattr(fetching, "WAIT_S", 0.0)
    with serve(Hub({"some/tiny": {"open_clip_config.json": CONFIG, WEIGHTS: CONTENT}})) as running:
        point_to(running.address, monkeypatch)
        yield running


def test_progress_hashes_and_a_record(hub: Hub, tmp_path: Path) -> None:
    told = Told()
    assert not is_here(MODEL)
    done = fetch(MODEL, told)
    assert (told.what, told.total) == ("Downloading Tiny, in MB", 5)
    assert told.seen == sorted(told.seen) and told.seen[-1] == 5 and len(set(told.seen)) > 3
    assert (done.bytes, done.already, done.commit) == (len(CONTENT) + len(CONFIG), 0, COMMIT)
    weights = cached("some/tiny", WEIGHTS)
    assert weights and weights.read_bytes() == CONTENT and weights.resolve().name == digest(CONTENT)
    record = json.loads((tmp_path / "home" / "fetched_models.json").read_text(encoding="utf-8"))
    kept = record[MODEL.spec]["files"]
    assert kept[WEIGHTS] == {"size": len(CONTENT), "hash": digest(CONTENT)} and "special_tokens_map.json" not in kept
    again = fetch(MODEL)
    assert (again.bytes, again.already) == (0, len(CONTENT) + len(CONFIG))
    assert len(hub.gets()) == 2


def test_a_broken_line_is_taken_up_where_it_broke(hub: Hub) -> None:
    hub.repos["some/tiny"] = {WEIGHTS: CONTENT}
    hub.cut = [1_000_000, 2_500_000]
    fetch(MODEL)
    assert hub.gets() == [(WEIGHTS, ""), (WEIGHTS, "bytes=1000000-"), (WEIGHTS, "bytes=3500000-")]
    weights = cached("some/tiny", WEIGHTS)
    assert weights and weights.read_bytes() == CONTENT


def test_a_line_that_stays_broken_is_said_and_the_next_call_goes_on(hub: Hub) -> None:
    hub.repos["some/tiny"] = {WEIGHTS: CONTENT}
    hub.cut = [2_000_000, 0, 0, 0, 0]
    with pytest.raises(ModelError, match=r"broke off after 2 of 5 MB .* kept; start it again to go on"):
        fetch(MODEL)
    assert not is_here(MODEL) and cached("some/tiny", WEIGHTS) is None
    hub.asked.clear()
    told = Told()
    done = fetch(MODEL, told)
    assert hub.gets() == [(WEIGHTS, "bytes=2000000-")]
    assert (done.bytes, done.already) == (len(CONTENT) - 2_000_000, 2_000_000)
    assert "3 MB fetched, 2 MB were here already" in str(done)
    assert is_here(MODEL)


def test_a_hub_that_begins_anew_is_not_glued_to_what_came(hub: Hub) -> None:
    hub.repos["some/tiny"] = {WEIGHTS: CONTENT}
    hub.ranges, hub.cut = False, [2_000_000]
    fetch(MODEL)
    weights = cached("some/tiny", WEIGHTS)
    assert weights and weights.read_bytes() == CONTENT


@pytest.mark.parametrize("name", [WEIGHTS, "open_clip_config.json"])
def test_a_damaged_byte_is_told_and_nothing_is_kept(hub: Hub, name: str) -> None:
    hub.damaged = {name}
    with pytest.raises(ModelError, match=f"{name} arrived damaged: expected the hash .*It was removed"):
        fetch(MODEL)
    wrong = digest(hub.repos["some/tiny"][name])
    assert not is_here(MODEL)
    assert not [path for path in repo_folder("some/tiny").rglob("*") if path.name.startswith(wrong)]
    assert not (repo_folder("some/tiny") / "refs").exists()
    hub.damaged.clear()
    fetch(MODEL)
    assert is_here(MODEL)


def test_cancelled_in_the_middle_it_keeps_what_came(hub: Hub) -> None:
    with pytest.raises(Cancelled):
        fetch(MODEL, Told(stop_at=3))
    assert not is_here(MODEL)
    hub.asked.clear()
    assert fetch(MODEL).already >= 3_000_000
    (span,) = (span for name, span in hub.gets() if name == WEIGHTS)
    assert int(span.removeprefix("bytes=").removesuffix("-")) >= 3_000_000


def test_a_disk_that_is_too_small_is_said_before_anything_comes(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    small = shutil.disk_usage("/")._replace(free=fetching.SPARE + 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: small)
    with pytest.raises(ModelError, match=r"disk is too small: the download needs 5 MB and 200 MB to spare, .* 201 MB"):
        fetch(MODEL)
    assert hub.gets() == []


def test_without_a_network_it_says_so(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    point_to("http://127.0.0.1:9", monkeypatch)
    with pytest.raises(ModelError, match=r"hub cannot be reached .*is there a network\?"):
        fetch(MODEL)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="hub cannot be reached"):
        fetch(MODEL)


def test_a_repository_that_is_gone_or_lacks_the_weights(hub: Hub) -> None:
    del hub.repos["some/tiny"][WEIGHTS]
    with pytest.raises(ModelError, match="has no open_clip_model.safetensors in some/tiny any more"):
        fetch(MODEL)
    hub.repos.clear()
    with pytest.raises(ModelError, match="does not give some/tiny: it is gone"):
        fetch(MODEL)


def test_an_answer_that_would_leave_the_cache_is_refused(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.encoders.hub_double.digest", lambda content: "../../../elsewhere")
    with pytest.raises(ModelError, match="expected a hash, got"):
        fetch(MODEL)


def test_two_do_not_fetch_the_same(hub: Hub) -> None:
    from explorer.io.locks import exclusive

    repo_folder("some/tiny").mkdir(parents=True)
    with exclusive(repo_folder("some/tiny") / ".explorer.lock"), pytest.raises(ModelError, match="downloaded already"):
        fetch(MODEL)


def test_open_clip_finds_what_was_fetched_without_a_network(
    hub: Hub, checkpoints: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    hub.repos["some/tiny"][WEIGHTS] = checkpoints["tiny-vit"].read_bytes()
    fetch(MODEL)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    asked = len(hub.asked)
    assert load_encoder(MODEL.spec).encode_texts(["a star"]).shape == (1, 16)
    assert len(hub.asked) == asked
