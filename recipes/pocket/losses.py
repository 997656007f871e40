"""What the student is asked for. All functions take and return float32 tensors; b is the batch size."""

from typing import TYPE_CHECKING

from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

WORD_SCALE, LABEL_SCALE, SCENE_SCALE, TEXT_SCALE = 25.0, 20.0, 40.0, 20.0
TEMPERATURE = 2.0


def feature_loss(
    student: "torch.Tensor", teacher: "torch.Tensor", mean: "torch.Tensor", deviation: "torch.Tensor"
) -> "torch.Tensor":
    """Mean squared error of (b, c) features, the teacher's standardised by (c,) mean and deviation."""
    return ((student - (teacher - mean) / deviation) ** 2).mean()


def logit_loss(student: "torch.Tensor", teacher: "torch.Tensor") -> "torch.Tensor":
    """KL divergence of the (b, classes) softened class probabilities (Hinton et al. 2015), temperature 2."""
    from torch.nn.functional import kl_div, log_softmax, softmax

    return kl_div(log_softmax(student / TEMPERATURE, -1), softmax(teacher / TEMPERATURE, -1), reduction="batchmean")


def word_loss(vectors: "torch.Tensor", words: "torch.Tensor", probabilities: "torch.Tensor") -> "torch.Tensor":
    """KL of the student's distribution over (c, d) class words to the teacher's (b, c) probabilities."""
    from torch.nn.functional import kl_div, log_softmax

    return kl_div(log_softmax(vectors @ words.T * WORD_SCALE, -1), probabilities, reduction="batchmean")


def conse_loss(
    vectors: "torch.Tensor", words: "torch.Tensor", probabilities: "torch.Tensor", top: int = 10
) -> "torch.Tensor":
    """One minus the cosine to the ConSE vector: the teacher's `top` classes' words by probability."""
    import torch

    best = probabilities.topk(top, dim=-1)
    aim = torch.einsum("bk,bkd->bd", best.values, words[best.indices])
    return (1 - (vectors * torch.nn.functional.normalize(aim, dim=-1)).sum(-1)).mean()


def text_loss(
    vectors: "torch.Tensor", texts: "torch.Tensor", *, owned: "torch.Tensor", picked: "torch.Tensor"
) -> "torch.Tensor":
    """Contrastive loss of (c, d) pictures and the (t, d) captions of all pictures, against all of them at once.

    owned: (c, t) which captions are a picture's. picked: (c,) a caption of each, which finds it among the c.
    """
    import torch

    logits = vectors @ texts.T * TEXT_SCALE
    to_texts = -(torch.log_softmax(logits, -1) * owned).sum(-1) / owned.sum(-1)
    among = torch.arange(len(picked), device=logits.device)
    to_pictures = torch.nn.functional.cross_entropy(logits[:, picked].T, among)
    return (to_texts.mean() + to_pictures) / 2


def label_loss(vectors: "torch.Tensor", words: "torch.Tensor", labels: "torch.Tensor") -> "torch.Tensor":
    """Cross-entropy over the (c, d) words of the classes seen in training; a label of -100 is passed over."""
    from torch.nn.functional import cross_entropy

    known = labels >= 0
    if not known.any():
        return 0 * vectors.sum()
    return cross_entropy((vectors @ words.T * LABEL_SCALE)[known], labels[known], label_smoothing=0.05)


def attribute_loss(vectors: "torch.Tensor", words: "torch.Tensor", values: "torch.Tensor") -> "torch.Tensor":
    """Cross-entropy of (b, d) scene vectors over the (v, d) words of one attribute's values."""
    from torch.nn.functional import cross_entropy

    return cross_entropy(vectors @ words.T * SCENE_SCALE, values)


def caption_loss(vectors: "torch.Tensor", captions: "torch.Tensor") -> "torch.Tensor":
    """Contrastive loss of (b, d) images and their (b, d) frozen captions, both directions (LiT, Zhai et al. 2022).

    InputError for rows of another length than 1.
    """
    import torch

    check_unit(vectors, "Contrastive loss, images")
    check_unit(captions, "Contrastive loss, captions")
    logits = vectors @ captions.T * SCENE_SCALE
    diagonal = torch.arange(len(logits), device=logits.device)
    cross_entropy = torch.nn.functional.cross_entropy
    return (cross_entropy(logits, diagonal) + cross_entropy(logits.T, diagonal)) / 2
