// Which problems are most like one's own: so many that a test can find something.

/**
 * The problems most like the case, and in which way. What is ticked holds for all of them; with or without categorical
 * parameters, as the case is, if there are enough functions like that; of these, the nearest by the number of parameters.
 */
function alikeProblems() {
  const needed = problemsNeeded(D.order.length - 1);
  const ticked = D.problems.map((_, p) => p).filter((p) => {
    const problem = D.problems[p];
    return problem.counts && (!ownCase.early || problem.fidelity) && (!ownCase.real || !problem.madeUp);
  });
  const sameKinds = ticked.filter((p) => ((D.problems[p].kinds.categorical ?? 0) > 0) === ownCase.categorical > 0);
  const strict = functionsAmong(sameKinds) >= needed;
  const members = nearest(strict ? sameKinds : ticked, needed);
  return { members, how: saidOfAlike(members, strict), needed };
}

/** The problems whose number of parameters is nearest to the case's, by their ratio: so many functions, or all. */
function nearest(problems, needed) {
  const distance = (p) => Math.abs(Math.log(D.problems[p].dimensions / ownCase.parameters));
  for (const width of problems.map(distance).sort((a, b) => a - b)) {
    const found = problems.filter((p) => distance(p) <= width + 1e-9);
    if (functionsAmong(found) >= needed) return found;
  }
  return problems;
}

/** In which way problems are like the case. */
function saidOfAlike(members, strict) {
  const sizes = members.map((p) => D.problems[p].dimensions);
  const low = Math.min(...sizes), high = Math.max(...sizes);
  const kinds = strict ? (ownCase.categorical ? "some of them categorical" : "none of them categorical") : "categorical ones or none";
  const ticks = [ownCase.real ? "no test functions" : "", ownCase.early ? "with a fidelity" : ""].filter(Boolean);
  return [`${low === high ? low : `${low} to ${high}`} parameters`, kinds, ...ticks].join(", ");
}
