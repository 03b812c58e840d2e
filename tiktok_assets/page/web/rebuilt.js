// The video rebuilt from this report alone: its films in the player, a score for every second, what each table adds.
const rebuilt = data.rebuilt?.status === "ok" ? data.rebuilt : null;
const WAYS = rebuilt ? ["stills", "schematic"].filter(way => rebuilt.ways[way]) : [];
const points = value => value === null || value === undefined ? "–" : value.toFixed(1);
let shownWay = "original";

function addWays() {
  const films = WAYS.filter(way => rebuilt.ways[way].film);
  $("ways").hidden = !films.length;
  $("ways").append(...["original", ...films].map(way => {
    const button = make("button", { type: "button", onclick: () => showWay(way) });
    button.dataset.way = way;
    button.dataset.say = "way_" + way;
    button.dataset.tip = "way_tip_" + way;
    button.setAttribute("aria-pressed", String(way === shownWay));
    return button;
  }));
}

// The same moment of another film; where it cannot be had, the original again.
function showWay(way) {
  if (way === shownWay) return;
  halt();
  isPlayable = false;  // until it is there: an empty player is at 0
  shownWay = way;
  if (way === "original") load(); else video.src = at(rebuilt.ways[way].film) + (isServed ? location.search : "");
  shift_s = way === "original" ? ownShift_s : 0;
  for (const button of $("ways").children) button.setAttribute("aria-pressed", String(button.dataset.way === way));
}

video.onloadedmetadata = () => { if (!isPlayable) { isPlayable = true; seek(now_s); } };

// A bar for each second: as high as its score with stills, and a line where colours and shapes come to.
function drawRebuilt(pen, width, height) {
  const n = Math.max(...WAYS.map(way => rebuilt.ways[way].seconds.length)), high = height - 4;
  const top = value => 2 + high * (1 - Math.max(0, value) / 100);
  for (let second = 0; second < n; second++) {
    const left = x(second), right = x(Math.min(second + 1, duration_s)), wide = Math.max(0.5, right - left - 1);
    if (right < 0 || left > width) continue;
    pen.fillStyle = theme.faint;
    pen.fillRect(left, 2, wide, high);
    const still = rebuilt.ways.stills?.seconds[second], drawn = rebuilt.ways.schematic?.seconds[second];
    if (typeof still === "number") { pen.fillStyle = colour("meaning", 0.4); pen.fillRect(left, top(still), wide, 2 + high - top(still)); }
    if (typeof drawn === "number") { pen.fillStyle = colour("meaning"); pen.fillRect(left, Math.min(top(drawn), height - 3.5), wide, 1.5); }
  }
}

const tellRebuilt = t => WAYS.map(way => `${say("way_" + way)}  ${points(rebuilt.ways[way].seconds[Math.floor(t)])}`).join("\n") + `\n${say("of_100")}`;

function showRebuilt() {
  const box = $("rebuilt_told"), told = data.rebuilt;
  box.hidden = !told;
  if (!told) return;
  const wasOpen = box.querySelector("details")?.open ?? false;
  const said = rebuilt ? WAYS.map(way => `${points(rebuilt.ways[way].score)} ${say("way_in_" + way)}`).join(", ") : told.reason;
  const head = make("summary", {}, make("b", { textContent: say(rebuilt ? "rebuilt_head" : "rebuilt_not") }), " " + said);
  box.replaceChildren(make("details", { open: wasOpen }, head, ...(rebuilt ? insideRebuilt() : [])));
}

function insideRebuilt() {
  return [
    make("p", { className: "about", textContent: say("rebuilt_about") }),
    make("div", { className: "columns" },
      rebuiltTable("rebuilt_terms", Object.keys(rebuilt.weights).map(term => [say("term_" + term), `${Math.round(100 * rebuilt.weights[term])} %`, way => rebuilt.ways[way].terms[term]]), "rebuilt_weight"),
      rebuiltTable("rebuilt_adds", addedInOrder().map(name => [title(name), "", way => rebuilt.ways[way].added[name]])),
      make("div", {}, make("h3", { textContent: say("rebuilt_seen") }), make("table", {}, make("tbody", {}, ...Object.entries(rebuilt.coverage).map(([group, share]) =>
        make("tr", {}, make("th", { scope: "row", textContent: say("groups")[group] ?? group }), make("td", { textContent: `${Math.round(share)} %` }))))))),
    make("p", { className: "about", textContent: filled("rebuilt_drawn", ...rebuilt.drawn) }),
  ];
}

function addedInOrder() {
  const most = name => Math.max(...WAYS.map(way => rebuilt.ways[way].added[name] ?? 0));
  return [...new Set(WAYS.flatMap(way => Object.keys(rebuilt.ways[way].added)))].sort((a, b) => most(b) - most(a));
}

function rebuiltTable(heading, rows, weight) {
  const head = ["", ...(weight ? [say(weight)] : []), ...WAYS.map(way => say("way_" + way))];
  const body = rows.map(([words, note, of]) => make("tr", {}, make("th", { scope: "row", textContent: words }),
    ...(weight ? [make("td", { className: "soft", textContent: note })] : []),
    ...WAYS.map(way => {
      const value = of(way), bar = make("i"), cell = make("td", {}, make("span", { textContent: points(value) }), bar);
      bar.style.width = `${Math.max(0, Math.min(100, value ?? 0)) * 0.4}px`;
      return cell;
    })));
  return make("div", {}, make("h3", { textContent: say(heading) }), make("table", {},
    make("thead", {}, make("tr", {}, ...head.map(words => make("th", { scope: "col", textContent: words })))), make("tbody", {}, ...body)));
}
