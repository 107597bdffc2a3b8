// Which problems are most like one's own: so many that a test can find something.

/**
 * The problems most like the case, and in which way. What is ticked holds for all of them; with or without categorical
 * parameters, as the case is, if there are enough functions like that; of these, the nearest by the number of parameters.
 */
function alikeProblems() {
  const counting = D.problems.map((_, p) => p).filter((p) => D.problems[p].counts);
  const rivals = Math.max(completeOn(D.order, counting).length, 2);
  const needed = problemsNeeded(rivals * (rivals - 1) / 2);
  const ticked = counting.filter((p) => (!ownCase.early || D.problems[p].fidelity) && (!ownCase.real || !D.problems[p].madeUp));
  const sameKinds = ticked.filter((p) => ((D.problems[p].kinds.categorical ?? 0) > 0) === ownCase.categorical > 0);
  const strict = functionsAmong(sameKinds) >= needed;
  const members = nearest(strict ? sameKinds : ticked, needed);
  return { members, how: saidOfAlike(members, strict, members.length === ticked.length), needed };
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

/** In which way problems are like the case; `all`: there are no others for what is ticked. */
function saidOfAlike(members, strict, all) {
  const sizes = members.map((p) => D.problems[p].dimensions);
  const low = Math.min(...sizes), high = Math.max(...sizes);
  const kinds = strict ? (ownCase.categorical ? "some of them categorical" : "none of them categorical") : "categorical ones or none";
  const ticks = [ownCase.real ? "no test functions" : "", ownCase.early ? "with a fidelity" : ""].filter(Boolean);
  return [`${low === high ? low : `${low} to ${high}`} parameters`, kinds, ...ticks, ...(all ? ["all there are, whatever their number of parameters"] : [])].join(", ");
}

/** In what the case is unlike all that was run, so that its answer is a guess: a phrase for each. */
function unlike() {
  const { evaluations, workers, parameters } = ownCase;
  const most = Math.max(...D.problems.filter(({ counts }) => counts).map(({ dimensions }) => dimensions));
  return [
    evaluations > D.budget ? `runs here ended after ${evaluationsSaid(D.budget)}, and what leads after ${evaluations} is not known` : "",
    workers !== D.workers ? `runs here had ${counted(D.workers, "worker")}; with ${workers}, strategies that learn from each result gain ${workers > D.workers ? "less" : "more"}` : "",
    parameters > FAR * most ? `no problem here has more than ${counted(most, "parameter")}` : "",
  ].filter(Boolean);
}

const FAR = 2; // with more than so many times the parameters of all problems, none is like the case
