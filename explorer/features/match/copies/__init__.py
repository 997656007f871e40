"""Near copies: texts that stand twice or nearly so, questions that ask the same, and what that does to a score."""
