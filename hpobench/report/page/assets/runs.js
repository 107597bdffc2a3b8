// What every run held and when. A run's place is its strategy, its problem and its seed.

const S = D.strategies.length, P = D.problems.length, R = D.seeds.length;
const scaled = D.problems.map((problem) => problem.anchored);
const WORST = 2, LEAST = -1;

const starts = new Int32Array(S * P * R + 1);
D.runs.steps.forEach((count, i) => { starts[i + 1] = starts[i] + count; });
const numbers = (list) => Float64Array.from(list, (value) => (value === null ? NaN : value));
const held = numbers(D.runs.held), cost = numbers(D.runs.cost), thought = numbers(D.runs.thought);
const time = D.runs.time.length ? numbers(D.runs.time) : cost;

const placeOf = (s, p, r) => (s * P + p) * R + r;
const statusOf = (s, p, r) => D.runs.status[placeOf(s, p, r)];
const tookPlace = (s, p, r) => "cef".includes(statusOf(s, p, r));
const ran = D.strategies.map((_, s) => D.problems.map((problem, p) =>
  problem.counts && D.seeds.some((_, r) => tookPlace(s, p, r))));

/** What a run holds at rising ticks, raw; NaN: nothing yet. `at` maps a step to its tick. */
function heldBy(s, p, r, ticks, at) {
  const found = new Float64Array(ticks.length).fill(NaN);
  const first = starts[placeOf(s, p, r)], end = starts[placeOf(s, p, r) + 1];
  let step = first - 1;
  for (let g = 0; g < ticks.length; g++) {
    const limit = ticks[g] * (1 + 1e-9);
    while (step + 1 < end && at(step + 1) <= limit) step += 1;
    if (step >= first) found[g] = held[step];
  }
  return found;
}

/** The axes: how steps and ticks of a problem are counted. Ticks are the shares of the grid. */
function axisOf(state) {
  const shares = D.grid.map((spent) => spent / D.budget);
  if (state.axis === "evaluations" || !D.clock) {
    return { key: "evaluations", x: D.grid, ticks: () => D.grid, at: () => (i) => cost[i] };
  }
  const { unit, makespan, thinking } = D.clock;
  if (state.axis === "time") {
    return {
      key: "time", x: shares.map((share) => 100 * share),
      ticks: (p) => shares.map((share) => makespan[p] * share + unit[p] / 2),
      at: () => (i) => time[i],
    };
  }
  const price = state.price;
  return {
    key: `seconds ${price}`, x: shares.map((share) => 100 * share),
    ticks: (p) => shares.map((share) =>
      (makespan[p] * share + unit[p] / 2) / unit[p] * price + thinking[p] * share),
    at: (p) => (i) => time[i] / unit[p] * price + thought[i],
  };
}

const curvesByAxis = new Map();

/** What all runs hold along an axis: [s][p][r] is null without a run, else raw numbers (grid). */
function curvesOf(state) {
  const axis = axisOf(state);
  if (!curvesByAxis.has(axis.key)) {
    if (curvesByAxis.size > 3) curvesByAxis.delete([...curvesByAxis.keys()][1]);
    const ticks = D.problems.map((_, p) => axis.ticks(p));
    curvesByAxis.set(axis.key, D.strategies.map((_, s) => D.problems.map((_, p) => {
      const at = axis.at(p);
      return D.seeds.map((_, r) => (tookPlace(s, p, r) ? heldBy(s, p, r, ticks[p], at) : null));
    })));
  }
  return curvesByAxis.get(axis.key);
}

const bounded = (value, failed) =>
  (failed || Number.isNaN(value) ? WORST : Math.min(Math.max(value, LEAST), WORST));
const comparable = (value, failed) => (failed || Number.isNaN(value) ? Infinity : value);

const endsByKey = new Map();

/** Numbers [s][p][r] at a point of the grid: bounded regrets, or what tells which run is better. */
function endsAt(state, point, kind) {
  const key = `${axisOf(state).key} ${point} ${kind === bounded}`;
  if (!endsByKey.has(key)) {
    if (endsByKey.size > 30) endsByKey.delete([...endsByKey.keys()][0]);
    const curves = curvesOf(state);
    endsByKey.set(key, curves.map((row, s) => row.map((seeds, p) => seeds.map((curve, r) => {
      if (curve === null || (kind === bounded && !scaled[p])) return NaN;
      return kind(curve[point], statusOf(s, p, r) === "f");
    }))));
  }
  return endsByKey.get(key);
}

const meansByKey = new Map();

/** Means over seeds [s][p] of bounded regrets along the grid, or of their logarithms. */
function seedMeans(state) {
  const key = `${axisOf(state).key} ${state.scale}`;
  if (!meansByKey.has(key)) {
    if (meansByKey.size > 5) meansByKey.delete([...meansByKey.keys()][0]);
    const curves = curvesOf(state), log = state.scale === "log";
    meansByKey.set(key, curves.map((row, s) => row.map((seeds, p) => {
      const there = seeds.map((curve, r) => [curve, statusOf(s, p, r) === "f"])
        .filter(([curve]) => curve !== null);
      if (!there.length || !scaled[p]) return null;
      const floor = D.problems[p].floor;
      return D.grid.map((_, g) => {
        let sum = 0;
        for (const [curve, failed] of there) {
          const regret = bounded(curve[g], failed);
          sum += log ? Math.log10(Math.max(regret, floor)) : regret;
        }
        return sum / there.length;
      });
    })));
  }
  return meansByKey.get(key);
}

/** The first point of the grid where any run of a strategy on some problems holds something. */
function begins(state, s, problems) {
  const curves = curvesOf(state);
  for (let g = 0; g < D.grid.length; g++) {
    if (problems.some((p) => curves[s][p].some((curve) => curve && !Number.isNaN(curve[g])))) return g;
  }
  return D.grid.length;
}
