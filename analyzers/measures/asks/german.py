"""How German asks. Words are written as `casefold` leaves them: ss for ß."""

from analyzers.measures.asks.grammar import Language

GERMAN = Language(
    code="de",
    words={
        "video": "(video|videos|clip|beitrag|post|reel|tiktok|rezept|idee|tipp|liste)",
        "this": "(das|dieses|diesen|diese|dies|den|die|mein|unser|das hier)",
        "me": "(mir|uns|@|meinem (kanal|account|profil)|unserem (kanal|account|profil)|diesem (kanal|account))",
        "mine": "(mich|uns|@|meinen (kanal|account)|unseren (kanal|account)|den kanal|diesen (kanal|account))",
        "act": (
            "(liken|liket|like|kommentieren|kommentiert|kommentier|teilen|teilt|teile|folgen|folgt|folg|folge|"
            "speichern|speichert|speicher|abonnieren|abonniert|abonnier)"
        ),
        "and": "(, und|,|und|&|/|oder)",
        "comments": (
            "(in (die|den|meine|meinen|unsere|unseren)|in) (kommentare|kommentaren|kommis|comments|kommentarspalte)"
        ),
        "friend": (
            "(freund|freundin|freunde|freunden|freundinnen|bestie|besties|mädels|jungs|schwester|bruder|mama|"
            "mutter|papa|vater|partner|partnerin|leute|kumpel|kumpels|crush|familie|gruppe|kollegen|kollegin|"
            "geschwister|cousine|mann|frau|person|menschen|crew|chef|mitbewohner|mitbewohnerin|oma|opa)"
        ),
        "number": "(2|3|4|5|zwei|drei|vier|fünf)",
        "please": (
            "(bitte|gern|gerne|doch|mal|ruhig|unbedingt|einfach|auch|jetzt|noch|schnell|direkt|also|am besten|"
            "dann|sehr|ja)"
        ),
        "you": "(du|ihr|sie)",
        "can": "(kannst|könnt|solltest|solltet|musst|müsst|darfst|dürft|könntest|könntet)",
        "like": "(like|likes|herz|herzchen|daumen hoch|daumen|däumchen|gefällt mir)",
    },
    leads=(
        "bitte",
        "also",
        "dann",
        "jetzt",
        "einfach",
        "gerne",
        "gern",
        "und bitte",
        "und dann",
        "ja",
        "so",
        "leute",
        "hey",
        "deshalb",
        "deswegen",
        "los",
        "am besten",
        "schnell",
        "vergiss nicht",
        "vergesst nicht",
        "wenn (ja|nicht)",
        "(vergiss|vergesst|denk|denkt) (nicht|dran|daran)",
    ),
    conditions=(
        "wenn",
        "falls",
        "damit",
        "bevor",
        "sobald",
        "für",
    ),
    subjects=(
        "(ich|wir|er|sie|es|man|leute|alle|jeder|jemand|niemand|keiner|wer|der|die|das|ein|eine|mein|meine|"
        "sein|seine|ihre|unser|unsere|mir|uns|viele|manche|du|ihr)"
    ),
    links="(und|oder|&)",
    not_after=(
        "nicht",
        "nie",
        "niemals",
        "kein",
        "keine",
        "keinen",
        "ohne",
        "statt",
        "würde nie",
        "hasse",
    ),
    forgiven=(
        "(vergiss|vergesst|vergessen sie|bitte) nicht",
        "(noch|warum|wieso) nicht",
        "nicht nur",
        "nicht vergessen",
        "(wer|wenn) .. nicht",
    ),
    reported=(
        (
            "(sagte|sagt|sagen|gesagt|meinte|fragte|fragt|bat|ruft|rief|schrie|meint er|meint sie|schrieb|"
            "geschrieben|kommentierte|bettelt|betteln)"
        ),
    ),
    asked={
        "follow": (
            (
                "(folg~|folgen sie) {please}? {please}? {me} !(.. nicht|nicht|überall|überallhin|in|ins|nach|durch|"
                "zu|zum|bitte nicht|unauffällig|auf dem weg)"
            ),
            "(folg~|folgen) {please}? (für|um .. zu|und|&|, |/? $|wenn|falls|damit|@)",
            "(abonnier~|abonnieren) {please}? ({mine}|und|&|,|für|/? $|damit|wenn|nicht vergessen)",
            "(drück~|klick~|tipp~|hau~) .. auf .. (plus|folgen|abonnieren|glocke|abo|follow)",
            "(lass~|gib~|gebt|schenk~) .. .. (abo|follow|abos|follows)",
            "(folgst du|folg~ ihr) {me} (schon|bereits|eigentlich) .. ?",
            ("(gleich|direkt|schnell|gerne|gern|einfach|jetzt|unbedingt|also) {please}? folgen (/? $|für|und|damit|,)"),
            "folg~ (meiner|meinem|meinen) !(rat|rezept|beispiel|anweisungen|anleitung|herzen|weg|spur) *",
            "aktivier~ .. (glocke|benachrichtigungen|mitteilungen)",
            "hinterlass~ .. (abo|follow)",
        ),
        "like": (
            "(gib~|gebt|schenk~) .. .. {like} !(nicht)",
            "lass~ .. .. {like} {please}? {please}? (da|hier|für|/? $|und|&|, wenn|wenn|von|übrig|zurück)",
            "drück~ .. .. (like|gefällt mir|herz) !(nicht)",
            "(like|liket|liked|likt|lik) {please}? ({this} {video}|das|und|&|wenn|falls)",
            "^ (like|liket|liken) /? $",
            "(doppeltippen|doppelt tippen|tipp~ doppelt|tipp~ doppelt|doppeltipp)",
            "(daumen|daumen nach) (hoch|oben) (wenn|für|da|, wenn|/? $)",
            "ein like (wenn|für|an alle)",
            "{like} für",
            "(drück~|tipp~|klick~) .. .. (herz|like button|like|gefällt mir)",
            "liken (wenn|und|&|,|für|/? $|nicht vergessen)",
            "hinterlass~ .. {like}",
            "(ein|1|jedes) like =",
        ),
        "comment": (
            (
                "(kommentier~|kommentieren) {please}? {please}? (mit|unten|drunter|hier|das|und|&|,|wenn|euren|"
                "deinen|eure|deine|was|welche|welcher|welches|ob|wie|wo|warum|/? $|nicht vergessen|ja|*) !(hat|"
                "habe|,)"
            ),
            (
                "(schreib~|lass~|sag~|verrat~|erzähl~|pack~|hau~|post~|stell~|stell~|ab|tipp~|teil~|nenn~|frag~) "
                ".. .. .. {comments}"
            ),
            "(schreib~|lass~) .. .. (kommentar|kommentare|kommi)",
            "ab {comments}",
            "(schreib~|tipp~) .. * (drunter|darunter|unten|hier drunter)",
            "(schreib~|sag~) .. (unten|drunter|hier) .. (rein|hin|drunter|unten|/? $)",
            "hinterlass~ .. (kommentar|kommentare)",
            "(bewert~|stimm~|rat~) .. .. ({comments}|unten|drunter)",
        ),
        "share": (
            (
                "(teil~|teilen) {please}? ({this} .. {video}|das|es|dies|dieses {video}|den (beitrag|clip)) !(brot|"
                "stück|teig|geld|zimmer) (video|beitrag|mit|bitte|gerne|damit|wenn|und|/|,|$|in|unbedingt|doch)"
            ),
            "(teil~|teilen) {please}? {this} {please}? {video}",
            (
                "(schick~|send~|leit~|zeig~) {please}? {please}? (das|es|dieses video|den clip|dies|das video|"
                "diesen beitrag|den beitrag|das hier) {please}? {please}? (an|deiner|deinem|deinen|euren|eurer|"
                "eurem|jemandem|einer|einem|allen|der|dem|weiter)"
            ),
            "(leit~|schick~) .. .. weiter",
            "(repost~)",
            ("(das)? (video|beitrag|clip|das) .. (teilen|weiterleiten) .. (nicht vergessen|wenn|damit|bitte|/? $)"),
            "teilen (und|&|,|/? $|erwünscht|nicht vergessen|, wenn)",
            "(erzähl~|zeig~) .. (deinen|euren|deiner|eurer|deinem|eurem) {friend}",
            "(post~|teil~) .. in (deiner|eurer|der) story",
        ),
        "save": (
            (
                "(speicher~|speichern sie) {please}? {please}? (dir|euch|es dir|es euch|das dir|das euch|das|"
                "dieses|diesen|diese|die|den) .. .. (video|beitrag|post|rezept|clip|reel|tiktok|liste|idee|tipp|ab|"
                "für|, damit|damit|$|/|unbedingt|bevor|workout|übung)"
            ),
            "(speicher~) .. .. (ab|für später)",
            (
                "(merk~) (dir|euch) {please}? (das|dieses|diesen|diese|die) .. .. (video|beitrag|rezept|post|tipp|"
                "liste|für|übung|workout|trick)"
            ),
            "(abspeichern|speichern) (und|&|,|/? $|nicht vergessen|für später|lohnt)",
            "(pack~|füg|fügt) .. .. (favoriten|lesezeichen)",
            "mach~ .. screenshot",
            "screenshot (machen|nicht vergessen)",
        ),
        "shop": (
            "(bestell~|kauf~|hol~|sicher~|schnapp~) {please}? (jetzt|heute|hier|vor|gleich|online) !(auf mit)",
            (
                "jetzt .. (kaufen|bestellen|shoppen|sichern|zuschlagen|einkaufen|vorbestellen|herunterladen|"
                "downloaden|anmelden|buchen)"
            ),
            (
                "(hol~|sicher~|bestell~|kauf~|schnapp~|gönn~) {please}? (dir|euch|es dir|es euch|sie dir|sie euch|"
                "ihn dir|ihn euch|es|sie) .. .. .. (jetzt|im|in|auf|unter|hier|über|bevor|solange|noch heute|"
                "deinen|deine|dein|euren|eure|euer|mit|heute|, bevor|, solange)"
            ),
            "(sicher~|hol~) (dir|euch) (jetzt|heute|hier|deinen|deine|dein|euren|eure|euer)",
            "(nutz~|benutz~|verwend~) .. .. (code|rabattcode|gutschein|gutscheincode)",
            "(klick~|tipp~|geht|geh|schau~) .. .. (warenkorb|einkaufswagen|shop|onlineshop|store)",
            "ab in den (warenkorb|shop)",
            "(lad~) .. .. app",
            "(buch~|reservier~) {please}? (jetzt|dir|euch|gleich|online|hier)",
            "besuch~ (unsere|unseren|meine|meinen) .. (shop|seite|website|laden|webseite)",
        ),
        "tag": (
            (
                "(markier~|verlink~|tagg~|erwähn~) {please}? {please}? (deine|deinen|dein|zwei|drei|vier|2|3|eure|"
                "euren|jemanden|jemand|einen|eine|die|den|mich|uns|sie|ihn|alle|@|hier|unten) !(stell~|stellen|"
                "linie|punkt|position|mitte|seite|ecke|datei|ordner|länge|punkte|ränder|text|zeile)"
            ),
            "@ .. {friend}",
        ),
        "duet": (
            "(mach|macht) .. .. (duett|stitch~|duet)",
            "(duette|duettet|duettiert|stitch~|duet) {please}? (das|dieses|diesen|mich|mit|mein|den|dies)",
            "(nutz~|verwend~|benutz~) {please}? (diesen|den|meinen|dieses|das) .. (sound|filter|ton|audio)",
        ),
        "part2": (
            (
                "(folg~|kommentier~|bleibt dran|bleib dran|abonnier~|liked|like|liket|schreib~) .. .. (für|damit|"
                "um) .. .. (teil|part) {number}"
            ),
            "folg~ .. für den (zweiten|nächsten|dritten) teil",
            "bleib dran",
            "bleibt dran",
        ),
        "question": (
            (
                "(sag~|schreib~|verrat~) (mir|uns) {please}? {please}? , .. (was|wie|ob|welche|welches|welchen|wo|"
                "wer) .."
            ),
            (
                "(würdet|habt|hattet|kennt|mögt|findet|esst|trinkt|nutz~|benutz~|liebt|wärt|seid|stimmt|macht|"
                "könntet|wart~|tragt|geht|schau~|glaubt) ihr !(mir|schon gehört|gewusst|bereit|bock|lust|gerade|"
                "verrückt|wahnsinnig|dumm|gesehen) .. .. .. ?"
            ),
            (
                "(würdest|hast|hattest|kennst|magst|findest|isst|trinkst|nutz~|benutz~|liebst|wärst|stimmst|warst|"
                "trägst|glaubst|hättest) du !(mir|schon gehört|gewusst|bereit|bock|lust|gerade|verrückt|wahnsinnig|"
                "dumm|gesehen|kurz|zeit|mal kurz) .. .. .. ?"
            ),
            "(ratet|rate|rat) {please}? , .. (was|wie|wer|wo)",
            "(ist|geht|gehts|passiert) (euch|dir) .. .. .. ?",
            "(kennt|hat|war|kann|mag|möchte|will) (jemand|noch jemand|wer|von euch) .. .. .. ?",
            "mal ehrlich .. .. .. ?",
            "(mal ehrlich|seid ehrlich|sei ehrlich)",
        ),
        "watch_end": (
            (
                "(bleib|bleibt|schau~|guck~|seht|wart~|sieh) .. .. .. bis (zum|ganz zum|zum bitteren) (ende|"
                "schluss) !(der|des|von|vom)"
            ),
            (
                "(bis zum|bis ganz zum) (ende|schluss) {please}? {please}? (schauen|anschauen|ansehen|gucken|"
                "angucken|dranbleiben|dran bleiben|warten|bleiben)"
            ),
            "(wart~) (ab|es ab|drauf|auf das ende|auf den schluss) /? $",
            "(nicht|bitte nicht) (weiterscrollen|wegscrollen|weiterswipen|skippen|wegklicken|weiterwischen)",
            "(scroll~|wisch~|swip~) .. nicht (weiter|weg)",
            "{please}? dranbleiben",
            "wart~ auf (den|das|die) (letzten|letzte|ende|schluss|auflösung|finale)",
        ),
    },
    anywhere={
        "follow": (
            "(folg~) {me} für (mehr|weitere|den|die|teil|noch|tägliche)",
            "vergiss nicht .. mir zu folgen",
            (
                "(darf|dürfen|dürft|könnt|kannst|gern|gerne) .. .. auf (folgen|abonnieren|das plus|die glocke|"
                "plus) (drücken|klicken|tippen)"
            ),
            "{can} {you} {me} .. .. folgen",
            "{you} {can} {me} .. .. folgen",
            "{me} .. (zu folgen|folgen) .. nicht vergessen",
            "(vergiss|vergesst|vergessen) .. nicht ,? .. .. (zu (folgen|abonnieren)|mir zu folgen)",
            "(folgen|abonnieren|abo) .. nicht vergessen",
            "(abo|follow|ein abo|einen follow) (da lassen|dalassen|dazulassen|da zu lassen|geht raus|wäre)",
            "abo (da|hier) (lassen|nicht)",
            "{act} {and} {act} {and} (folgen|abonnieren)",
            "(freu|freue) mich über .. .. (abo|follow|follower)",
            "(lass~) .. .. (like|herz|kommentar) .. .. (und|&) .. (abo|follow) (da|hier)",
            "mich über .. (follow|abo|abonnement|follower) .. (freuen)?",
            "(ein|einen|dein|euer|über ein|über einen) (follow|abo) .. (wäre|wär|freuen|freut|hilft)",
        ),
        "like": (
            "(like|likes|herz|herzchen|daumen hoch|daumen nach oben) (da lassen|dalassen|dazulassen|da)",
            (
                "(ein|einen|über ein|mit einem|mit nem) (like|herz|abo|follow)? .. (like|herz) .. (wäre|würde|"
                "freuen|freut|hilfst|helft|hilft)"
            ),
            "(ein|über ein|mit einem) (like|herz) .. (wäre|würde|freuen|freut|hilfst|helft|hilft)",
            "{can} {you} .. .. (like|herz|daumen) .. (da lassen|dalassen|geben)",
            "{you} {can} .. .. .. (like|herz|daumen) .. (da lassen|dalassen|geben)",
            "liken {and} {act}",
            "{act} {and} liken",
            "(liken|like|likes) .. nicht vergessen",
            "liken .. .. nicht vergessen",
            "(vergiss|vergesst) .. nicht ,? .. .. (zu liken|like da|like dazulassen|like dalassen)",
            "(freu|freue) mich über .. (like|likes|herz)",
            "mich über .. (like|likes|herz|herzchen|daumen)",
        ),
        "comment": (
            "{act} {and} kommentieren",
            "kommentieren {and} {act}",
            "(kommentar|kommentare) (da lassen|dalassen|dazulassen)",
            "(lass~) .. .. .. (kommentar|kommentare) .. da",
            "(vergiss|vergesst) .. nicht ,? .. .. zu kommentieren",
            "{can} {you} .. .. .. {comments} .. (schreiben|lassen|stellen|sagen|verraten)",
            "{you} {can} .. .. .. {comments} .. (schreiben|lassen|stellen|sagen|verraten)",
            (
                "(meinung|antworten|fragen|gedanken|vorschläge|favoriten|wünsche|favorit|tipps) .. (in die|in den) "
                "(kommentare|kommentaren)"
            ),
            "mich über .. (kommentar|kommentare)",
            "(deinen|euren|eure|deine) (kommentar|kommentare|meinung) .. (freuen|freut|wäre)",
        ),
        "share": (
            "{act} {and} teilen !(wir|sie|uns)",
            "teilen {and} {act}",
            "(vergiss|vergesst) .. nicht ,? .. .. zu teilen",
        ),
        "save": (
            ("(solltest|solltet|willst|wollt|musst|müsst) (du|ihr) (dir|euch) .. .. (abspeichern|speichern|merken)"),
            "{act} {and} (speichern|abspeichern)",
            (
                "(video|rezept|beitrag|post|clip|das|unbedingt) .. (abspeichern|speichern) (nicht vergessen|für "
                "später|/? $|, damit|damit)"
            ),
            "(vergiss|vergesst) .. nicht ,? .. .. .. (abzuspeichern|zu speichern)",
            "(speichern|abspeichern) nicht vergessen",
        ),
        "link_bio": (
            "(schau~|guck~|klick~|geht|geh) .. in (meine|unsere) bio",
            (
                "(link|links|alles|infos|mehr|rezept|details|termine|tickets|adresse|code|webseite|website|"
                "anmeldung|shop) .. .. .. .. (in|im|auf) (der|meiner|unserer|meinem|unserem|die)? (bio|profil|"
                "beschreibung|videobeschreibung|caption|kommentaren)"
            ),
            "(link|links) .. (in|im) .. (bio|profil)",
            "(bio|profil) .. verlink~",
            "(klick~|tipp~) .. .. (link|bio|profil)",
            "(in|über) (meiner|meine|unserer|unsere|der) bio /? $",
            "(link|links) (unten|steht unten)",
        ),
        "shop": (
            (
                "mit (dem|meinem|unserem|code) .. (code|rabattcode|gutscheincode|*) .. .. (spart|sparst|bekommst|"
                "bekommt|gibts|erhältst|erhaltet|kriegt|kriegst|gib~ es|prozent|rabatt)"
            ),
            ("mit * (bekommt|bekommst|spart|sparst|kriegt|kriegst|gibts|erhaltet) (ihr|du)? .. .. (prozent|rabatt)"),
            "mit (dem code|meinem code|code) *",
            "(rabattcode|gutscheincode|code) * (spart|sparst|für|eingeben)",
            "(im|in unserem|in meinem) (tiktok shop|tik tok shop)",
            "solange (der|unser)? vorrat reicht",
            "(erhältlich|verfügbar) (im|in|auf|unter)",
            "bevor (es|sie|er) ausverkauft (ist|sind)",
        ),
        "part2": (
            (
                "(teil|part) {number} .. .. (kommt|gibts|gib~ es|folg~|ist|findet ihr|findest du|online|seht ihr|"
                "siehst du|erscheint) .. .. (morgen|bald|später|gleich|heute|profil|online|nächste|nächsten|kanal|"
                "account|raus|nächstes|hier|oben|da|/? $)"
            ),
            (
                "(wollt ihr|willst du|wer will|wollt|lust auf|soll ich|braucht ihr|seid ihr bereit für) .. .. "
                "(teil|part) {number}"
            ),
            "für (teil|part) {number}",
            "(wenn|falls) .. (teil|part) {number} .. (sehen|wollt|willst|möchtet|möchtest|haben|wissen)",
            "(wollt ihr|willst du|wer will|soll ich|lust auf) .. .. (zweiten|nächsten|weiteren|dritten) teil",
            "(teil|part) {number} ?",
            (
                "(nächsten|nächste|zweiten) (teil|folge) .. (nicht verpassen|nicht verpasst|verpasst|nicht zu "
                "verpassen|auf meinem)"
            ),
            "teil (1|eins) .. (auf meinem|im) (profil|kanal|account)",
            ("(der|den) (nächste|nächsten|zweite) teil .. (kommt|seht|gibts) .. (morgen|bald|gleich|heute|nächste)"),
            "fortsetzung folgt",
            "(mehr|rest|auflösung|weiter) .. (im|in) (nächsten|zweiten) (video|teil)",
            "im nächsten (video|teil) .. (zeige|seht|siehst|erfahrt|erfährst|gehts|geht es)",
        ),
        "question": (
            "was (denkst|meinst|sagst|hältst) du !(dir|dich|eigentlich|was|wer) ..",
            "was (denkt|meint|sagt|haltet) ihr !(euch|eigentlich wer) ..",
            "was (ist|sind|wäre|war) (dein|deine|euer|eure) .. ?",
            "was (würdest|hättest) du .. ?",
            "was (würdet|hättet) ihr .. ?",
            "(welche|welcher|welches|welchen|welchem) .. .. .. (dein|deine|euer|eure|du|ihr|euch|dir) .. .. ?",
            (
                "(wer noch|wer kennts|wer kennt das|wer von euch|wer ist dabei|stimmts|ja oder nein|team .. oder|"
                "wahr oder falsch|nur ich|bin nur ich) .. .. ?"
            ),
            "(ja oder nein|wer kennts|wer kennt das|wer von euch)",
            (
                "(wie|wo|woher|wann|womit|warum|wohin) (würdet|macht|findet|kommt|steht|schau~|wohnt|nenn~|seht|"
                "esst|feiert) ihr .. .. ?"
            ),
            (
                "(wie|wo|woher|wann|womit|wohin) (würdest|machst|findest|kommst|stehst|schaust|wohnst|nennst|"
                "siehst|isst) du .. .. ?"
            ),
        ),
        "watch_end": (
            ("bis zum (ende|schluss) (schauen|dranbleiben|ansehen|anschauen|warten) .. (lohnt|nicht|unbedingt|/? $)"),
            "das beste kommt (noch|zum schluss|am ende)",
            "unbedingt dranbleiben",
        ),
    },
)
