"""Augmented views of the items: what a method that learns from unlabelled items compares.

pictures: weak and strong augmentations of a picture. noise: of a vector, where there are no pictures. kept: the views
of a workspace's pictures as vectors, made by a job.
"""
