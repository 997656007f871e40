"""Several vectors an item: patches of a picture, tokens of a text; exact Chamfer similarity and MUVERA's encodings."""
