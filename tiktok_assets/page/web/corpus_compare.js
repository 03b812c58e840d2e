// Two videos under one cursor: at the same second, or at the same share of their lengths.
const sides = [...document.querySelectorAll(".side")].map(element => ({ element, stage: element.querySelector(".stage"), film: element.querySelector("video"), words: element.querySelector("p") }));
const pair = { key: "", at: 0, lanes: [], ticking: 0 };
const BADGES = ["A", "B"], EDGE_S = 5e-4;  // past a frame's start: browsers show the frame before

const bySecond = () => state.by !== "share";
const lengthOf = v => Math.max(v.length ?? 0, 0.04);
const span = () => bySecond() ? Math.max(...sides.map(side => lengthOf(side.v))) : 1;
const timeOn = side => bySecond() ? Math.min(pair.at, lengthOf(side.v) - EDGE_S) : pair.at * lengthOf(side.v);
const playable = () => sides.filter(side => side.words.hidden);
// The longer one leads: it is there to the end, and at the same share it runs at its own pace.
const leader = () => playable().sort((a, b) => lengthOf(b.v) - lengthOf(a.v))[0];

function openPair(two) {
  const key = two.map(v => v.id).join() + tongue;
  if (key !== pair.key) {
    pair.key = key;
    two.forEach((v, n) => setSide(sides[n], v, n));
    hear(0);
    showFigures();
    const t = Number(state.t) || 0;
    pair.at = bySecond() ? t : Math.min(1, t);
  }
  layLanes();
  $("by_second").setAttribute("aria-pressed", String(bySecond()));
  $("by_share").setAttribute("aria-pressed", String(!bySecond()));
  seekBoth(pair.at, false);
}

function closePair() {
  if (!pair.key) return;
  pair.key = "";
  pauseBoth();
  for (const { film } of sides) { film.removeAttribute("src"); film.load(); }
}

function setSide(side, v, n) {
  const wide = (v.width || 9) * (v.sar || 1), high = v.height || 16;
  side.stage.style.aspectRatio = `${wide} / ${high}`;
  side.element.style.width = `min(38vh * ${wide / high}, 32vw)`;
  side.words.hidden = true;
  if (side.v !== v || !side.film.getAttribute("src")) side.film.src = fileOf(v, "video.mp4");
  side.v = v;
  const sound = make("button", { type: "button", textContent: "♪", title: say("hear"), onclick: () => hear(n) });
  sound.setAttribute("aria-label", say("hear"));
  side.sound = sound;
  side.element.querySelector("figcaption").replaceChildren(badge(n), openLink(v), sound);
}
const badge = n => make("span", { className: "badge", textContent: BADGES[n] });

function hear(n) {
  sides.forEach((side, k) => { side.film.muted = k !== n; side.sound?.setAttribute("aria-pressed", String(k === n)); });
}

// Lanes

const bars = (found, group) => {
  const events = (found ?? []).map(([s, e, l]) => ({ s: s / 1000, e: e / 1000, ...(l ? { l } : {}) }));
  return { height: events.length ? layered(events) * (BAR + GAP) + GAP : 0, draw: pen => drawBars(pen, events, group) };
};

function lanesOf(side) {
  const { v } = side, film = filmOf(v) ?? {};
  const shots = (film.shots ?? []).slice(0, -1).map((start, k) => [start, film.shots[k + 1], `${say("shot")} ${k + 1}`]);
  const beats = (film.beats ?? []).map(t => t / 1000), wave = film.wave && waveOf(film.wave);
  const pictures = keptPictures(v, film);
  return [
    ["", 20, (pen, width, height) => drawScale(pen, width, height)],
    film.n && ["pictures", 46, (pen, width, height) => drawTiles(pen, width, height, pictures.sheet, pictures.n, lengthOf(v))],
    wave && ["sound", 34, (pen, width, height) => drawWave(pen, width, height, wave)],
    ...[["shots", shots, "edit"], ["texts", film.texts, "text"], ["words", film.words, "speech"]].map(([name, rows, group]) => {
      const lane = bars(rows, group);
      return lane.height && [name, lane.height, lane.draw];
    }),
    beats.length && ["beats", 16, (pen, width, height) => drawTicks(pen, beats, "sound", height)],
  ].filter(Boolean);
}

// Those that lie beside the report; the few in this page, where they cannot be had.
function keptPictures(v, film) {
  const pictures = { sheet: film.sheet, n: film.n };
  const whole = new Image();
  whole.onload = () => { Object.assign(pictures, { sheet: whole, n: film.of }); drawPair(); };
  if (film.n) whole.src = fileOf(v, "contact.webp");
  return pictures;
}

function layLanes() {
  pair.lanes = [];
  const made = sides.map((side, n) => {
    const lines = lanesOf(side).map(([name, height, draw]) => {
      const canvas = make("canvas"), title = make("div", { className: "name" }, make("span", { className: "title", textContent: name && say(name) }));
      canvas.height = height;
      pair.lanes.push({ side, canvas, height, draw });
      return make("div", { className: "lane" }, title, canvas);
    });
    const link = make("span", { textContent: nameOf(side.v), dir: "auto" });
    return make("section", {}, make("h2", {}, badge(n), link), ...lines);
  });
  $("lanes").replaceChildren($("head"), ...made);
  drawPair();
}

// Each side's seconds, laid across the canvas. What is drawn asks `view` where its seconds lie.
function setView(side, width) {
  side.end = lengthOf(side.v);
  Object.assign(view, { from: 0, to: bySecond() ? span() : side.end, width, words: "", least: 0 });
}

function drawPair() {
  if ($("pair").hidden) return;
  for (const { side, canvas, height, draw } of pair.lanes) {
    const width = Math.max(60, canvas.clientWidth);
    setView(side, width);
    const pen = penOf(canvas, width, height);
    pen.save();
    pen.rect(0, 0, Math.min(width, x(side.end) + 0.5), height);
    pen.clip();
    draw(pen, width, height);
    pen.restore();
  }
  placeHead();
}

function placeHead() {
  const canvas = pair.lanes[0]?.canvas;
  if (!canvas) return;
  $("head").style.transform = `translateX(${canvas.offsetLeft + pair.at / span() * canvas.clientWidth}px)`;
  $("head").style.height = $("lanes").scrollHeight + "px";
}

// Time

function showClock() {
  const [a, b] = sides.map(side => seconds(timeOn(side), 2));
  $("clock").value = bySecond() ? seconds(pair.at, 2) : `A ${a}   B ${b}   ${Math.round(pair.at * 100)} %`;
  document.body.dataset.time = pair.at.toFixed(4);
  placeHead();
}

function seekBoth(to, doesNote = true) {
  pair.at = Math.max(0, Math.min(span() - EDGE_S, to));
  for (const side of playable()) side.film.currentTime = timeOn(side) + (side.v.shift ?? 0);
  if (doesNote) { state.t = pair.at.toFixed(3); writePlace(); }
  showClock();
}

function playBoth() {
  if (pair.ticking) return pauseBoth();
  const lead = leader();
  if (!lead) return;
  if (pair.at >= span() - 0.05) seekBoth(0);
  for (const side of playable()) {
    side.film.playbackRate = bySecond() ? 1 : Math.min(16, Math.max(0.0625, lengthOf(side.v) / lengthOf(lead.v)));
    if (side === lead || timeOn(side) < lengthOf(side.v) - 0.05) side.film.play().catch(() => {});
  }
  $("play").textContent = "❚❚";
  pair.ticking = requestAnimationFrame(tick);
}

// The other is set right where it has drifted by more than anybody would hear or see at once.
const DRIFT_S = 0.12;
function tick() {
  const lead = leader();
  if (!lead || lead.film.ended) return pauseBoth();
  const t = Math.max(0, lead.film.currentTime - (lead.v.shift ?? 0));
  if (!lead.film.seeking) pair.at = Math.min(span() - EDGE_S, bySecond() ? t : t / lengthOf(lead.v));
  for (const side of playable()) {
    const wanted = timeOn(side) + (side.v.shift ?? 0);
    if (side !== lead && !side.film.ended && !side.film.seeking && Math.abs(side.film.currentTime - wanted) > DRIFT_S) side.film.currentTime = wanted;
  }
  showClock();
  pair.ticking = requestAnimationFrame(tick);
}

function pauseBoth() {
  cancelAnimationFrame(pair.ticking);
  const wasPlaying = pair.ticking;
  pair.ticking = 0;
  for (const { film } of sides) film.pause();
  $("play").textContent = "▶";
  if (wasPlaying && !$("pair").hidden) seekBoth(pair.at);
}

function goBy(name) {
  const share = pair.at / span();
  if (pair.ticking) pauseBoth();
  state.by = name;
  pair.at = share * span();
  writePlace();
  show();
}

// A frame, or a second, of the first one.
function step(by_s) {
  if (pair.ticking) pauseBoth();
  seekBoth(pair.at + (bySecond() ? by_s : by_s / lengthOf(sides[0].v)));
}
const frame = () => 1 / (sides[0].v.fps || 25);

// Figures

const FIGURES = ["length", "shots", "pace", "cuts_per_min", "texts", "people", "loudness", "tempo", "speech", "music", "lang", "score", "plays", "creator", "posted"];
const TOLD = { cuts_per_min: fixed(1), tempo: fixed(0, " BPM") };
const DIFFERS = { length: fixed(1, " s"), speech: n => `${Math.round(n * 100)} ${say("points")}`, music: n => `${Math.round(n * 100)} ${say("points")}` };
function showFigures() {
  const two = sides.map(side => side.v);
  const lines = FIGURES.filter(key => two.some(v => v[key] !== undefined)).map(key => {
    const told = TOLD[key] ?? COLUMNS.find(c => c.key === key).told, values = two.map(v => v[key]);
    const cells = values.map(value => make("td", { textContent: value === undefined ? "–" : told(value), dir: "auto" }));
    const by = values[1] - values[0], size = (DIFFERS[key] ?? told)(Math.abs(by));
    const differs = values.every(value => typeof value === "number") ? Math.abs(by) < 1e-9 ? "=" : (by > 0 ? "+" : "−") + size : "";
    return make("tr", {}, make("th", { scope: "row", textContent: say(key) }), ...cells, make("td", { textContent: differs }));
  });
  const heads = ["", ...BADGES, say("difference")].map(words => make("th", { textContent: words, scope: "col" }));
  $("figures").replaceChildren(make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...lines));
}

const pairKeys = {
  " ": playBoth, Escape: leave, s: () => goBy(bySecond() ? "share" : "second"), 1: () => hear(0), 2: () => hear(1),
  ArrowLeft: e => step(e.shiftKey ? -1 : -frame()), ArrowRight: e => step(e.shiftKey ? 1 : frame()),
  Home: () => seekBoth(0), End: () => seekBoth(span()), "?": () => $("help").click(),
};
const clicks = { play: playBoth, back: () => step(-frame()), forth: () => step(frame()), by_second: () => goBy("second"), by_share: () => goBy("share") };
for (const [id, act] of Object.entries(clicks)) $(id).onclick = act;
for (const side of sides) {
  side.film.onclick = playBoth;
  side.film.onerror = () => {
    if (!side.film.getAttribute("src")) return;
    side.words.textContent = say("unplayable");
    side.words.hidden = false;
  };
}

let isDragged = false;
const seekUnder = e => { if (e.target.matches("#lanes canvas")) seekBoth(e.offsetX / e.target.clientWidth * span()); };
$("lanes").addEventListener("pointerdown", e => { isDragged = e.button === 0; if (isDragged) seekUnder(e); });
$("lanes").addEventListener("pointermove", e => { if (isDragged) seekUnder(e); });
addEventListener("pointerup", () => { isDragged = false; });

readPlace();
speak();
paint(kept("theme"));
new ResizeObserver(() => {
  if (!$("pair").hidden) drawPair();
  else if (chooseColumns()) refresh();
  else draw();
}).observe(document.body);
performance.mark("drawn");
