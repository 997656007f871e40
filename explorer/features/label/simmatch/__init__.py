"""SimMatch (Zheng et al. 2022): labels of few items spread by meaning and by likeness at once.

targets: the formulas. memory: the labelled memory bank and the mean guess. network: head and classifier, with their
teacher. settings, sampler, learn: the training.
agreement: of its two halves. method: the card.
"""
