"""Models of a workspace: what is ready, how good the index is, which maps there are, and how to get another one."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job
from explorer.app.home.picker import pick_model
from explorer.app.home.trial import show_trials
from explorer.base.errors import InputError
from explorer.base.permission import may
from explorer.encoders.open_clip_list import pretrained_tags
from explorer.encoders.reach import spec_from_page
from explorer.workspace.contents import cut_text
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened
from explorer.workspace.preferred import set_default_model
from explorer.workspace.summary import EncoderSummary, recall_text, summarise_encoders

MAP_WORDS = {"umap": "UMAP (keeps neighbours together)", "pca": "PCA (a flat shadow of the vectors; fast)"}
FAMILIES = {
    "pocket": "pocket: images and texts in one space; built in, works offline",
    "open_clip": "open_clip: any CLIP model; images and texts; downloaded once, or from a file",
    "sentence": "sentence: texts only; MiniLM is built in",
    "histogram": "histogram: colours only, the simplest thing to compare a model with",
}
CUT_HELP = (
    "Two texts that begin alike and differ only behind the cut look the same to this model. Split long texts into "
    "parts before you bring them, or choose a model that reads more."
)
RECALL_HELP = (
    "A fast index may miss a true neighbour now and then. This is the share of the true ten nearest, found by "
    "comparing with everything, that the index finds, with its 95 % interval; the queries are not in the index."
)


def models_and_maps(opened: Opened, trial: str) -> None:
    """A card a model, what a trial found, the short list, and a form for any other model.

    trial: the model whose trial is shown, "" for the newest.
    """
    workspace = opened.workspace
    found = summarise_encoders(workspace)
    if not found:
        st.info("No model has looked at these items yet. Press “Prepare for search” above, or choose a model here.")
    for one in found:
        with st.container(border=True):
            _card(opened, one, alone=len(found) == 1)
    show_trials(opened, trial)
    if not may("run work"):
        return
    st.subheader("More models", anchor=False)
    pick_model(opened)
    with st.expander("Any other model"):
        _add(workspace)


def _card(opened: Opened, one: EncoderSummary, *, alone: bool) -> None:
    """alone: there is no other model, so nothing to choose a default from."""
    workspace = opened.workspace
    first = not alone and one.spec == opened.best_encoder()
    st.markdown(f"**{plain(one.spec)}**" + (" · pages open with it" if first else ""))
    left, middle, right = st.columns([1, 2, 2])
    left.metric("Items with a vector", f"{one.present:,}", help=f"{one.count - one.present:,} items have none.")
    left.caption(f"{one.dim:,} numbers each")
    if one.state:
        left.caption(plain(f"{one.state[0].upper()}{one.state[1:]}."))
    middle.markdown("Search index", help=RECALL_HELP)
    middle.markdown(_recall(one))
    if one.cut:
        middle.caption(plain(f"{cut_text(one.cut)[0].upper()}{cut_text(one.cut)[1:]}."), help=CUT_HELP)
    built = [str(m.get("method", "")) for m in one.maps]
    right.markdown("Maps")
    right.markdown(" · ".join(MAP_WORDS.get(name) or plain(name) for name in dict.fromkeys(built)) or "None yet.")
    if not may("run work"):
        return
    if not alone and not first and st.button("Make it the default", key=f"default_{one.spec}", type="tertiary"):
        set_default_model(workspace, one.spec)
        st.rerun()
    if "embed" in one.missing:
        _button(workspace, one.spec, ["prepare"], "Bring up to date", "update")
    elif one.missing:
        _button(workspace, one.spec, ["prepare"], "Build index and map", "build")
    else:
        for method in MAP_WORDS:
            if method not in built:
                _button(workspace, one.spec, ["map", "--method", method], f"Draw a {method.upper()} map", method)


def _recall(one: EncoderSummary) -> str:
    text = recall_text(one.index)
    return text[0].upper() + text[1:] + "."


def _button(workspace: Workspace, spec: str, command: list[str], label: str, key: str) -> None:
    if st.button(label, key=f"{key}_{spec}"):
        name, *options = command
        start_job(workspace.path, [name, str(workspace.path), "--model", spec, *options], f"{label}: {spec}")


def _add(workspace: Workspace) -> None:
    family = st.selectbox("Kind of model", list(FAMILIES), format_func=FAMILIES.__getitem__, key="add_family")
    spec = {"open_clip": _open_clip, "sentence": _sentence, "pocket": _pocket}.get(family, lambda: family)()
    if st.button("Add and prepare", key="add_model", type="primary", icon=":material/add:"):
        if spec:
            _start(workspace, spec)
        else:
            st.warning("Name a model first.")
    if running(workspace):
        st.caption("Something is running already; what you start now begins when that has ended.")


def _start(workspace: Workspace, asked: str) -> None:
    try:
        spec = spec_from_page(asked)
    except InputError as error:
        st.error(plain(error))
        return
    start_job(workspace.path, ["prepare", str(workspace.path), "--model", spec], f"Add the model {spec}")


def _open_clip() -> str:
    tags = pretrained_tags()
    left, right = st.columns(2)
    first = list(tags).index("ViT-B-32") if "ViT-B-32" in tags else 0
    model = left.selectbox("Model", list(tags), index=first, accept_new_options=True, key="add_clip_model")
    tag = right.selectbox(
        "Weights: a tag, or the path of a file on the server",
        tags.get(model or "", []),
        accept_new_options=True,
        key="add_clip_tag",
    )
    st.caption(
        "Weights that are not on this computer yet are downloaded (hundreds of megabytes); this needs a network."
    )
    return f"open_clip:{model}/{tag}" if model and tag else ""


def _sentence() -> str:
    name = st.text_input("Name or folder of the model", "all-MiniLM-L6-v2", key="add_sentence").strip()
    return f"sentence:{name}" if name else ""


def _pocket() -> str:
    folder = st.text_input(
        "Folder of weights of your own",
        key="add_pocket",
        placeholder="empty: the weights that are built in",
        help="What explorer train pocket wrote: a folder with pocket.safetensors and pocket.json on the server.",
    ).strip()
    return f"pocket:{folder}" if folder else "pocket"
