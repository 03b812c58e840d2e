// How right the analyzers of this report are: the scores of the accuracy card, and what of it does not hold here.
const BELOW = "▼";
const filled = (key, ...values) => say(key).replace(/\{(\d)\}/g, (_, i) => values[i]);
const shortfall = check => check[5].length > 0, shortfallOf = (check, one) => one.holds === "fallback" ? !check[6] || check[7].length > 0 : shortfall(check);

function figure(value) {
  if (value === null) return "–";
  if (typeof value === "string") return say("card_not_found");
  return value !== 0 && Math.abs(value) < 0.001 ? "0.000" : String(+value.toFixed(3));
}

function showCard() {
  const card = data.card, box = $("card");
  box.hidden = !card;
  if (!card) return;
  const wasOpen = new Set([...box.querySelectorAll("details[open]")].map(fold => fold.dataset.card));
  const held = card.scored.filter(one => one.holds !== "none"), sum = of => held.reduce((total, one) => total + of(one), 0);
  const total = held.length ? filled("card_total", sum(one => one.reached), sum(one => one.checks.length), card.date) : "";
  const fold = make("details", {}, make("summary", {}, make("b", { textContent: say("card") }), " " + total), ...insideCard(card));
  fold.dataset.card = "";
  box.replaceChildren(fold);
  for (const one of box.querySelectorAll("details")) one.open = wasOpen.has(one.dataset.card);
}

function insideCard(card) {
  const real = Object.entries(card.real).filter(([name]) => !card.scored.some(one => one.name === name));
  const others = [
    real.length && make("div", { className: "others" }, make("h3", { textContent: say("card_real_only") }), ...real.map(([name, { figures, marks }]) => make("div", {}, make("div", { className: "whose" }, make("b", { textContent: title(name), title: name }), ...chipsOf(marks)), realOf(figures)))),
    card.unmeasured.length && make("div", { className: "others" }, make("h3", { textContent: say("card_unmeasured") }), make("p", { textContent: card.unmeasured.map(title).join(", ") })),
  ];
  return [make("p", { className: "about", textContent: say("card_about") }), ...card.scored.map(one => scoreOf(one, card)), ...others.filter(Boolean)];
}

function scoreOf(one, card) {
  const unheld = one.holds === "none" ? " unheld" : "";
  const strip = make("span", { className: "strip" + unheld }, ...one.checks.map(check => make("i", { className: shortfallOf(check, one) ? "below" : "", title: check[0] })));
  strip.setAttribute("aria-hidden", "true");
  const short = one.checks.length - one.reached;
  const head = make("summary", {}, make("span", { className: "who", textContent: title(one.name), title: one.name }), strip,
    make("span", { className: "reached" + (short ? " below" : "") + unheld, textContent: `${short ? BELOW + " " : ""}${one.reached} / ${one.checks.length}` }),
    ...chipsOf(one.marks));
  const played = filled("card_played", one.version, one.model || say("card_no_model"), card.date);
  const figures = card.real[one.name]?.figures;
  const fold = make("details", { className: "scores" }, head, make("p", { textContent: one.fallback ? `${played} ${filled("card_stands_in", one.fallback)}` : played }),
    make("div", { className: "wide" }, tableOf(one, card.crfs)), ...(figures ? [make("div", { className: "others" }, make("h3", { textContent: say("card_real") }), realOf(figures))] : []));
  fold.dataset.card = one.name;
  return fold;
}

function tableOf(one, crfs) {
  const groups = one.fallback ? ["own", "fallback"] : ["own"];
  const unheld = group => group === one.holds ? "" : " unheld";
  const heading = (words, facts = {}) => make("th", { scope: "col", textContent: words, ...facts });
  const whose = make("tr", {}, heading("", { colSpan: 2 }), ...groups.map(group => heading(say(group === one.holds ? `card_${group}_holds` : `card_${group}`), { colSpan: crfs.length, className: group })));
  const head = make("tr", {}, heading(say("card_score")), heading(say("card_target")), ...groups.flatMap(group => crfs.map(crf => heading(`CRF ${crf}`, { className: group }))));
  const body = one.checks.map(([metric, sense, target, unit, values, below, others, othersBelow]) => make("tr", {},
    make("th", { scope: "row", textContent: metric }), make("td", { className: "target", textContent: `${sense} ${target} ${unit}` }),
    ...cells(values, below, crfs, "own" + unheld("own")),
    ...(one.fallback ? cells(others ?? [null], othersBelow ?? [], crfs, "fallback" + unheld("fallback")) : [])));
  return make("table", {}, make("thead", {}, ...(one.fallback ? [whose] : []), head), make("tbody", {}, ...body));
}

// One value for all qualities, where the compression of the picture changes nothing.
function cells(values, below, crfs, whose) {
  return values.map((value, i) => {
    const cell = make("td", { className: whose, textContent: figure(value), ...(values.length === 1 ? { colSpan: crfs.length } : {}) });
    if (below.includes(i)) {
      cell.classList.add("below");
      cell.textContent = `${BELOW} ${figure(value)}`;
      cell.title = say("card_below");
    }
    return cell;
  });
}

const chipsOf = marks => marks.map(([kind, ...values]) => make("span", { className: "chip", textContent: filled("card_" + kind, ...values.map(value => value || say("card_no_model"))) }));
const realOf = figures => make("ul", {}, ...figures.map(([name, sums]) => make("li", {}, make("span", { textContent: name }), make("small", { textContent: sums }))));
