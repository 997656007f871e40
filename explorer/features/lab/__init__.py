"""Search lab: ways to search one collection, quality against cost."""
