"""What customers ask, and what the shop has answered once and for all."""

ANSWERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "A01": (
        "How long does delivery take?",
        "Parcels reach you within three working days. Large things such as tents take up to a week.",
        ("When will my parcel arrive?", "how many days until I get my order", "Is next day delivery possible?"),
    ),
    "A02": (
        "What does shipping cost?",
        "Shipping is 4.95 euros, and free for orders above 60 euros.",
        ("Do I have to pay postage?", "from which amount on is sending free", "how much do you charge for sending"),
    ),
    "A03": (
        "Can I send something back?",
        "You have thirty days to return what you do not like. Put the slip from the parcel into the box.",
        ("I changed my mind, how do I return it?", "want to give back the lamp", "Is there a right of withdrawal?"),
    ),
    "A04": (
        "How can I pay?",
        "We take cards, bank transfer and cash in the shop. We do not take cheques.",
        ("Which payment methods do you accept?", "can i pay by credit card", "Do you take cash?"),
    ),
    "A05": (
        "My parcel arrived damaged. What now?",
        "Send us a photo of the box and of the damage. We replace the thing at once.",
        ("The teapot came in pieces", "broken on arrival what do I do", "the box was crushed when it came"),
    ),
    "A06": (
        "How do I change my address?",
        "Write to us before noon of the day after you ordered; later the parcel is on its way.",
        ("I moved, please deliver elsewhere", "wrong street in my order", "Can the delivery address be corrected?"),
    ),
    "A07": (
        "Can I cancel an order?",
        "As long as it has not left the store, a call is enough and you pay nothing.",
        ("please stop my order", "I ordered twice by mistake", "How do I withdraw an order before it is sent?"),
    ),
    "A08": (
        "Is a thing in stock?",
        "The dot beside the price is green when it lies in the shop and yellow when it comes within a week.",
        ("do you have it on hand", "Is the blue mug available now?", "When will it be back in store?"),
    ),
    "A09": (
        "How long is the warranty?",
        "Faults are mended free for two years, for lamps and torches three years.",
        ("My torch stopped working after a year", "Do I have a guarantee?", "who repairs a faulty lamp"),
    ),
    "A10": (
        "Can the pan go on an induction hob?",
        "All pans of steel and cast iron can. Those of copper and aluminium need a plate below.",
        ("does it work with induction", "which frying pan for my new cooker", "copper pan on induction?"),
    ),
    "A11": (
        "Which ink goes into a fountain pen?",
        "Dye and pigment inks. Never fill it with shimmer ink if you write seldom.",
        ("can I use any ink", "my pen is clogged, wrong ink?", "What ink do you advise for the pen?"),
    ),
    "A12": (
        "Which bulb fits a desk lamp?",
        "All our desk lamps take the small screw socket and at most 9 watts.",
        ("what light bulb do I need", "how many watts may the lamp bulb have", "Which socket does it have?"),
    ),
    "A13": (
        "How do I wash a sleeping bag?",
        "Wash it cold with little soap and dry it flat. Down takes two days.",
        ("can it go in the washing machine", "cleaning a down bag", "How is the bag cleaned?"),
    ),
    "A14": (
        "Is the tent waterproof?",
        "It keeps out a night of steady rain when the seams are sealed once a year.",
        ("will it stand heavy rain", "my tent leaks at the seams", "Does the tent hold water off?"),
    ),
    "A15": (
        "Do flower pots stand the frost?",
        "Concrete and plastic do. Bring terracotta and glazed clay inside.",
        ("can pots stay outside in winter", "terracotta cracked in the cold", "Are they frost proof?"),
    ),
    "A16": (
        "Can I buy a voucher?",
        "Vouchers from 10 to 200 euros lie at the till and can be printed at home.",
        ("gift card", "Looking for a present, do you have vouchers?", "how do I redeem a gift voucher"),
    ),
    "A17": (
        "When is the shop open?",
        "Monday to Saturday from ten to seven, on the first Sunday of a month from noon to five.",
        ("opening hours", "are you open on sunday", "Until when can I come by?"),
    ),
    "A18": (
        "Where do I take empty batteries?",
        "Into the red box by the door, whatever their maker. Tape over the poles of lithium cells.",
        ("recycling old cells", "Can I bring used batteries?", "what to do with dead batteries"),
    ),
}
"""By its id: the question as the shop puts it, the answer, and how customers ask."""
UNANSWERED = (
    "Do you hire people for the holidays?",
    "can my dog come into the shop",
    "What is the name of the song in your advert?",
    "Do you restring rackets?",
)
"""Asked by customers, answered nowhere."""


def answer_rows() -> list[dict[str, object]]:
    """Id, question and answer of the shop."""
    return [{"id": one, "question": asked, "answer": told} for one, (asked, told, _) in ANSWERS.items()]


def question_rows() -> list[dict[str, object]]:
    """What customers ask, with the id of the answer that serves, "" where none does."""
    asked = [(text, one) for one, (_, _, texts) in ANSWERS.items() for text in texts]
    asked += [(text, "") for text in UNANSWERED]
    return [{"id": f"Q{n:02d}", "question": text, "answer": one} for n, (text, one) in enumerate(asked, 1)]
