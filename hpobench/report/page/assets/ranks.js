// Comparing runs on the same instance: chances, ranks and differences of means.

const RESOLUTION = 1e-8;

/** The positions of the seeds of each instance of a problem. */
const seedsOf = D.instances.map((row) => {
  const groups = new Map();
  row.forEach((instance, r) => {
    if (!groups.has(instance)) groups.set(instance, []);
    groups.get(instance).push(r);
  });
  return [...groups.keys()].sort((a, b) => a - b).map((key) => groups.get(key));
});

/** The chance that a run of a is better than one of b on a problem, by instance; ends are (s, p, r). */
function chancesOn(ends, a, b, p) {
  return seedsOf[p].map((seeds) => {
    let pairs = 0, ahead = 0;
    for (const r of seeds) {
      const own = ends[a][p][r];
      if (Number.isNaN(own)) continue;
      for (const q of seeds) {
        const other = ends[b][p][q];
        if (Number.isNaN(other)) continue;
        pairs += 1;
        const gap = other - own;
        if (Number.isNaN(gap)) continue; // both are infinite
        const slack = Math.max(scaled[p] ? RESOLUTION : 0, 1.8e-15 * Math.max(
          Number.isFinite(own) ? Math.abs(own) : 0, Number.isFinite(other) ? Math.abs(other) : 0));
        ahead += (gap > slack) - (gap < -slack);
      }
    }
    return pairs ? 0.5 * (pairs + ahead) / pairs : NaN;
  });
}

/** The chance on a problem, averaged over the instances that both have. */
const chanceOn = (ends, a, b, p) => (a === b ? 0.5 : mean(chancesOn(ends, a, b, p)));

/** Mean ranks of strategies on a problem, averaged over instances. */
function ranksOn(ends, who, p) {
  const tables = who.map((a) => who.map((b) => (a === b ? null : chancesOn(ends, b, a, p))));
  const ran = who.map((a) => seedsOf[p].map((seeds) => seeds.some((r) => !Number.isNaN(ends[a][p][r]))));
  return who.map((_, i) => mean(seedsOf[p].map((_, k) => {
    if (!ran[i][k]) return NaN;
    let rank = 1;
    who.forEach((_, j) => {
      if (j === i) return;
      const lost = tables[i][j];
      const usual = mean(lost);
      rank += Number.isNaN(lost[k]) ? (Number.isNaN(usual) ? 0.5 : usual) : lost[k];
    });
    return rank;
  })));
}

/** The mean regrets of a strategy on a problem within each instance; ends are bounded. */
const instanceMeans = (ends, s, p) =>
  seedsOf[p].map((seeds) => mean(seeds.map((r) => ends[s][p][r])));

/** The regret of a less that of b, averaged over the instances that both have. */
function differenceOn(ends, a, b, p) {
  const first = instanceMeans(ends, a, p), second = instanceMeans(ends, b, p);
  return mean(first.map((value, i) => value - second[i]));
}
