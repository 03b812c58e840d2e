"""How English asks."""

from analyzers.measures.asks.grammar import Language

ENGLISH = Language(
    code="en",
    words={
        "video": (
            "(video|vid|clip|post|reel|tiktok|tik tok|one|recipe|list|tip|tips|idea|workout|routine|tutorial|"
            "hack|trick|outfit)"
        ),
        "this": "(this|that|my|the|these|our)",
        "act": "(like|comment|share|follow|save|subscribe|repost|tag)",
        "and": "(, and|,|and|&|or|/)",
        "me": (
            "(me|us|@|my (page|account|profile|channel)|our (page|account|profile|channel|journey)|(this|the) "
            "(page|account|channel))"
        ),
        "friend": (
            "(a|your|the|that|one) .. (friend|friends|bestie|besties|mate|buddy|sister|brother|mom|mum|dad|"
            "boyfriend|girlfriend|partner|husband|wife|crush|group chat|person|people|family|sibling|cousin|"
            "coworker|one|ones)"
        ),
        "comments": "(in|into|to) (the|my|our) (comments|comment|comment section)",
        "more": "(more|part *|daily|the next|tips|updates|the rest|recipes)",
        "number": "(2|3|4|5|two|three|four|five|ii)",
        "shop": "(tiktok shop|tik tok shop|shop|store|(yellow|orange) (basket|cart)|cart|basket)",
    },
    leads=(
        "please",
        "pls",
        "just",
        "so",
        "then",
        "now",
        "also",
        "but",
        "go",
        "go ahead and",
        "guys",
        "yall",
        "everyone",
        "hey",
        "come",
        "go and",
        "come and",
        "yes",
        "ps",
        "and please",
        "and then",
        "ok",
        "okay",
        "well",
        "(make|be) sure (to|you|that you|and)",
        "be sure",
        "remember to",
        "(dont|do not|never|cant) forget to",
        "dont forget",
        "feel free to",
        (
            "(you|yall|you guys|guys) (can|could|should|must|need to|have to|gotta|got to|might want to|may "
            "want to|better)"
        ),
        "(can|could|will|would) (you|yall|you guys) (please|just|all)?",
        "(you|youll|yall) (are|re|will|may|might)? (gonna|going to|gotta)? (want|wanna|need|have) (to)?",
        "youre (gonna|going to) (want|wanna|need) (to)?",
        "(want|need|love|like) (you|yall|you guys|everyone) to",
        "why (not|dont you)",
        "lets",
        "(if you|youll) could",
        "it if you (could|would)?",
        "(you|guys) want to",
        "before you go",
    ),
    conditions=(
        "if",
        "when",
        "once",
        "before you",
        "in case",
        "for (more|part)",
        "since you",
    ),
    subjects=(
        "(i|we|they|he|she|it|you|people|everyone|everybody|someone|somebody|nobody|who|to|my|his|her|"
        "their|our|ill|well|ive|weve|im|were|id|wed|he|shes|hes|theyre|the|a|some|most|others|not|never|"
        "dont|didnt|cant|wont)"
    ),
    links="(and|or|&)",
    not_after=(
        "not",
        "dont",
        "do not",
        "doesnt",
        "didnt",
        "never",
        "no",
        "cannot",
        "cant",
        "wont",
        "wouldnt",
        "shouldnt",
        "isnt",
        "without",
        "stop",
        "instead of",
        "no need to",
        "nobody",
        "noone",
        "refuse to",
        "hate",
        "there was",
    ),
    forgiven=(
        "(dont|do not|never|cant) forget",
        "why (not|dont you)",
        "not only",
        "(dont|do not|cant) miss",
        "dont be shy",
        "(did not|didnt|not) know",
        "(why|if you) (dont|do not)",
    ),
    reported=(
        "(said|says|say|saying|told|tells|asked|asks|asking|kept|screaming|yelling|yelled|begging|begged)",
        "(tell|telling) (him|her|them|you|people)",
        "(he|she|they|im|hes|shes|theyre|was|were|its) (be|just|all)? like",
    ),
    asked={
        "follow": (
            "follow (my|our) (page|account|profile|channel|journey|story|progress|adventures)",
            (
                "follow {me} !(around|into|in|to|through|everywhere|home|outside|inside|as|while|on my way|down|up|"
                "back|out)"
            ),
            (
                "follow !(up|the|these|this|those|your|my|our|his|her|their|me|us|along|a|an|him|them|it) (for|to "
                "see|to get|to find|if|so|and|or|@|$)"
            ),
            "follow for",
            "follow along !(to|the) (for|if|with|so|/? $|here)",
            "(be|youre|you are) (subscribed|following) .. (so|to|,|/? $)",
            "follow (and|,|&)",
            "follow (now|today|here)",
            "^ please? follow /? $",
            "follow =",
            "subscribe !(to (the|a|his|her|their) (newsletter|theory|idea|belief|view|notion))",
            (
                "(hit|press|tap|smash|click|turn on) {this} (little)? (follow|plus|subscribe|bell|notification|"
                "notifications)"
            ),
            "(hit|smash) (follow|subscribe)",
            "(give|drop|leave|throw) (me|us)? a .. follow",
            "(consider|think about) (following|subscribing)",
            "join the (fam|family|journey)",
            "(give|drop|leave|throw) .. .. a follow",
            (
                "follow my !(lead|advice|instructions|steps|recipe|example|heart|dreams|dream|gut|nose|finger|"
                "directions) *"
            ),
            "turn on (post|your)? (post)? notifications",
            "help (me|us) (reach|get to|hit) * .. followers",
        ),
        "like": (
            "like {this} !(one) {video} !(better|more|less|because|of|was|is|where)",
            "like if (you|your|this|u)",
            "like (and|&) (follow|share|save|subscribe|comment)",
            "like for (more|part *|a)",
            ("(give|drop|leave|throw|show) (this|it|me|us|the|that|a|some) .. (like|likes|thumbs up|heart|hearts)"),
            "(hit|press|tap|smash|click) .. (like|likes|heart|hearts) (button)?",
            "(like|likes) = ",
            "double tap",
            "doubletap",
            "drop a like",
            "(one|1|a) like =",
            "like this if",
            "(smash|hit) like",
        ),
        "comment": (
            (
                "comment (below|down|your|if|with|the word|what|which|why|where|on this|and|&|an|a|any|something|"
                "yes|no|for|/|below)"
            ),
            "comment * * (if|and ill|to get|for the)",
            "comment * !(on|that|about|from) (and|to|for|if|/|$|below|down|or)",
            "(write|type|drop|leave|put|post|pop|tell|share|let|hit|give|ask) .. .. .. {comments}",
            "(drop|leave) (me|us)? (a|your|some|any) .. (comment|comments)",
            "(drop|leave) your .. below",
            "(type|drop) (an?)? * (below|if you)",
            "^ please? comment /? $",
            "(sound off|meet me|see you|join me|fight me) {comments}",
            "(rate|vote|guess|caption) (this|me|it|now|the|my) .. (below|{comments})",
            "vote {comments}",
            "(leave|drop) (me|us)? a question",
            "(drop|leave|put|write) (it|yours|your) .. (below|{comments})",
        ),
        "share": (
            (
                "share (this|it|the video|my video) !(recipe|room|story|one|moment|secret|house|plate|meal) (video|"
                "post|clip|with|to|so|if|and|/|,|$|on|before|around|please|now)"
            ),
            "share this ({video}|story) (with (your|a|someone|anyone|everyone)|to)",
            "share with (your|a|someone)",
            (
                "(send|forward) (this|it) (video|clip|one|post)? (to|with) (your|a|someone|somebody|anyone|the "
                "(friend|person|one|people|girl|guy|group)|that (friend|person|one))"
            ),
            "send this video",
            "(send|forward) (them|him|her) (this|the) (video|post|clip|one|tiktok)?",
            "send to (your|a|someone|that)",
            "send .. .. (your|a|someone|the|that) {friend}",
            "repost (this|it|if|to|so|for|please|/|$)",
            "share (and|&) (save|like|follow|comment|tag)",
            "^ please? share /? $",
            "(send|forward) (this|it) to {friend}",
            "show this to (your|a|someone)",
            "(please|pls) share (,|/? $)",
            "(tell|show) your (friends|family|mom|mum|dad|boss|boyfriend|girlfriend|husband|wife|bestie)",
            "spread the word",
            "pass this on",
            "(share|post|add) (this|it) (to|on) your (story|stories|feed)",
            "copy (the|this) link",
        ),
        "save": (
            (
                "(save|bookmark) (this|it|that|these) !(seat|spot|dog|cat|house|life|planet|money|marriage|date|"
                "day) (one|video|post|clip|reel|tiktok|recipe|list|tip|idea|workout|routine|outfit|hack|trick|"
                "tutorial|for|so|if|to|before|and|/|$|now|, )"
            ),
            "(save|bookmark) (this|the|my) (video|post|clip|reel|tiktok|recipe|list|tip|idea|workout|tutorial)",
            "save for (later|your|when)",
            "save (and|&) (share|like|follow|try)",
            "add (this|it) to your (favorites|favourites)",
            "(hit|tap|click|press) {this} (save|bookmark)",
            "screenshot this",
            "save (these|those) .. (for|to|before|so)",
        ),
        "shop": (
            (
                "(buy|order|preorder|pre order|shop) (now|today|yours|online|(it|this|them|one) (now|today|here|in "
                "(my|our)|at|on|from|before|while)) !(pay|was|is|were|if (i|they|he|she))"
            ),
            "shop (the|this|my|our) (look|sale|collection|link|drop|outfit|new)",
            "shop now",
            "(get|grab|snag) (yours|one|it|them|your own) .. (now|today|here|before|while|in|from|at|/|$)",
            "use (my|our) (discount|promo)? code !(to|that|for (the|a) (door|lock|wifi))",
            "use code * !(to|that|from|in|and|below|like)",
            "(tap|click|hit|press|check out|head to|visit|go to|check) (the|my|our|this) .. {shop}",
            "add (it|this|them|to) .. (cart|basket|bag)",
            "(claim|get) your discount",
            "sign up (now|today|for|here)",
            "(download|install) (the|our|my) app",
            "download (now|today)",
            ("shop (my|our|the|all) (favorites|favourites|look|looks|link|links|outfit|picks|sale|collection|new)"),
            (
                "(book|reserve|grab|get|claim) (your|a|my|the) (spot|seat|ticket|tickets|table|slot|appointment|"
                "copy|tickets)"
            ),
            "(book|pre order) (now|today|online|here)",
            "visit (our|my) (website|store|shop|page|site)",
        ),
        "tag": (
            (
                "tag (a|an|your|the|some|one|that|two|three|3|2) .. !(line|team|read|says|said) (friend|friends|"
                "bestie|besties|mate|buddy|sister|brother|mom|mum|dad|boyfriend|girlfriend|partner|husband|wife|"
                "crush|person|people|one|gang|girl|girls|guy|boy|squad|crew|twin|sibling|cousin|coworker|boss|"
                "teacher|roommate|bff|man|someone)"
            ),
            "tag (someone|somebody|anyone|everyone|them|me|us|him|her) !(it|along)",
            "tag (your|the) *",
            "tag (who|whoever|whos)",
            "@ (a|your|someone|somebody|the|that) .. (friend|bestie|who|that)",
            "mention (a|someone|your) .. (friend|who|that)",
            "(tag|mention) (me|us) in",
        ),
        "duet": (
            ("(duet|stitch) (this|me|my|with|it) !(piece|side|edge|part|seam|to|together|end|fabric|patch|hole|up)"),
            "use this (sound|audio|filter|template)",
            "(react to|remake|recreate) this (and|with|video)",
            "(remix|remake) this",
            "stitch (me|this|it) !(piece|side|edge|part|seam|together|to)",
        ),
        "part2": (
            (
                "(follow|like|comment|stay tuned|subscribe|wait|check .. (page|profile)|come back|save) .. (for|to "
                "see) (the)? (part {number}|part2|next part|pt {number}|second part|rest)"
            ),
            "(check|watch|see|go to|go watch|find) (out)? part (1|one|{number}) (on|in|next|now|/|$)",
            "stay tuned",
            "(comment|type|say) (part {number}|part2|pt {number})",
        ),
        "question": (
            ("(let me|let us|tell me|tell us) (know)? (what (you|you guys|yall) think|your (thoughts|opinion|answer))"),
            "guess (what|where|who|how|which) ..",
            (
                "(do|does|did|have|has|would|could|are|can|will) (you|yall|you guys|u|anyone|anybody) (guys|else|"
                "also|all)? !(ever (wonder|wondered|noticed)|want|know|wanna|need|follow|like (this)? video|duet|"
                "imagine|believe|hear|see (that|this)|(have|got) (a|any) (minute|second|sec|moment|idea|clue|"
                "problem)|remember|please|mind|wonder|struggle|share|comment|save|tag|subscribe|even|come|coming|"
                "okay|ok|still|kidding|serious|sure|done|there|help|stop|pass|get) .. .. .. ?"
            ),
        ),
        "watch_end": (
            (
                "(watch|wait|stay|stick around|keep watching|stay tuned|stay with me) (this|it|here)? (all the "
                "way)? (till|til|until|to|for) (the)? (very)? (end|last|reveal|result|ending|final|finish) !(of)"
            ),
            "wait for (it|the end|the reveal) /? $",
            "keep watching",
            "wait for it !(to|till|until|on|at)",
            "(dont|do not) (scroll|swipe|skip|click off|leave)",
            "(wait|watch|stay) for (the)? (last|number|ending|end|reveal|twist|final) *",
            "wait (until|till|til) you see (the|what) (end|last|ending|result|reveal|final|happens)",
            "watch what happens",
        ),
    },
    anywhere={
        "follow": (
            "follow (me|us|along|@)? for (more|part|daily|the|a)",
            "(like|comment|share|save) {and} (follow|subscribe)",
            "(be|make) sure (that)? (youre|you are) (subscribed|following)",
            "if youre new here .. (follow|subscribe)",
            "(giving|give) (me|us) a follow",
            "(hit|press|tap|smash) (that|the) (follow|plus|subscribe) button",
            "{act} {and} {act} {and} (follow|subscribe)",
            "following {me} (already|yet) ?",
            "if you (followed|subscribed|could follow|would follow|hit follow|gave (me|us) a follow)",
        ),
        "like": (
            "like {and} (comment|share|follow|save) {and} {act}",
            "you (have to|must|gotta|got to|better|should|need to) like (,|and|/? $)",
            "like {and} subscribe",
            "(hit|smash) (that|the) like (button)?",
            "{act} {and} like (this|it|$)",
            "if you (liked|gave) this .. (like)?",
            "can (i|we|this|you) get .. (like|likes)",
            "(a|some) (like|likes) (for|would mean|would be)",
        ),
        "comment": (
            "let (me|us) know .. {comments}",
            "(hear|see|read|know) your .. {comments}",
            "(see|meet) you {comments}",
            "tell (me|us) .. .. {comments}",
            "let (me|us) know (below|down below)",
            "comment (down)? below",
            "like {and} comment {and} {act}",
            "{act} {and} comment (below|/|$|,|and)",
            "(thoughts|answers|questions|ideas|suggestions) .. {comments}",
            "drop .. {comments}",
            "comment (if|what) you",
            "(comments|comment section) (are|is) open",
            "if you (commented|left a comment)",
        ),
        "share": (
            "{act} {and} share (this|it|with|/|$|,|and)",
            "like {and} share {and} {act}",
            "if you (shared|could share|would share) (this|it)",
        ),
        "save": (
            "save (this|it|that|these) for (later|your|when|next|the next)",
            "{act} {and} save (this|it|for|/|$)",
        ),
        "link_bio": (
            (
                "(link|links|linked|website|details|info|recipe|code|tickets|everything|guide) .. .. (in|on|at) "
                "(my|the|our|@|their|his|her)? (bio|profile|description|comments|caption|desc)"
            ),
            "(link|links) (in|on) .. (bio|profile)",
            "(check|see|click|tap|hit|visit|go to) .. .. (bio|profile link)",
            "(link|links) (is|are|will be)? (down)? below",
            "linkinbio",
            "(in|via) (my|our) bio /? $",
            "(click|tap|hit|use|follow) (the|my|this|that) link",
        ),
        "shop": (
            (
                "(with|using) (my|our|the)? (discount|promo)? code !(like|that|this|the|below|to|in|is|and|for|"
                "from|which|you|falling|on|as|or|at) *"
            ),
            "link to (buy|order|shop)",
            "(available|on sale) (now)? (in|on|at) (my|our) (tiktok)? (shop|store|website)",
            "(in|on) (my|our|the) (tiktok|tik tok) shop",
            "code * (for .. (off|discount|percent|free)|gets you|at checkout)",
            "swipe up to (shop|buy|order)",
            "while (supplies|stock|stocks) (last|lasts)",
            "before (they|it) (sell|sells) out",
        ),
        "duet": (
            "(duet|stitch) (this|me) (and|with|to show|if)",
            "who wants to duet",
        ),
        "part2": (
            (
                "(want|need|do|make|post|see|for|like|ready for) (a|the)? (part {number}|part2|pt {number}|next "
                "part) !(of|where|when|was|is)"
            ),
            (
                "(part {number}|part2|pt {number}|next part) .. (soon|tomorrow|tonight|later today|next week|out "
                "now|is up|is out|already up|on my page|on my profile|on my channel|on my account|is coming|coming "
                "up|drops|up on|up now|in the comments)"
            ),
            "part (1|one) (is)? on my (page|profile|account)",
            "to be continued",
            "(more|rest|answer|ending) .. in (part {number}|the next (video|one|part))",
        ),
        "question": (
            "what do (you|yall|you guys|u) (guys|all)? think !(youre|you are|i|of when|he|she|they)",
            (
                "what (are|is|was|would be|s) your .. (thought|thoughts|opinion|favorite|favourite|take|pick|dream|"
                "go to|guilty|biggest|worst|best)"
            ),
            "whats your ..",
            "what would (you|yall|u) (do|have|pick|choose|rate|name|call|say|buy|order|eat)",
            (
                "which (one|of|is|would|do|outfit|side|version|look|team|color|colour) .. (you|your|yours|yall|"
                "better|u) .. .. ?"
            ),
            (
                "(thoughts|agree|agreed|yay or nay|yes or no|hot or not|smash or pass|worth it|rate it|who else|am "
                "i the only one|true or false|would you rather) .. .. ?"
            ),
            "(yes or no|would you rather|am i the only one)",
            "where are (you|yall|you guys) .. (from|watching)",
            "who else .. .. ?",
            "how (do|would) (you|yall) (feel|like|rate|make|do|eat|say|style) .. .. ?",
            "(is it just me|who can relate|can anyone relate|be honest)",
        ),
        "watch_end": (
            "(watch|stay|wait|stick around) (till|til|until) the (very)? end !(of)",
            "(best|last) (one|part|bit) is at the end",
        ),
    },
)
