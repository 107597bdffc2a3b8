// Wilcoxon's signed-rank test, exact given the ranks, and Holm's correction.

const ALPHA = 0.05, SAME = 1e-10, EXACT = 200;

const smallestP = (problems) => Math.min(2 ** (1 - problems), 1);

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
  const moving = [];
  there.forEach((value, i) => {
    excess += Math.sign(value) * ranks[i];
    if (value !== 0) moving.push(ranks[i]);
  });
  if (!moving.length) return 1;
  if (moving.length > EXACT) return NaN; // the page does not have as many problems
  return exactTail(moving.map((rank) => Math.round(2 * rank)), Math.round(2 * Math.abs(excess)));
}

/** P(|sum of randomly signed ranks| >= excess), by the sum of those with a minus: at most so much. */
function exactTail(ranks, excess) {
  const total = ranks.reduce((a, b) => a + b, 0), most = (total - excess) / 2;
  const size = Math.floor(most) + 1;
  const chances = new Float64Array(size);
  chances[0] = 1;
  let end = 1;
  for (const rank of ranks) {
    const grown = Math.min(end + rank, size);
    for (let i = grown - 1; i >= rank; i--) chances[i] = (chances[i] + chances[i - rank]) / 2;
    for (let i = Math.min(rank, grown) - 1; i >= 0; i--) chances[i] /= 2;
    end = grown;
  }
  let tail = 0;
  for (let i = 0; i < size; i++) tail += chances[i];
  return excess === 0 ? 1 : Math.min(2 * tail, 1);
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
  return { problems, raw, adjusted, possible, tests };
}
