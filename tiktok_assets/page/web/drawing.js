// Lanes on canvases. Drawn on zoom, search and resize only; the playhead is an element of its own.
const CURVE = 30;
view.to = duration_s;
const strips = [];  // everything with a canvas, from top to bottom

function addStrip(canvas, height, draw, more = {}) {
  const strip = { canvas, height, draw, pen: canvas.getContext("2d"), ...more };
  canvas.strip = strip;
  strips.push(strip);
  return strip;
}

function drawStrip(strip) {
  strip.draw(penOf(strip.canvas, view.width, strip.height), view.width, strip.height);
}

function drawAll() {
  view.width = Math.max(60, $("ruler").parentElement.clientWidth - $("ruler").previousSibling.offsetWidth);
  for (const strip of strips) if (!strip.hidden) drawStrip(strip);
  placeHead();
}

// Where a face is gone for longer than it is usually looked at, its line is interrupted.
function usualStep(series) {
  const steps = series.flatMap(times => times.slice(1).map((t, i) => t - times[i])).sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? 1;
}

function drawCurve(pen, curve, group, height) {
  const values = curve.v.flat();
  curve.low ??= values.reduce((a, b) => Math.min(a, b), Infinity);
  curve.high ??= values.reduce((a, b) => Math.max(a, b), -Infinity);
  const span = curve.high - curve.low || 1;
  curve.gap ??= curve.kind === "shot" ? Infinity : 2.5 * usualStep(curve.t);
  pen.strokeStyle = colour(group, view.words ? 0.3 : 0.9);
  pen.lineWidth = 1.2;
  curve.t.forEach((times, i) => {
    pen.beginPath();
    let before = -Infinity;
    times.forEach((t, k) => {
      const y = height - 3 - (curve.v[i][k] - curve.low) / span * (height - 6);
      if (t - before > curve.gap) { pen.moveTo(x(t) - 0.5, y); pen.lineTo(x(t) + 0.5, y); } else pen.lineTo(x(t), y);
      before = t;
    });
    pen.stroke();
  });
}

const drawRuler = (pen, width, height) => drawScale(pen, width, height, stamp, unit === "s" ? 64 : 96);

const sheet = new Image();
const drawContact = (pen, width, height) => drawTiles(pen, width, height, sheet, data.n_tiles, duration_s);

const sound = data.sound && waveOf(data.sound);
const drawSound = (pen, width, height) => drawWave(pen, width, height, sound);

// Of the analyzers that ran, how many saw a second with all they have, with a fallback, or not at all.
const SEEN = { measured: 2, none_found: 2, degraded: 1 };
const seen = Object.values(data.coverage).filter(list => !list.every(s => s === "skipped"));
function drawCoverage(pen, width, height) {
  const n = Math.max(0, ...seen.map(list => list.length));
  for (let second = 0; second < n; second++) {
    const left = x(second), right = x(Math.min(second + 1, duration_s));
    if (right < 0 || left > width) continue;
    const states = seen.map(list => SEEN[list[second]] ?? 0);
    const well = states.filter(s => s === 2).length / states.length, half = states.filter(s => s === 1).length / states.length;
    const high = height - 4, wide = Math.max(0.5, right - left - 1);
    pen.fillStyle = theme.mark;
    pen.fillRect(left, 2, wide, high);
    pen.fillStyle = theme.warn;
    pen.fillRect(left, 2 + high * (1 - well - half), wide, high * (well + half) + 0.5);
    pen.fillStyle = theme.card;
    pen.fillRect(left, 2 + high * (1 - well), wide, high * well);
    pen.fillStyle = colour("people", 0.5);
    pen.fillRect(left, 2 + high * (1 - well), wide, high * well);
  }
}
