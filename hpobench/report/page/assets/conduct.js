// Conduct: how runs ended and what they took; and what strategies owe to where they begin.

const ENDS = { c: "complete", e: "exhausted", f: "failed", u: "unsupported", "-": "missing" };

function conduct(shown) {
  const members = shownMembers(shown);
  return shownStrategies(shown).map((s) => {
    const finals = Object.fromEntries(Object.keys(ENDS).map((letter) => [letter, 0]));
    for (const p of members) D.seeds.forEach((_, r) => { finals[statusOf(s, p, r)] += 1; });
    const sum = (counts) => members.reduce((total, p) => total + counts[s][p], 0);
    const planned = members.reduce((total, p) => total + D.problems[p].planned, 0);
    const there = finals.c + finals.e + finals.f + finals.u;
    return { s, ...finals, missing: planned - there, evaluations: sum(D.evaluations), broken: sum(D.failures), again: sum(D.duplicates) };
  });
}

const COUNTS = ["strategy", "runs", "failed", "unsupported", "unfinished", "evaluations", "of them failed", "proposed again"];
const CONDUCT = [...COUNTS, "own time in a run", "a step", "peak memory", "workers busy"];

const countsOf = (row) => [nameOf(row.s), row.c + row.e + row.f, row.f, row.u, row.missing, row.evaluations, row.broken, row.again];

const conductRows = (shown) => conduct(shown).map((row) => {
  const { own, step, busy, memory } = D.strategies[row.s];
  return [...countsOf(row), briefSeconds(own), briefSeconds(step), memory === null ? NONE : `${Math.round(memory / 1e6)} MB`, busy === null ? NONE : percent(busy)];
});

register("conduct", {
  draw: (canvas, shown) => {
    const every = conductRows(shown), nought = CONDUCT.map((_, i) => every.every((row) => row[i] === 0));
    const [heads, ...rows] = [CONDUCT, ...every].map((row) => row.filter((_, i) => !nought[i]));
    const left = CONDUCT.filter((_, i) => nought[i]);
    canvas.innerHTML = `<div class="wide" tabindex="0" role="region" aria-label="Conduct"><table><thead><tr>${heads.map((name, i) => `<th scope="col" class="${i ? "r" : "l"}">${name}</th>`).join("")}</tr></thead><tbody>${rows.map((row) =>
      `<tr>${row.map((cell, i) => `<td class="${i ? "r" : "l"}">${escaped(cell === 0 ? "·" : cell)}</td>`).join("")}</tr>`).join("")}</tbody></table></div>${left.length ? `<p class="caption">0 for every strategy: ${listed(left)}.</p>` : ""}`;
  },
  csv: (shown) => [
    [...COUNTS, "own seconds in a run", "seconds a step", "peak memory in bytes", "share of time that workers are busy"],
    ...conduct(shown).map((row) => {
      const { own, step, memory, busy } = D.strategies[row.s];
      return [...countsOf(row), own, step, memory, busy];
    }),
  ],
  svg: (shown) => svgTable([CONDUCT, ...conductRows(shown)]),
});

const biased = (shown) => shownStrategies(shown).filter((s) => D.strategies[s].bias).map((s) => {
  const [bias, low, high] = D.strategies[s].bias.map((end) => end ?? NaN);
  return { s, mean: bias, low, high };
});

register("start-bias", {
  everywhere: true,
  draw: (canvas, shown) => {
    const rows = biased(shown);
    if (!rows.length) { nothing(canvas, "No start bias was measured for these strategies."); return; }
    spans(canvas, rows.map((row) => ({ ...row, label: nameOf(row.s), style: styleOf(row.s), note: decimals(row.mean) })), "start bias, in regret", "Start bias");
  },
  csv: (shown) => [["strategy", "start bias", "low", "high"], ...biased(shown).map((row) => [nameOf(row.s), row.mean, row.low, row.high])],
});
