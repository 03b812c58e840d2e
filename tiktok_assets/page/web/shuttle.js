// J K L and the marks: playing at other speeds and backwards, which no browser does: there frame after frame is shown.
const FASTEST = 8;
let rolling = null;  // {speed, t, shown, at}: where backwards, or without a video that can be played

const isMoving = () => Boolean(rolling) || !video.paused;
const speedNow = () => rolling ? rolling.speed : video.paused ? 0 : video.playbackRate;

function halt() {
  rolling = null;
  video.pause();
  video.playbackRate = 1;
  showPlay();
}

// Once more in the same direction is twice as fast.
function shuttle(way) {
  const before = speedNow(), speed = before * way > 0 ? Math.min(FASTEST, 2 * Math.abs(before)) : 1;
  if (way > 0 && isPlayable) {
    rolling = null;
    video.playbackRate = speed;
    video.play().catch(() => {});
  } else if (rolling) rolling.speed = way * speed;
  else {
    video.pause();
    rolling = { speed: way * speed, t: now_s, shown: now_s, at: performance.now() };
    requestAnimationFrame(roll);
  }
  showPlay();
}

function roll(at) {
  if (!rolling) return;
  if (Math.abs(now_s - rolling.shown) > 2e-3) rolling.t = now_s;  // somebody went elsewhere
  rolling.t += Math.max(0, at - rolling.at) / 1000 * rolling.speed;
  rolling.at = at;
  const [first, last] = looped ? [looped.s, looped.e] : [0, duration_s];
  if (looped && (rolling.t < first || rolling.t >= last)) rolling.t = rolling.speed < 0 ? last - INTO_FRAME_S : first;
  const t = Math.max(first, Math.min(last, rolling.t)), frame = frames_s.length ? frames_s[frameAt(t)] + INTO_FRAME_S : t;
  if (!(isPlayable && video.seeking) && Math.abs(frame - now_s) > 1e-4) seek(frame, false);  // the browser is done with the one before
  rolling.shown = now_s;
  if (!looped && (rolling.t <= 0 || rolling.t >= duration_s)) return halt();
  requestAnimationFrame(roll);
}

function showPlay() {
  const speed = speedNow();
  $("play").textContent = speed === 0 ? "▶" : speed === 1 ? "❚❚" : `${speed < 0 ? "−" : ""}${Math.abs(speed)}×`;
}

// From here, to the end of the frame that is shown: what lies between is looped.
const marks = { in: null, out: null };
function mark(name) {
  const k = frameAt(now_s), start = frames_s.length ? frames_s[k] : now_s;
  marks[name] = name === "in" ? start : frames_s[k + 1] ?? duration_s;
  if (marks.in !== null && marks.out !== null && marks.out <= marks.in) marks[name === "in" ? "out" : "in"] = null;
  if (marks.in !== null || marks.out !== null) setLoop({ s: marks.in ?? 0, e: marks.out ?? duration_s });
}

function setLoop(range) {
  looped = range;
  if (!range) marks.in = marks.out = null;
  $("loop").setAttribute("aria-pressed", String(Boolean(range)));
  drawAll();
}

function drawLoop(pen, height) {
  if (!looped) return;
  const left = x(looped.s), wide = Math.max(2, x(looped.e) - left);
  pen.fillStyle = theme.mark;
  pen.globalAlpha = 0.35;
  pen.fillRect(left, height - 4, wide, 4);
  pen.globalAlpha = 1;
  pen.fillRect(left, height - 8, 1.5, 8);
  pen.fillRect(left + wide - 1.5, height - 8, 1.5, 8);
}

video.onplay = video.onpause = video.onratechange = showPlay;
