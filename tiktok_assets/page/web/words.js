"use strict";
// What the page itself says, in two languages. Names of analyzers and columns stay as they are in the tables.
const WORDS = {
  en: {
    least: "at least", search: "Search  /", hits: "Found", now: "Now", files: "Files", keys: "Keys",
    keys_long: "space  play\n← →  one frame\n↑ ↓  previous, next event of the lane under the mouse\nL  loop the chosen event\n+ − 0  zoom; also Ctrl and the wheel\nB  boxes over the picture\n/  search     Esc  clear",
    unplayable: "This browser cannot play the video. The timeline works without it.",
    unserved: "Served like this, the page may not load its video. Open the file itself, or put the video into it: report ID --embed",
    frame_back: "One frame back (←)", frame_on: "One frame on (→)", play: "Play (space)", copy: "Copy this time",
    event_before: "Previous event (↑)", event_after: "Next event (↓)", loop: "Loop the chosen event (L)",
    overlay: "Boxes over the picture (B)", theme: "Light or dark", unit: "Seconds or timecode", tongue: "Deutsch",
    duration: "length", picture: "picture", shots: "shots", pace: "mean shot", loudness: "loudness", colours: "colours",
    texts: "texts", faces: "people", coverage: "coverage", sound: "sound",
    fallback: "fallback", boxes_of: "Its boxes over the picture", unfold: "Show its parts",
    looked: "analyzers looked at this second", nothing_now: "nothing here",
    none_found: "Looked for, and not there", skipped: "Not run", failed: "Failed", degraded: "Measured with a fallback",
    groups: { edit: "Edit", picture: "Picture", text: "Text", people: "People", things: "Things", sound: "Sound", speech: "Speech", meaning: "Meaning", describe: "Description", other: "Other" },
  },
  de: {
    least: "ab", search: "Suchen  /", hits: "Gefunden", now: "Jetzt", files: "Dateien", keys: "Tasten",
    keys_long: "Leertaste  abspielen\n← →  ein Bild\n↑ ↓  voriges, nächstes Ereignis der Spur unter der Maus\nL  gewähltes Ereignis wiederholen\n+ − 0  Zoom; auch Strg und Mausrad\nB  Rahmen über dem Bild\n/  suchen     Esc  leeren",
    unplayable: "Dieser Browser kann das Video nicht abspielen. Die Zeitleiste geht auch ohne.",
    unserved: "So ausgeliefert darf die Seite ihr Video nicht laden. Die Datei selbst öffnen oder das Video hineinlegen: report ID --embed",
    frame_back: "Ein Bild zurück (←)", frame_on: "Ein Bild weiter (→)", play: "Abspielen (Leertaste)", copy: "Diese Zeit kopieren",
    event_before: "Voriges Ereignis (↑)", event_after: "Nächstes Ereignis (↓)", loop: "Gewähltes Ereignis wiederholen (L)",
    overlay: "Rahmen über dem Bild (B)", theme: "Hell oder dunkel", unit: "Sekunden oder Timecode", tongue: "English",
    duration: "Länge", picture: "Bild", shots: "Einstellungen", pace: "mittlere Länge", loudness: "Lautheit", colours: "Farben",
    texts: "Texte", faces: "Personen", coverage: "Abdeckung", sound: "Ton",
    fallback: "Ersatz", boxes_of: "Rahmen über dem Bild", unfold: "Teile zeigen",
    looked: "Analysen sahen diese Sekunde", nothing_now: "nichts hier",
    none_found: "Gesucht, nicht vorhanden", skipped: "Nicht gelaufen", failed: "Fehlgeschlagen", degraded: "Mit Ersatzverfahren gemessen",
    groups: { edit: "Schnitt", picture: "Bild", text: "Text", people: "Personen", things: "Dinge", sound: "Ton", speech: "Sprache", meaning: "Bedeutung", describe: "Beschreibung", other: "Übriges" },
  },
};
const GROUPS = Object.keys(WORDS.en.groups);

// Kept where the browser lets a file keep anything.
const kept = name => { try { return localStorage.getItem("report." + name); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem("report." + name, value); } catch { /* not here */ } };

let tongue = WORDS[kept("tongue")] ? kept("tongue") : navigator.language.startsWith("de") ? "de" : "en";
const say = key => WORDS[tongue][key] ?? key;
