// Overtuning: how much of what was gained on test a run loses again.

const MOST_LOST = 2;

/** The shares [s] that runs lost again, rising, of the runs that had gained anything on test. */
const lostShares = (shown) => shownStrategies(shown).map((s) => {
  const shares = shownMembers(shown).flatMap((p) => D.lost[s][p]).filter((share) => share !== null);
  return { s, shares: shares.sort((a, b) => a - b) };
}).filter(({ shares }) => shares.length);

register("overtuning", {
  draw: (canvas, shown) => {
    const found = lostShares(shown), losers = (shares) => shares.filter((share) => share > 0).length;
    if (!found.length) { nothing(canvas, "No run here gained anything on test, or no score differs from the value told."); return; }
    strips(canvas, found.map(({ s, shares }) => ({
      s, values: shares.map((share) => Math.min(share, MOST_LOST)), note: `${losers(shares)} of ${counted(shares.length, "run")}`,
    })), { within: [0, 1], xName: "share of the gain that is lost again", label: "Overtuning" });
  },
  csv: (shown) => [["strategy", "share of the gain lost", "share of runs that lost at most so much"],
    ...lostShares(shown).flatMap(({ s, shares }) => shares.map((share) => [nameOf(s), share, (shares.findLastIndex((each) => each <= share) + 1) / shares.length]))],
});
