"""What systems and network drives leave among people's files."""

FOLDERS = frozenset(
    {
        "__macosx",
        "@eadir",
        "@tmp",
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "recycler",
        "recycled",
        "system volume information",
        "_vti_cnf",
        "_vti_pvt",
        "lost+found",
        "lost.dir",
        "network trash folder",
        "temporary items",
        "thumbnails.noindex",
        "__pycache__",
    }
)
FILES = frozenset({"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "picasa.ini"})


def is_litter(name: str, is_folder: bool) -> bool:
    """True for hidden files and folders, and those that a system writes for itself."""
    if name.startswith(".") or name.startswith("~$"):
        return True
    return name.lower() in (FOLDERS if is_folder else FILES)
