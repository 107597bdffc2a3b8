// Overtuning: how much of what was gained on test a run loses again.

const LOST = Array.from({ length: 76 }, (_, i) => i / 50);

function lostShares(shown) {
  const lost = D.overtuning.lost;
  const members = shownMembers(shown).filter((p) => lost?.some((row) => row[p].some((share) => share > 0)));
  if (!members.length) return [];
  return shownStrategies(shown).map((s) => {
    const shares = members.flatMap((p) => lost[s][p]).filter((share) => share !== null);
    return { s, shares: shares.sort((a, b) => a - b) };
  }).filter(({ shares }) => shares.length);
}

const ecdf = ({ s, shares }) => ({
  s, centre: LOST.map((most) => shares.filter((share) => share <= most + 1e-9).length / shares.length),
  low: LOST.map(() => NaN), high: LOST.map(() => NaN),
});

register("overtuning", {
  draw: (canvas, shown) => {
    const found = lostShares(shown);
    if (!found.length) { nothing(canvas, "No run here lost anything on test again, or no score differs from the value told."); return; }
    chart(canvas, shown, found.map(ecdf).sort((a, b) => b.centre[0] - a.centre[0]), {
      height: 320, bands: new Set(), log: false, xs: LOST, xName: "share of the gain that is lost again", yName: "share of runs", label: "Overtuning",
    });
  },
  csv: (shown) => [["strategy", "share of the gain lost", "share of runs that lost at most so much"],
    ...lostShares(shown).flatMap(({ s, shares }) => shares.map((share) => [nameOf(s), share, (shares.findLastIndex((each) => each <= share) + 1) / shares.length]))],
});
