"""Labels that are described by words (Schopf, Braun and Matthes 2022, Lbl2TransformerVec).

define: which items define a label, and its vector. method: that, and the baselines, by name. wording: labels and
keywords as people write them. whole: texts that are longer than the model reads. service: what pages and commands call.
"""
