// The page is put together here, and listens.
const OVERLAID = ["text_overlay", "face_detection", "body_pose", "hand_gesture", "object_detection", "stickers_emoji", "watermark", "product_detection"];
const hasSomething = lane => lane.events.length || lane.curves.length || Object.keys(lane.ticks).length;
const found = data.lanes.filter(hasSomething);
found.sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group));

function row(name, lane) {
  const canvas = make("canvas");
  return [make("div", { className: "lane" }, name, canvas), canvas];
}

const label = (text, ...more) => make("div", { className: "name" }, make("span", { className: "title", textContent: text }), ...more);

function addTop() {
  const top = [["ruler", "", 22, (pen, width, height) => { drawRuler(pen, width, height); drawLoop(pen, height); }], data.contact && ["contact", "", 56, drawContact], sound && ["sound", "sound", 40, drawSound],
    Object.keys(data.coverage).length && ["coverage", "coverage", 12, drawCoverage], rebuilt && ["rebuilt", "rebuilt", 30, drawRebuilt]];
  for (const [id, words, height, draw] of top.filter(Boolean)) {
    const name = label(say(words));
    name.firstChild.dataset.say = words;
    const [line, canvas] = row(name);
    canvas.id = id;
    addStrip(canvas, height, draw);
    $("top").append(line);
  }
  if (data.contact) { sheet.onload = drawAll; sheet.src = data.contact; }
}

function addLane(lane, parent) {
  const layers = layered(lane.events), behind = lane.curves[0], isCurve = !lane.events.length && behind;
  const height = isCurve ? CURVE : layers * (BAR + GAP) + GAP;
  const parts = partsOf(lane);
  const dot = make("button", { type: "button", className: "dot", disabled: !lane.boxes.length });
  dot.style.color = colour(lane.group);
  lane.dot = dot;
  lane.isShown = OVERLAID.includes(lane.name) && lane.boxes.length > 0;
  dot.dataset.tip = "boxes_of";
  dot.setAttribute("aria-pressed", String(lane.isShown));
  dot.onclick = () => { lane.isShown = !lane.isShown; dot.setAttribute("aria-pressed", String(lane.isShown)); drawBoxes(); };
  const more = make("button", { type: "button", className: "more", textContent: "▸", disabled: !parts.length });
  more.dataset.tip = "unfold";
  more.setAttribute("aria-expanded", "false");
  const name = make("div", { className: "name" }, more, dot, make("span", { className: "title", textContent: title(lane.name), title: `${lane.name}: ${lane.about}\n${lane.model ?? lane.backend ?? ""}` }));
  if (lane.status === "degraded") {
    const note = make("small", { className: "fallback", textContent: "≈", title: `${say("fallback")}: ${lane.reason ?? ""}\n${lane.remedy ?? ""}` });
    name.append(note);
  }
  const [line, canvas] = row(name);
  line.dataset.lane = lane.name;
  canvas.setAttribute("aria-label", `${title(lane.name)}, ${lane.n_rows} rows`);
  canvas.setAttribute("role", "img");
  addStrip(canvas, height, pen => {
    if (isCurve) drawCurve(pen, behind, lane.group, height);
    for (const times of lane.events.length || isCurve ? [] : Object.values(lane.ticks)) drawTicks(pen, times, lane.group, height);
    drawBars(pen, lane.events, lane.group);
  }, { lane, events: lane.events });
  parent.append(line);
  more.onclick = () => {
    lane.lines ??= parts.map(part => addPart(lane, part, parent, line));
    const isOpen = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(isOpen));
    more.textContent = isOpen ? "▾" : "▸";
    for (const { part, strip } of lane.lines) part.hidden = strip.hidden = !isOpen;
    drawAll();
  };
}

function partsOf(lane) {
  const rows = Object.entries(lane.parts).map(([kind, events]) => ({ words: kind, events }));
  const ticks = Object.entries(lane.ticks).map(([kind, times]) => ({ words: kind, times }));
  return [...rows, ...ticks, ...lane.curves.map(curve => ({ words: plain(curve.name), curve }))];
}

function addPart(lane, { words, events, times, curve }, parent, after) {
  const [part, canvas] = row(label(words));
  part.classList.add("part");
  part.querySelector(".title").title = curve ? lane.docs[curve.name] ?? "" : "";
  const height = events ? layered(events) * (BAR + GAP) + GAP : curve ? CURVE : 18;
  const strip = addStrip(canvas, height, pen => {
    if (events) drawBars(pen, events, lane.group);
    if (times) drawTicks(pen, times, lane.group, height);
    if (curve) drawCurve(pen, curve, lane.group, height);
  }, { lane, events: events ?? [], curve });
  const last = lane.lines_end ?? after;
  last.after(part);
  lane.lines_end = part;
  return { part, strip };
}

function addLanes() {
  for (const group of GROUPS) {
    const lanes = found.filter(lane => lane.group === group);
    if (!lanes.length) continue;
    const inside = make("div"), fold = make("button", { type: "button" });
    fold.setAttribute("aria-expanded", "true");
    fold.dataset.group = group;
    fold.onclick = () => {
      const isOpen = fold.getAttribute("aria-expanded") !== "true";
      fold.setAttribute("aria-expanded", String(isOpen));
      inside.hidden = !isOpen;
      for (const strip of strips) if (strip.lane?.group === group) strip.hidden = !isOpen || strip.canvas.parentElement.hidden;
      keep("folded." + group, isOpen ? "" : "1");
      speak();
      drawAll();
    };
    $("lanes").append(make("section", { className: "group" }, make("h2", {}, fold), inside));
    for (const lane of lanes) addLane(lane, inside);
    if (kept("folded." + group)) fold.click();
  }
}

function speak() {
  document.documentElement.lang = tongue;
  for (const element of document.querySelectorAll("[data-say]")) if (element.dataset.say) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll("[data-tip]")) { element.title = say(element.dataset.tip); element.setAttribute("aria-label", say(element.dataset.tip)); }
  for (const fold of document.querySelectorAll("[data-group]")) {
    const isOpen = fold.getAttribute("aria-expanded") === "true", n = found.filter(lane => lane.group === fold.dataset.group).length;
    fold.textContent = `${isOpen ? "▾" : "▸"} ${say("groups")[fold.dataset.group]}${isOpen ? "" : ` (${n})`}`;
  }
  for (const [id, key] of [["search", "search"], ["theme", "theme"], ["unit", "unit"]]) { $(id).title = say(key); $(id).setAttribute("aria-label", say(key)); }
  $("search").placeholder = say("search");
  $("tongue").textContent = tongue === "en" ? "DE" : "EN";
  $("tongue").title = say("tongue");
  $("unit").textContent = unit === "s" ? "s" : "TC";
  nowKey = null;
  showBrief();
  showFiles();
  showRest();
  showRebuilt();
  showCard();
}

function zoom(factor, t) {
  const span = Math.min(duration_s, Math.max(Math.min(0.25, duration_s), (view.to - view.from) * factor));
  const share = (t - view.from) / (view.to - view.from);
  view.from = Math.max(0, Math.min(duration_s - span, t - span * share));
  view.to = view.from + span;
  drawAll();
}

function pan(by_s) {
  const span = view.to - view.from;
  view.from = Math.max(0, Math.min(duration_s - span, view.from + by_s));
  view.to = view.from + span;
  drawAll();
}

function under(e) {
  const strip = e.target.strip;
  if (!strip) return {};
  const t = timeAt(e.offsetX), slack = 3 / view.width * (view.to - view.from), y = Math.floor((e.offsetY - GAP) / (BAR + GAP));
  const near = (strip.events ?? []).filter(event => event.s - slack <= t && t <= Math.max(event.e, event.s) + slack && event.y === Math.max(0, y) && isSure(event));
  near.sort((a, b) => a.e - a.s - (b.e - b.s));
  return { strip, t, event: near[0] };
}

function nearest(curve, t) {
  let best = null;
  curve.t.forEach((times, i) => times.forEach((at, k) => { if (!best || Math.abs(at - t) < Math.abs(best[0] - t)) best = [at, curve.v[i][k]]; }));
  return best;
}

function tellOf({ strip, t, event }) {
  if (!strip) return "";
  if (strip.canvas.id === "coverage") {
    const second = Math.floor(t);
    return `${seen.filter(list => SEEN[list[second]]).length} / ${seen.length} ${say("looked")}`;
  }
  if (strip.canvas.id === "rebuilt") return tellRebuilt(t);
  if (event) return `${stamp(event.s)} – ${stamp(event.e)}${event.c === undefined ? "" : `   ${Math.round(event.c * 100)} %`}\n${event.l ?? ""}`;
  const curve = strip.curve ?? (strip.lane && !strip.events.length ? strip.lane.curves[0] : undefined);
  const point = curve && nearest(curve, t);
  return point ? `${stamp(point[0])}\n${plain(curve.name)}  ${point[1]}` : "";
}

let pointed = null, dragged = false;
$("main").addEventListener("pointermove", e => {
  const line = e.target.closest?.(".lane");
  if (line !== pointed) { pointed?.classList.remove("near"); pointed = line; view.near = e.target.strip?.lane ?? data.lanes.find(l => l.name === line?.dataset.lane); }
  if (dragged && e.target.strip) seek(timeAt(e.offsetX));
  const words = tellOf(under(e));
  $("tip").hidden = !words;
  $("tip").textContent = words;
  $("tip").style.left = Math.min(e.clientX + 14, innerWidth - $("tip").offsetWidth - 8) + "px";
  $("tip").style.top = Math.min(e.clientY + 14, innerHeight - $("tip").offsetHeight - 8) + "px";
});
$("main").addEventListener("pointerleave", () => { $("tip").hidden = true; dragged = false; });
$("top").addEventListener("pointerdown", e => { dragged = Boolean(e.target.strip) && e.button === 0; });
addEventListener("pointerup", () => { dragged = false; });
$("main").addEventListener("click", e => {
  const { strip, t, event } = under(e);
  if (event) choose(strip.lane, event); else if (strip) seek(t);
});
$("main").addEventListener("wheel", e => {
  if (!e.ctrlKey && !e.metaKey && !e.shiftKey && Math.abs(e.deltaX) <= Math.abs(e.deltaY)) return;
  e.preventDefault();
  if (e.ctrlKey || e.metaKey) zoom(e.deltaY > 0 ? 1.25 : 0.8, e.target.strip ? timeAt(e.offsetX) : now_s);
  else pan((e.deltaX || e.deltaY) / view.width * (view.to - view.from));
}, { passive: false });

function hop(by) {
  const lane = view.near?.events?.length ? view.near : view.lane ?? found.find(l => l.name === "cut_analysis" && l.events.length) ?? found.find(l => l.events.length);
  if (!lane) return;
  const sure = lane.events.filter(isSure);
  const next = by > 0 ? sure.find(e => e.s > now_s + 0.002) : sure.findLast(e => e.s < now_s - 0.002);
  if (next) choose(lane, next);
}

function toggleOverlay() {
  isOverlaid = !isOverlaid;
  $("overlay").setAttribute("aria-pressed", String(isOverlaid));
  drawBoxes();
}

const copyTime = () => navigator.clipboard?.writeText($("clock").textContent).then(() => $("clock").animate([{ opacity: 0.2 }, { opacity: 1 }], 400)).catch(() => {});
const jog = way => held.has("k") ? step(way) : shuttle(way);
const does = {
  " ": play, j: () => jog(-1), k: halt, l: () => jog(1), i: () => mark("in"), o: () => mark("out"), r: () => loop(view.chosen),
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), ArrowUp: () => hop(-1), ArrowDown: () => hop(1),
  ShiftArrowLeft: () => seek(now_s - 1), ShiftArrowRight: () => seek(now_s + 1),
  Home: () => seek(INTO_FRAME_S), End: () => seek(frames_s.length ? frames_s.at(-1) + INTO_FRAME_S : duration_s),
  c: copyTime, b: toggleOverlay, "+": () => zoom(0.5, now_s), "-": () => zoom(2, now_s),
  0: () => { view.from = 0; view.to = duration_s; drawAll(); }, "/": () => $("search").focus(),
};
const ONCE = ["j", "l", "i", "o", "r", "c", "b", " "];  // a key that is held says it once
const held = new Set();
addEventListener("keydown", e => {
  if (e.target.matches("input, select, textarea")) {
    if (e.key === "Escape") { $("search").value = ""; search(""); e.target.blur(); }
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || (e.key === " " && e.target.matches("button, summary, a"))) return;
  const key = e.key.length === 1 ? e.key.toLowerCase() : (e.shiftKey && /Left|Right/.test(e.key) ? "Shift" : "") + e.key, act = does[key];
  if (!act) return;
  e.preventDefault();
  if (!e.repeat || !ONCE.includes(key) || held.has("k")) act();
  held.add(key);
});
addEventListener("keyup", e => held.delete(e.key.toLowerCase()));
addEventListener("blur", () => held.clear());

const clicks = { back: () => step(-1), forth: () => step(1), play, before: () => hop(-1), after: () => hop(1), loop: () => loop(view.chosen), overlay: toggleOverlay };
for (const [id, act] of Object.entries(clicks)) $(id).onclick = act;
$("clock").onclick = copyTime;
$("search").oninput = e => search(e.target.value);
$("confidence").oninput = e => { view.least = Number(e.target.value); $("least_value").value = view.least; nowKey = null; search($("search").value); showTime(); };
$("tongue").onclick = () => { tongue = tongue === "en" ? "de" : "en"; keep("tongue", tongue); speak(); showTime(); drawAll(); };
$("unit").onclick = () => { unit = unit === "s" ? "tc" : "s"; keep("unit", unit); speak(); showTime(); drawAll(); };

function paint(chosen) {
  if (chosen) document.documentElement.dataset.theme = chosen; else delete document.documentElement.dataset.theme;
  readTheme();
  for (const lane of found) if (lane.dot) lane.dot.style.color = colour(lane.group);
  nowKey = null;
  showNow();
  drawAll();
}
$("theme").onclick = () => { keep("theme", view.dark ? "light" : "dark"); paint(view.dark ? "light" : "dark"); };
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paint(kept("theme")));
let beforePrint = null;
addEventListener("beforeprint", () => { beforePrint = document.documentElement.dataset.theme ?? ""; paint("light"); });
addEventListener("afterprint", () => paint(beforePrint));
const landed = () => Number(location.hash.match(/t=([\d.]+)/)?.[1] ?? 0);
addEventListener("hashchange", () => seek(landed(), false));

addTop();
addWays();
addLanes();
speak();
paint(kept("theme"));
new ResizeObserver(drawAll).observe($("main"));
video.addEventListener("loadedmetadata", () => seek(landed(), false), { once: true });
load();
seek(landed(), false);
