// Which strategies complete each other: the better of two, chosen by half of the seeds.

const PAIRS = 8;

/** The means of a run's ends over every other seed and over the rest; null: fewer than two seeds. */
function halves(values) {
  const there = values.filter((value) => !Number.isNaN(value));
  if (there.length < 2) return null;
  return [mean(there.filter((_, i) => i % 2 === 0)), mean(there.filter((_, i) => i % 2 === 1))];
}

/** What the better of some strategies, chosen by half of the seeds, holds on each problem. */
function chooser(shown) {
  const { complete, scaled: problems } = standingsOf(shown);
  const finals = endsAt(shown, shown.budget, bounded);
  const split = new Map(complete.map((s) => [s, problems.map((p) => halves(finals[s][p]))]));
  if (!problems.length || complete.some((s) => split.get(s).includes(null))) return null;
  const of = (who) => problems.map((_, k) => [0, 1].reduce((sum, half) => {
    const chosen = who.reduce((a, b) => (split.get(b)[k][half] < split.get(a)[k][half] ? b : a));
    return sum + split.get(chosen)[k][1 - half] / 2;
  }, 0));
  return { complete, problems, finals, of };
}

function portfolios(shown) {
  const found = chooser(shown);
  if (!found) return [];
  const { complete, problems } = found;
  const least = problems.map((p) => D.problems[p].least), most = problems.map(() => WORST);
  const of = (who) => ({ who, ...newProblems(found.of(who), least, most) });
  const single = complete.map((s) => of([s])).sort((a, b) => a.mean - b.mean);
  const pairs = complete.flatMap((a, i) => complete.slice(i + 1).map((b) => of([a, b])));
  return [single[0], ...pairs.sort((a, b) => a.mean - b.mean).slice(0, PAIRS)].filter(Boolean);
}

/** By how much each strategy lowers the regret of the best one, and on how many problems it is best. */
function additions(shown) {
  const found = chooser(shown);
  if (!found || found.complete.length < 2) return [];
  const { complete, problems, finals } = found;
  const alone = new Map(complete.map((s) => [s, found.of([s])]));
  const best = complete.reduce((a, b) => (mean(alone.get(b)) < mean(alone.get(a)) ? b : a));
  const spans = problems.map((p) => WORST - D.problems[p].least);
  const means = new Map(complete.map((s) => [s, problems.map((p) => mean(finals[s][p]))]));
  const lowest = problems.map((_, k) => Math.min(...complete.map((s) => means.get(s)[k])));
  const wins = (s) => lowest.filter((low, k) => means.get(s)[k] <= low + 1e-12).length;
  const rows = complete.filter((s) => s !== best).map((s) => {
    const both = found.of([best, s]);
    const gains = alone.get(best).map((value, k) => value - both[k]);
    return { s, ...newProblems(gains, spans.map((span) => -span), spans), wins: wins(s), of: problems.length };
  }).sort((a, b) => b.mean - a.mean);
  return [{ s: best, mean: NaN, low: NaN, high: NaN, wins: wins(best), of: problems.length }, ...rows];
}

const calledTogether = ({ who }) => who.map(nameOf).join(" + ");

register("complement", {
  draw: (canvas, shown) => {
    const rows = portfolios(shown);
    if (rows.length < 2) { nothing(canvas, "It takes two strategies with two seeds on every problem."); return; }
    spans(canvas, rows.map((row) => ({
      ...row, label: calledTogether(row), style: styleOf(row.who[0]), note: `${decimals(row.mean)}${row.who.length === 1 ? " alone" : ""}`,
    })), "mean regret of the better one", "The best pairs", 46);
  },
  csv: (shown) => [["strategies", "mean regret", "low", "high"],
    ...portfolios(shown).map((row) => [calledTogether(row), row.mean, row.low, row.high])],
});

register("adds", {
  draw: (canvas, shown) => {
    const rows = additions(shown);
    if (!rows.length) { nothing(canvas, "It takes two strategies with two seeds on every problem."); return; }
    spans(canvas, rows.map((row, i) => ({
      ...row, label: i ? nameOf(row.s) : `${nameOf(row.s)}, alone`, style: styleOf(row.s), note: `best on ${row.wins} of ${row.of}`,
    })), "regret gained", "What each strategy adds");
  },
  csv: (shown) => [["strategy", "added to the best one", "low", "high", "best on", "of"],
    ...additions(shown).map((row) => [nameOf(row.s), row.mean, row.low, row.high, row.wins, row.of])],
});
