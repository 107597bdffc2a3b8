// Which two strategies complete each other: the better of two, chosen by half of the seeds.

const PAIRS = 8;

/** The means of a run's ends over every other seed and over the rest; null: fewer than two seeds. */
function halves(values) {
  const there = values.filter((value) => !Number.isNaN(value));
  if (there.length < 2) return null;
  return [mean(there.filter((_, i) => i % 2 === 0)), mean(there.filter((_, i) => i % 2 === 1))];
}

function portfolios(shown) {
  const { complete, scaled: problems } = standingsOf(shown);
  const finals = endsAt(shown, shown.budget, bounded);
  const split = new Map(complete.map((s) => [s, problems.map((p) => halves(finals[s][p]))]));
  if (!problems.length || complete.some((s) => split.get(s).includes(null))) return [];
  const least = problems.map((p) => D.problems[p].least), most = problems.map(() => WORST);
  const of = (who) => newProblems(problems.map((_, k) => [0, 1].reduce((sum, half) => {
    const chosen = who.reduce((a, b) => (split.get(b)[k][half] < split.get(a)[k][half] ? b : a));
    return sum + split.get(chosen)[k][1 - half] / 2;
  }, 0)), least, most);
  const single = complete.map((s) => ({ who: [s], ...of([s]) })).sort((a, b) => a.mean - b.mean);
  const pairs = complete.flatMap((a, i) => complete.slice(i + 1).map((b) => ({ who: [a, b], ...of([a, b]) })));
  return [single[0], ...pairs.sort((a, b) => a.mean - b.mean).slice(0, PAIRS)].filter(Boolean);
}

const calledTogether = ({ who }) => who.map(nameOf).join(" + ");
const calledShort = ({ who }, letters) => who.map((s) => shortened(nameOf(s), who.length > 1 ? letters >> 1 : letters)).join(" + ");

register("complement", {
  draw: (canvas, shown) => {
    const rows = portfolios(shown);
    if (rows.length < 2) { nothing(canvas, "It takes two strategies with two seeds on every problem."); return; }
    spans(canvas, rows.map((row) => ({
      ...row, label: calledShort(row, widthOf(canvas) < 480 ? 14 : 44), style: styleOf(row.who[0]), note: `${decimals(row.mean)}${row.who.length === 1 ? " alone" : ""}`,
    })), "mean regret of the better one", "The best pairs", 46);
  },
  csv: (shown) => [["strategies", "mean regret", "low", "high"],
    ...portfolios(shown).map((row) => [calledTogether(row), row.mean, row.low, row.high])],
});
