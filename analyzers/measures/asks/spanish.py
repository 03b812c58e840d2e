"""How Spanish asks."""

from analyzers.measures.asks.grammar import Language

SPANISH = Language(
    code="es",
    words={
        "video": "(video|vídeo|post|publicación|tiktok|reel|receta|lista|consejo|truco)",
        "this": "(este|esta|esto|el|la|mi)",
        "comments": "(en|abajo en|aquí en) (los|tus)? (comentarios|comentario|comments)",
        "friend": (
            "(amigo|amiga|amigos|amigas|mejor amigo|mejor amiga|alguien|hermana|hermano|mamá|papá|novio|novia|"
            "persona|familia|pareja|crush|compañero)"
        ),
        "number": "(2|3|4|dos|tres)",
    },
    leads=(
        "por favor",
        "porfa",
        "entonces",
        "así que",
        "ahora",
        "pues",
        "y ya sabes",
        "no (olvides|olviden|se olviden de|te olvides de|olvidéis)",
        "recuerda",
        "recuerden",
        "puedes",
        "pueden",
        "solo",
        "ya sabes",
        "vamos",
    ),
    conditions=(
        "si",
        "cuando",
        "para",
    ),
    subjects=(
        "(yo|él|ella|ellos|ellas|nosotros|la gente|todos|todo el mundo|no|que|quien|me|te|se|mi|el|la|los|"
        "las|un|una|nadie|siempre)"
    ),
    links="(y|e|o|&)",
    not_after=(
        "no",
        "nunca",
        "jamás",
        "sin",
        "nadie",
    ),
    forgiven=("no (olvides|olviden|te olvides|se olviden|te pierdas|se pierdan|olvidéis|dudes|duden) (de|en)?",),
    reported=("(dijo|dice|dicen|decía|pidió|pide|preguntó|grita)",),
    asked={
        "follow": (
            "(sígueme|síguenos|síganme|síganos|seguidme|sigueme|siganme|siguenos) !(hasta|a (mi|la)|por aquí)",
            "(sigue|sigan) (mi|nuestra|esta) (cuenta|página|canal)",
            "(suscríbete|suscríbanse|suscribete|suscribirte|suscribirse|seguirme|seguirnos)",
            "(sigue|sigan) @",
        ),
        "like": (
            (
                "(dale|denle|dadle|darle|dame|regálame|deja|dejen|déjame|dejar|da|den) .. (like|likes|corazón|me "
                "gusta|corazoncito)"
            ),
            "(likea|likeen) ({this}|si|y|,|/? $)",
        ),
        "comment": (
            (
                "(deja|déjame|dejen|déjenme|dime|díganme|escribe|escriban|cuéntame|cuéntenme|comenta|comenten|"
                "comparte|ponme|responde|te leo|los leo|pon) .. .. .. {comments}"
            ),
            "(comenta|comenten|comentar|comentad) (*|abajo|aquí|si|y|,|/? $)",
            "(deja|dejen|déjame|dejar) .. (comentario|comentarios)",
        ),
        "share": (
            (
                "(comparte|compartan|compartid|compartir|compártelo|compártanlo|compártela|comparta) !(piso|"
                "habitación|casa|cuarto) (este|esta|esto|el|la|con|si|y|,|/? $|para)"
            ),
            "(compártelo|compártanlo|compártela)",
            "(envía|envíale|envíaselo|manda|mándale|mándaselo|envíen|manden) .. .. (a|este|esto) .. {friend}",
        ),
        "save": (
            "(guarda|guarden|guárdate|guardad|guardar) {this} .. ({video}|para)",
            "(guárdalo|guárdala|guárdenlo) (para|si|/? $|y)",
            "guarda para (después|luego)",
        ),
        "shop": (
            (
                "(compra|compren|cómpralo|pide|pídelo|ordena|consíguelo|consigue|aprovecha) (ya|ahora|hoy|aquí|el "
                "tuyo|la tuya|en mi|en la tienda|antes)"
            ),
            "(usa|usen|utiliza) (mi|el|nuestro) código",
            "(haz|da) clic en .. .. (carrito|tienda)",
        ),
        "tag": (
            "(etiqueta|etiqueten|menciona|mencionen|arroba|etiquetad) (a|al) ..",
            "(etiqueta|menciona) (tu|tus|ese|esa) .. {friend}",
        ),
        "duet": (
            "(haz|hagan|hacer) .. (dueto|dúo|stitch)",
            "(usa|usen) este (sonido|audio|filtro)",
        ),
        "part2": ("(sígueme|síganme|comenta|dale like|suscríbete) para .. (parte|part) {number}",),
        "question": ("(dime|cuéntame|díganme) (qué|cuál|cómo) (piensas|opinas|piensan|opinan|crees)",),
        "watch_end": (
            ("(quédate|quédense|mira|miren|espera|esperen|ve|vean|mirar|ver) .. hasta el (final|último) !(de|del)"),
            "(espera|esperen) al final",
            "espera /? $",
            "no (te vayas|hagas scroll|deslices|se vayan)",
        ),
    },
    anywhere={
        "follow": (
            "(sígueme|síguenos|síganme) para",
            "(like|comenta|comparte) .. y (sígueme|suscríbete)",
        ),
        "comment": ("(te leo|los leo|os leo) .. {comments}",),
        "share": ("y (comparte|compartan) (con|este|esta|el|la|/? $)",),
        "link_bio": (
            (
                "(link|enlace|links|enlaces|todo|info|información|receta|código) .. .. (en|de) (mi|la|nuestra|el)? "
                "(bio|perfil|biografía|descripción)"
            ),
        ),
        "shop": ("con (mi|el) código *",),
        "part2": (
            "parte {number} .. (mañana|pronto|en mi|ya|próximamente)",
            "(quieres|quieren|quién quiere|hago) .. parte {number}",
            "para .. parte {number}",
        ),
        "question": (
            "(qué|que) (opinas|opinan|piensas|piensan|te parece|les parece|opináis|crees|creen) .. ?",
            "cuál (es|sería) (tu|su) .. ?",
            "(tú qué|y tú|y ustedes|y vosotros) .. .. ?",
            "(sí o no|cuál prefieres|cuál prefieren|cuál eliges|te gustaría|has probado|han probado) .. .. ?",
        ),
    },
)
