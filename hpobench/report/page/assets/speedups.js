// How many evaluations of random search are worth one of a strategy's own.

/** Bounds on how many random evaluations hold as little as `regret`; the curve is straight between. */
function equivalent(evaluations, curve, regret) {
  if (Number.isNaN(regret)) return [NaN, NaN];
  let lowest = Infinity, after = -1;
  for (let i = 0; i < curve.length && after < 0; i++) {
    lowest = Math.min(lowest, curve[i]);
    if (lowest <= regret) after = i;
  }
  if (after < 0) return [evaluations.at(-1), Infinity];
  if (after === 0) return regret > curve[0] ? [0, 1] : [evaluations[0], evaluations[0]];
  const high = curve[after - 1], low = curve[after];
  const share = high > low ? (high - regret) / (high - low) : 0;
  const crossing = evaluations[after - 1] + share * (evaluations[after] - evaluations[after - 1]);
  return [crossing, crossing];
}

const expectedByRuns = new Map();

/** What random search is expected to hold on the instances of some seeds of a problem; null: unknown. */
function expectedOn(p, seeds) {
  const key = `${p} ${seeds}`;
  if (!expectedByRuns.has(key)) expectedByRuns.set(key, curveOf(p, seeds));
  return expectedByRuns.get(key);
}

function curveOf(p, seeds) {
  const of = D.random.of[p];
  const planned = D.seeds.map((_, r) => r).filter((r) => D.strategies.some((_, k) => statusOf(k, p, r) !== "-"));
  if (!seeds.length || planned.some((r) => of[r] < 0)) return null;
  const known = seeds.map((r) => D.random.curves[of[r]]);
  const evaluations = planned.map((r) => D.random.curves[of[r]].evaluations)
    .reduce((a, b) => (b.at(-1) < a.at(-1) ? b : a));
  const expected = evaluations.map((count, i) => mean(known.map((each) =>
    (each.evaluations === evaluations || each.evaluations.length === evaluations.length
      ? each.held[i] : interpolated(each, count)))));
  return { evaluations, expected };
}

/** The speed-up of a strategy on a problem at a point of the grid, as two bounds. */
function speedupOn(ends, s, p, point) {
  const seeds = D.seeds.map((_, r) => r).filter((r) => !Number.isNaN(ends[s][p][r]));
  const known = expectedOn(p, seeds);
  if (!known) return [NaN, NaN];
  const regret = seeds.reduce((sum, r) => sum + ends[s][p][r], 0) / seeds.length;
  const spent = D.grid[point];
  return equivalent(known.evaluations, known.expected, regret).map((worth) => worth / spent);
}

function interpolated({ evaluations, held: values }, count) {
  let i = 1;
  while (i < evaluations.length - 1 && evaluations[i] < count) i += 1;
  const share = (count - evaluations[i - 1]) / (evaluations[i] - evaluations[i - 1]);
  return values[i - 1] + Math.min(Math.max(share, 0), 1) * (values[i] - values[i - 1]);
}

/** The median of numbers known by bounds, with its interval of interpolated order statistics. */
function censoredMedian(pairs) {
  const there = pairs.filter(([least]) => !Number.isNaN(least));
  if (!there.length) return null;
  const bottom = there.map(([least]) => Math.log(least)).sort((a, b) => a - b);
  const top = there.map(([, most]) => Math.log(most)).sort((a, b) => a - b);
  const found = { least: Math.exp(middle(bottom)), most: Math.exp(middle(top)), low: NaN, high: NaN };
  if (there.length >= FEWEST_PROBLEMS) {
    found.low = Math.exp(lowerEnd(bottom));
    found.high = Math.exp(-lowerEnd(top.map((value) => -value).reverse()));
  }
  return { ...found, problems: there.length };
}

function middle(sorted) {
  const half = sorted.length >> 1;
  if (sorted.length % 2) return sorted[half];
  return sorted[half - 1] === sorted[half] ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function lowerEnd(sorted) {
  const n = sorted.length, level = 0.95;
  const upTo = (k) => { // P(Binomial(n, 1/2) <= k)
    let sum = 0;
    for (let i = 0; i <= k; i++) {
      sum += Math.exp(lnGamma(n + 1) - lnGamma(i + 1) - lnGamma(n - i + 1) - n * Math.LN2);
    }
    return sum;
  };
  let below = 0;
  while (upTo(below) < (1 - level) / 2) below += 1;
  const outer = 1 - 2 * upTo(below - 1), inner = 1 - 2 * upTo(below);
  const excess = (outer - level) / (outer - inner);
  const share = (n - below) * excess / (below + (n - 2 * below) * excess);
  const first = sorted[below - 1], second = sorted[below];
  return Number.isFinite(first) ? (1 - share) * first + share * second : first;
}

/** A median speed-up as the tables write it, or what it is at least or at most, with its interval. */
function saidOfSpeedup(found) {
  if (!found) return NONE;
  const least = factor(found.least), most = factor(found.most);
  const open = found.least ? `≥ ${least}` : found.most === Infinity ? NONE : `≤ ${most}`;
  const interval = Number.isNaN(found.low) ? "" : ` [${factor(found.low)}, ${factor(found.high)}]`;
  return (least === most ? least : open) + interval;
}

/** The interval of a median speed-up; nothing if it is open at both ends. */
function intervalOfSpeedup({ low, high }) {
  if (high === Infinity) return low ? `≥\u00a0${about(low)}×` : NONE;
  return low ? `${about(low)} to ${about(high)}×` : `≤\u00a0${about(high)}×`;
}

/** What stands in the ranking of a speed-up, and what is told of it. */
function worthOfRow(s, worth) {
  if (!worth) return [NONE, "A speed-up is counted in evaluations, of problems with a curve of random search"];
  const median = saidOfSpeedup(worth);
  if (s === D.unit) return ["1×", said("unit", { found: median })];
  if (Number.isNaN(worth.low)) return [NONE, said("no interval", { median })];
  return [intervalOfSpeedup(worth), said("median", { median })];
}
