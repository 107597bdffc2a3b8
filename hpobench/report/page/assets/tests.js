// Wilcoxon's signed-rank test, exact given the ranks, and Holm's correction.

const ALPHA = 0.05, SAME = 1e-10, EXACT = 200;

const smallestP = (problems) => Math.min(2 ** (1 - problems), 1);

/** The fewest problems with which any of so many tests can reject, after Holm. */
const problemsNeeded = (tests) => Math.ceil(1 + Math.log2(Math.max(tests, 1) / ALPHA));

/** The two-sided p of differences; zeros are ranked and split between the signs. */
function wilcoxon(differences) {
  const there = differences.filter((value) => !Number.isNaN(value))
    .map((value) => Math.round(value / SAME) * SAME);
  if (!there.length) return NaN;
  const sizes = there.map(Math.abs);
  const order = sizes.map((_, i) => i).sort((a, b) => sizes[a] - sizes[b]);
  const ranks = new Array(there.length);
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j < order.length && sizes[order[j]] === sizes[order[i]]) j += 1;
    for (let k = i; k < j; k++) ranks[order[k]] = (i + j + 1) / 2;
    i = j;
  }
  let excess = 0;
  const moving = []; // the ranks of those that are not 0, rising
  for (const i of order) {
    excess += Math.sign(there[i]) * ranks[i];
    if (there[i] !== 0) moving.push(ranks[i]);
  }
  if (!moving.length) return 1;
  if (moving.length > EXACT) return NaN; // the page does not have as many problems
  return exactTail(moving.map((rank) => Math.round(2 * rank)), Math.round(2 * Math.abs(excess)));
}

/** P(|sum of randomly signed rising ranks| >= excess), by the sum of those with a minus: at most so much. */
function exactTail(ranks, excess) {
  const total = ranks.reduce((a, b) => a + b, 0);
  return excess === 0 ? 1 : Math.min(2 * minusAtMost(ranks, total)[(total - excess) / 2], 1);
}

const MOST_TAILS = 200, tailsByRanks = new Map();

/** P(sum of those with a minus <= k) for each k up to half of the total; most tests share their ranks. */
function minusAtMost(ranks, total) {
  const key = ranks.join();
  if (!tailsByRanks.has(key)) {
    if (tailsByRanks.size >= MOST_TAILS) tailsByRanks.delete(tailsByRanks.keys().next().value);
    const chances = new Float64Array(Math.floor(total / 2) + 1); // at first, in how many ways
    chances[0] = 1;
    let end = 1;
    for (const rank of ranks) {
      end = Math.min(end + rank, chances.length);
      for (let i = end - 1; i >= rank; i--) chances[i] += chances[i - rank];
    }
    let sum = 0;
    for (let i = 0; i < chances.length; i++) {
      sum += chances[i];
      chances[i] = sum * 2 ** -ranks.length;
    }
    tailsByRanks.set(key, chances);
  }
  return tailsByRanks.get(key);
}

/** P-values adjusted for their number; NaN stays and does not count. */
function holm(raw) {
  const order = raw.map((_, i) => i).filter((i) => !Number.isNaN(raw[i]))
    .sort((a, b) => raw[a] - raw[b]);
  const adjusted = new Array(raw.length).fill(NaN);
  let most = 0;
  order.forEach((i, k) => {
    most = Math.max(most, (order.length - k) * raw[i]);
    adjusted[i] = Math.min(most, 1);
  });
  return adjusted;
}

/** Tests of rows of differences, those corrected together that could be significant alone. */
function family(rows) {
  const problems = rows.map((row) => row.filter((value) => !Number.isNaN(value)).length);
  const raw = rows.map(wilcoxon);
  const able = problems.map((n) => smallestP(n) <= ALPHA);
  const tests = able.filter(Boolean).length;
  const adjusted = holm(raw.map((p, i) => (able[i] ? p : NaN)));
  const possible = problems.map((n) => smallestP(n) <= ALPHA / Math.max(tests, 1));
  const tells = adjusted.map((p, i) => possible[i] || p <= ALPHA); // Holm's later steps ask less than its first
  return { problems, raw, adjusted: adjusted.map((p, i) => (tells[i] ? p : NaN)), possible, tests };
}
