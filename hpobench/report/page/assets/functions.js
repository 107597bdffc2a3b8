// Problems that are one function in variants: where a function counts once, their numbers are averaged.

/** Numbers of problems as they are: each problem counts. */
const eachProblem = (problems, values) => values;

/** Numbers of problems, averaged over the variants of each function; NaN: none of them has one. */
function eachFunction(problems, values) {
  const groups = new Map();
  problems.forEach((p, k) => {
    const key = D.functions[p];
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(values[k]);
  });
  return [...groups.values()].map(mean);
}

/** The mean over problems, or over functions, with its interval for new ones, within bounds. */
function meanOver(each, problems, values, least, most) {
  const bound = (ends) => each(problems, ends.map((end, k) => (Number.isNaN(values[k]) ? NaN : end)));
  return newProblems(each(problems, values), bound(least), bound(most));
}

/** How many functions problems are. */
const functionsAmong = (problems) => new Set(problems.map((p) => D.functions[p])).size;

/** What is counted where a function counts once: different problems, or problems where all differ. */
const countedOnce = (problems, number = functionsAmong(problems)) =>
  counted(number, functionsAmong(problems) === problems.length ? "problem" : "different problem");
