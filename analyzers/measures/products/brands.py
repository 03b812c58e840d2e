"""Brands named in words, by a small lexicon of brands and of the products that are known by names of their own.

A brand whose name is also a common word (Apple, Shell, Puma, Dove) or a name of somebody else counts only in company:
before a thing that it sells, behind an @, before ® or ™. Platforms are left out: every other video asks to be followed
on one.
"""

import re
from dataclasses import dataclass

from analyzers.measures.products.kinds import kind_beside

BRANDS: dict[str, tuple[str, ...]] = {  # how it is told, and how it is written besides, in any case
    "Samsung": (), "Xiaomi": (), "Huawei": (), "OnePlus": (), "Motorola": (), "Sony": (), "Microsoft": (),
    "Nintendo": (), "GoPro": (), "DJI": (), "Canon EOS": (), "Nikon": (), "Fujifilm": (), "JBL": (), "Dyson": (),
    "Logitech": (), "Lenovo": (), "Nvidia": (), "Nike": (), "Adidas": (), "New Balance": (), "Reebok": (), "Asics": (),
    "Skechers": (), "Birkenstock": ("birkenstocks",), "Crocs": (), "Dr. Martens": ("doc martens", "dr martens"),
    "Under Armour": (), "Lululemon": (), "Gymshark": (), "The North Face": ("north face",), "Carhartt": (),
    "Levi's": ("levis",), "Calvin Klein": (), "Tommy Hilfiger": (), "Ralph Lauren": (), "Hugo Boss": (), "Zara": (),
    "H&M": ("h & m",), "Primark": (), "Uniqlo": (), "Shein": (), "Temu": (), "ASOS": (), "Zalando": (), "Gucci": (),
    "Prada": (), "Chanel": (), "Dior": (), "Louis Vuitton": (), "Hermès": (), "Balenciaga": (), "Versace": (),
    "Burberry": (), "Rolex": (), "Cartier": (), "Swarovski": (), "Ray-Ban": ("ray bans?",),
    "L'Oréal": ("l'oreal", "loreal"), "Maybelline": (), "NYX": (), "Sephora": (), "Nivea": (), "CeraVe": (),
    "La Roche-Posay": ("la roche posay",), "Fenty Beauty": ("fenty",), "Rare Beauty": (),
    "Charlotte Tilbury": (), "Estée Lauder": ("estee lauder",), "Garnier": (), "Olaplex": (), "Rossmann": (),
    "Neutrogena": (), "e.l.f.": ("elf cosmetics",), "IKEA": (), "Lego": (), "Barbie": (), "Starbucks": (),
    "McDonald's": ("mcdonalds",), "Burger King": (), "KFC": (), "Chipotle": (), "Dunkin'": ("dunkin donuts",),
    "Coca-Cola": ("coca cola",), "Pepsi": (), "Red Bull": (), "Fanta": (), "Nutella": (), "Oreo": ("oreos",),
    "KitKat": ("kit kat",), "Haribo": (), "Milka": (), "Nespresso": (), "Doritos": (), "Pringles": (), "Lidl": (),
    "Aldi": (), "Walmart": (), "Costco": (), "Amazon": (), "eBay": (), "Etsy": (), "Netflix": (), "Spotify": (),
    "Disney": (), "Tesla": (), "BMW": (), "Mercedes-Benz": (), "Audi": (), "Porsche": (), "Volkswagen": (),
    "Ferrari": (), "Lamborghini": (), "Toyota": (), "PayPal": (),
}  # fmt: skip
PRODUCTS: dict[str, tuple[str, str]] = {  # who makes it, and how it is written
    "iPhone": ("Apple", "iphones?"), "iPad": ("Apple", "ipads?"), "MacBook": ("Apple", "macbooks?"),
    "AirPods": ("Apple", "airpods?"), "iMac": ("Apple", "imacs?"), "Apple Watch": ("Apple", "apple watch(?:es)?"),
    "Apple Music": ("Apple", "apple music"), "Apple Pay": ("Apple", "apple pay"),
    "Galaxy": ("Samsung", "(?:samsung )?galaxy (?:s\\d\\d|z (?:flip|fold)|buds|watch)|samsung galaxy"),
    "Pixel": ("Google", "google pixel|pixel (?:[6-9]|1\\d)(?: pro|a)"), "Redmi": ("Xiaomi", "redmi"),
    "PlayStation": ("Sony", "playstations?|ps[45]"), "Xbox": ("Microsoft", "xbox(?:es)?"),
    "Nintendo Switch": ("Nintendo", "nintendo switch"), "Instax": ("Fujifilm", "(?:fujifilm )?instax"),
    "Airwrap": ("Dyson", "(?:dyson )?airwrap"), "ThinkPad": ("Lenovo", "thinkpads?"),
    "GeForce": ("Nvidia", "geforce|rtx \\d{4}"), "Air Jordan": ("Nike", "(?:nike )?air jordans?"),
    "Air Force 1": ("Nike", "(?:nike )?air force (?:1|ones?)s?"), "Air Max": ("Nike", "(?:nike )?air max"),
    "Yeezy": ("Adidas", "(?:adidas )?yeezys?"), "Birkin": ("Hermès", "(?:herm[eè]s )?birkin(?: bags?)?"),
    "Big Mac": ("McDonald's", "big macs?"), "McFlurry": ("McDonald's", "mcflurry"),
    "Stanley Cup": ("Stanley", "stanley cups?(?!\\s(?:final|playoff|champion|winner))|stanley tumblers?"),
    "Old Skool": ("Vans", "vans old skool|old skool vans"), "All Star": ("Converse", "converse all stars?"),
    "Tide Pods": ("Tide", "tide pods?"), "Prime Hydration": ("Prime", "prime hydration|prime energy drinks?"),
    "Echo Dot": ("Amazon", "(?:amazon )?echo dot|amazon echo"), "Kindle": ("Amazon", "amazon kindle|kindle paperwhite"),
}  # fmt: skip
# A name that is also a fruit, an animal, a place, a verb or somebody's own: what it sells, as it stands right after it.
WEAR = "shoes?|sneakers?|trainers|schuhe?|hoodies?|jackets?|jacken?|jeans|t-?shirts?|shirts?|socks|leggings|caps?|bags?"
IN_COMPANY: dict[str, str] = {
    "Apple": "stores?|event|pencils?|vision|tv|id|account|gift cards?|products?|laptops?|headphones|phones?",
    "Puma": f"{WEAR}|suedes?|speedcats?|store|outlet|tracksuits?|cleats?",
    "Converse": f"{WEAR}|chucks?|high tops?|platforms?",
    "Vans": f"{WEAR}|slip ?ons?|checkerboards?",
    "Patagonia": f"{WEAR}|fleece|vests?|westen?|backpacks?|rucksack",
    "Gap": f"{WEAR}|kids|store|factory",
    "Guess": "jeans|bags?|handbags?|watch(?:es)?|tasche",
    "Mango": "haul|dress(?:es)?|blazers?|kleid|jeans|store",
    "Dove": "soaps?|body ?wash|shampoos?|deodorants?|deo|lotions?|beauty bar|creams?|creme|duschgel",
    "Axe": "body ?sprays?|deodorants?|deo|duschgel",
    "Rhode": "skin|lip|peptide|blush(?:es)?|phone cases?",
    "Lush": "bath ?bombs?|shampoos?|cosmetics|store|haul",
    "Shell": "gas|petrol|stations?|tankstellen?|v-?power",
    "Target": "runs?|hauls?|finds|store|dollar spot|registry|circle",
    "Boots": "advantage card|pharmacy|meal deal",
    "Subway": "sandwich(?:es)?|footlongs?|cookies?",
    "Monster": "energy|energy drinks?",
    "Stanley": "quencher|bottles?|mugs?|thermos",
    "Bose": "headphones|kopfhörer|speakers?|qc|quietcomfort|soundbars?|earbuds",
    "Pandora": "bracelets?|rings?|charms?|jewell?ery|armb(?:and|änder)|schmuck|necklaces?|ketten?|store|haul",
    "Canon": "cameras?|kameras?|lens(?:es)?|objektive?|printers?|drucker",
    "Google": "nest|home|chromecast",
    "The Ordinary": "serums?|niacinamide|retinol|peeling|glycolic|toner|skincare|haul|multi-peptide",
    "Fossil": "watch(?:es)?|uhr(?:en)?|bags?",
    "Diesel": "jeans|1dr|belt|watch(?:es)?",
}
# Whom a brand shares its name with, and the words that tell: before it, and after it.
NAMESAKES: dict[str, tuple[str, str]] = {
    "Amazon": (
        r"(?<!\bthe )(?<!\bder )",
        r"(?! ?(?:rain ?forest|river|jungle|basin|forest|delta|warrior|wom[ae]n|tribe|parrot))",
    ),
    "Tesla": (r"(?<!nikola )", r"(?! (?:coil|tower|valve|turbine))"),
    "Nike": (r"(?<!goddess )", r"(?! (?:goddess|of samothrace|missile))"),
    "Zara": ("", r"(?! (?:larsson|tindall))"), "Prada": (r"(?<!wears )(?<!trägt )", ""),
    "Chanel": ("", r"(?! west)"), "Gucci": (r"(?<!\ball )(?<!\bwe )(?<!we're )(?<!i'm )", r"(?! mane)"),
    "Crocs": (r"(?<!nile )(?<!saltwater )(?<!the )", r"(?! (?:in the (?:river|water|wild)|attack|hunt|eat))"),
    "Barbie": ("", r"(?! (?:ferreira|movie|film))"),
}  # fmt: skip
TAILS = (  # of a hashtag, behind a brand: #amazonfinds, #nikeshoes
    "hauls?|finds?|must ?haves?|favou?rites|unboxing|review|partner|ambassador|official|deals?|store|shop|shoes|"
    "sneakers|bags?|makeup|skincare|beauty|outfit|deutschland|germany|usa|uk"
)
END = rf"(?=(?:{TAILS})?(?!\w))"
SHOP = re.compile(
    r"(?<![\w.])@(?!\w*(?:work|photo|barber)shop)((?:[\w.]*[._]|\w{3,})?(?:shop|store|boutique)(?:[._][\w.]*)?)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Brand:
    name: str
    product: str | None  # its own name, or its kind
    first: int  # of its characters in the text
    after: int


def _spelled(name: str) -> str:
    return re.escape(name).replace("'", "['’]").replace(r"\ ", r"[ _-]?").replace(r"\-", r"[ _-]?")


def _loose(pattern: str) -> str:
    """Words may be written together or with a hyphen, as in hashtags."""
    return re.sub(r"(?<!\(\?!) ", "[ _-]?", pattern)


def _all_names() -> dict[str, tuple[str, str | None]]:
    """A pattern of each name, and the brand and the product that it stands for."""
    found: dict[str, tuple[str, str | None]] = {}
    for product, (brand, written) in PRODUCTS.items():
        found[f"(?:{_loose(written)}){END}"] = brand, product
    for brand, others in BRANDS.items():
        before, after = NAMESAKES.get(brand, ("", ""))
        found[f"{before}(?:{'|'.join([_spelled(brand), *map(_loose, others)])}){after}{END}"] = brand, None
    for brand, sold in IN_COMPANY.items():
        beside = rf"(?=(?:['’]s)?[ _-]?(?:{sold})(?!\w)|\s?[®™])"
        found[f"{_spelled(brand)}{beside}|(?<=@){_spelled(brand)}(?!\\w)"] = brand, None
    return found


NAMES = _all_names()
MEANT = tuple(NAMES.values())
PATTERN = re.compile(
    rf"(?<!\w)(?:{'|'.join(f'(?P<b{number}>{name})' for number, name in enumerate(NAMES))})", re.IGNORECASE
)


def brands(text: str) -> list[Brand]:
    """Every brand that a text names, in its order."""
    found: list[Brand] = []
    for match in PATTERN.finditer(text):
        if match.lastgroup:
            brand, product = MEANT[int(match.lastgroup[1:])]
            kind = product or kind_beside(text, match.start(), match.end())
            found.append(Brand(brand, kind, match.start(), match.end()))
    return found


def shops(text: str) -> list[Brand]:
    """Accounts that call themselves shops: @glow.shop, @shop_berlin."""
    return [Brand(match[1], None, match.start(), match.end()) for match in SHOP.finditer(text)]
