// Times: seconds on the picture's clock, frames by their true times, and timecode with drop frames.
const data = JSON.parse(document.getElementById("data").textContent);
const { media } = data;
const frames_s = new Float64Array(data.frames_us.length);
data.frames_us.reduce((sum, step, i) => (frames_s[i] = (sum + step) / 1e6, sum + step), 0);
const duration_s = Math.max(media.duration_s || 0, 0.04);
let unit = kept("unit") ?? "s";

function frameAt(t) {
  let low = 0, high = frames_s.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frames_s[middle] <= t + 1e-4) low = middle; else high = middle - 1;
  }
  return low;
}

const two = n => String(n).padStart(2, "0");

// 29.97 and 59.94 leave out two (four) numbers at the start of each minute, but not of each tenth.
function timecode(frame, fps) {
  const base = Math.max(1, Math.round(fps));
  const drops = base % 30 === 0 && Math.abs(fps - base / 1.001) < 0.005 ? base / 15 : 0;
  if (drops) {
    const minute = base * 60 - drops, ten = minute * 10 + drops;
    const tens = Math.floor(frame / ten), rest = frame % ten;
    frame += drops * 9 * tens + (rest >= base * 60 ? drops * (1 + Math.floor((rest - base * 60) / minute)) : 0);
  }
  const s = Math.floor(frame / base);
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}${drops ? ";" : ":"}${two(frame % base)}`;
}

function stamp(t, digits = 3) {
  if (unit === "s" || !media.fps_nominal) return seconds(t, digits);
  return timecode(media.is_vfr || !frames_s.length ? Math.round(t * media.fps_nominal) : frameAt(t), media.fps_nominal);
}
