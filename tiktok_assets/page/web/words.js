"use strict";
// What the page itself says, in two languages. Names of analyzers and columns stay as they are in the tables.
const WORDS = {
  en: {
    least: "at least", search: "Search  /", hits: "Found", now: "Now", files: "Files", keys: "Keys",
    keys_long: "space  play, stop\nJ K L  back, stop, on; again: faster; K and J or L: one frame\n← →  one frame; with Shift one second\nHome End  first, last frame\n↑ ↓  previous, next event of the lane under the mouse\nI O  loop from here, to here\nR  loop the chosen event, or end the loop\nC  copy the time\n+ − 0  zoom; also Ctrl and the wheel\nB  boxes over the picture\n/  search     Esc  clear",
    unplayable: "This browser cannot play the video. The timeline works without it.",
    unserved: "Served like this, the page may not load its video. Open the file itself, or put the video into it: report ID --embed",
    frame_back: "One frame back (←)", frame_on: "One frame on (→)", play: "Play (space, J K L)", copy: "Copy this time (C)",
    event_before: "Previous event (↑)", event_after: "Next event (↓)", loop: "Loop the chosen event (R), or from I to O",
    overlay: "Boxes over the picture (B)", theme: "Light or dark", unit: "Seconds or timecode", tongue: "Deutsch",
    duration: "length", picture: "picture", shots: "shots", pace: "mean shot", loudness: "loudness", colours: "colours",
    texts: "texts", faces: "people", coverage: "coverage", sound: "sound",
    experimental: "experimental", fallback: "fallback", boxes_of: "Its boxes over the picture", unfold: "Show its parts",
    looked: "analyzers looked at this second", nothing_now: "nothing here",
    none_found: "Looked for, and not there", skipped: "Not run", failed: "Failed", degraded: "Measured with a fallback",
    rebuilt: "rebuilt", way_original: "Original", way_stills: "Stills", way_schematic: "Schematic", of_100: "of 100",
    way_tip_original: "The video itself", way_tip_stills: "Rebuilt from this report with one still a shot", way_tip_schematic: "Rebuilt from this report in colours, shapes and texts",
    rebuilt_head: "Rebuilt from this report alone:", rebuilt_not: "Not rebuilt:", way_in_stills: "of 100 with one still a shot", way_in_schematic: "in colours, shapes and texts",
    rebuilt_about: "The video was made anew from the tables, without the original: once of one still a shot that moves as the camera did, once of colours, shapes and texts, both with a sound of the measured levels and strokes. 0 is one grey and silence, 100 the original; below 0 is worse than grey. – : the original has nothing of it.",
    rebuilt_terms: "How near it comes", rebuilt_weight: "weight", rebuilt_adds: "Points that the score falls without a table", rebuilt_seen: "Seconds that were looked at without a fallback",
    rebuilt_drawn: "On drawn clips, where every parameter is known, {0}, {1}, {2} of 100 are recovered at CRF 18, 28, 35 (measured on {3}).",
    term_structure: "structure (SSIM)", term_colour: "colours", term_letters: "letters", term_motion: "motion", term_envelope: "level of the sound", term_onsets: "onsets",
    card: "How right is this?", card_total: "{0} of {1} scores on drawn clips reach their target; measured on {2}",
    card_about: "Clips drawn so that every answer is known, written with x264 at three qualities: CRF 18 is good, 35 is poor. They say what is to be expected of footage like them, not of every video. ▼ and a hollow mark: below its target.",
    card_score: "score", card_target: "target", card_below: "below target", card_not_found: "not found", card_no_model: "no model",
    card_played: "Measured with version {0}, {1}, on {2}.", card_stands_in: "Its fallback: {0}.",
    card_own: "as measured", card_own_holds: "as measured: holds for this report", card_fallback: "with the fallback", card_fallback_holds: "with the fallback: holds for this report",
    card_version: "measured with version {0}, this report has {1}", card_model: "measured with {0}, this report has {1}",
    card_is_fallback: "≈ this is the fallback", card_ran_as_fallback: "≈ ran as the fallback here", card_fed_by_fallback: "≈ read a fallback's results here", card_not_run: "did not run here", card_here: "here: {0}",
    card_real: "On media of others", card_real_only: "No drawn clips, but media of others", card_unmeasured: "Not measured",
    groups: { edit: "Edit", picture: "Picture", text: "Text", people: "People", things: "Things", sound: "Sound", speech: "Speech", meaning: "Meaning", describe: "Description", other: "Other" },
  },
  de: {
    least: "ab", search: "Suchen  /", hits: "Gefunden", now: "Jetzt", files: "Dateien", keys: "Tasten",
    keys_long: "Leertaste  abspielen, anhalten\nJ K L  zurück, halt, vor; nochmals: schneller; K und J oder L: ein Bild\n← →  ein Bild; mit Umschalt eine Sekunde\nPos1 Ende  erstes, letztes Bild\n↑ ↓  voriges, nächstes Ereignis der Spur unter der Maus\nI O  Schleife von hier, bis hier\nR  gewähltes Ereignis wiederholen, oder Schleife aus\nC  Zeit kopieren\n+ − 0  Zoom; auch Strg und Mausrad\nB  Rahmen über dem Bild\n/  suchen     Esc  leeren",
    unplayable: "Dieser Browser kann das Video nicht abspielen. Die Zeitleiste geht auch ohne.",
    unserved: "So ausgeliefert darf die Seite ihr Video nicht laden. Die Datei selbst öffnen oder das Video hineinlegen: report ID --embed",
    frame_back: "Ein Bild zurück (←)", frame_on: "Ein Bild weiter (→)", play: "Abspielen (Leertaste, J K L)", copy: "Diese Zeit kopieren (C)",
    event_before: "Voriges Ereignis (↑)", event_after: "Nächstes Ereignis (↓)", loop: "Gewähltes Ereignis wiederholen (R), oder von I bis O",
    overlay: "Rahmen über dem Bild (B)", theme: "Hell oder dunkel", unit: "Sekunden oder Timecode", tongue: "English",
    duration: "Länge", picture: "Bild", shots: "Einstellungen", pace: "mittlere Länge", loudness: "Lautheit", colours: "Farben",
    texts: "Texte", faces: "Personen", coverage: "Abdeckung", sound: "Ton",
    experimental: "experimentell", fallback: "Ersatz", boxes_of: "Rahmen über dem Bild", unfold: "Teile zeigen",
    looked: "Analysen sahen diese Sekunde", nothing_now: "nichts hier",
    none_found: "Gesucht, nicht vorhanden", skipped: "Nicht gelaufen", failed: "Fehlgeschlagen", degraded: "Mit Ersatzverfahren gemessen",
    rebuilt: "nachgebaut", way_original: "Original", way_stills: "Standbilder", way_schematic: "Schema", of_100: "von 100",
    way_tip_original: "Das Video selbst", way_tip_stills: "Aus diesem Bericht nachgebaut, mit einem Standbild je Einstellung", way_tip_schematic: "Aus diesem Bericht nachgebaut, aus Farben, Formen und Texten",
    rebuilt_head: "Allein aus diesem Bericht nachgebaut:", rebuilt_not: "Nicht nachgebaut:", way_in_stills: "von 100 mit einem Standbild je Einstellung", way_in_schematic: "aus Farben, Formen und Texten",
    rebuilt_about: "Das Video wurde ohne das Original aus den Tabellen neu gemacht: einmal aus einem Standbild je Einstellung, das sich wie die Kamera bewegt, einmal aus Farben, Formen und Texten, beide mit einem Ton der gemessenen Pegel und Anschläge. 0 ist ein Grau und Stille, 100 das Original; unter 0 ist schlechter als Grau. – : das Original hat nichts davon.",
    rebuilt_terms: "Wie nah es kommt", rebuilt_weight: "Gewicht", rebuilt_adds: "Punkte, die ohne eine Tabelle fehlen", rebuilt_seen: "Sekunden, die ohne Ersatzverfahren gesehen wurden",
    rebuilt_drawn: "Auf gezeichneten Clips, deren Werte alle bekannt sind, werden bei CRF 18, 28, 35 {0}, {1}, {2} von 100 wiedergefunden (gemessen am {3}).",
    term_structure: "Struktur (SSIM)", term_colour: "Farben", term_letters: "Buchstaben", term_motion: "Bewegung", term_envelope: "Pegel des Tons", term_onsets: "Anschläge",
    card: "Wie genau ist das?", card_total: "{0} von {1} Werten auf gezeichneten Clips erreichen ihr Ziel; gemessen am {2}",
    card_about: "Clips, die so gezeichnet sind, dass jede Antwort bekannt ist, mit x264 in drei Qualitäten geschrieben: CRF 18 ist gut, 35 schlecht. Sie sagen, was bei ähnlichem Material zu erwarten ist, nicht bei jedem Video. ▼ und ein hohles Zeichen: unter dem Ziel. Die Werte heißen wie in der englischen Dokumentation.",
    card_score: "Wert", card_target: "Ziel", card_below: "unter dem Ziel", card_not_found: "nicht gefunden", card_no_model: "kein Modell",
    card_played: "Gemessen mit Version {0}, {1}, am {2}.", card_stands_in: "Ersatz: {0}.",
    card_own: "wie gemessen", card_own_holds: "wie gemessen: gilt für diesen Bericht", card_fallback: "mit dem Ersatz", card_fallback_holds: "mit dem Ersatz: gilt für diesen Bericht",
    card_version: "gemessen mit Version {0}, dieser Bericht hat {1}", card_model: "gemessen mit {0}, dieser Bericht hat {1}",
    card_is_fallback: "≈ das ist der Ersatz", card_ran_as_fallback: "≈ lief hier als Ersatz", card_fed_by_fallback: "≈ las hier Ergebnisse eines Ersatzes", card_not_run: "lief hier nicht", card_here: "hier: {0}",
    card_real: "Auf Material anderer", card_real_only: "Keine gezeichneten Clips, aber Material anderer", card_unmeasured: "Nicht gemessen",
    groups: { edit: "Schnitt", picture: "Bild", text: "Text", people: "Personen", things: "Dinge", sound: "Ton", speech: "Sprache", meaning: "Bedeutung", describe: "Beschreibung", other: "Übriges" },
  },
};
const GROUPS = Object.keys(WORDS.en.groups);

// Kept where the browser lets a file keep anything.
const kept = name => { try { return localStorage.getItem("report." + name); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem("report." + name, value); } catch { /* not here */ } };

let tongue = WORDS[kept("tongue")] ? kept("tongue") : navigator.language.startsWith("de") ? "de" : "en";
const say = key => WORDS[tongue][key] ?? key;
