// The default granted against withheld, at the end of the budget.

function grantedGains(shown) {
  const { withheld, granted } = D.first;
  if (!withheld) return [];
  const problems = scaledOf(shownMembers(shown));
  const spans = problems.map((p) => WORST - D.problems[p].least);
  const of = (table, s) => problems.map((p) => table[s][p] ?? NaN);
  return shownStrategies(shown).map((s) => {
    const before = of(withheld, s), after = of(granted, s);
    const gain = newProblems(before.map((value, k) => value - after[k]), spans.map((span) => -span), spans);
    return { s, ...gain, withheld: mean(before), granted: mean(after) };
  }).filter((row) => row.problems);
}

register("default-granted", {
  draw: (canvas, shown) => {
    const rows = grantedGains(shown);
    if (!rows.length) { nothing(canvas, "No strategy that is shown has runs of both settings on these problems."); return; }
    spans(canvas, rows.map((row) => ({
      ...row, label: nameOf(row.s), style: styleOf(row.s), note: `${decimals(row.withheld, 2)} to ${decimals(row.granted, 2)}`,
    })), "regret gained by the default's grant", "The default granted against withheld");
  },
  csv: (shown) => [["strategy", "withheld", "granted", "gain", "low", "high", "problems"],
    ...grantedGains(shown).map((row) => [nameOf(row.s), row.withheld, row.granted, row.mean, row.low, row.high, row.problems])],
});
