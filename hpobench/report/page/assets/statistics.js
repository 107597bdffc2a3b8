// Means over problems and their intervals; NaN: there is no number.

const FEWEST_PROBLEMS = 8, ROPE = 0.01;

function mean(values) {
  let sum = 0, count = 0;
  for (const value of values) if (!Number.isNaN(value)) { sum += value; count += 1; }
  return count ? sum / count : NaN;
}

/** The mean of per-problem means with its 95 % interval for new problems, within bounds. */
function newProblems(means, least = null, most = null) {
  const there = [];
  let floor = 0, ceiling = 0;
  means.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    there.push(value);
    if (least) { floor += least[i]; ceiling += most[i]; }
  });
  const n = there.length, centre = mean(there);
  if (n < FEWEST_PROBLEMS) return { mean: centre, low: NaN, high: NaN, problems: n };
  let squares = 0;
  for (const value of there) squares += (value - centre) ** 2;
  const half = studentT(n - 1) * Math.sqrt(squares / (n - 1) / n);
  let low = centre - half, high = centre + half;
  if (least) {
    low = Math.min(Math.max(low, floor / n), centre);
    high = Math.max(Math.min(high, ceiling / n), centre);
  }
  return { mean: centre, low, high, problems: n };
}

function median(values) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (!sorted.length) return NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The places from 1 of numbers that are told apart by their texts; ties share the best place. */
function places(texts) {
  return texts.map((text) => {
    const tied = texts.filter((other) => other === text).length > 1;
    return String(texts.indexOf(text) + 1) + (tied ? "=" : "");
  });
}
