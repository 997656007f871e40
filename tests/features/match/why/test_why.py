"""The fusion: its building blocks against public numbers, what it learns by, and what it says of a text."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.features.match.why.evaluate import Case, cosines, limit_cases, localise, made_cases, rouge
from explorer.features.match.why.losses import both, saying, soft_contrastive
from explorer.features.match.why.model import WhyModel, load_why, save_why
from explorer.features.match.why.network import Shape, cross_attention, fusion_network
from explorer.features.match.why.pairs import made_pair, pairs_of_batch
from explorer.features.match.why.reading import read_texts
from explorer.features.match.why.sentences import sentence_of_token, sentence_scores, sentences_of
from explorer.features.match.why.training import Plan, Trained, score_all, train_fusion

REFERENCES = Path(__file__).parent / "references"
TEXTS = [
    f"The {animal} sleeps in the {place}. In summer it eats {food}. Nobody knows how old the oldest one is."
    for animal, place, food in (
        ("otter", "reeds", "crayfish"),
        ("badger", "sett", "earthworms"),
        ("heron", "oak", "frogs"),
        ("marten", "barn", "cherries"),
        ("beaver", "lodge", "willow bark"),
        ("swift", "sky", "flying ants"),
        ("hedgehog", "leaves", "snails"),
        ("adder", "stones", "mice"),
        ("lynx", "thicket", "hares"),
        ("stork", "chimney", "locusts"),
    )
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    plan = Plan(steps=12, batch=5)
    return train_fusion(TEXTS, plan, tmp_path_factory.mktemp("why") / "fit", Silent())


@pytest.fixture(scope="module")
def model(trained: Trained) -> WhyModel:
    return WhyModel(trained.network, trained.vocabulary, Shape(), {"steps": 12})


def test_cross_attention_is_that_of_torch() -> None:
    arrays = np.load(REFERENCES / "cross_attention.npz")
    attention = cross_attention(16, 4).double()
    names = {"in_proj_weight": "in_proj_weight", "in_proj_bias": "in_proj_bias"}
    names |= {"out_proj.weight": "out_w", "out_proj.bias": "out_b"}
    attention.load_state_dict({name: torch.tensor(arrays[one]) for name, one in names.items()})
    given = (torch.tensor(arrays["q"]), torch.tensor(arrays["d"]), torch.ones(1, 12, dtype=torch.bool))
    output, looked = attention(*given)
    np.testing.assert_allclose(output.detach().numpy(), arrays["out"], atol=1e-12)
    np.testing.assert_allclose(looked.detach().numpy(), arrays["attn"], atol=1e-12)


def test_sentence_scores_by_mean_and_by_sum_rank_differently() -> None:
    arrays = np.load(REFERENCES / "cross_attention.npz")
    told = json.loads((REFERENCES / "cross_attention.json").read_text(encoding="utf-8"))
    looked, owners = arrays["attn"][0].mean(axis=(0, 1)), np.array(told["sentence_of_token"])
    sums, means = (sentence_scores(looked, owners, 3, by) for by in ("sum", "mean"))
    np.testing.assert_allclose(sums, told["sentence_score_sum"], rtol=1e-9)
    np.testing.assert_allclose(means, told["sentence_score_mean"], rtol=1e-9)
    assert np.argsort(-sums).tolist() != np.argsort(-means).tolist()
    assert sentence_scores(looked, np.full(12, -1), 2).tolist() == [0, 0]
    with pytest.raises(InputError, match="mean, sum"):
        sentence_scores(looked, owners, 3, "max")


def test_padding_and_other_texts_of_a_batch_change_nothing() -> None:
    network = fusion_network(Shape(says=False))
    with torch.no_grad():
        for weights in network.parameters():
            weights.add_(0.02 * torch.randn(weights.shape, generator=torch.Generator().manual_seed(0)))
        queries, texts = read_texts(["crayfish", "where does the old heron sleep"]), read_texts(TEXTS[:3])
        together, _ = score_all(network, queries, texts)
        for row, query in enumerate(queries):
            for column, text in enumerate(texts):
                alone, _ = score_all(network, [query], [text])
                assert float(together[row, column]) == pytest.approx(float(alone), abs=1e-4)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        (" \n .. ", []),
        ("One thing is here. Another is not!  Is it?", ["One thing is here.", "Another is not!", "Is it?"]),
        ("Dr. Lee came home. All slept.", ["Dr. Lee came home.", "All slept."]),
        ("Ann likes owls, red tea and rain.", ["Ann likes owls", "red tea", "rain."]),
        ("First line of it\nSecond line of it", ["First line of it", "Second line of it"]),
        ("word", ["word"]),
    ],
)
def test_sentences_or_the_clauses_of_one(text: str, pieces: list[str]) -> None:
    spans = sentences_of(text)
    assert [text[slice(*span)] for span in spans] == pieces
    owners = sentence_of_token(np.array(list(spans) or np.zeros((0, 2), int)), spans)
    assert owners.tolist() == list(range(len(spans)))


def softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), float)


def test_soft_contrastive_against_its_formula() -> None:
    rng = np.random.default_rng(0)
    scores, teacher = rng.normal(size=(2, 5, 5)) * 3
    wanted = 0.0
    for one, other in ((scores, teacher), (scores.T, teacher.T)):
        target = 0.6 * np.eye(5) + 0.4 * softmax(other)
        wanted += -(target * np.log(softmax(one))).sum(1).mean() / 2
    found = soft_contrastive(torch.tensor(scores), torch.tensor(teacher))
    assert float(found) == pytest.approx(wanted, rel=1e-9)
    hard = soft_contrastive(torch.tensor(scores), torch.tensor(teacher), soft=0)
    entropies = [torch.nn.functional.cross_entropy(torch.tensor(x), torch.arange(5)) for x in (scores, scores.T)]
    assert float(hard) == pytest.approx(float(sum(entropies)) / 2, rel=1e-9)
    assert float(both(found, torch.tensor(4.0))) == pytest.approx(wanted + 1)


def test_saying_counts_only_places_with_a_word() -> None:
    logits = torch.randn(2, 3, 7, generator=torch.Generator().manual_seed(1))
    wanted, mask = torch.zeros(2, 3, dtype=torch.long), torch.tensor([[True, True, False], [True, False, False]])
    before = saying(logits, wanted, mask)
    logits[~mask] += 9 * torch.randn(3, 7)
    assert float(saying(logits, wanted, mask)) == pytest.approx(float(before))


def test_the_decoder_hears_the_fusion_and_earlier_words_alone() -> None:
    network = fusion_network(Shape())
    rng = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for weights in network.parameters():
            weights.add_(0.05 * torch.randn(weights.shape, generator=rng))
        table, fused = torch.randn(11, 384, generator=rng), torch.randn(1, 4, 384, generator=rng)
        words, asked = torch.tensor([[1, 2, 3, 4]]), torch.ones(1, 4, dtype=torch.bool)
        said = network.say(words, fused, asked, table)
        later = network.say(torch.tensor([[1, 2, 3, 9]]), fused, asked, table)
        other = network.say(words, fused + torch.randn(1, 4, 384, generator=rng), asked, table)
    np.testing.assert_allclose(said[:, :3], later[:, :3], atol=1e-4)
    assert float((said[:, 3] - later[:, 3]).abs().max()) > 1e-2
    assert float((said - other).abs().max()) > 1e-2


def test_queries_are_made_from_words_of_one_sentence() -> None:
    rng = np.random.default_rng(0)
    for number in range(40):
        pair = made_pair(TEXTS[number % 10], number % 10, rng)
        start, stop = sentences_of(TEXTS[pair.text])[pair.sentence]
        assert pair.query and set(pair.query.split()) <= set(TEXTS[pair.text][start : stop - 1].split())
    assert made_pair("...", 3, rng) == made_pair("", 3, rng)
    given = pairs_of_batch(TEXTS, [0] * 40, {0: ["what eats crayfish"]}, rng)
    asked = [pair for pair in given if pair.query == "what eats crayfish"]
    assert 8 < len(asked) < 32 and {pair.sentence for pair in asked} == {-1}


def test_sentences_are_ranked_by_attention_and_not_by_cosine(model: WhyModel) -> None:
    query, text = "Which food: crayfish?", TEXTS[0]
    why = model.explain(query, text)
    told = read_texts([text])[0]
    looked = model.attention(query, text)[0]
    assert looked.sum() == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(why.means, sentence_scores(looked, told.owners, 3), rtol=1e-5)
    assert why.best == int(np.argmax(why.means)) == 1
    assert why.means.tolist() != cosines(query, text).tolist()
    other = WhyModel(fusion_network(Shape()), model.vocabulary, Shape(), {})
    assert not np.allclose(other.explain(query, text).means, why.means)


def test_the_snippet_is_said_or_a_copy_that_says_so(model: WhyModel, trained: Trained) -> None:
    said = model.explain("crayfish", TEXTS[0])
    assert said.snippet and (said.said or said.snippet in TEXTS[0])
    silent = WhyModel(fusion_network(Shape(says=False)), trained.vocabulary, Shape(says=False), {})
    copied = silent.explain("crayfish", TEXTS[0])
    assert not copied.said and copied.snippet == TEXTS[0][slice(*copied.sentences[copied.best])]


def test_odd_texts_and_queries(model: WhyModel) -> None:
    nothing = model.explain("crayfish", "")
    assert nothing.best == -1 and nothing.snippet == "" and not nothing.sentences
    long = model.explain("crayfish", "Nothing of note was seen here today. " * 90)
    assert 0 < long.read < 90 * 37 and long.means[-1] == 0 and len(long.means) == 90
    assert model.explain("crayfish", "word").best == 0
    for query in ("", " ?! "):
        with pytest.raises(InputError, match="query with words"):
            model.explain(query, TEXTS[0])


def test_it_is_kept_whole_and_damage_is_said(model: WhyModel, tmp_path: Path) -> None:
    assert load_why(tmp_path / "kept") is None
    save_why(tmp_path / "kept", model)
    again = load_why(tmp_path / "kept")
    assert again is not None and again.about == {"steps": 12}
    np.testing.assert_array_equal(again.explain("crayfish", TEXTS[0]).means, model.explain("crayfish", TEXTS[0]).means)
    (tmp_path / "kept" / "fusion.safetensors").write_bytes(b"broken")
    with pytest.raises(ModelError, match="Train it again"):
        load_why(tmp_path / "kept")


def test_few_texts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least 8 texts with words"):
        train_fusion([*TEXTS[:7], "", "..."], Plan(), tmp_path, Silent())


def test_localisation_counts_the_first_sentence_of_every_way(model: WhyModel) -> None:
    cases = [Case(text.split()[1], text, 0) for text in TEXTS[:5]]
    told = localise(model, cases, said=2)
    right = [float(model.explain(case.query, case.text).best == 0) for case in cases]
    assert told.found["mean"].value == np.mean(right)
    assert told.found["chance"].value == pytest.approx(1 / 3)
    assert set(told.found) == {"mean", "sum", "last", "cosine", "chance"} and told.said["rouge-1"].items == 2


def test_cases_of_limit_small_name_the_clause_that_is_asked_for() -> None:
    cases = limit_cases(30)
    assert len(cases) == 30
    for case in cases:
        clause = case.text[slice(*sentences_of(case.text)[case.sentence])]
        assert clause.rstrip(".").endswith(case.query.removeprefix("Who likes ").removesuffix("?"))
    assert len(limit_cases(10_000)) == 1000


def test_made_cases_ask_with_words_of_the_sentence_that_answers() -> None:
    cases = made_cases([*TEXTS, "One sentence alone"], 20)
    assert len(cases) == 10 and made_cases(TEXTS, 3, seed=1) != made_cases(TEXTS, 3, seed=2)
    for case in cases:
        sentence = case.text[slice(*sentences_of(case.text)[case.sentence])]
        assert set(case.query.split()) <= set(sentence.rstrip(".").split())


def test_rouge() -> None:
    assert rouge("the cat sat", "The cat sat.") == 1
    assert rouge("cat the", "the cat sat") == pytest.approx(2 * 2 / 5)
    assert rouge("cat the", "the cat sat", longest=True) == pytest.approx(2 * 1 / 5)
    assert rouge("the the the", "the cat") == pytest.approx(2 / 5)
    assert rouge("", "the cat") == 0
