"""How many syllables a text has, in the scripts that write them down; and the text without its dress.

One a vowel group in alphabets, one a sign in Chinese and Korean, one a mora in kana. A vowel group is not always one
syllable, and a silent letter not always seen: right for a sentence within a tenth, not for every word.
"""

import re
import unicodedata

VOWELS = "aeiouyæœøıαεηιουωаеиоуыэюяіє"
GROUP = re.compile(f"[{VOWELS}]+")
SILENT = {  # vowels at the end of a word that are written and not said
    "en": re.compile(r"[^aeiouyl]e$|[^aeiouylscxzg]es$|[^aeiouytd]ed$"),
    "fr": re.compile(r"[^aeiouy](e|es|ent)$"),
}
SMALL_KANA = set("ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ")  # said together with the sign before


def count_syllables(text: str, lang: str | None) -> int | None:
    """None where the script does not say: vowels are not written in Arabic and Hebrew, nor parted in Thai."""
    counts = [_count(word, lang) for word in normalised(text).split()]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _count(word: str, lang: str | None) -> int | None:
    bare = _bare(word)
    signs = sum(_is_sign(letter) for letter in bare)
    groups = len(GROUP.findall(bare))
    if groups > 1 and lang in SILENT and SILENT[lang].search(word):  # with its accents: é is said
        groups -= 1
    if signs or groups:
        return signs + groups
    return 1 if bare.isascii() else None  # "hmm" and "3" are said too


def _bare(word: str) -> str:
    """Without accents: a vowel is a vowel. Kana and Korean stay whole."""
    return "".join(letter if _is_sign(letter) else _unaccented(letter) for letter in word)


def _unaccented(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))


def _is_sign(letter: str) -> bool:
    """Whether a letter is a syllable by itself: Chinese, Korean, and kana but for the small ones."""
    is_sign = "\u3041" <= letter <= "\u30fa" or "\u3400" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3"
    return is_sign and letter not in SMALL_KANA


def are_parted(text: str) -> bool:
    """Whether the script puts blanks between words: not so Chinese, Japanese, Thai, Lao, Khmer and Burmese."""
    return not re.search("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30fa\u3400-\u9fff]", text)


def normalised(text: str) -> str:
    """Lower case, letters and digits only, one blank between words."""
    folded = re.sub("['’]", "", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in folded)
    return " ".join(kept.split())
