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

const slackOf = (p) => (scaled[p] ? RESOLUTION : 0);

const ULPS = 1.8e-15; // the share of a number up to which a difference is a rounding error

/** 1 where the run that holds a is ahead of one that holds b (lower), -1 where it is behind, else 0. */
function ahead(a, b, slack) {
  if (slack) { // regrets: rounding errors are smaller than the slack
    const gap = b - a; // NaN where both are infinite: neither is ahead
    return gap > slack ? 1 : gap < -slack ? -1 : 0;
  }
  if (a === b) return 0; // also where both are infinite
  const least = ULPS * Math.max(a === Infinity ? 0 : Math.abs(a), b === Infinity ? 0 : Math.abs(b));
  return b - a > least ? 1 : a - b > least ? -1 : 0;
}

/** The chance that one of `own` runs is lower than one of `other`, ties counted half; NaN: no pair. */
function chanceAmong(own, other, slack) {
  const pairs = own.length * other.length;
  if (!pairs) return NaN;
  let balance = 0;
  for (let i = 0; i < own.length; i++) for (let j = 0; j < other.length; j++) balance += ahead(own[i], other[j], slack);
  return 0.5 * (pairs + balance) / pairs;
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
        table[i * S + j] = chanceAmong(runs[i], runs[j], slackOf(p));
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

const ranksByKey = new Map();

/** Mean ranks of strategies on a problem at each point of the grid, whatever other problems are shown. */
function ranksAlong(shown, who, p) {
  const key = `${axisOf(shown).key} ${who}`;
  if (!ranksByKey.has(key)) {
    if (ranksByKey.size > 5) ranksByKey.delete(ranksByKey.keys().next().value);
    ranksByKey.set(key, new Array(P));
  }
  return (ranksByKey.get(key)[p] ??= ranksOfEach(shown, who, p));
}

function ranksOfEach(shown, who, p) {
  const curves = curvesOf(shown), found = D.grid.map(() => new Float64Array(who.length));
  if (seedsOf[p].some((seeds) => seeds.length > 1 || who.some((s) => curves[s][p][seeds[0]] === null))) {
    return D.grid.map((_, g) => ranksOn(endsAt(shown, g, comparable), who, p));
  }
  for (const [r] of seedsOf[p]) { // one run of each: to compare them once is faster, and the same
    const runs = who.map((s) => curves[s][p][r]), failed = who.map((s) => statusOf(s, p, r) === "f");
    const holds = new Float64Array(who.length).fill(NaN);
    let ranks = null;
    for (let g = 0; g < D.grid.length; g++) {
      let changed = false;
      for (let i = 0; i < who.length; i++) {
        const now = comparable(runs[i][g], failed[i]);
        if (now !== holds[i]) { holds[i] = now; changed = true; }
      }
      if (changed) ranks = ranksAmong(holds, slackOf(p));
      for (let i = 0; i < who.length; i++) found[g][i] += ranks[i] / seedsOf[p].length;
    }
  }
  return found;
}

/** The ranks of single runs on one instance; those that tie share the mean of their places. */
function ranksAmong(holds, slack) {
  const ranks = new Float64Array(holds.length).fill((holds.length + 1) / 2);
  for (let i = 0; i < holds.length; i++) {
    for (let j = i + 1; j < holds.length; j++) {
      const half = 0.5 * ahead(holds[i], holds[j], slack);
      ranks[i] -= half;
      ranks[j] += half;
    }
  }
  return ranks;
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
