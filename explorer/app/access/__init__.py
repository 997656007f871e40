"""Who gets in: which names the server answers to, what each role may reach, keys, cookies, links for annotators."""
