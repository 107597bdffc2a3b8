// Your case: what won on the problems that are most like one's own, and the lines that use it.

const FEW = 3;

/** The problems most like the case: as many parameters, and categorical ones or none; wider if few. */
function alikeProblems() {
  const kinds = (problem) => (problem.kinds.categorical ?? 0) > 0;
  const fits = (factor, strict) => D.problems.map((_, p) => p).filter((p) => {
    const problem = D.problems[p], ratio = problem.dimensions / ownCase.parameters;
    return problem.counts && ratio >= 1 / factor && ratio <= factor
      && (!ownCase.early || problem.fidelity) && (!strict || kinds(problem) === ownCase.categorical > 0);
  });
  for (const [factor, strict] of [[1.5, true], [2, true], [2, false], [3, false]]) {
    const found = fits(factor, strict);
    if (functionsAmong(found) >= FEW) return { members: found, how: saidOfAlike(factor, strict) };
  }
  const all = fits(Infinity, false);
  return { members: all, how: ownCase.early ? "all that have a fidelity" : "all problems, since few are like yours" };
}

function saidOfAlike(factor, strict) {
  const low = Math.ceil(ownCase.parameters / factor), high = Math.floor(ownCase.parameters * factor);
  const kinds = strict ? (ownCase.categorical ? ", some categorical" : ", none categorical") : "";
  return `${low} to ${high} parameters${kinds}${ownCase.early ? ", with a fidelity" : ""}`;
}

function answer() {
  const { members, how } = alikeProblems();
  const price = Math.max(ownCase.minutes * 60, 1e-3);
  const spent = Math.min(ownCase.evaluations, D.budget);
  const shown = { ...INITIAL, budget: pointAt(spent), axis: D.clock && D.workers === 1 ? "seconds" : "evaluations", price, members, once: true };
  const found = ranked(shown);
  const best = found.rows[0];
  if (!members.length || !best || best.place === NONE) return { members, how, best: null };
  return { members, how, best, won: wonBy(best.s, shown, found), shown, found };
}

/** On how many functions a strategy has the lowest mean regret of all, or the lowest rank without regrets. */
function wonBy(winner, shown, { members, scaled: averaged, complete }) {
  const finals = endsAt(shown, shown.budget, averaged.length ? bounded : comparable);
  const problems = averaged.length ? averaged : members;
  const tables = problems.map((p) => (averaged.length ? complete.map((s) => mean(finals[s][p])) : ranksOn(finals, complete, p)));
  const levels = complete.map((_, i) => eachFunction(problems, tables.map((row) => row[i])));
  return levels[complete.indexOf(winner)].filter((level, k) => levels.every((row) => level <= row[k] + 1e-12)).length;
}

function saidOfAnswer({ members, how, best, won, shown, found }) {
  if (!best) return "<p>No strategy has runs on all problems like yours.</p>";
  const strategy = D.strategies[best.s], versus = best.versus, computed = [];
  const where = countedOnce(members), number = functionsAmong(members);
  const variants = number === members.length ? "" : ` (${counted(members.length, "problem")} with their variants, which count once)`;
  let text = `<p><b>${escaped(strategy.name)}</b> does best on the ${where} here that ${number === 1 ? "is" : "are"} most like yours: ${how}${variants}.${saidOfNeeds(best.s, found)}`;
  if (versus) {
    text += ` ${saidOfGain(best.s, versus.chance.mean, shown, members, "It")}</p><p>${saidOfCase(best.s, versus, members, found.rows.filter((row) => row.versus).length)}`;
    computed.push(`Chance to beat ${escaped(D.comparatorName)}: ${[decimals(versus.chance.mean, 2), interval(versus.chance.low, versus.chance.high, 2)].filter(Boolean).join(" ")}${Number.isNaN(versus.p) ? "" : `, ${saidOfP(versus.p)} (Holm)`}. It has the lowest ${found.scaled.length ? "mean regret" : "mean rank"} of all on ${won} of the ${countedOnce(found.scaled.length ? found.scaled : members)}.`);
  }
  text += saidOfHeadline({ members, best, found, shown });
  text += ` A suggestion takes it ${strategy.step}, your evaluations take ${briefSeconds(ownCase.minutes * 60)}.</p>`;
  const cautions = [
    ownCase.evaluations > D.budget ? `Runs here ended after ${tickText(D.budget)} evaluations: what leads later is not known.` : "",
    ownCase.workers !== D.workers ? `Runs here had ${counted(D.workers, "worker")}: with ${ownCase.workers} at once, strategies that learn from each result gain less.` : "",
    strategy.plans && ownCase.evaluations < D.budget ? "It plans for its budget, and was read before its end here." : "",
  ].filter(Boolean);
  if (cautions.length) text += `<p class="more">${cautions.map(escaped).join(" ")}</p>`;
  const lines = linesFor(strategy, ownCase);
  const two = hasOwnSpace(strategy) || lines.every((line) => line.startsWith("#")) ? "" : '<p class="more">The lines are those of the library, for two parameters or data of your own: put in yours.</p>';
  const called = members.map((p) => D.problems[p].name).join(", ");
  computed.push(`Problems: ${escaped(called)}. Read at ${tickText(D.grid[shown.budget])} evaluations${shown.axis === "seconds" ? ", strategies' own time counted" : ""}; means, chances and the test are those of the ranking, on these problems alone${variants ? ", but that the numbers of a function's variants are averaged first: the test is over functions" : ""}.`);
  return `${text}${two}<div class="code"><button type="button" class="chip copy">copy</button><pre tabindex="0"><code>${lines.map(escaped).join("\n")}</code></pre></div><details class="notes"><summary>How this was computed</summary>${computed.map((each) => `<p>${each}</p>`).join("")}</details>`;
}

/** What a strategy needs that the case has not said it has, and the best one that needs nothing. */
function saidOfNeeds(s, found) {
  const { needs, early } = D.strategies[s];
  if (!needs || (early && ownCase.early)) return "";
  const other = found.rows.find((row) => row.place !== NONE && !D.strategies[row.s].needs);
  const by = found.scaled.length ? "mean regret" : "mean rank";
  return ` <b>${escaped(needs)}</b>${other ? ` Of those that need nothing more than values, <b>${escaped(nameOf(other.s))}</b> does best: its ${by} is ${other.text} against ${found.rows[0].text}.` : ""}`;
}

/** How sure that is, on the problems like the case alone. */
function saidOfCase(s, versus, members, rivals) {
  const problems = functionsAmong(members);
  const { word, why } = saidOfSure(s, versus.sign, countedOnce(members), nameOf(s));
  const needed = Math.ceil(1 + Math.log2(Math.max(rivals, 1) / ALPHA)); // smallestP of so many is small enough
  const few = versus.sign === "?" && problems < needed;
  return `<b>${said("asked")} ${word}</b> ${few ? said("few", { needed: countedOnce(members, needed), problems }) : why}`;
}

/** The strategy that the headline names first: the first that is better, or the first of all. */
function headline() {
  const { rows } = standingsOf(INITIAL);
  return (rows.find((row) => row.place !== NONE && row.versus?.sign === "better") ?? rows[0])?.s;
}

/** How the strategy of the headline does on problems like the case; empty: it leads there, too. */
function saidOfHeadline({ members, best, found, shown }) {
  const usual = headline(), row = found.rows.find((each) => each.s === usual);
  if (usual === undefined || usual === best.s) return "";
  const name = `<b>${escaped(nameOf(usual))}</b>`;
  if (!row || row.place === NONE) return ` ${name}, which is first on all problems, was not run on all of these.`;
  const raw = endsAt(shown, shown.budget, comparable);
  const chance = ofTen(mean(eachFunction(members, members.map((p) => chanceOn(raw, best.s, usual, p)))));
  const by = found.scaled.length ? "mean regret" : "mean rank";
  return ` ${name}, which the headline names, has place ${row.place} there: its ${by} is ${row.text} against ${best.text}, and ${escaped(nameOf(best.s))} beats it in ${chance}.`;
}

const QUESTIONS = [
  ["parameters", "parameters", 1], ["categorical", "of them categorical", 0], ["evaluations", "evaluations", 1],
  ["workers", "at once", 1], ["minutes", "minutes each", 0],
];

function drawCase(canvas) {
  if (!canvas.querySelector(".asked")) {
    const early = D.problems.some((problem) => problem.fidelity && problem.counts)
      ? '<label><input type="checkbox" name="early" style="width:auto"> can be stopped early</label>' : "";
    canvas.innerHTML = `<div class="asked">${QUESTIONS.map(([name, words, least]) =>
      `<label>${words} <input type="number" name="${name}" min="${least}" step="${name === "minutes" ? "any" : 1}" value="${ownCase[name]}"></label>`).join("")}${early}</div><div class="answer" aria-live="polite"></div>`;
    canvas.addEventListener("click", (event) => {
      if (event.target.matches(".copy")) copyLines(event.target);
    });
    canvas.querySelector(".asked").addEventListener("input", (event) => {
      const { name, type, checked, value } = event.target;
      if (type === "checkbox") ownCase[name] = checked;
      else if (value !== "" && Number(value) >= Number(event.target.min)) ownCase[name] = Number(value);
      remember();
      canvas.querySelector(".answer").innerHTML = saidOfAnswer(answer());
    });
  }
  for (const field of canvas.querySelectorAll(".asked input")) { // an address may have changed the case
    if (field.type === "checkbox") field.checked = ownCase.early;
    else if (field !== document.activeElement) field.value = ownCase[field.name];
  }
  canvas.querySelector(".answer").innerHTML = saidOfAnswer(answer());
}

register("case", { draw: drawCase, csv: () => [["problem"], ...answer().members.map((p) => [D.problems[p].name])], svg: () => svgTable([["problem"], ...answer().members.map((p) => [D.problems[p].name])]) });
