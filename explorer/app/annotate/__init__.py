"""The page Annotate: campaigns, and one annotator's questions."""
