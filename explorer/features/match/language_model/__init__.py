"""Language models behind an endpoint that the user names: asked, logged, replayed."""
