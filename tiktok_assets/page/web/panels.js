// Words beside the timeline: what is there now, what was chosen, what was found, and which files there are.
const title = name => name.replaceAll("_", " ").replace(/^./, c => c.toUpperCase());
const plain = name => name.replace(/(?<!_per)_(s|px|hz|db|deg)$/, (_, u) => ` (${{ s: "s", px: "px", hz: "Hz", db: "dB", deg: "°" }[u]})`).replace(/^(is|has)_/, "").replaceAll("_", " ");

function swatches(palette) {
  const row = make("span", { className: "swatches" });
  for (const { hex } of palette) if (HEX.test(hex)) {
    const one = make("i", { title: hex });
    one.style.background = hex;
    row.append(one);
  }
  return row;
}

function written(value) {
  if (value === true || value === false) return value ? "✓" : "–";
  if (Array.isArray(value)) return value.map(written).join(", ");
  if (value && typeof value === "object") return Object.values(value).map(written).join(" ");
  return String(value);
}

function valueOf(name, value) {
  if (name === "palette" && Array.isArray(value)) return swatches(value);
  if (HEX.test(value)) return make("span", {}, swatches([{ hex: value }]), " " + value);
  return written(value);
}

const NUMBERED = ["cut_analysis", "face_detection"];  // of the others, which shot it is says nothing new
let nowKey = null;
function showNow() {
  const shown = [];
  for (const lane of found) {
    const live = [];
    for (const event of lane.events) {
      if (event.s > now_s + 1e-3) break;
      if (now_s < Math.max(event.e, event.s + 0.2) && event.l && (!event.n || NUMBERED.includes(lane.name)) && isSure(event)) live.push(event);
    }
    if (live.length) shown.push([lane, live[0], [...new Set(live.map(event => event.l))].slice(0, 5).join(" · ")]);
  }
  const key = shown.map(([lane, event, words]) => lane.name + event.s + words).join("|") + tongue;
  if (key === nowKey) return;
  nowKey = key;
  $("now").replaceChildren(...shown.map(item), ...(shown.length ? [] : [make("li", { textContent: say("nothing_now") })]));
}

function item([lane, event, words]) {
  const about = make("b", { textContent: title(lane.name), title: lane.name });
  about.style.color = colour(lane.group);
  return make("li", { tabIndex: 0, onclick: () => choose(lane, event), onkeydown: pressed }, about, make("span", { textContent: words ?? event.l ?? "" }));
}
const pressed = e => { if (e.key === "Enter") e.currentTarget.click(); };

function choose(lane, event, doesSeek = true) {
  view.chosen = event;
  view.lane = lane;
  $("chosen").hidden = false;
  $("chosen_name").textContent = title(lane.name) + (event.l ? ": " + event.l : "");
  const sure = event.c === undefined ? "" : `   ${Math.round(event.c * 100)} %`;
  $("chosen_span").textContent = `${stamp(event.s)} – ${stamp(event.e)}${sure}`;
  const facts = Object.entries(event.v ?? {}).filter(([name]) => name !== "confidence" && name !== "words");
  $("chosen_facts").replaceChildren(...facts.flatMap(([name, value]) => [
    make("dt", { textContent: plain(name), title: `${name}: ${lane.docs[name] ?? ""}` }), make("dd", {}, valueOf(name, value)),
  ]));
  $("chosen_table").href = at(lane.table);
  if (doesSeek) seekTo(event);
  drawAll();
}

function search(text) {
  view.words = text.trim().toLowerCase();
  const hits = view.words ? found.flatMap(lane => [lane.events, ...Object.values(lane.parts)].flat().filter(e => isSure(e) && isHit(e)).map(e => [lane, e])) : [];
  hits.sort((a, b) => a[1].s - b[1].s);
  $("count").value = view.words ? hits.length : "";
  $("found").hidden = !view.words;
  $("hits").replaceChildren(...hits.slice(0, 200).map(([lane, event]) => {
    const line = item([lane, event]);
    line.title = stamp(event.s);
    return line;
  }));
  drawAll();
}

function whole(name) { return data.lanes.find(lane => lane.name === name)?.facts[0]; }

function showBrief() {
  const cuts = whole("cut_analysis"), sounds = whole("audio_analysis"), colours = whole("color_analysis")?.palette;
  const of = name => data.lanes.find(lane => lane.name === name)?.events ?? [];
  const shots = of("cut_analysis").filter(e => e.v?.level === "shot").length;
  const people = new Set(of("face_detection").map(e => e.v?.person_id)).size;
  const told = [
    ["duration", seconds(duration_s, 2)],
    ["picture", media.width_px && `${media.width_px} × ${media.height_px}, ${+(media.fps_nominal ?? 0).toFixed(2)} fps${media.is_vfr ? " VFR" : ""}`],
    ["shots", shots || undefined],
    ["pace", cuts?.asl_s && `${cuts.asl_s.toFixed(2)} s`],
    ["loudness", sounds?.lufs_i !== undefined && `${sounds.lufs_i.toFixed(1)} LUFS`],
    ["colours", colours && swatches(colours)],
    ["texts", of("text_overlay").length || undefined],
    ["faces", people || undefined],
  ].filter(([, value]) => value);
  $("brief").replaceChildren(...told.map(([name, value]) => make("div", {}, make("dt", { textContent: say(name) }), make("dd", {}, value instanceof Node ? value : String(value)))));
  $("said").textContent = [data.video.creator, data.video.caption].filter(Boolean).join(": ");
}

function showFiles() {
  const link = (words, path) => make("li", {}, make("a", { href: path, textContent: words }));
  const words = name => name.replace(data.video.id + ".", "").replace(/^capcut.zip$/, `capcut (${say("experimental")})`);
  const exports = data.exports.map(name => link(words(name), "exports/" + encodeURIComponent(name)));
  const methods = data.methods ? [link(data.methods, data.methods)] : [];
  $("files").replaceChildren(link("report.json", "report.json"), ...methods, link("video.mp4", at(data.video_at)), ...exports);
}

// What was not found, not run, or measured with less than the best: in one line each, unfolded for those who ask.
function showRest() {
  const kinds = { failed: [], degraded: [], none_found: [], skipped: [] };
  for (const lane of data.lanes) {
    if (kinds[lane.status]) kinds[lane.status].push(lane);
  }
  $("rest").replaceChildren(...Object.entries(kinds).filter(([, lanes]) => lanes.length).map(([status, lanes]) => {
    const head = make("summary", {}, make("b", { textContent: say(status) }), ` ${lanes.length}: ${lanes.slice(0, 6).map(l => title(l.name)).join(", ")}${lanes.length > 6 ? " …" : ""}`);
    return make("details", { open: status === "failed" }, head, status === "none_found" ? make("p", { textContent: lanes.map(l => title(l.name)).join(", ") }) : remedies(lanes));
  }));
}

function remedies(lanes) {
  const byRemedy = Map.groupBy ? Map.groupBy(lanes, l => l.remedy ?? "") : lanes.reduce((map, l) => map.set(l.remedy ?? "", [...(map.get(l.remedy ?? "") ?? []), l]), new Map());
  return make("table", {}, make("tbody", {}, ...[...byRemedy].map(([remedy, some]) => make("tr", {},
    make("td", { textContent: some.map(l => title(l.name)).join(", ") }), make("td", { textContent: some[0].reason ?? "" }), make("td", {}, make("code", { textContent: remedy }))))));
}
