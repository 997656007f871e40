"""One text, and two revisions of it: what an editor made of it, and what another one did."""

ORIGINAL = """Our teapots are made by hand. Each pot is thrown, dried for two days and then fired twice. \
The glaze are mixed in the workshop, so that no two batches look exactly the same. Please rinse your pot with warm \
water only. Soap leaves a taste. If the lid breaks, write us: we keep spare lids for ten years."""
REFERENCE = """Our teapots are made by hand in Halden. Each pot is thrown, dried for two days and then fired twice. \
The glazes are mixed in the workshop, so no two batches look the same. Rinse your pot with warm water only: \
soap leaves a taste. If the lid breaks, write to us. We keep spare lids for ten years."""
CANDIDATE = """Our teapots are made by hand. Each pot is thrown, dried for three days and then fired twice. \
The glazes are mixed in the workshop, so that no two batches look the same. Please rinse your pot with warm \
water only. Soap leaves a taste. If the lid breaks, write to us: we keep spare lids for ten years and a day."""
SHORT = (
    ("Goes into dishwasher.", "Goes into the dishwasher.", "Goes in the dishwasher."),
    ("Wipe it with oil after use.", "Wipe it with a little oil after use.", "Wipe it with a little oil after use."),
    ("Keeps tea warm for long.", "Keeps tea warm to the last sip.", "Keeps tea warm for long."),
    ("Do not scour.", "Do not scour the coating.", "Scour the coating."),
    ("Holds 1,5 l.", "Holds 1.5 l.", "Holds 1.5 litres."),
    ("Free shipping above 50 euros.", "Free shipping above 60 euros.", "Free shipping above 60 euros in June."),
)
"""A few short ones: original, reference, candidate."""


def revision_rows() -> list[dict[str, object]]:
    """The texts of all three, the long one first."""
    every = ((ORIGINAL, REFERENCE, CANDIDATE), *SHORT)
    return [
        {"id": f"R{n}", "original": original, "reference": reference, "candidate": candidate}
        for n, (original, reference, candidate) in enumerate(every, 1)
    ]
