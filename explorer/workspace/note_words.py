"""Words of the demo of notes: what each topic is about, how a note begins, and how it ends."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """What one topic is written from.

    Places begin with their preposition. Each sentence of `events` names a subject as {it}; details stand alone.
    """

    places: tuple[str, ...]
    subjects: tuple[str, ...]
    events: tuple[str, ...]
    details: tuple[str, ...]


TOPICS = {
    "garden": Topic(
        ("in the back garden", "in the greenhouse", "on the allotment", "on the balcony"),
        (
            "the tomatoes",
            "the runner beans",
            "the old roses",
            "the courgettes",
            "the young apple trees",
            "the lavender",
        ),
        (
            "Planted out {it} in two rows and watered them in well.",
            "Something has been eating {it} during the night.",
            "Tied up {it} after the storm had pushed them over.",
            "Gave {it} the last of the compost and a thick layer of straw.",
            "Cut back {it} by a third, as the book says.",
            "Picked the first of {it} far earlier than last year.",
        ),
        (
            "There were slugs under every single board.",
            "The soil is still too wet to dig.",
            "Two bumblebees stayed with me the whole time.",
            "The water butt is nearly empty again.",
            "My neighbour gave me seedlings over the fence.",
            "A robin waited for worms right beside the spade.",
            "The blackfly is back on every soft tip.",
            "Frost is forecast for the weekend, so the fleece stays on.",
        ),
    ),
    "kitchen": Topic(
        ("in my kitchen", "in my grandmother's kitchen", "in the holiday flat", "in the community kitchen"),
        ("the rye bread", "the onion soup", "the plum cake", "the fish stew", "the dumplings", "the lentil curry"),
        (
            "Made {it} from memory and forgot the salt.",
            "Cooked {it} for eight people with only one big pan.",
            "Tried {it} with half the butter and could not taste a difference.",
            "Burnt {it} because the telephone rang at the wrong moment.",
            "Wrote down at last how {it} should be made.",
            "Served {it} cold the next day, and it was better than fresh.",
        ),
        (
            "The oven runs hotter than its dial says.",
            "A pinch of nutmeg makes all the difference.",
            "The dough needed a whole night to rise.",
            "The children scraped the bowl clean.",
            "Next time use fewer onions and more time.",
            "The recipe card is stained but can still be read.",
            "The market had no thyme, so bay leaves had to do.",
            "The smell stayed in the curtains for two days.",
        ),
    ),
    "repairs": Topic(
        ("in the bicycle workshop", "at the repair café", "in the garage", "at the workbench in the cellar"),
        ("the bicycle", "the sewing machine", "the kitchen clock", "the radio", "the desk lamp", "the coffee grinder"),
        (
            "Took {it} apart and found a broken spring inside.",
            "Somebody brought {it} in a box, in a hundred pieces.",
            "Cleaned and oiled {it}, and now everything turns again.",
            "Gave up on {it}, because nobody makes that part any more.",
            "Replaced the cable of {it} and tested it three times.",
            "Put {it} back together with only one screw left over.",
        ),
        (
            "The screws were rusted tight and needed heat.",
            "The right tool was at the bottom of the last drawer.",
            "A new bearing costs less than a cup of coffee.",
            "The owner waited and told me its whole history.",
            "An old repair with tape had lasted twenty years.",
            "The fuse had blown, and nothing else was wrong.",
            "A video from another country showed the trick.",
            "My hands still smell of grease.",
        ),
    ),
    "museum": Topic(
        ("in the town museum", "at the dig by the river", "in the museum store", "in the reading room"),
        (
            "a bronze brooch",
            "a clay oil lamp",
            "a child's leather shoe",
            "a worn silver coin",
            "an iron key",
            "a comb of bone",
        ),
        (
            "Catalogued {it} from the Roman layer.",
            "Found {it} in the third trench, just above the gravel.",
            "Photographed {it} from six sides for the catalogue.",
            "Moved {it} to a dry box, since it had begun to corrode.",
            "Lent {it} to the exhibition in the capital.",
            "Compared {it} with a drawing from the excavation of 1911.",
        ),
        (
            "The label had come off and lay in the wrong tray.",
            "It is no longer than my little finger.",
            "The maker left a thumbprint in the surface.",
            "The date rests on a single fragment of pottery.",
            "There are traces of red paint on one side.",
            "A class of pupils asked better questions than the experts.",
            "The scan shows a crack that the eye cannot see.",
            "It must have been mended in its own time already.",
        ),
    ),
    "walks": Topic(
        ("on the coast path", "in the beech wood", "on the hill behind the village", "by the lake"),
        ("the lighthouse", "the old mill", "the stone bridge", "the ruined chapel", "the lookout", "the ferry landing"),
        (
            "Walked to {it} and back before breakfast.",
            "Lost the path beyond {it} and came home in the dark.",
            "Sat by {it} for an hour and saw nobody.",
            "Turned round at {it}, because the fog came in.",
            "Met three hikers at {it} who had no map.",
            "Took the long way round to {it} through the fields.",
        ),
        (
            "The wind pushed us along like a hand.",
            "A buzzard circled over the ridge.",
            "The mud came over the top of my boots.",
            "There was ice on the puddles until noon.",
            "We shared an apple and the last of the tea.",
            "Rain set in just as we left, and never stopped.",
            "The sea was flat and grey as slate.",
            "The leaves have turned, a whole hillside of copper.",
        ),
    ),
    "music": Topic(
        ("in the church hall", "at the music school", "in the rehearsal room", "on the open-air stage"),
        ("the slow movement", "the new song", "the Bach chorale", "the waltz", "the jazz standard", "the overture"),
        (
            "Rehearsed {it} until the altos could sing it without the piano.",
            "Played {it} in front of people for the first time.",
            "Practised {it} with the metronome, at half the speed.",
            "Broke a string in the middle of {it} and played on.",
            "Recorded {it} twice and kept the first take.",
            "Heard {it} on the radio and noticed how much too fast we are.",
        ),
        (
            "The trumpet came in a bar early, as always.",
            "The cellist has lent me her second bow.",
            "My fingers know it now, even when I do not.",
            "The hall echoes so much that nobody hears the bass.",
            "The drummer counted in twice to be sure.",
            "At the end it was quiet for a long moment.",
            "Somebody's page fell down, and we all laughed.",
            "The piano badly needs to be tuned.",
        ),
    ),
    "shop": Topic(
        ("at the shop on the corner", "in the department store", "at the market", "in the station arcade"),
        ("the woollen blanket", "the teapot", "the hiking boots", "the fountain pen", "the board game", "the raincoat"),
        (
            "Ordered {it} on Monday and had it by Wednesday.",
            "Sent {it} back, because it looked nothing like the picture.",
            "Bought {it} as a present, and it was a great success.",
            "Have used {it} every day for a year without a fault.",
            "Paid far too much for {it}, in my opinion.",
            "Was advised against {it} by the owner, who sold me something cheaper.",
        ),
        (
            "The parcel was wrapped in three layers of paper.",
            "The refund took five weeks and four messages.",
            "The seams are straight and strong.",
            "The colour is darker than on the screen.",
            "The person at the counter knew everything about it.",
            "Delivery cost almost as much as the thing itself.",
            "A small part was missing and came by post the next day.",
            "The size runs small, so choose one larger.",
        ),
    ),
    "animals": Topic(
        ("on the farm", "at the animal shelter", "in the vet's waiting room", "by the pond"),
        ("the grey cat", "the brown mare", "the lame duck", "the old sheepdog", "the black goat", "the tame crow"),
        (
            "Fed {it} by hand for the first time.",
            "Drove {it} to the vet in the middle of the night.",
            "Found {it} asleep in the wheelbarrow.",
            "Let {it} out after a week indoors.",
            "Spent the whole morning looking for {it}.",
            "Weighed {it} and wrote the number on the stable door.",
        ),
        (
            "The wound is healing well and can stay open.",
            "One of the fence posts has rotted through.",
            "There are four young ones now, all with white feet.",
            "The tablets go down only with cheese.",
            "The water in the trough was frozen hard.",
            "A family came by who may take two of them.",
            "The others keep their distance for the moment.",
            "The hay will last until the end of March.",
        ),
    ),
}

MOODS = {
    "pleased": (
        "I could not be happier.",
        "A very good day.",
        "This is how it should always be.",
        "I whistled all the way home.",
    ),
    "worried": (
        "I fear it will get worse.",
        "I hardly slept for thinking of it.",
        "I hope this ends well.",
        "What if it happens again?",
    ),
    "annoyed": ("Never again.", "I have had enough of it.", "What a waste of time.", "I was cross all evening."),
    "calm": ("No hurry.", "There will be time for the rest.", "That is all for today.", "Nothing else to report."),
    "moved": (
        "I had tears in my eyes.",
        "I shall not forget it.",
        "It made me think of my father.",
        "For once I had no words.",
    ),
}

BEGINNINGS = (
    "",
    "This morning {place}.",
    "Late in the evening, {place}.",
    "A short note, written {place}.",
    "Back {place}.",
    "{season}, {place}.",
    "With two friends {place}.",
    "Alone {place} today.",
)

WRITERS = ("Ada", "Bruno", "Clara", "Dev", "Emeka", "Finn", "Greta", "Hana")
SEASONS = ("Winter", "Spring", "Summer", "Autumn")
REWRITTEN = (
    ("The ", "That "),
    (" and ", " and then "),
    ("very ", "really "),
    ("again", "once more"),
    ("almost", "nearly"),
)
"""What a near copy of a note says otherwise: the first of these that it has."""
