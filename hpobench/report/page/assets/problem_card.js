// The card of a problem: what it is, the curves of all strategies, and what every seed ended with.

function drawCard(box, shown, p) {
  const problem = D.problems[p], who = shownStrategies(shown).filter((s) => ran[s][p]);
  box.hidden = false;
  if (!shownMembers(shown).includes(p)) { nothing(box, `${problem.name} is not among the problems that are chosen.`); return; }
  const facts = [
    problem.fidelity ? `fidelity: ${problem.fidelity[0]} to ${problem.fidelity[1]} ${problem.fidelity[2]}` : "",
    problem.conditional ? counted(problem.conditional, "conditional parameter") : "",
    problem.important === null ? "" : `${problem.important} of ${problem.dimensions} parameters matter`,
    problem.noise ? `noise: the default's value has a standard deviation of ${tickText(problem.noise)}` : "",
    problem.seconds ? `about ${briefSeconds(problem.seconds)} an evaluation` : "",
    problem.optimum ? "its optimum is known" : "", problem.split, problem.licence ? `licence of the data: ${problem.licence}` : "",
  ].filter(Boolean).join(" · ");
  box.innerHTML = `<h3>${escaped(problem.name)}</h3><p>${escaped(problem.summary)}</p><p class="caption">${escaped(facts)}</p>
<div class="pair"><div><div class="canvas" id="card-curves"></div><p class="caption">Median over seeds of ${scaled[p] ? "the regret" : "the score"}.</p></div><div><div class="canvas" id="card-seeds"></div><p class="caption">What every seed holds; a line marks the mean, by which they are in order.</p></div></div>
${problem.citation ? `<p class="caption">${escaped(problem.citation)}</p>` : ""}`;
  if (!who.length) { nothing(box.querySelector(".canvas"), "No strategy ran here."); return; }
  const curves = cardCurves(shown, p, who);
  chart(document.getElementById("card-curves"), shown, curves, {
    height: 330, bands: new Set(), log: shown.scale === "log" && scaled[p], from: scaled[p] ? 0 : Infinity,
    yName: scaled[p] ? "regret" : "score", label: `Curves on ${problem.name}`,
  });
  drawSeeds(document.getElementById("card-seeds"), shown, p, curves.map((curve) => curve.s));
}

function cardCurves(shown, p, who) {
  const all = curvesOf(shown);
  const kind = scaled[p] ? bounded : comparable;
  return who.map((s) => {
    const centre = D.grid.map((_, g) => median(D.seeds.flatMap((_, r) => {
      const curve = all[s][p][r];
      return curve === null ? [] : [kind(curve[g], statusOf(s, p, r) === "f")];
    }))).map((value) => (Number.isFinite(value) ? Math.max(value, scaled[p] && shown.scale === "log" ? D.problems[p].floor : -Infinity) : NaN));
    const first = begins(shown, s, [p]);
    return { s, centre: centre.map((value, g) => (g < first ? NaN : value)), low: centre.map(() => NaN), high: centre.map(() => NaN) };
  }).sort((a, b) => a.centre[LAST] - b.centre[LAST]);
}

function drawSeeds(canvas, shown, p, who) {
  const finals = endsAt(shown, shown.budget, scaled[p] ? bounded : comparable);
  const rows = who.map((s) => ({ s, values: finals[s][p].filter(Number.isFinite), note: "" }))
    .map((row) => ({ ...row, mean: mean(row.values) })).sort((a, b) => (Number.isNaN(a.mean) ? 1 : a.mean - b.mean));
  if (!rows.some(({ values }) => values.length)) { nothing(canvas, "No run holds a score."); return; }
  const name = scaled[p] ? "regret" : "score";
  strips(canvas, rows, { within: scaled[p] ? [0] : [], xName: name, label: "Seeds" });
}
