// All videos: found, sorted and chosen here, and drawn as far as they are in sight.
performance.mark("begun");
const read = id => JSON.parse($(id).textContent);
const videos = read("data");
videos.forEach((v, n) => { v.n = n; v.made = Number(v.made_ns) / 1e6; });
const main = $("main");
const byId = new Map(videos.map(v => [v.id, v]));

// Served by the API, the files of a video have other addresses; what follows the ? lets a page load its video there.
const isServed = location.protocol !== "file:" && location.pathname.endsWith("/corpus");
const fileOf = (v, name) => isServed ? `results/${v.id}/${name}${location.search}` : name === "video.mp4" ? `../media/${v.id}/video.mp4` : `../reports/${v.id}/${name}`;

const day = ms => new Date(ms).toISOString().slice(0, 10);
const fixed = (digits, unit = "") => n => n.toFixed(digits) + unit;
const percent = n => `${Math.round(n * 100)} %`;
const nameOf = v => v.title ?? v.id;
const WELL = ([ok, none, half, not, bad]) => ({ well: ok + none, half, not, bad });
const faredKey = v => { const { half, not, bad } = WELL(v.fared); return bad * 1e6 + not * 1e3 + half; };

// Where the window is narrow, columns give way: the last in `keep` first.
const COLUMNS = [
  { key: "title", isText: true, of: nameOf, cell: v => [openLink(v), under(v)] },
  { key: "creator", isText: true, keep: 12, px: 118 },
  { key: "made", keep: 11, px: 106, told: day },
  { key: "posted", keep: 13, px: 96, told: text => text.slice(0, 10) },
  { key: "plays", keep: 14, px: 86, told: n => n.toLocaleString("en") },
  { key: "length", keep: 1, px: 70, told: t => seconds(t, 1) },
  { key: "shots", keep: 2, px: 66, head: "head_shots", told: String },
  { key: "pace", keep: 3, px: 96, head: "head_pace", told: fixed(2, " s") },
  { key: "texts", keep: 6, px: 60, told: String },
  { key: "people", keep: 10, px: 82, told: String },
  { key: "loudness", keep: 9, px: 62, head: "lufs", told: fixed(1, " LUFS"), cell: v => [fixed(1)(v.loudness)] },
  { key: "speech", keep: 7, px: 68, told: percent, cell: v => shareCell(v.speech, "speech") },
  { key: "music", keep: 8, px: 68, told: percent, cell: v => shareCell(v.music, "sound") },
  { key: "lang", isText: true, keep: 15, px: 76 },
  { key: "score", keep: 5, px: 100, told: fixed(0), cell: v => shareCell(v.score / 100, "edit", fixed(0)(v.score)) },
  { key: "fared", keep: 4, px: 124, of: faredKey, cell: v => faredCell(v) },
].map(c => ({ told: String, of: v => v[c.key], ...c }));
const known = COLUMNS.filter(c => videos.some(v => c.of(v) !== undefined));
const TITLE_PX = 250, PAPER_PX = 1040;
const listPx = () => main.clientWidth < 700 ? 112 : 196;
let columns = known;

// Those that find room, in their own order; the one that is sorted by always does.
function chooseColumns() {
  let room = isPrinting ? PAPER_PX - TITLE_PX : main.clientWidth - TITLE_PX - 36 - (listPx() + 16);
  const isSorted = c => state.sort.replace("-", "") === c.key;
  const kept = new Set([...known].sort((a, b) => isSorted(b) - isSorted(a) || (a.keep ?? 0) - (b.keep ?? 0)).filter(c => !c.px || (room -= c.px) >= 0));
  const next = known.filter(c => kept.has(c)), hasChanged = next.length !== columns.length || next.some((c, k) => c !== columns[k]);
  columns = next;
  return hasChanged;
}

const state = { q: "", sort: "-made", look: "list", length: "", shots: "", creator: "", lang: "", fared: "", pair: "", by: "second", t: "" };
const AT_FIRST = { ...state };
let found = [], picks = [], at = -1, isPrinting = false;

function readPlace() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(state)) state[key] = given.get(key) ?? AT_FIRST[key];
  if (!known.some(c => c.key === state.sort.replace("-", ""))) state.sort = AT_FIRST.sort;
}

function writePlace(isNew = false) {
  const told = new URLSearchParams(Object.entries(state).filter(([key, value]) => value !== AT_FIRST[key]));
  try { history[isNew ? "pushState" : "replaceState"](null, "", "#" + told.toString().replaceAll("%2C", ",")); } catch { /* a page without a place of its own */ }
}

// What is asked for

const plainly = text => text.normalize().toLowerCase();
let said = null, hay = null;
function searched() {
  said ??= read("said");
  return hay ??= said.map(plainly);
}
const terms = () => plainly(state.q).split(/\s+/).filter(Boolean);

const bounds = text => text.match(/^(\d+(?:\.\d+)?)?(-)?(\d+(?:\.\d+)?)?$/);
function within(value, text, isWhole) {
  const [, low, dash, high] = bounds(text) ?? [];
  if (low === undefined && high === undefined) return true;
  if (value === undefined) return false;
  if (!dash) return value === Number(low ?? high);
  return value >= Number(low ?? 0) && (high === undefined || (isWhole ? value <= Number(high) : value < Number(high)));
}

const FARED = { failed: v => v.fared[4] > 0, skipped: v => v.fared[3] > 0, degraded: v => v.fared[2] > 0, all: v => !v.fared[3] && !v.fared[4] };
const FILTERS = [
  { key: "length", choices: ["-15", "15-30", "30-60", "60-180", "180-"], fits: (v, text) => within(v.length, text), told: text => `${text.replace(/^-/, "< ").replace(/-$/, " +").replace("-", " – ")} s` },
  { key: "shots", choices: ["1", "2-5", "6-15", "16-40", "41-"], fits: (v, text) => within(v.shots, text, true), told: text => text.replace(/-$/, " +").replace("-", " – ") },
  ...["creator", "lang"].map(key => ({ key, choices: [...new Set(videos.map(v => v[key]).filter(Boolean))].sort(), fits: (v, text) => v[key] === text, told: String })),
  { key: "fared", choices: Object.keys(FARED), fits: (v, text) => FARED[text]?.(v) ?? true, told: text => say("fared_" + text) },
].filter(f => f.choices.length);

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
function find() {
  const words = terms(), asked = FILTERS.filter(f => state[f.key]);
  const texts = words.length ? searched() : null;
  const fitting = videos.filter(v => words.every(word => texts[v.n].includes(word)) && asked.every(f => f.fits(v, state[f.key])));
  const column = known.find(c => c.key === state.sort.replace("-", "")) ?? COLUMNS[0], turn = state.sort.startsWith("-") ? -1 : 1;
  const keyed = fitting.map(v => ({ v, key: column.of(v) }));
  const order = column.isText ? collator.compare : (a, b) => a < b ? -1 : a > b ? 1 : 0;
  // What is not known comes last, whichever way; equals stay as they were.
  keyed.sort((a, b) => a.key === undefined || b.key === undefined ? (a.key === undefined) - (b.key === undefined) : turn * order(a.key, b.key));
  found = keyed.map(one => one.v);
}

// The pictures of a video are unpacked when it comes into sight.

const films = new Map(), MOST_FILMS = 400;
function filmOf(v) {
  if (films.has(v.id)) return films.get(v.id);
  const held = $("film-" + v.id);
  if (!held) return null;  // not arrived yet
  const film = JSON.parse(held.textContent);
  film.sheet = new Image();
  if (film.p) film.sheet.src = "data:image/webp;base64," + film.p;
  films.set(v.id, film);
  if (films.size > MOST_FILMS) films.delete(films.keys().next().value);
  return film;
}

const RHYTHM = 5;
function showTiles(canvas, v, wide, high, lines) {
  canvas.style.width = wide + "px";
  canvas.style.height = high + "px";
  const film = filmOf(v);
  if (!film) return;
  const draw = () => drawCells(penOf(canvas, wide, high), film, v, wide, high, lines);
  if (film.sheet.complete) draw(); else film.sheet.addEventListener("load", draw, { once: true });
}

// Pictures in lines that they fill, and below them where it is cut.
function drawCells(pen, { sheet, n, shots }, v, wide, high, lines) {
  const line = (high - RHYTHM - 1) / lines;
  if (sheet.naturalWidth) {
    const tile = sheet.naturalWidth / n, tall = sheet.naturalHeight;
    const across = Math.max(1, Math.min(Math.floor(n / lines), Math.round(wide / (tile * line / tall))));
    const cell = wide / across, scale = Math.max(cell / tile, line / tall), cut = [cell / scale, line / scale];
    for (let k = 0; k < across * lines; k++) {
      const from = Math.round(k / Math.max(1, across * lines - 1) * (n - 1)) * tile + (tile - cut[0]) / 2;
      pen.drawImage(sheet, from, (tall - cut[1]) / 2, ...cut, k % across * cell, Math.floor(k / across) * line, cell - 1, line - (lines > 1 ? 1 : 0));
    }
  }
  (shots ?? []).slice(0, -1).forEach((start, k) => {
    const left = start / 1000 / v.length * wide, right = shots[k + 1] / 1000 / v.length * wide;
    pen.fillStyle = colour("edit", k % 2 ? 0.35 : 0.8);
    pen.fillRect(left, high - RHYTHM, Math.max(0.5, right - left - 0.5), RHYTHM);
  });
}

// Cells

function openLink(v) {
  const link = make("a", { className: "open", href: fileOf(v, "page.html"), dir: "auto" });
  link.append(...marked(nameOf(v)));
  link.title = nameOf(v);
  return link;
}

// The words that were asked for, made to stand out. A text stays a text.
function marked(text) {
  const plain = plainly(text), word = terms().find(one => plain.includes(one));
  if (word === undefined || plain.length !== text.length) return [text];
  const from = plain.indexOf(word);
  return [text.slice(0, from), make("mark", { textContent: text.slice(from, from + word.length) }), text.slice(from + word.length)];
}

function under(v) {
  const line = make("span", { className: "under", dir: "auto" });
  const shown = plainly(`${nameOf(v)} ${v.creator ?? ""}`), word = terms().find(one => !shown.includes(one));
  const hit = word && said[v.n].split("\n").find(text => plainly(text).includes(word));
  const from = hit ? Math.max(0, plainly(hit).indexOf(word) - 24) : 0;
  if (hit) line.append(...marked((from ? "…" : "") + hit.slice(from, from + 160)));
  else line.append(...(v.creator && state.look === "list" && !columns.some(c => c.key === "creator") ? [make("b", { textContent: v.creator }), "  "] : []), v.caption && v.caption !== v.title ? v.caption : v.width ? `${v.width} × ${v.height}, ${+(v.fps ?? 0).toFixed(2)} fps` : "");
  return line;
}

function shareCell(share, hue, text = percent(share)) {
  const bar = make("i");
  bar.style.width = `${Math.min(100, share * 100)}%`;
  bar.style.background = colour(hue, 0.8);
  return [text, make("span", { className: "share" }, bar)];
}

function faredBar(v) {
  const bar = make("span", { className: "states" });
  for (const [name, n] of Object.entries(WELL(v.fared))) if (n) {
    const part = make("i", { className: name });
    part.style.flexGrow = n;
    bar.append(part);
  }
  const names = ["ok", "none_found", "degraded", "skipped", "failed"];
  bar.title = names.map((name, k) => v.fared[k] && `${v.fared[k]}  ${say(name)}`).filter(Boolean).join("\n");
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", bar.title.replaceAll("\n", ", "));
  return bar;
}

function faredCell(v) {
  const { well, half, bad } = WELL(v.fared), all = v.fared.reduce((a, b) => a + b, 0);
  const words = bad ? `${bad} ${say("failed").toLowerCase()}` : v.lost_s ? `! ${well + half} / ${all}` : `${well + half} / ${all}${half ? `, ${half} ≈` : ""}`;
  return [faredBar(v), make("small", { className: bad || v.lost_s ? "bad" : "", textContent: words, title: v.lost_s ? say("is_short") : "" })];
}

function pickBox(v) {
  const box = make("input", { type: "checkbox", checked: picks.includes(v.id) });
  box.dataset.pick = v.id;
  box.setAttribute("aria-label", `${say("pick")}: ${nameOf(v)}`);
  box.title = say("pick");
  box.onchange = () => pick(v);
  return box;
}

const COUNTED = ["shots", "texts", "people"];
const LIST_HIGH = 56, ROW = 68, CARD = 254, CARD_GAP = 16, CARD_WIDE = 250;
function rowOf(v) {
  const row = make("tr", { className: "video" }, make("td", { className: "pick" }, pickBox(v)));
  const canvas = make("canvas"), link = make("a", { href: fileOf(v, "page.html"), tabIndex: -1, title: say("open_page") }, canvas);
  row.append(make("td", { className: "tiles" }, link));
  for (const c of columns) {
    const cell = make("td", { className: c.key });
    if (c.of(v) === undefined) cell.append(make("span", { className: "under", textContent: "–" }));
    else cell.append(...(c.cell ? c.cell(v) : [c.told(c.of(v))]));
    if (c.isText) cell.dir = "auto";
    row.append(cell);
  }
  row.tiles = () => showTiles(canvas, v, listPx(), LIST_HIGH, 1);
  return row;
}

function cardOf(v, wide) {
  const canvas = make("canvas"), picture = make("a", { href: fileOf(v, "page.html"), tabIndex: -1 }, canvas);
  const numbers = make("div", { className: "numbers" });
  for (const key of ["length", "shots", "pace", "loudness", ...COUNTED.slice(1), "lang"]) {
    const c = COLUMNS.find(one => one.key === key);
    if (v[key] === undefined || (["texts", "people"].includes(key) && !v[key])) continue;
    numbers.append(make("div", {}, c.told(v[key]), ...(COUNTED.includes(key) ? [make("span", { textContent: " " + say(v[key] === 1 ? "one_" + key : key) })] : [])));
  }
  const who = v.creator ? make("span", { className: "under", dir: "auto", textContent: v.creator }) : null;
  const card = make("article", { className: "card" }, picture, pickBox(v),
    make("div", { className: "about" }, openLink(v), ...[who, under(v)].filter(Boolean), numbers, faredBar(v)));
  card.tiles = () => showTiles(canvas, v, wide, 152, 2);
  return card;
}

// As much as is in sight, and a little more. Rows that stay are not made again.

const drawn = new Map();
let window_ = "";
function draw(isAnew = false) {
  if (isAnew) drawn.clear();
  $("list").hidden = !found.length || (state.look !== "list" && !isPrinting);
  $("grid").hidden = !found.length || state.look === "list" || isPrinting;
  for (const [id, inside] of [["list", "rows"], ["grid", "grid"]]) if ($(id).hidden) $(inside).replaceChildren();
  $("nothing").hidden = Boolean(found.length);
  if (!found.length) $("nothing").textContent = say(videos.length ? "nothing_fits" : "nothing_yet");
  else if ($("grid").hidden) drawList(isAnew); else drawGrid(isAnew);
}

function inSight(high, per, more) {
  const first = Math.max(0, Math.floor(main.scrollTop / high) - more), last = Math.ceil((main.scrollTop + main.clientHeight) / high) + more;
  return isPrinting ? [0, found.length] : [first * per, Math.min(found.length, last * per)];
}

function elementsOf(first, last, makeOne) {
  const focused = document.activeElement?.closest?.("[data-id]")?.dataset.id;
  const shown = found.slice(first, last).map((v, k) => {
    let one = drawn.get(v.id);
    if (!one) {
      drawn.set(v.id, one = makeOne(v));
      one.dataset.id = v.id;
      one.tiles();
    }
    one.classList.toggle("chosen", picks.includes(v.id));
    one.classList.toggle("at", first + k === at);
    return one;
  });
  if (drawn.size > 5 * shown.length + 100) for (const id of [...drawn.keys()].slice(0, drawn.size - 2 * shown.length)) drawn.delete(id);
  return [shown, () => focused && focusOn(focused)];
}

const gap = high => {
  const cell = make("td", { colSpan: columns.length + 2 });
  cell.style.height = high + "px";
  return make("tr", { className: "gap" }, cell);
};

function drawList(isAnew) {
  const [first, last] = inSight(ROW, 1, 6), key = `list ${first} ${last}`;
  if (!isAnew && key === window_) return;
  window_ = key;
  const [shown, refocus] = elementsOf(first, last, rowOf);
  $("list").setAttribute("aria-rowcount", found.length + 1);
  shown.forEach((row, k) => row.setAttribute("aria-rowindex", first + k + 2));
  $("rows").replaceChildren(...(first ? [gap(first * ROW)] : []), ...shown, ...(last < found.length ? [gap((found.length - last) * ROW)] : []));
  refocus();
}

const across = () => Math.max(1, Math.floor((main.clientWidth - 30 + CARD_GAP) / (CARD_WIDE + CARD_GAP)));
function drawGrid(isAnew) {
  const per = across(), [first, last] = inSight(CARD + CARD_GAP, per, 2), key = `grid ${first} ${last} ${per} ${main.clientWidth}`;
  if (!isAnew && key === window_) return;
  window_ = key;
  const wide = (main.clientWidth - 30 - CARD_GAP * (per - 1)) / per;
  const [shown, refocus] = elementsOf(first, last, v => cardOf(v, wide - 2));
  const cards = make("div", { className: "cards" }, ...shown);
  cards.style.gridTemplateColumns = `repeat(${per}, minmax(0, 1fr))`;
  cards.style.marginTop = first / per * (CARD + CARD_GAP) + "px";
  cards.style.marginBottom = Math.max(0, Math.ceil(found.length / per) - Math.ceil(last / per)) * (CARD + CARD_GAP) + CARD_GAP + "px";
  $("grid").replaceChildren(cards);
  refocus();
}

const elementFor = id => document.querySelector(`[data-id="${CSS.escape(id)}"]`);
const focusOn = id => elementFor(id)?.querySelector("a.open")?.focus({ preventScroll: true });

function move(by) {
  if (!found.length) return;
  at = Math.max(0, Math.min(found.length - 1, at < 0 ? 0 : at + by));
  const isList = state.look === "list", high = isList ? ROW : CARD + CARD_GAP, top = Math.floor(at / (isList ? 1 : across())) * high;
  const head = isList ? $("heads").offsetHeight : 0;
  if (top < main.scrollTop) main.scrollTop = top;
  else if (top + high + head > main.scrollTop + main.clientHeight) main.scrollTop = top + high + head - main.clientHeight;
  const { id } = found[at];
  window_ = "";
  draw();
  focusOn(id);
}

// Two at most; a third takes the place of the first.
function pick(v) {
  picks = picks.includes(v.id) ? picks.filter(id => id !== v.id) : [...picks, v.id].slice(-2);
  for (const box of document.querySelectorAll("[data-pick]")) {
    box.checked = picks.includes(box.dataset.pick);
    box.closest("[data-id]").classList.toggle("chosen", box.checked);
  }
  showPicks();
}

function showPicks() {
  $("picks").textContent = picks.map(id => nameOf(byId.get(id))).join("  ·  ");
  $("compare").disabled = picks.length !== 2;
  $("compare").textContent = say("compare");
  $("compare").title = say("compare_tip");
}

function compare() {
  if (picks.length !== 2) return;
  state.pair = picks.join(",");
  state.t = "";
  writePlace(true);
  show();
}

// What stands around it

const medianOf = key => {
  const values = found.map(v => v[key]).filter(value => value !== undefined).sort((a, b) => a - b);
  return values.length ? (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2 : undefined;
};
const clock = s => s < 3600 ? seconds(s, 0) : `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, "0")} h`;

function showBrief() {
  const total = found.reduce((sum, v) => sum + (v.length ?? 0), 0);
  const figures = [["total", clock(total)], ...["length", "shots", "pace", "loudness", "speech", "score"].map(key => {
    const median = medianOf(key);
    return [key, median !== undefined && COLUMNS.find(c => c.key === key).told(median)];
  })];
  $("brief").replaceChildren(...figures.filter(([, value]) => value).map(([key, value], k) => make("div", {},
    make("dt", { textContent: k ? `${say("median")} ${say(key)}` : say(key) }), make("dd", { textContent: value }))));
  $("count").value = `${found.length === videos.length ? "" : `${found.length} ${say("of")} `}${videos.length} ${say(videos.length === 1 ? "one_videos" : "videos_n")}`;
  $("clear").hidden = !state.q && !FILTERS.some(f => state[f.key]);
}

function showHeads() {
  const head = (c, words) => make("th", { className: c, scope: "col" }, words);
  $("heads").replaceChildren(head("pick", ""), head("tiles", ""), ...columns.map(c => {
    const button = make("button", { type: "button", textContent: say(c.head ?? c.key) }), cell = head(c.key, button);
    const isIt = state.sort.replace("-", "") === c.key, isDown = state.sort.startsWith("-");
    button.dataset.sort = c.key;
    button.title = c.key === "score" ? say("score_long") : say(c.key);
    if (isIt) { cell.setAttribute("aria-sort", isDown ? "descending" : "ascending"); button.prepend(isDown ? "↓ " : "↑ "); }
    button.onclick = () => sortBy(c);
    if (c.px) cell.style.width = c.px + "px";
    return cell;
  }));
  $("heads").children[0].style.width = "36px";
  $("heads").children[1].style.width = listPx() + 16 + "px";
}

function sortBy(c) {
  const isIt = state.sort.replace("-", "") === c.key, isDown = isIt ? !state.sort.startsWith("-") : !c.isText;
  state.sort = (isDown ? "-" : "") + c.key;
  asked();
  document.querySelector(`[data-sort="${c.key}"]`).focus({ preventScroll: true });
}

function showFilters() {
  $("filters").replaceChildren(...FILTERS.map(f => {
    const box = make("select", { onchange: e => { state[f.key] = e.target.value; asked(); } });
    box.dataset.filter = f.key;
    box.append(make("option", { value: "", textContent: say("any") }));
    const choices = !state[f.key] || f.choices.includes(state[f.key]) ? f.choices : [...f.choices, state[f.key]];
    for (const choice of choices) {
      const n = videos.filter(v => f.fits(v, choice)).length;
      if (n || choice === state[f.key]) box.append(make("option", { value: choice, textContent: `${f.told(choice)}  (${n})` }));
    }
    box.value = state[f.key];
    box.classList.toggle("on", Boolean(state[f.key]));
    return make("label", {}, say(f.key), box);
  }));
}

// Something else is asked for: from the top again.
function asked() {
  at = -1;
  main.scrollTop = 0;
  writePlace();
  for (const box of document.querySelectorAll("[data-filter]")) { box.value = state[box.dataset.filter]; box.classList.toggle("on", Boolean(box.value)); }
  refresh();
}

function refresh() {
  chooseColumns();
  find();
  showHeads();
  showBrief();
  draw(true);
}

function show() {
  const two = state.pair.split(",").map(id => byId.get(id)).filter(Boolean);
  const isPair = two.length === 2 && two[0] !== two[1];
  main.hidden = isPair;
  $("bar").hidden = isPair;
  $("pair").hidden = !isPair;
  document.body.classList.toggle("two", isPair);
  $("home").disabled = !isPair;
  $("home").textContent = `${isPair ? "← " : ""}${say("videos")}`;
  $("home").title = isPair ? say("close") : "";
  if (isPair) { picks = two.map(v => v.id); openPair(two); } else closePair();
  $("as_list").setAttribute("aria-pressed", String(state.look === "list"));
  $("as_grid").setAttribute("aria-pressed", String(state.look !== "list"));
  if ($("search").value !== state.q) $("search").value = state.q;
  showPicks();
  refresh();
}

function speak() {
  document.documentElement.lang = tongue;
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll("[data-tip]")) { element.title = say(element.dataset.tip); element.setAttribute("aria-label", say(element.dataset.tip)); }
  for (const [id, key] of [["search", "search"], ["theme", "theme"], ["help", "keys"]]) { $(id).title = say(key); $(id).setAttribute("aria-label", say(key)); }
  $("search").placeholder = say("search");
  $("tongue").textContent = tongue === "en" ? "DE" : "EN";
  $("tongue").title = say("tongue");
  document.title = say("videos");
  showFilters();
}

function lookAs(look) {
  const first = found[state.look === "list" ? Math.floor(main.scrollTop / ROW) : Math.floor(main.scrollTop / (CARD + CARD_GAP)) * across()];
  state.look = look;
  writePlace();
  show();
  const place = found.indexOf(first);
  main.scrollTop = look === "list" ? place * ROW : Math.floor(place / across()) * (CARD + CARD_GAP);
}

function clear() {
  for (const f of FILTERS) state[f.key] = "";
  state.q = $("search").value = "";
  asked();
}

function leave() {
  state.pair = state.t = "";
  state.by = AT_FIRST.by;
  writePlace();
  show();
  focusOn(picks[0]);
}

// A list of the same rows is pressed and moved through by these; a comparison has its own.
const listKeys = {
  ArrowDown: () => move(state.look === "list" ? 1 : across()), ArrowUp: () => move(state.look === "list" ? -1 : -across()),
  ArrowRight: () => state.look !== "list" && move(1), ArrowLeft: () => state.look !== "list" && move(-1),
  " ": () => at >= 0 && pick(found[at]), c: compare, v: () => lookAs(state.look === "list" ? "grid" : "list"),
  "/": () => $("search").focus(), Escape: clear, "?": () => $("help").click(),
};
addEventListener("keydown", e => {
  const isPair = !$("pair").hidden;
  if (e.target.matches("#search")) {
    if (e.key === "Escape") { e.target.value = state.q = ""; e.target.blur(); asked(); }
    if (e.key === "ArrowDown" && !isPair) { e.preventDefault(); e.target.blur(); move(0); }
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("select") || (e.key === " " && e.target.matches("button, input"))) return;
  const act = (isPair ? pairKeys : listKeys)[e.key.length === 1 ? e.key.toLowerCase() : e.key];
  if (act) { e.preventDefault(); act(e); }
});
main.addEventListener("focusin", e => {
  const id = e.target.closest("[data-id]")?.dataset.id, place = id ? found.findIndex(v => v.id === id) : -1;
  if (place < 0 || place === at) return;
  document.querySelector(".at")?.classList.remove("at");
  elementFor(id).classList.add("at");
  at = place;
});
main.addEventListener("scroll", () => draw(), { passive: true });
$("search").oninput = e => { state.q = e.target.value; asked(); };
$("clear").onclick = clear;
$("home").onclick = leave;
$("compare").onclick = compare;
$("as_list").onclick = () => lookAs("list");
$("as_grid").onclick = () => lookAs("grid");
$("help").onclick = () => { $("keys").hidden = !$("keys").hidden; $("help").setAttribute("aria-expanded", String(!$("keys").hidden)); };
$("tongue").onclick = () => { tongue = tongue === "en" ? "de" : "en"; keep("tongue", tongue); speak(); show(); };

function paint(chosen) {
  if (chosen) document.documentElement.dataset.theme = chosen; else delete document.documentElement.dataset.theme;
  readTheme();
  show();
}
$("theme").onclick = () => { keep("theme", view.dark ? "light" : "dark"); paint(view.dark ? "light" : "dark"); };
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paint(kept("theme")));
let beforePrint = null;
addEventListener("beforeprint", () => { beforePrint = document.documentElement.dataset.theme ?? ""; isPrinting = true; paint("light"); });
addEventListener("afterprint", () => { isPrinting = false; paint(beforePrint); });
addEventListener("hashchange", () => { readPlace(); speak(); show(); });
// The pictures come after the script: what is drawn by then gets them when all is there.
addEventListener("DOMContentLoaded", () => { draw(true); if (!$("pair").hidden) show(); performance.mark("filled"); });
