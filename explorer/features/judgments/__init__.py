"""People's judgments: the store, campaigns, what to ask next, import and export."""
