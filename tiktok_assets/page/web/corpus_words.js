// What the page over all videos says beside the words of the others.
Object.assign(WORDS.en, {
  videos: "Videos", nothing_fits: "No video fits.", nothing_yet: "Nothing is analyzed yet. Start with: python -m tiktok_assets demo",
  made: "analyzed", posted: "posted", plays: "plays", cuts_per_min: "cuts/min", people: "people", tempo: "tempo", speech: "speech", music: "music",
  lang: "language", fared: "analyzers", score: "rebuilt", score_long: "How much of the video can be rebuilt from its report alone, 0 to 100",
  creator: "creator", title: "video", of: "of", total: "in all", median: "median", words: "words", beats: "beats", pictures: "", shot: "shot",
  clear: "Clear", as_list: "As a list (V)", as_grid: "As a grid (V)", compare: "Compare", compare_tip: "Choose two videos, then C",
  pick: "Choose for the comparison", by_second: "same second", by_share: "same share of the length", close: "Back to the videos (Esc)",
  hear: "Hear this one", difference: "difference", open_page: "Open its page", any: "any", more: "more", is_short: "not the whole file could be read",
  fared_failed: "some failed", fared_degraded: "some by a fallback", fared_skipped: "some not run", fared_all: "all ran",
  ok: "ok", length: "length", head_shots: "shots", head_pace: "mean shot", lufs: "LUFS", points: "pp", videos_n: "videos", one_videos: "video", one_shots: "shot", one_texts: "text", one_people: "person",
  corpus_keys: "/  search     Esc  clear, back     ↑ ↓  from video to video     Enter  its page     Space  choose     C  compare two     V  list or grid\nComparing:   Space  play both     ← →  one frame     Shift ← →  one second     S  same second or same share     1 2  hear the first, the second",
});
Object.assign(WORDS.de, {
  videos: "Videos", nothing_fits: "Kein Video passt.", nothing_yet: "Noch nichts analysiert. Anfangen mit: python -m tiktok_assets demo",
  made: "analysiert", posted: "gepostet", plays: "Aufrufe", cuts_per_min: "Schnitte/min", people: "Personen", tempo: "Tempo", speech: "Rede", music: "Musik",
  lang: "Sprache", fared: "Analysen", score: "nachgebaut", score_long: "Wie viel vom Video sich allein aus dem Bericht nachbauen lässt, 0 bis 100",
  creator: "Urheber", title: "Video", of: "von", total: "insgesamt", median: "Median", words: "Worte", beats: "Takt", pictures: "", shot: "Einst.",
  clear: "Leeren", as_list: "Als Liste (V)", as_grid: "Als Raster (V)", compare: "Vergleichen", compare_tip: "Zwei Videos wählen, dann C",
  pick: "Für den Vergleich wählen", by_second: "gleiche Sekunde", by_share: "gleicher Anteil der Länge", close: "Zurück zu den Videos (Esc)",
  hear: "Dieses hören", difference: "Unterschied", open_page: "Seite öffnen", any: "alle", more: "weitere", is_short: "die Datei war nicht ganz lesbar",
  fared_failed: "etwas fehlgeschlagen", fared_degraded: "etwas mit Ersatz", fared_skipped: "etwas nicht gelaufen", fared_all: "alles gelaufen",
  ok: "in Ordnung", length: "Länge", head_shots: "Einst.", head_pace: "mittl. Länge", lufs: "LUFS", points: "PP", videos_n: "Videos", one_videos: "Video", one_shots: "Einstellung", one_texts: "Text", one_people: "Person",
  corpus_keys: "/  suchen     Esc  leeren, zurück     ↑ ↓  von Video zu Video     Enter  seine Seite     Leertaste  wählen     C  zwei vergleichen     V  Liste oder Raster\nIm Vergleich:   Leertaste  beide abspielen     ← →  ein Bild     Umschalt ← →  eine Sekunde     S  gleiche Sekunde oder gleicher Anteil     1 2  das erste, das zweite hören",
});
