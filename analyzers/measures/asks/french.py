"""How French asks. Apostrophes are left out: jusquà for jusqu'à."""

from analyzers.measures.asks.grammar import Language

FRENCH = Language(
    code="fr",
    words={
        "video": "(vidéo|video|post|publication|tiktok|reel|recette|liste|astuce)",
        "me": "(moi|nous|@|ma page|mon compte|ma chaîne|notre page|notre compte|notre chaîne)",
        "and": "(, et|,|et|&|/|ou)",
        "comments": "(en|dans les|dans|sous) (commentaire|commentaires|com|coms)",
        "friend": (
            "(ami|amie|amis|amies|pote|potes|copine|copines|meilleur ami|meilleure amie|sœur|soeur|frère|mère|"
            "père|maman|personne|quelquun|copain|collègue|famille|mec|meuf|proches)"
        ),
        "number": "(2|3|4|deux|trois)",
    },
    leads=(
        "alors",
        "donc",
        "et surtout",
        "surtout",
        "puis",
        "maintenant",
        "svp",
        "stp",
        "merci de",
        "pensez à",
        "pense à",
        "(noubliez|noublie|oubliez|oublie) pas (de|d)?",
        "(noubliez|noublie) surtout pas (de|d)?",
        "(vous pouvez|tu peux|hésitez pas à|hésite pas à|nhésitez pas à|nhésite pas à)",
        "allez",
    ),
    conditions=(
        "si",
        "quand",
        "pour",
    ),
    subjects=(
        "(je|j|il|elle|on|nous|ils|elles|les gens|tout le monde|ne|pas|qui|me|te|le|la|les|mon|ma|des|un|une|personne)"
    ),
    links="(et|ou|&)",
    not_after=(
        "pas",
        "jamais",
        "ne",
        "sans",
        "aucun",
    ),
    forgiven=("(noubliez|noublie|oubliez|oublie|hésitez|hésite|nhésitez|nhésite|manquez|manque) (surtout)? pas",),
    reported=("(dit|disait|disent|demande|demandait|demandé|répète|répond)",),
    asked={
        "follow": (
            "(abonne|abonnez) (toi|vous)",
            "(abonne toi|abonnez vous|tabonner|vous abonner|mabonner)",
            "(suis|suivez) (moi|nous) !(dans|à|jusque|partout)",
            "(suis moi|suivez moi|suivez nous) !(dans|à|jusque|partout)",
            "(suis|suivez) {me} !(dans|à|jusque|partout)",
        ),
        "like": (
            "(like|likez|liker|aime|aimez) (la|cette|ma|le|ce|et|&|si)",
            "(likez|liker) /? $",
            (
                "(mets|mettez|lâche|lâchez|laisse|laissez|donne|donnez|mettre|laisser) (un|moi un|nous un|ton|"
                "votre) .. (like|likes|jaime|pouce|cœur|coeur)"
            ),
        ),
        "comment": (
            (
                "(dis|dites|écris|écrivez|mets|mettez|laisse|laissez|donne|donnez|réponds|répondez|raconte|"
                "racontez|partage|partagez) .. .. .. {comments}"
            ),
            "(commente|commentez|commenter) (*|en|ci|si|avec|et|&|,|/? $)",
            "(laisse|laissez|mets|mettez|laisser) .. (commentaire|commentaires)",
            "(dis|dites) (moi|nous) .. .. .. {comments}",
        ),
        "share": (
            (
                "(partage|partagez|partager) (la|cette|ce|le|ça|à|avec|si|et|&|,|/? $) !(appartement|appart|maison|"
                "chambre|vie|gâteau|repas) .. (vidéo|video|post|à|avec|si|,|/? $|et)"
            ),
            "(partage|partagez|partager) (la|cette|ma) {video}",
            "(envoie|envoyez|envoyer) (ça|cette vidéo|la vidéo|ce post|ceci) à",
            "(envoie|envoyez) (la|le) à",
        ),
        "save": (
            (
                "(enregistre|enregistrez|enregistrer|sauvegarde|sauvegardez|garde|gardez) (cette|la|ce|le|ma|ça) "
                ".. ({video}|pour)"
            ),
            "(enregistre|enregistrez|sauvegarde|sauvegardez) pour plus tard",
        ),
        "shop": (
            (
                "(achetez|achète|commandez|commande|précommandez|foncez|profitez|profite) (maintenant|vite|dès|le "
                "vôtre|le tien|en ligne|ici|sur)"
            ),
            "(utilise|utilisez) (le|mon|notre) code",
            "(clique|cliquez) .. .. (panier|boutique)",
        ),
        "tag": (
            (
                "(identifie|identifiez|tague|taguez|tag|mentionne|mentionnez) (un|une|ton|ta|tes|vos|votre|"
                "quelquun|la|le|les|cette|ce|moi) .."
            ),
        ),
        "duet": (
            "(fais|faites|faire) .. (duo|stitch)",
            "(utilise|utilisez) ce son",
        ),
        "part2": (
            "(abonne|abonnez|abonne toi|abonnez vous) .. .. .. .. (partie|part) {number}",
            "(abonne|abonnez) (toi|vous) pour .. .. (suite|partie)",
            "(like|likez|commente|commentez) pour .. (suite|partie)",
        ),
        "question": ("(dis|dites) (moi|nous) ce que (tu en penses|vous en pensez)",),
        "watch_end": (
            "(regarde|regardez|reste|restez|attends|attendez) .. .. jusquà la (fin|toute fin) !(du|de|des)",
            "attends la fin",
            "attendez la fin",
            "(ne scrolle pas|ne scrollez pas|scrolle pas|scrollez pas)",
        ),
    },
    anywhere={
        "follow": (
            "(abonne|abonnez) (toi|vous) pour",
            "(noublie|noubliez) pas .. .. (vous|t) abonner",
        ),
        "like": ("(noublie|noubliez) pas .. (de)? liker",),
        "comment": ("(dites|dis) (moi|nous) .. .. {comments}",),
        "share": (
            "(et|,) de (la|le)? partager .. (vidéo|avec|/? $)",
            "(et|,) (partage|partagez) (la|cette|le|ce|avec|à|/? $)",
        ),
        "link_bio": (
            (
                "(lien|liens|tout|infos|recette|code|détails) .. .. (dans|en|sur) (la|ma|notre|mon|le)? (bio|"
                "profil|description)"
            ),
        ),
        "shop": (
            "avec (le|mon) code *",
            "code promo *",
        ),
        "part2": (
            "(partie|part) {number} .. (demain|bientôt|arrive|sur mon|sur ma|dispo)",
            "pour (la|voir la) (suite|partie {number})",
            "la suite (demain|bientôt|arrive|sur mon|au prochain)",
        ),
        "question": (
            "(quen|quest ce que|vous en|tu en) .. (penses|pensez|pensez vous|penses tu) .. ?",
            "quen pensez vous",
            "quel est (ton|votre) .. ?",
            "quelle est (ta|votre) .. ?",
            "et (toi|vous) .. .. ?",
            "(tu préfères|vous préférez|tu as déjà|vous avez déjà|oui ou non|êtes vous|es tu) .. .. ?",
        ),
    },
)
