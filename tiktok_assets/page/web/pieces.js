// What every page draws with: elements, colours, a stretch of time across a canvas, bars, ticks, pictures, waves.
const $ = id => document.getElementById(id);
const make = (tag, facts = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), facts);
  made.append(...inside);
  return made;
};
const GAP = 2, BAR = 15, MOST_LAYERS = 3;
const HUES = { edit: 262, picture: 80, text: 20, people: 150, things: 115, sound: 230, speech: 190, meaning: 305, describe: 340, other: 0 };
const HEX = /^#[0-9a-f]{6}$/i;
const view = { from: 0, to: 1, words: "", least: 0, width: 600, dark: false };

const x = t => (t - view.from) / (view.to - view.from) * view.width;
const timeAt = px => view.from + px / view.width * (view.to - view.from);
const colour = (group, alpha = 1) => `oklch(${view.dark ? 0.72 : 0.66} 0.105 ${HUES[group] ?? 0} / ${alpha})`;
const theme = {};

function readTheme() {
  const style = getComputedStyle(document.body);
  const probe = document.createElement("i");
  document.body.append(probe);
  for (const name of ["ink", "soft", "line", "faint", "mark", "card", "back", "warn"]) {
    probe.style.color = `var(--${name})`;
    theme[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  const root = document.documentElement.dataset.theme;
  view.dark = root ? root === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  theme.font = `11px ${style.fontFamily}`;
}

// Everything a row says, for the search.
function wordsOf(event) {
  if (event.$ === undefined) {
    const said = [event.l ?? ""];
    const walk = value => {
      if (typeof value === "string") said.push(value);
      else if (value && typeof value === "object") Object.values(value).forEach(walk);
    };
    walk(event.v);
    event.$ = said.join("\n").toLowerCase();
  }
  return event.$;
}
const isHit = event => wordsOf(event).includes(view.words);
const isSure = event => event.c === undefined || event.c >= view.least;

// Bars that overlap lie above one another, three at most.
function layered(events) {
  const ends = [];
  for (const event of events) {
    let layer = ends.findIndex(end => end <= event.s + 1e-6);
    if (layer < 0) layer = ends.length < MOST_LAYERS ? ends.length : MOST_LAYERS - 1;
    ends[layer] = Math.max(ends[layer] ?? 0, event.e);
    event.y = layer;
  }
  return Math.max(1, ends.length);
}

// A canvas at the screen's own fineness, empty, to be drawn on in its usual pixels.
function penOf(canvas, width, height) {
  const pen = canvas.getContext("2d"), ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = height + "px";
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = theme.font;
  pen.textBaseline = "middle";
  return pen;
}

function drawBars(pen, events, group) {
  const filled = [-1, -1, -1];  // the last pixel drawn of each layer: what lies within it needs no bar of its own
  const plain = colour(group, 0.36), dim = colour(group, 0.1), edge = colour(group, 0.95);
  const free = [0, 0, 0];  // up to where a layer is written on
  const written = [];
  for (const event of events) {
    if (!isSure(event)) continue;
    const left = x(event.s), right = Math.max(left + 1.5, x(event.e) - 0.75);
    if (right < 0) continue;
    if (left > view.width) break;
    const hit = view.words && isHit(event);
    const last = Math.floor(right);
    if (!hit && last <= filled[event.y]) continue;
    filled[event.y] = last;
    const top = GAP + event.y * (BAR + GAP), palette = event.v?.palette;
    if (palette && !view.words) drawPalette(pen, palette, left, right, top);
    else {
      pen.fillStyle = hit ? theme.mark : view.words ? dim : plain;
      pen.fillRect(left, top, right - left, BAR);
      if (!view.words) { pen.fillStyle = edge; pen.fillRect(left, top, Math.min(2, right - left), BAR); }
    }
    if (event.l && !palette && right - Math.max(left, 0) > 26 && left >= free[event.y]) {
      written.push([event, Math.max(left, 0), right, top]);
      free[event.y] = right - 1;
    }
  }
  const { chosen } = view;
  if (chosen && events.includes(chosen)) {
    pen.strokeStyle = theme.mark;
    pen.lineWidth = 1.5;
    pen.strokeRect(x(chosen.s), GAP + chosen.y * (BAR + GAP), Math.max(2, x(chosen.e) - x(chosen.s) - 1), BAR);
  }
  for (const [event, left, right, top] of written) {
    pen.fillStyle = view.words && isHit(event) ? theme.card : view.words ? theme.soft : theme.ink;
    writeIn(pen, event.l, left + 6, right - left - 8, top + BAR / 2 + 0.5);
  }
}

// Cutting a text is dear, so what can never fit is cut by a rough measure first.
function writeIn(pen, text, left, room, middle) {
  const line = text.replace(/\s+/g, " ");
  let cut = line.slice(0, Math.floor(room / 3));
  if (cut.length * 5.6 > room) {
    const wide = pen.measureText(cut).width;
    if (wide > room) cut = cut.slice(0, Math.max(1, Math.floor(cut.length * room / wide) - 1));
  }
  pen.fillText(cut.length < line.length ? cut.trimEnd() + "…" : cut, left, middle, room + 4);
}

function drawPalette(pen, palette, left, right, top) {
  const all = palette.reduce((sum, p) => sum + (p.share || 0), 0) || 1;
  let at = left;
  for (const { hex, share } of palette) {
    const next = at + (right - left) * share / all;
    pen.fillStyle = HEX.test(hex) ? hex : theme.soft;
    pen.fillRect(at, top, next - at + 0.3, BAR);
    at = next;
  }
}

function drawTicks(pen, times, group, height) {
  pen.fillStyle = colour(group, 0.7);
  let before = -9;
  for (const t of times) {
    const at = Math.round(x(t));
    if (at !== before && at >= 0 && at <= view.width) pen.fillRect(at, 4, 1, height - 8);
    before = at;
  }
}

const STEPS = [0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
function drawScale(pen, width, height, told = seconds, room = 64) {
  const step = STEPS.find(s => s / (view.to - view.from) * width > room) ?? 1200;
  for (let k = Math.ceil(view.from / step); k * step <= view.to; k++) {
    const at = x(k * step);
    pen.fillStyle = theme.line;
    pen.fillRect(at, height - 7, 1, 7);
    pen.fillStyle = theme.soft;
    if (at < width - 30) pen.fillText(told(k * step, step < 0.1 ? 2 : step < 1 ? 1 : 0), at + 4, height / 2);
  }
}

// Pictures in one row, evenly spread over the video, as many of them as find room.
function drawTiles(pen, width, height, sheet, n_tiles, length_s) {
  if (!sheet.naturalWidth) return;
  const tile = sheet.naturalWidth / n_tiles, wide = tile * height / sheet.naturalHeight;
  for (let at = 0; at < width; at += wide) {
    const t = Math.min(timeAt(at + wide / 2), length_s);
    const n = Math.min(n_tiles - 1, Math.max(0, Math.round(t / length_s * (n_tiles - 1))));
    pen.drawImage(sheet, n * tile, 0, tile, sheet.naturalHeight, at, 0, wide - 1, height);
  }
}

const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const waveOf = told => ({ ...told, peak: bytes(told.peak), rms: bytes(told.rms) });
function drawWave(pen, width, height, { step_s, offset_s, peak, rms }) {
  const middle = height / 2;
  for (const [levels, style] of [[peak, colour("sound", 0.35)], [rms, colour("sound", 0.9)]]) {
    pen.fillStyle = style;
    for (let px = 0; px < width; px++) {
      const first = Math.max(0, Math.floor((timeAt(px) - offset_s) / step_s));
      const after = Math.min(levels.length, Math.max(first + 1, Math.ceil((timeAt(px + 1) - offset_s) / step_s)));
      let most = 0;
      for (let i = first; i < after; i++) if (levels[i] > most) most = levels[i];
      const high = most / 255 * (middle - 1);
      if (most) pen.fillRect(px, middle - high, 1, Math.max(0.6, 2 * high));
    }
  }
}

const seconds = (t, digits = 3) => `${Math.floor(t / 60)}:${(t % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0")}`;
