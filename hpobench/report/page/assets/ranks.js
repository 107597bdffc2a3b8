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

/** What is worked out for numbers [s][p][r] and a problem; it is kept as long as the numbers are. */
function keptByProblem(work) {
  const byEnds = new WeakMap();
  return (ends, p) => {
    if (!byEnds.has(ends)) byEnds.set(ends, new Array(P));
    const kept = byEnds.get(ends);
    kept[p] ??= work(ends, p);
    return kept[p];
  };
}

/** The chances of all strategies against each other on a problem, by instance and over its instances. */
const chancesOn = keptByProblem((ends, p) => {
  const instances = seedsOf[p].map((seeds) => {
    const runs = ends.map((row) => seeds.map((r) => row[p][r]).filter((end) => !Number.isNaN(end)));
    const table = new Float64Array(S * S).fill(0.5);
    for (let i = 0; i < S; i++) {
      for (let j = i + 1; j < S; j++) {
        table[i * S + j] = chanceAmong(runs[i], runs[j], scaled[p] ? RESOLUTION : 0);
        table[j * S + i] = 1 - table[i * S + j];
      }
    }
    return { has: runs.map((each) => each.length > 0), table };
  });
  const means = new Float64Array(S * S), counts = new Float64Array(S * S);
  for (const { table } of instances) {
    for (let k = 0; k < table.length; k++) if (!Number.isNaN(table[k])) { means[k] += table[k]; counts[k] += 1; }
  }
  return { instances, means: means.map((sum, k) => sum / counts[k]) }; // NaN: they share no instance
});

/** The chance that a run of a is better than one of b on a problem, over the instances of both. */
const chanceOn = (ends, a, b, p) => chancesOn(ends, p).means[a * S + b];

/** Mean ranks of strategies on a problem, averaged over instances. */
function ranksOn(ends, who, p) {
  const tables = chancesOn(ends, p).instances;
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

/** The mean regrets [s] within each instance of a problem; ends are bounded. */
const instanceMeans = keptByProblem((ends, p) =>
  ends.map((row) => seedsOf[p].map((seeds) => mean(seeds.map((r) => row[p][r])))));

/** The regret of a less that of b, averaged over the instances that both have. */
function differenceOn(ends, a, b, p) {
  const { [a]: first, [b]: second } = instanceMeans(ends, p);
  let sum = 0, count = 0;
  for (let i = 0; i < first.length; i++) {
    const gap = first[i] - second[i];
    if (!Number.isNaN(gap)) { sum += gap; count += 1; }
  }
  return count ? sum / count : NaN;
}
