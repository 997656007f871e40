"""The models that we stand behind: what each is called, under which licence, how large it is, and what it is good at.

Names and tags are those of open_clip's own registry, sizes those that the hub states for the files that are needed,
licences those of the model cards. `tests/encoders/test_recommended.py` holds names, sides, dimensions, sizes and work
against the installed open_clip.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from explorer.base.errors import InputError

WEIGHTS = "open_clip_model.safetensors"
TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
SENTENCE = (
    "modules.json",
    "config.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
    "model.safetensors",
    *TOKENIZER,
)
MIT, APACHE = "MIT", "Apache 2.0"
APPLE = "Apple’s own research licence (apple-amlr): research only, no products"


@dataclass(frozen=True, kw_only=True)
class Recommended:
    """One model of the short list.

    name: as the commands take it. title: as people know it. kind: what it reads besides texts. repo: on the hub, "" for
    one that is built in; files: those that are needed, the weights among them. megabytes: of these, 0 built in.
    side: pixels of the square that it looks at, 0 for texts. dim: numbers of a vector. gmacs: billions of
    multiplications for an image. work: time for an image as a multiple of pocket's, measured on one core with float32.
    imagenet: published zero-shot accuracy on ImageNet in percent, None where we know of no source.
    """

    name: str
    spec: str
    title: str
    licence: str
    good_at: str
    dim: int
    kind: Literal["images", "texts"] = "images"
    repo: str = ""
    files: tuple[str, ...] = ()
    megabytes: int = 0
    side: int = 0
    gmacs: float = 0.0
    work: float = 0.0
    imagenet: float | None = None

    @property
    def built_in(self) -> bool:
        """Whether nothing has to be downloaded."""
        return not self.repo

    @property
    def weights(self) -> str:
        """The file with the weights, "" when they are built in."""
        return next((name for name in self.files if name.endswith(".safetensors")), "")


RECOMMENDED = (
    Recommended(
        name="pocket",
        spec="pocket",
        title="pocket",
        licence=MIT,
        good_at="a first look at anything, at once and offline; knows everyday things and colours, in English words",
        dim=384,
        side=112,
        gmacs=0.29,
        work=1.0,
    ),
    Recommended(
        name="pocket-photos",
        spec="pocket:photos",
        title="pocket for photos",
        licence=MIT,
        good_at="photos of people, animals and places, at once and offline, in English words; drawn things less",
        dim=384,
        side=112,
        gmacs=0.29,
        work=1.0,
    ),
    Recommended(
        name="vit-b-32",
        spec="open_clip:ViT-B-32/datacomp_xl_s13b_b90k",
        title="CLIP ViT-B/32 (DataComp)",
        licence=MIT,
        good_at="photos of all kinds with English words; of the large ones the quickest without a graphics card",
        dim=512,
        repo="laion/CLIP-ViT-B-32-DataComp.XL-s13B-b90K",
        files=(WEIGHTS,),
        megabytes=605,
        side=224,
        gmacs=4.4,
        work=12,
        imagenet=69.2,
    ),
    Recommended(
        name="vit-b-32-laion",
        spec="open_clip:ViT-B-32/laion2b_s34b_b79k",
        title="CLIP ViT-B/32 (LAION-2B)",
        licence=MIT,
        good_at="comparing with published numbers, of which many are about it; photos with English words",
        dim=512,
        repo="laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
        files=(WEIGHTS,),
        megabytes=605,
        side=224,
        gmacs=4.4,
        work=12,
        imagenet=66.6,
    ),
    Recommended(
        name="mobileclip2-s0",
        spec="open_clip:MobileCLIP2-S0/dfndr2b",
        title="MobileCLIP2-S0",
        licence=APPLE,
        good_at="photos with English words; the smallest download; made for phones, on a CPU slower than ViT-B/32",
        dim=512,
        repo="timm/MobileCLIP2-S0-OpenCLIP",
        files=(WEIGHTS,),
        megabytes=300,
        side=256,
        gmacs=2.4,
        work=17,
        imagenet=71.5,
    ),
    Recommended(
        name="mobileclip2-s2",
        spec="open_clip:MobileCLIP2-S2/dfndr2b",
        title="MobileCLIP2-S2",
        licence=APPLE,
        good_at="photos with English words, close to the best here at half of their download",
        dim=512,
        repo="timm/MobileCLIP2-S2-OpenCLIP",
        files=(WEIGHTS,),
        megabytes=398,
        side=256,
        gmacs=7.9,
        work=31,
        imagenet=77.2,
    ),
    Recommended(
        name="mobileclip2-b",
        spec="open_clip:MobileCLIP2-B/dfndr2b",
        title="MobileCLIP2-B",
        licence=APPLE,
        good_at="photos with English words; the largest of its family here",
        dim=512,
        repo="timm/MobileCLIP2-B-OpenCLIP",
        files=(WEIGHTS,),
        megabytes=599,
        side=224,
        gmacs=17.7,
        work=38,
    ),
    Recommended(
        name="siglip",
        spec="open_clip:ViT-B-16-SigLIP/webli",
        title="SigLIP ViT-B/16",
        licence=APACHE,
        good_at="photos and longer English descriptions",
        dim=768,
        repo="timm/ViT-B-16-SigLIP",
        files=(WEIGHTS, *TOKENIZER),
        megabytes=815,
        side=224,
        gmacs=17.7,
        work=49,
        imagenet=76.0,
    ),
    Recommended(
        name="siglip2-b-32",
        spec="open_clip:ViT-B-32-SigLIP2-256/webli",
        title="SigLIP 2 ViT-B/32",
        licence=APACHE,
        good_at="photos with words in many languages; quick without a graphics card for its size",
        dim=768,
        repo="timm/ViT-B-32-SigLIP2-256",
        files=(WEIGHTS, *TOKENIZER),
        megabytes=1_542,
        side=256,
        gmacs=5.7,
        work=16,
    ),
    Recommended(
        name="siglip2",
        spec="open_clip:ViT-B-16-SigLIP2-256/webli",
        title="SigLIP 2 ViT-B/16",
        licence=APACHE,
        good_at="photos, better than all others here; words in many languages",
        dim=768,
        repo="timm/ViT-B-16-SigLIP2-256",
        files=(WEIGHTS, *TOKENIZER),
        megabytes=1_535,
        side=256,
        gmacs=23.4,
        work=51,
        imagenet=79.1,
    ),
    Recommended(
        name="minilm",
        spec="sentence:all-MiniLM-L6-v2",
        title="MiniLM (all-MiniLM-L6-v2)",
        licence=APACHE,
        good_at="English sentences, quickly and offline",
        dim=384,
        kind="texts",
    ),
    Recommended(
        name="minilm-multilingual",
        spec="sentence:sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        title="Multilingual MiniLM (paraphrase-multilingual-MiniLM-L12-v2)",
        licence=APACHE,
        good_at="sentences in 50 languages in one space, so that a text finds its translation",
        dim=384,
        kind="texts",
        repo="sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        files=SENTENCE,
        megabytes=480,
    ),
)
STEP_UP = "vit-b-32"
"""What the home page offers after pocket: a licence that allows everything, and the quickest of the large ones."""


def recommended(name: str) -> Recommended:
    """The model of the short list with this name or spec; InputError with what is close for an unknown one."""
    found = known(name)
    if found is None:
        names = [one.name for one in RECOMMENDED]
        close = get_close_matches(name.lower(), names, n=1, cutoff=0.4)
        meant = f" Did you mean {close[0]}?" if close else ""
        raise InputError(f"Model: expected one of {', '.join(names)}; got {name!r}.{meant}")
    return found


def known(name: str) -> Recommended | None:
    """The model of the short list with this name or spec; None for all others."""
    return next((one for one in RECOMMENDED if name.strip() in (one.name, one.spec)), None)
