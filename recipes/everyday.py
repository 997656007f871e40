"""Makes assets/everyday.npz, after assets/everyday.txt has changed: python -m recipes.everyday."""

from explorer.encoders.kept_texts import keep
from explorer.encoders.sentence import SHA256, MiniLMEncoder
from explorer.workspace.probes import general_texts

if __name__ == "__main__":
    texts = general_texts()
    keep(SHA256, texts, MiniLMEncoder().encode_texts(texts))
