"""Sentences that say what is seen: every number and every picture of the page has one."""

METHOD_WORDS = {
    "umap": "UMAP keeps neighbours together: near points are alike, far distances and sizes of islands mean little, "
    "so it is stretched to fill its place.",
    "pca": "PCA shows the two directions in which the vectors differ most: true to scale, but much is left out.",
}
COLOUR_WORDS = {
    "trust": "Colour: of each point's neighbours on the map, how true they are in the original space "
    "(trustworthiness, Venna and Kaski; 1 = all true, low = the map puts strangers side by side).",
    "continuity": "Colour: of each point's neighbours in the original space, how well the map keeps them near "
    "(continuity, Venna and Kaski; 1 = all kept, low = the map tears them apart).",
    "dimension": "Colour: in how many directions the 100 nearest others of an item lie (intrinsic dimension, Levina "
    "and Bickel 2005); an index misses more where it is high. Worked out on Diagnose under Index health.",
    "similarity": "Colour: cosine similarity of each item to the query.",
    "": "Colour: groups with valleys between them on the map; grey points belong to none. A name comes with the share "
    "of the group that it holds for; where none holds, the group has a number.",
}
