// The video, and the clock that goes on without it where it cannot be played.
const video = $("video"), film = $("film").textContent.trim();
const INTO_FRAME_S = 5e-4;  // past a frame's start: browsers round times to microseconds, and show the frame before
// Chromium's clock is the file's own, on which the first picture may come late; ours begins with that picture.
const ownShift_s = Math.max(0, media.v_start_s ?? 0);
let shift_s = ownShift_s;  // a film that was made here begins with it
let now_s = 0, looped = null, isPlayable = true;

// Served by the API, files have other addresses; what follows the ? is what lets the page have its video there.
const isServed = /\/results\/[^/]+\/[^/]*$/.test(location.pathname) && location.protocol !== "file:";
const at = path => isServed ? path.replace(/^\.\.\/\.\.\/media\/[^/]+\//, "").replace(/^\.\.\/\.\.\/tables\/([^/]+)\/[^/]+$/, "tables/$1.parquet") : path;

function load() {
  video.src = film ? URL.createObjectURL(new Blob([bytes(film)], { type: "video/mp4" })) : at(data.video_at) + (isServed ? location.search : "");
  const wide = (media.width_px || 9) * (media.sar || 1), high = media.height_px || 16;
  $("stage").style.aspectRatio = `${wide} / ${high}`;
  $("stage").style.width = `min(100%, calc(46vh * ${wide / high}))`;
}

function placeHead() {
  const px = x(now_s), names = $("ruler").previousSibling.offsetWidth;
  $("head").style.transform = `translateX(${names + px}px)`;
  $("head").style.height = $("rest").offsetTop + "px";
  $("head").hidden = px < 0 || px > view.width;
}

function tick() {
  if (isPlayable && !video.seeking) now_s = Math.max(0, video.currentTime - shift_s);
  if (looped && !video.paused && (now_s >= looped.e - 0.01 || now_s < looped.s - 0.3)) return seek(looped.s + INTO_FRAME_S, false);
  showTime();
}

function showTime() {
  const shown = frames_s.length && unit !== "s" ? now_s : frames_s.length ? frames_s[frameAt(now_s)] : now_s;
  $("clock").textContent = stamp(shown);
  document.body.dataset.time = now_s.toFixed(3);
  placeHead();
  if (now_s < view.from || now_s > view.to) turnTo(now_s);
  showNow();
  drawBoxes();
}

function turnTo(t) {
  const span = view.to - view.from;
  if (span >= duration_s - 1e-6) return;
  view.from = Math.max(0, Math.min(duration_s - span, t - span * 0.1));
  view.to = view.from + span;
  drawAll();
}

function seek(t, note = true) {
  now_s = Math.max(0, Math.min(duration_s - INTO_FRAME_S, t));
  if (isPlayable) video.currentTime = now_s + shift_s;
  if (note) {
    try { history.replaceState(null, "", "#t=" + now_s.toFixed(3)); } catch { /* a page without a place of its own */ }
  }
  showTime();
}

const seekTo = event => seek(event.s + INTO_FRAME_S);

function step(by) {
  halt();
  if (!frames_s.length) return seek(now_s + by / (media.fps_nominal || 25));
  const k = Math.max(0, Math.min(frames_s.length - 1, frameAt(now_s) + by));
  seek(frames_s[k] + INTO_FRAME_S);
}

const play = () => isMoving() ? halt() : shuttle(1);

function loop(event) {
  setLoop(looped || !event ? null : { s: event.s, e: Math.max(event.e, event.s + 0.4) });
  if (!looped) return;
  seek(looped.s + INTO_FRAME_S);
  if (!isMoving()) shuttle(1);
}

// Boxes, joints and hands over the picture, at this time.
const SVG = "http://www.w3.org/2000/svg";
const BONES = {
  joints: [[5, 7], [7, 9], [6, 8], [8, 10], [5, 6], [5, 11], [6, 12], [11, 12], [11, 13], [13, 15], [12, 14], [14, 16], [0, 1], [0, 2], [1, 3], [2, 4]],
  points: [[0, 1], [1, 2], [2, 3], [3, 4], [0, 5], [5, 6], [6, 7], [7, 8], [5, 9], [9, 10], [10, 11], [11, 12], [9, 13], [13, 14], [14, 15], [15, 16], [13, 17], [17, 18], [18, 19], [19, 20], [0, 17]],
};
const drawn = (name, facts) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
  return made;
};
let isOverlaid = true;

// Where a label hides no other: above its box, within, or below.
function freePlace(placed, left, tops, height) {
  const fits = y => y > 10 && y < height && placed.every(other => Math.abs(other.y - y) > 11 || Math.abs(other.x - left) > 70);
  const place = { x: left, y: tops.find(fits) ?? Math.max(11, tops[0]) };
  placed.push(place);
  return place;
}

function drawBoxes() {
  const width = $("stage").clientWidth, height = $("stage").clientHeight, shapes = [], placed = [];
  $("boxes").setAttribute("viewBox", `0 0 ${width} ${height}`);
  if (isOverlaid) for (const lane of data.lanes) {
    if (!lane.isShown) continue;
    for (const box of lane.boxes) {
      if (box.s > now_s + 1e-3) break;
      if (now_s >= Math.max(box.e, box.s + 0.04) || !isSure(box)) continue;
      const [left, top, wide, high] = box.b, stroke = `oklch(0.8 0.14 ${HUES[lane.group] ?? 0})`;
      shapes.push(drawn("rect", { x: left * width, y: top * height, width: wide * width, height: high * height, stroke }));
      for (const [name, bones] of Object.entries(BONES)) {
        const p = box[name];
        if (!p) continue;
        for (const [a, b] of bones) if (p[2 * a] != null && p[2 * b] != null)
          shapes.push(drawn("line", { x1: p[2 * a] * width, y1: p[2 * a + 1] * height, x2: p[2 * b] * width, y2: p[2 * b + 1] * height, stroke }));
        for (let i = 0; i < p.length; i += 2) if (p[i] !== null) shapes.push(drawn("circle", { cx: p[i] * width, cy: p[i + 1] * height, r: 1.6, fill: stroke }));
      }
      if (box.l) {
        const place = freePlace(placed, left * width + 2, [top * height - 4, top * height + 12, (top + high) * height + 12, top * height + 24], height);
        const label = drawn("text", place);
        label.textContent = box.l.length > 48 ? box.l.slice(0, 47) + "…" : box.l;
        shapes.push(label);
      }
    }
  }
  $("boxes").replaceChildren(...shapes);
}

const follow = () => { tick(); video.requestVideoFrameCallback?.(follow); };
video.requestVideoFrameCallback?.(follow);
video.onseeked = video.ontimeupdate = tick;
video.onerror = () => {
  if (shownWay !== "original") return showWay("original");
  isPlayable = false;
  if (isServed && !film) $("unplayable").dataset.say = "unserved";
  $("unplayable").textContent = say($("unplayable").dataset.say);
  $("unplayable").hidden = false;
};
video.onclick = play;
