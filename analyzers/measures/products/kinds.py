"""Kinds of products that shops on TikTok sell: their names, and the words that name them in English and German.

The names are what a detector is asked to find, so they are things that a picture shows as one piece.
"""

import re

KINDS: dict[str, tuple[str, ...]] = {  # the name, and the words of texts for it besides
    "shoe": ("shoes", "sneakers?", "trainers", "boots?", "heels", "sandals?", "schuhe?", "turnschuhe?", "stiefel"),
    "handbag": ("(?:hand|tote|shoulder )?bags?", "purses?", "(?:hand)?taschen?", "clutch"),
    "backpack": ("backpacks?", "rucks(?:ack|äcke)"),
    "watch": ("watch(?:es)?", "armbanduhr(?:en)?"),
    "necklace": ("necklaces?", "(?:hals)?ketten?"),
    "bracelet": ("bracelets?", "armb(?:and|änder)"),
    "ring": ("rings?", "ohrringe?", "earrings?"),
    "sunglasses": ("sunglasses", "shades", "sonnenbrillen?"),
    "T-shirt": ("t-?shirts?", "tees?", "shirts?"),
    "hoodie": ("hoodies?", "sweatshirts?", "sweaters?", "pullover"),
    "dress": ("dress(?:es)?", "kleid(?:er)?"),
    "jacket": ("jackets?", "coats?", "jacken?", "mantel", "fleece"),
    "jeans": ("jeans", "leggings?", "pants", "hosen?"),
    "cap": ("caps?", "beanies?", "mützen?"),
    "lipstick": ("lip ?sticks?", "lip ?gloss(?:es)?", "lip ?balms?", "lip tints?", "lippenstifte?"),
    "mascara": ("mascaras?", "eyeliners?", "wimperntusche"),
    "makeup palette": ("palettes?", "eye ?shadows?", "blush(?:es)?", "bronzers?", "lidschatten"),
    "makeup brush": ("brush(?:es)?", "pinsel"),
    "perfume bottle": ("perfumes?", "fragrances?", "colognes?", "parfums?", "eau de \\w+"),
    "skincare tube": ("sunscreens?", "cleansers?", "hand ?creams?", "tooth ?pastes?", "sonnencremes?", "body wash"),
    "cosmetics jar": ("moisturi[sz]ers?", "face creams?", "creams?", "lotions?", "cremes?", "foundations?"),
    "dropper bottle": ("serums?", "retinol", "niacinamide"),
    "shampoo bottle": ("shampoos?", "conditioners?", "duschgel"),
    "hair dryer": ("hair ?dryers?", "haartrockner", "föhn", "straighteners?", "curlers?"),
    "phone": ("(?:smart)?phones?", "handys?"),
    "phone case": ("phone cases?", "handyhüllen?"),
    "headphones": ("head ?phones", "headsets?", "kopfhörer"),
    "earbuds": ("ear ?buds?", "ear ?pods"),
    "laptop": ("laptops?", "notebooks?"),
    "tablet computer": ("tablets?",),
    "game controller": ("controllers?", "consoles?", "konsolen?"),
    "camera": ("cameras?", "kameras?"),
    "loudspeaker": ("speakers?", "lautsprecher"),
    "drink can": ("cans?", "energy drinks?", "dosen?"),
    "bottle": ("bottles?", "flaschen?"),
    "tumbler": ("tumblers?", "cups?", "becher"),
    "coffee cup": ("coffees?", "latte", "kaffee"),
    "snack bag": ("chips", "crisps", "snacks?"),
    "chocolate bar": ("chocolates?", "schokolade"),
    "supplement jar": ("protein powder", "supplements?", "gumm(?:y|ies)", "vitamine?s?"),
    "toy": ("toys?", "dolls?", "plush(?:ies)?", "spielzeuge?"),
    "book": ("books?", "novels?", "bücher", "buch"),
    "candle": ("candles?", "kerzen?"),
    "kitchen appliance": ("air ?fryers?", "blenders?", "coffee ma(?:chines?|kers?)", "kaffeemaschinen?", "toasters?"),
    "vacuum cleaner": ("vacuums?(?: cleaners?)?", "staubsauger"),
    "cardboard package": ("packages?", "parcels?", "pakete?"),
}
# Products that go by names of their own (analyzers/measures/products/brands.py) and look like one of these.
LOOKS_LIKE = {
    "iPhone": "phone", "Galaxy": "phone", "Pixel": "phone", "Redmi": "phone", "iPad": "tablet computer",
    "MacBook": "laptop", "ThinkPad": "laptop", "AirPods": "earbuds", "Apple Watch": "watch", "Instax": "camera",
    "PlayStation": "game controller", "Xbox": "game controller", "Airwrap": "hair dryer", "Birkin": "handbag",
    "Air Jordan": "shoe", "Air Force 1": "shoe", "Air Max": "shoe", "Yeezy": "shoe", "Old Skool": "shoe",
    "All Star": "shoe", "Stanley Cup": "tumbler",
}  # fmt: skip
NAMES = tuple(KINDS)
PATTERN = re.compile(
    "|".join(rf"(?P<k{number}>{'|'.join(words)})" for number, words in enumerate(KINDS.values())), re.IGNORECASE
)
# Of a brand and the thing: "Nike running shoes", "Schuhe von Nike"; not "Nike and a watch".
APART = "and|or|und|oder|with|mit|from|for|für|on|in|to|my|your|the|a|an|is|are|ist|sind|has|hat|vs|not|no|of"
AFTER = re.compile(rf"(?:['’]s)?[\s-]+(?:(?!(?:{APART})\s)[\w-]+\s+)?(?:{PATTERN.pattern})(?!\w)", re.IGNORECASE)
BEFORE = re.compile(rf"(?<!\w)(?:{PATTERN.pattern})\s+(?:from|by|von|bei)\s+$", re.IGNORECASE)
REACH = 40  # characters before a brand that hold its thing


def kind_beside(text: str, first: int, after: int) -> str | None:
    """The kind of thing that is named with what stands at these characters; None where none is."""
    match = AFTER.match(text, after) or BEFORE.search(text, max(0, first - REACH), first)
    return NAMES[int(match.lastgroup[1:])] if match and match.lastgroup else None
