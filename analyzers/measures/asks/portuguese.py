"""How Portuguese asks, in Brazil and in Portugal."""

from analyzers.measures.asks.grammar import Language

PORTUGUESE = Language(
    code="pt",
    words={
        "video": "(vídeo|video|post|publicação|tiktok|reel|reels|receita|lista|dica|truque)",
        "this": "(esse|este|essa|esta|o|a|isso|isto|meu)",
        "comments": "(nos|aqui nos|aí nos|embaixo nos) (comentários|comentario|comentarios|comments)",
        "friend": (
            "(amigo|amiga|amigos|amigas|melhor amigo|melhor amiga|alguém|irmã|irmão|mãe|pai|pessoa|namorado|"
            "namorada|família|crush|galera|colega)"
        ),
        "number": "(2|3|4|dois|duas|três)",
    },
    leads=(
        "por favor",
        "então",
        "agora",
        "gente",
        "galera",
        "aí",
        "e já",
        "já",
        "não (esquece|esqueça|esqueçam|se esqueça|esqueças) (de)?",
        "lembre de",
        "lembra de",
        "pode",
        "podem",
        "você pode",
        "vocês podem",
    ),
    conditions=(
        "se",
        "quando",
        "para",
        "pra",
    ),
    subjects=(
        "(eu|ele|ela|eles|elas|nós|a gente|todo mundo|as pessoas|não|que|quem|se|meu|minha|o|os|um|uma|"
        "ninguém|cachorro)"
    ),
    links="(e|ou|&)",
    not_after=(
        "não",
        "nunca",
        "sem",
        "ninguém",
        "nem",
    ),
    forgiven=("não (esquece|esqueça|esqueçam|se esqueça|perca|percam|perde|esqueças)",),
    reported=("(disse|diz|dizem|falou|fala|falam|pediu|pede|perguntou)",),
    asked={
        "follow": (
            (
                "(me segue|me siga|me sigam|segue me|sigam me|me seguir|nos siga|nos sigam) !(por|até|para a|em "
                "(toda|todo))"
            ),
            "(segue|siga|sigam) (o perfil|a página|a conta|aqui|pra|para|@|meu perfil|minha página|/? $)",
            "(segue|siga|sigam) me",
            "(se inscreve|inscreva se|se inscreva|inscrevam se|se inscrever|subscreve|subscrevam)",
            "inscreva se",
        ),
        "like": (
            "(deixa|deixe|deixem|dá|dê|deem|dar|deixar|manda) .. (like|likes|curtida|coração|gosto)",
            "(curte|curta|curtam|curtir) (o|esse|este|e|,|se|aí|aqui|/? $)",
        ),
        "comment": (
            "(comenta|comente|comentem|comentar|comentai) (*|aqui|aí|se|e|,|embaixo|/? $)",
            (
                "(deixa|deixe|deixem|conta|conte|contem|escreve|escreva|diz|diga|digam|me conta|me diz|me fala|"
                "fala|responde|responda|coloca) .. .. .. {comments}"
            ),
            "(deixa|deixe|deixem) .. (comentário|comentários)",
        ),
        "share": (
            (
                "(compartilha|compartilhe|compartilhem|compartilhar|partilha|partilhem) !(casa|quarto|apartamento) "
                "(com|esse|este|o|a|isso|se|e|,|/? $|pra|para)"
            ),
            "(manda|mande|envia|envie|mandem|enviem) .. .. (pra|para|pro|a|ao|à) .. {friend}",
        ),
        "save": (
            "(salva|salve|salvem|salvar|guarda|guarde|guardem) {this} .. ({video}|para|pra)",
            "(salva|salve|salvem) (para|pra|aí|/? $)",
        ),
        "shop": (
            ("(compre|compra|peça|garanta|garante|aproveite|aproveita|comprem) (já|agora|hoje|o seu|a sua|aqui|na|no)"),
            "(use|usa|usem|utilize) (o|meu|o meu) (cupom|código)",
            "(clique|clica|cliquem) .. .. (carrinho|sacola|loja|sacolinha)",
        ),
        "tag": (
            (
                "(marca|marque|marquem|marcar|menciona|mencione|identifica) (um|uma|o|a|aquele|aquela|seu|sua|teu|"
                "tua|os|as|alguém|quem|aqui|essa|esse) .. ({friend}|que|/? $|aqui|embaixo)"
            ),
            "(marca|marque|marquem) .. {friend}",
        ),
        "duet": (
            "(faz|faça|façam|fazer) .. (dueto|stitch)",
            "(usa|use|usem) (esse|este) (som|áudio|filtro)",
        ),
        "part2": ("(me segue|comenta|curte|segue) (pra|para) .. parte {number}",),
        "question": ("(me conta|me diz|me fala|conta|diga) o que (você|vocês) (acha|acham|achou|acharam)",),
        "watch_end": (
            (
                "(assista|assiste|assistam|fica|fique|fiquem|espera|espere|esperem|vê|veja|vejam|assistir|ver) .. "
                "até o (final|fim) !(de|do|da)"
            ),
            "(assista|assiste|fica|fique|veja|vê) .. até ao (final|fim)",
            "(espera|espere) (o|pelo) (final|fim)",
            "não (passa|passe|pula|pule) (o|esse|este|pra|para)",
        ),
    },
    anywhere={
        "follow": ("(me segue|me siga|me sigam|segue|sigam) (para|pra) (mais|não perder|ver|a parte)",),
        "share": ("e (compartilha|compartilhe|compartilhem) (com|esse|este|o|/? $)",),
        "link_bio": (
            (
                "(link|links|tudo|info|receita|código|cupom) .. .. (na|no|da|em) (minha|nossa|meu)? (bio|perfil|"
                "descrição)"
            ),
        ),
        "shop": ("com (o|meu|o meu) (cupom|código) *",),
        "part2": (
            "parte {number} .. (amanhã|em breve|no meu|no perfil|já)",
            "(quer|querem|quem quer|faço) .. parte {number}",
            "(pra|para) .. parte {number}",
        ),
        "question": (
            ("(o que|oque|que) (você|vocês|tu|cê|vcs|vc) (acha|acham|achou|acharam|acharia|achas|faria|fariam) .. ?"),
            "qual (é|seria) (o|a) (seu|sua|teu|tua) .. ?",
            "(e você|e vocês|e tu) .. .. ?",
            (
                "(sim ou não|qual você prefere|qual vocês preferem|você usaria|vocês usariam|já provou|já "
                "provaram) .. .. ?"
            ),
        ),
    },
)
