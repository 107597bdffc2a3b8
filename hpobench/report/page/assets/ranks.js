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

const ULPS = 1.8e-15; // the share of a number up to which a difference is a rounding error

/** The chance that one of `own` runs is lower than one of `other`, ties counted half; NaN: no pair. */
function chanceAmong(own, other, slack) {
  const pairs = own.length * other.length;
  if (!pairs) return NaN;
  let ahead = 0;
  if (slack) { // regrets: rounding errors are smaller than the slack
    for (let i = 0; i < own.length; i++) {
      const a = own[i];
      for (let j = 0; j < other.length; j++) {
        const gap = other[j] - a; // NaN where both are infinite: neither is ahead
        if (gap > slack) ahead += 1;
        else if (gap < -slack) ahead -= 1;
      }
    }
    return 0.5 * (pairs + ahead) / pairs;
  }
  for (let i = 0; i < own.length; i++) {
    const a = own[i], size = a === Infinity ? 0 : Math.abs(a);
    for (let j = 0; j < other.length; j++) {
      const b = other[j];
      if (a === b) continue; // also where both are infinite
      const least = Math.max(slack, ULPS * Math.max(size, b === Infinity ? 0 : Math.abs(b)));
      if (b - a > least) ahead += 1;
      else if (a - b > least) ahead -= 1;
    }
  }
  return 0.5 * (pairs + ahead) / pairs;
}

const chancesByEnds = new WeakMap();

/** The chances of all strategies against each other on a problem, by instance; they are kept. */
function chancesOn(ends, p) {
  if (!chancesByEnds.has(ends)) chancesByEnds.set(ends, new Map());
  const kept = chancesByEnds.get(ends);
  if (!kept.has(p)) {
    kept.set(p, seedsOf[p].map((seeds) => {
      const runs = ends.map((row) => seeds.map((r) => row[p][r]).filter((end) => !Number.isNaN(end)));
      const table = new Float64Array(S * S).fill(0.5);
      for (let i = 0; i < S; i++) {
        for (let j = i + 1; j < S; j++) {
          table[i * S + j] = chanceAmong(runs[i], runs[j], scaled[p] ? RESOLUTION : 0);
          table[j * S + i] = 1 - table[i * S + j];
        }
      }
      return { has: runs.map((each) => each.length > 0), table };
    }));
  }
  return kept.get(p);
}

/** The chance that a run of a is better than one of b on a problem, over the instances of both. */
const chanceOn = (ends, a, b, p) => mean(chancesOn(ends, p).map(({ table }) => table[a * S + b]));

/** Mean ranks of strategies on a problem, averaged over instances. */
function ranksOn(ends, who, p) {
  const tables = chancesOn(ends, p);
  return who.map((a) => mean(tables.map(({ has, table }) => {
    if (!has[a]) return NaN;
    let rank = 1;
    for (const b of who) {
      if (b === a) continue;
      const lost = table[b * S + a];
      const usual = Number.isNaN(lost) ? chanceOn(ends, b, a, p) : lost;
      rank += Number.isNaN(usual) ? 0.5 : usual;
    }
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
