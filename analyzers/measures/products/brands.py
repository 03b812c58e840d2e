"""Brands named in words, by a small lexicon: the names that stand for nothing else, and those of their products.

A name that is also a common word (Apple, Target, Dove, Gap) is left out; its products speak for it (iPhone, iPad).
Platforms are left out too: every other video asks to be followed on one.
"""

import re
from dataclasses import dataclass

BRANDS: dict[str, tuple[str, ...]] = {  # how it is told, and how it is written besides, in any case
    "Apple": ("iphones?", "ipads?", "macbooks?", "airpods?", "imac", "apple watch", "apple music", "apple pay"),
    "Samsung": ("galaxy s2\\d",), "Xiaomi": ("redmi",), "Huawei": (), "OnePlus": (), "Motorola": (),
    "Google Pixel": ("pixel \\d",), "Sony": ("playstation", "ps[45]"), "Microsoft": ("xbox",), "Nintendo": (),
    "GoPro": (), "DJI": (), "Canon EOS": ("canon eos",), "Nikon": (), "Fujifilm": ("instax",),
    "Bose": ("bose qc", "bose quietcomfort"),
    "JBL": (), "Dyson": ("airwrap",), "Logitech": (), "Lenovo": ("thinkpad",), "Nvidia": ("geforce", "rtx \\d{4}"),
    "Nike": ("air jordans?", "air force 1", "air max"), "Adidas": ("yeezys?",), "New Balance": (), "Reebok": (),
    "Converse": (), "Asics": (), "Skechers": (), "Birkenstock": ("birkenstocks",), "Crocs": (), "Dr. Martens":
    ("doc martens", "dr martens"), "Under Armour": (), "Lululemon": (), "Gymshark": (), "The North Face":
    ("north face",), "Patagonia": (), "Carhartt": (), "Levi's": ("levis",), "Calvin Klein": (), "Tommy Hilfiger": (),
    "Ralph Lauren": (), "Zara": (), "H&M": ("h & m",), "Primark": (), "Uniqlo": (), "Shein": (), "Temu": (),
    "ASOS": (), "Zalando": (), "Gucci": (), "Prada": (), "Chanel": (), "Dior": (), "Louis Vuitton": (), "Hermès":
    ("birkin",), "Balenciaga": (), "Versace": (), "Burberry": (), "Rolex": (), "Cartier": (), "Swarovski": (),
    "Pandora": (), "Ray-Ban": ("ray bans?",), "L'Oréal": ("l'oreal", "loreal"), "Maybelline": (), "NYX": (),
    "Sephora": (), "Nivea": (), "CeraVe": (), "La Roche-Posay": ("la roche posay",), "The Ordinary": (),
    "Fenty Beauty": ("fenty",), "Rare Beauty": (), "Charlotte Tilbury": (), "Estée Lauder": ("estee lauder",),
    "Garnier": (), "Olaplex": (), "Rossmann": (), "Neutrogena": (), "e.l.f.": ("elf cosmetics",),
    "Rhode": ("rhode skin",),
    "Stanley": ("stanley cups?", "stanley tumblers?"), "IKEA": (), "Lego": (), "Barbie": (), "Starbucks": (),
    "McDonald's": ("mcdonalds", "big mac", "mcflurry"), "Burger King": (), "KFC": (), "Chipotle": (), "Dunkin'":
    ("dunkin donuts",), "Coca-Cola": ("coca cola",), "Pepsi": (), "Red Bull": (), "Fanta": (), "Nutella": (),
    "Oreo": ("oreos",), "KitKat": ("kit kat",), "Haribo": (), "Milka": (), "Nespresso": (), "Doritos": (),
    "Pringles": (), "Lidl": (), "Aldi": (), "Walmart": (), "Costco": (), "Amazon": (), "eBay": (), "Etsy": (),
    "Netflix": (), "Spotify": (), "Disney": (), "Tesla": (), "BMW": (), "Mercedes-Benz": ("mercedes benz",),
    "Audi": (), "Porsche": (), "Volkswagen": (), "Ferrari": (), "Lamborghini": (), "Toyota": (), "PayPal": (),
}  # fmt: skip
# Whom a brand shares its name with, and the words that tell.
NAMESAKES = {
    "Amazon": r"(?!\s+(?:rain\s?forest|river|jungle|basin|forest))", "Tesla": r"(?!\s+coil)",
    "Converse": r"(?!\s+(?:with|about|in|of))", "Patagonia": r"(?!\s+(?:trip|region|argentina|chile|glacier))",
    "Pandora": r"(?!(?:'s|’s)?\s+box)", "Rhode": r"(?!\s+island)",
}  # fmt: skip
IN_COMPANY_ONLY = {"Apple", "Rhode", "Stanley", "Bose"}  # alone: a fruit, a place, a first name, an adjective


@dataclass(frozen=True, slots=True)
class Brand:
    name: str
    first: int  # of its characters in the text
    after: int


def _pattern() -> re.Pattern[str]:
    names = []
    for number, (name, others) in enumerate(BRANDS.items()):
        own = [] if name in IN_COMPANY_ONLY else [re.escape(name).replace("'", "['’]")]
        names.append(f"(?P<b{number}>(?:{'|'.join([*own, *others])}){NAMESAKES.get(name, '')})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)


NAMES, PATTERN = tuple(BRANDS), _pattern()


def brands(text: str) -> list[Brand]:
    """Every brand that a text names, in its order."""
    return [
        Brand(NAMES[int(match.lastgroup[1:])], match.start(), match.end())
        for match in PATTERN.finditer(text)
        if match.lastgroup
    ]
