// The curves over the budget: hover to read, click a line to hold it, a name to leave it out or see it alone.

const X_NAMES = {
  evaluations: "evaluations",
  time: `% of the simulated time that ${D.comparatorName} takes`,
  seconds: `% of the time that ${D.comparatorName} takes`,
};

/** Curves of means with intervals along the grid, the best first, for some problems. */
function curvesOver(shown, problems, who) {
  const means = seedMeans(shown), log = shown.scale === "log";
  const least = problems.map((p) => (log ? Math.log10(D.problems[p].floor) : D.problems[p].least));
  const most = problems.map(() => (log ? Math.log10(WORST) : WORST));
  const back = log ? (value) => 10 ** value : (value) => value;
  return who.map((s) => {
    const first = begins(shown, s, problems);
    const found = D.grid.map((_, g) => newProblems(problems.map((p) => means[s][p][g]), least, most));
    const column = (key) => found.map((each, g) => (g < first ? NaN : back(each[key])));
    return { s, centre: column("mean"), low: column("low"), high: column("high") };
  });
}

function drawCurves(canvas, shown, section) {
  const members = shownMembers(shown), problems = scaledOf(members), log = shown.scale === "log";
  const who = completeOn(shownStrategies(shown), members), said = section.querySelector(".said");
  said.dataset.whole ??= said.textContent;
  said.textContent = said.dataset.whole.replace("Mean regret", log ? "Geometric mean of the regret" : "Mean regret")
    .replace(" and of what all are compared with", who.includes(D.comparator) ? "$&" : "");
  if (!problems.length || !who.length) {
    nothing(canvas, problems.length ? "No strategy has runs on all of these problems." : "These problems have no common scale.");
    return;
  }
  const curves = curvesOver(shown, problems, who);
  curves.sort((a, b) => a.centre[LAST] - b.centre[LAST]);
  section.curves = curves;
  chart(canvas, shown, curves, {
    height: Math.max(330, Math.min(24 * sizeOf(shown) + 60, 560)),
    bands: new Set([curves[0].s, D.comparator, heldStrategy()]),
    yName: log ? "regret, geometric mean" : "mean regret", log,
    label: `${log ? "Geometric mean of the regret" : "Mean regret"} over the budget`, ceiling: log ? null : ceilingOf(curves),
  });
}

const sizeOf = (shown) => shownStrategies(shown).length;

/** Where a linear axis of regrets ends: no line is cut, though a band may be. */
const ceilingOf = (curves) =>
  Math.max(0.05, 1.04 * Math.max(...curves.flatMap((curve) => curve.centre).filter(Number.isFinite)));

/** Draw curves into a canvas, with labels at their ends and numbers under the pointer; a linear axis begins at `from` or lower. */
function chart(canvas, shown, curves, { height, bands, yName, log, label, from = 0, ceiling = null }) {
  const width = widthOf(canvas), small = width < 480;
  const left = 40, right = width - (small ? 104 : 150), top = 24, bottom = height - 40;
  const along = axisOf(shown).x, x = linear([0, along.at(-1)], [left, right]);
  const every = curves.flatMap((curve) => [...curve.centre,
    ...(bands.has(curve.s) ? [...curve.low, ...curve.high] : [])]).filter(Number.isFinite);
  const low = Math.min(...every);
  const high = Math.min(Math.max(...every), ceiling ?? Infinity);
  const y = log ? logarithmic([Math.max(low, 1e-7), high * 1.05], [bottom, top])
    : linear([Math.min(from, low), high], [bottom, top]);
  let body = frame({ x, y, left, right, top, bottom, xName: X_NAMES[shown.axis], yName });
  const mark = round(x(along[Math.min(shown.budget, along.length - 1)]));
  if (shown.budget !== LAST) body += `<line class="rule" x1="${mark}" x2="${mark}" y1="${top}" y2="${bottom}"/>`;
  const kept = heldStrategy(), labelled = (s) => curves.length <= LABELLED || !isFaint(s);
  let lines = "";
  for (const curve of curves) {
    if (bands.has(curve.s)) lines += `<path class="band" style="${styleOf(curve.s)}" d="${between(along, curve.low, curve.high, x, y)}"/>`;
  }
  for (const curve of [...curves].reverse()) {
    const { s } = curve;
    lines += `<path class="line${isFaint(s) ? " faint" : ""}${kept === s ? " held" : ""}${kept !== null && kept !== s ? " dim" : ""}" data-s="${s}" style="${styleOf(s)}"${dashOf(s)} d="${stairs(along, curve.centre, x, y)}"/>`;
  }
  body += `<svg x="${left}" y="${top - 2}" width="${right - left + 2}" height="${bottom - top + 4}" viewBox="${left} ${top - 2} ${right - left + 2} ${bottom - top + 4}">${lines}</svg>`;
  body += endLabels(curves.filter((curve) => labelled(curve.s)), y, right, top, bottom, small ? 14 : 21);
  canvas.innerHTML = svg(width, height, label, body);
  const picture = canvas.firstElementChild;
  for (const kind of ["pointermove", "pointerdown"]) {
    picture.addEventListener(kind, (event) => readAt(canvas, event, { curves, along, x, y, left, right, top, bottom }));
  }
  picture.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") unread(canvas); });
  picture.addEventListener("click", (event) => {
    const line = event.target.closest(".line, .label");
    if (line?.classList.contains("label")) choose(Number(line.dataset.s), event);
    else if (canvas.nearest !== undefined && event.pointerType !== "touch") hold(canvas.nearest);
  });
  picture.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.dataset.s) {
      event.preventDefault();
      choose(Number(event.target.dataset.s), event);
    }
  });
}

function endLabels(curves, y, right, top, bottom, letters) {
  const ending = curves.filter((curve) => Number.isFinite(curve.centre.at(-1)));
  const names = ending.map(({ s }) => inLines(nameOf(s), letters));
  const heights = apart(ending.map((curve) => y(curve.centre.at(-1))), names.map((lines) => LINE * lines.length + 1), top, bottom);
  return ending.map(({ s, centre }, i) => `<path class="line faint" style="${styleOf(s)}" d="M${right + 2} ${round(y(centre.at(-1)))}L${right + 9} ${round(heights[i])}"/>`
    + `<text class="label" tabindex="0" role="button" aria-label="leave out ${escaped(nameOf(s))}" data-s="${s}" data-about="${s}">${spanned(names[i], right + 12, heights[i])}</text>`).join("");
}

/** Show the numbers of all curves at the pointer, the nearest one in bold. */
function readAt(canvas, event, { curves, along, x, y, left, right, top, bottom }) {
  const box = canvas.getBoundingClientRect(), scale = widthOf(canvas) / box.width;
  const px = (event.clientX - box.left) * scale, py = (event.clientY - box.top) * scale;
  if (px < left - 5 || px > right + 5) { unread(canvas); return; }
  const wanted = x.back(px);
  const g = along.reduce((best, value, i) => (Math.abs(value - wanted) < Math.abs(along[best] - wanted) ? i : best), 0);
  const there = curves.filter((curve) => Number.isFinite(curve.centre[g])).sort((a, b) => a.centre[g] - b.centre[g]);
  if (!there.length) return;
  const nearest = there.reduce((a, b) => (Math.abs(y(b.centre[g]) - py) < Math.abs(y(a.centre[g]) - py) ? b : a));
  canvas.nearest = nearest.s;
  const rows = (there.length > 12 ? there.filter((curve, i) => i < 10 || curve === nearest) : there).map((curve) =>
    `<div${curve === nearest ? ' style="font-weight:650"' : ""}>${dot(curve.s)}${escaped(shortened(nameOf(curve.s), 28))} ${decimals(curve.centre[g])} ${interval(curve.low[g], curve.high[g])}</div>`);
  const note = canvas.querySelector(".read") ?? canvas.appendChild(Object.assign(document.createElement("div"), { className: "read" }));
  note.classList.toggle("below", touching); // where a finger and the numbers do not hide the lines
  note.innerHTML = `<div>${tickText(along[g])}</div>${rows.join("")}`;
  const at = x(along[g]) / scale;
  note.style.left = `${at > box.width / 2 ? Math.max(at - note.offsetWidth - 12, 0) : at + 12}px`;
  note.style.top = `${Math.max(0, Math.min(py / scale - note.offsetHeight / 2, box.height - note.offsetHeight))}px`;
  canvas.querySelector(".cursor")?.remove();
  canvas.firstElementChild.insertAdjacentHTML("beforeend", `<line class="rule cursor" x1="${round(x(along[g]))}" x2="${round(x(along[g]))}" y1="${top}" y2="${bottom}"/>`);
  highlight(nearest.s);
}

function unread(canvas) {
  canvas.querySelector(".read")?.remove();
  canvas.querySelector(".cursor")?.remove();
  delete canvas.nearest;
  highlight(null);
}

/** Dim all lines but a strategy's; null: but the held one's. */
function highlight(s) {
  const chosen = s ?? heldStrategy();
  for (const each of document.querySelectorAll("svg .line[data-s]")) {
    each.classList.toggle("dim", chosen !== null && Number(each.dataset.s) !== chosen);
  }
}

const curveRows = (curves, along) => curves.flatMap(({ s, centre, low, high }) =>
  along.map((at, g) => [nameOf(s), at, centre[g], low[g], high[g]]));

register("curves", {
  draw: drawCurves,
  csv: (shown) => {
    const members = shownMembers(shown);
    const curves = curvesOver(shown, scaledOf(members), completeOn(shownStrategies(shown), members));
    return [["strategy", X_NAMES[shown.axis], shown.scale === "log" ? "geometric mean" : "mean", "low", "high"], ...curveRows(curves, axisOf(shown).x)];
  },
});

register("standings-over-budget", {
  draw: (canvas, shown) => {
    const curves = [...rankCurves(shown)];
    if (curves.length < 2) { nothing(canvas, "A rank needs two strategies with runs on all of these problems."); return; }
    curves.sort((a, b) => a.centre[LAST] - b.centre[LAST]);
    chart(canvas, shown, curves, {
      height: Math.max(300, Math.min(20 * curves.length + 90, 500)), bands: new Set(), log: false, from: 1,
      yName: "mean rank", label: "Mean rank over the budget",
    });
  },
  csv: (shown) => [["strategy", X_NAMES[shown.axis], "mean rank"],
    ...curveRows(rankCurves(shown), axisOf(shown).x).map((row) => row.slice(0, 3))],
});

const ranksOver = keptByState((shown) => {
  const members = shownMembers(shown), who = completeOn(shownStrategies(shown), members);
  const ranks = members.map((p) => ranksAlong(shown, who, p));
  const none = D.grid.map(() => NaN);
  return who.map((s, i) => {
    const first = begins(shown, s, members);
    return { s, centre: D.grid.map((_, g) => (g < first ? NaN : mean(ranks.map((each) => each[g][i])))), low: none, high: none };
  });
});

/** Mean ranks at each point of the grid; they are the same whatever budget is chosen. */
const rankCurves = (shown) => ranksOver({ ...shown, budget: LAST });
