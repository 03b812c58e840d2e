"""How Italian asks."""

from analyzers.measures.asks.grammar import Language

ITALIAN = Language(
    code="it",
    words={
        "video": "(video|post|reel|tiktok|ricetta|lista|consiglio|trucco)",
        "this": "(questo|questa|il|la|mio|lo)",
        "comments": "(nei|qui nei|sotto nei|giù nei) (commenti|comments)",
        "friend": (
            "(amico|amica|amici|amiche|migliore amica|migliore amico|qualcuno|sorella|fratello|mamma|papà|"
            "persona|fidanzato|fidanzata|ragazzo|ragazza|collega)"
        ),
        "number": "(2|3|4|due|tre)",
    },
    leads=(
        "per favore",
        "quindi",
        "allora",
        "poi",
        "ora",
        "adesso",
        "e poi",
        "ricordati di",
        "ricordatevi di",
        "non (dimenticare|dimenticarti|dimenticate|dimenticatevi|scordare|scordarti|scordatevi) (di)?",
        "puoi",
        "potete",
        "ragazzi",
    ),
    conditions=(
        "se",
        "quando",
        "per",
    ),
    subjects="(io|lui|lei|loro|noi|la gente|tutti|non|che|chi|mi|ti|si|mio|mia|il|lo|la|i|gli|le|un|una|nessuno)",
    links="(e|ed|o|&)",
    not_after=(
        "non",
        "mai",
        "senza",
        "nessuno",
    ),
    forgiven=(
        (
            "non (dimenticare|dimenticarti|dimenticate|dimenticatevi|scordare|scordarti|scordatevi|perdere|"
            "perderti|perdete)"
        ),
    ),
    reported=("(detto|dice|dicono|diceva|disse|chiesto|chiede)",),
    asked={
        "follow": (
            "(seguimi|seguitemi|seguici|seguiteci|seguirmi|seguirci) !(in (ufficio|cucina)|fino)",
            "(segui|seguite) (la mia pagina|il mio profilo|il profilo|la pagina|@)",
            "(iscriviti|iscrivetevi|iscriverti|iscrivervi) (al|e|,|per|/? $)",
        ),
        "like": ("(lascia|lasciate|metti|mettete|mettere|lasciare|fai|date|dai) .. (like|mi piace|cuore|cuoricino)",),
        "comment": (
            (
                "(scrivi|scrivimi|scrivimelo|scrivetemi|scrivetelo|scrivetemelo|dimmi|ditemi|dimmelo|ditemelo|"
                "fammi sapere|fatemi sapere|lascia|lasciate|rispondi|raccontami|raccontatemi|commenta) .. .. .. "
                "{comments}"
            ),
            "(commenta|commentate|commentare) (*|con|qui|sotto|se|e|,|/? $)",
            "(lascia|lasciate|lasciami|lasciare) .. (commento|commenti)",
        ),
        "share": (
            (
                "(condividi|condividete|condividere|condividilo|condividila) !(casa|stanza) (il|la|questo|questa|"
                "con|se|e|,|/? $)"
            ),
            "(manda|mandalo|mandala|invia|invialo|mandate|mandatelo) .. .. (a|al|alla|ai) .. {friend}",
        ),
        "save": (
            "(salva|salvate|salvati|salvatevi|salvare) {this} .. ({video}|per)",
            "(salvalo|salvatelo|salvala) (per|se|/? $|e)",
        ),
        "shop": (
            (
                "(compra|acquista|ordina|prendi|compralo|acquistalo|approfitta|approfittane) (ora|subito|adesso|"
                "oggi|qui|il tuo|la tua|sul)"
            ),
            "(usa|usate|utilizza) (il|il mio)? codice",
            "(clicca|cliccate) .. .. (carrello|shop|negozio)",
        ),
        "tag": (
            "(tagga|taggate|menziona|menzionate|taggare) (un|una|un tuo|il|la|i|le|chi|tuo|tua|l) ..",
            "(tagga|taggate) (qualcuno|un|una)? .. {friend}",
        ),
        "duet": (
            "(fai|fate|fare) .. (duetto|stitch)",
            "(usa|usate) questo (suono|audio|filtro)",
        ),
        "part2": ("(seguimi|commenta|metti like|iscriviti|seguitemi) per .. parte {number}",),
        "question": ("(dimmi|ditemi|fammi sapere) (cosa|che|che cosa) ne (pensi|pensate)",),
        "watch_end": (
            (
                "(guarda|guardate|aspetta|aspettate|resta|restate|rimani|rimanete|guardare) .. fino alla fine !(di|"
                "del|della)"
            ),
            "(aspetta|aspettate) la fine",
            "non (scrollare|scrollate|scorrere|scorrete)",
        ),
    },
    anywhere={
        "follow": ("(seguimi|seguitemi|seguici) per",),
        "share": ("e (condividi|condividete) (il|la|questo|questa|con|/? $)",),
        "link_bio": (
            (
                "(link|tutto|info|ricetta|codice|dettagli) .. .. (in|nella|nel|sul) (mia|nostra|mio)? (bio|profilo|"
                "descrizione)"
            ),
        ),
        "shop": ("con il (mio)? codice *",),
        "part2": (
            "parte {number} .. (domani|presto|in arrivo|sul mio|nel mio)",
            "(vuoi|volete|chi vuole) .. parte {number}",
            "per .. parte {number}",
        ),
        "question": (
            "(cosa|che|che cosa|voi che|tu che) ne (pensi|pensate|dite|dici) .. ?",
            "qual è (il|la) (tuo|tua|vostro|vostra) .. ?",
            "(e tu|e voi|voi cosa|tu cosa) .. .. ?",
            "(sì o no|quale preferisci|quale preferite|quale scegli|avete mai|hai mai) .. .. ?",
        ),
    },
)
