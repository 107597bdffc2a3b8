// Your case: what won on the problems that are most like one's own, and the lines that use it.

function answer() {
  const { members, how, needed } = alikeProblems();
  const price = ownCase.minutes * 60;
  const spent = Math.min(ownCase.evaluations, D.budget);
  const shown = { ...INITIAL, budget: pointAt(spent), axis: D.clock && D.workers === 1 ? "seconds" : "evaluations", price, members, once: true };
  const found = ranked(shown);
  const best = found.rows[0];
  if (!members.length || !best || best.place === NONE) return { members, how, best: null };
  return { ...found, how, needed, best, won: wonBy(best.s, shown, found), shown };
}

/** On how many functions a strategy has the lowest mean regret of all, or the lowest rank without regrets. */
function wonBy(winner, shown, { members, scaled: averaged, complete }) {
  const finals = endsAt(shown, shown.budget, averaged.length ? bounded : comparable);
  const problems = averaged.length ? averaged : members;
  const tables = problems.map((p) => (averaged.length ? complete.map((s) => mean(finals[s][p])) : ranksOn(finals, complete, p)));
  const levels = complete.map((_, i) => eachFunction(problems, tables.map((row) => row[i])));
  return levels[complete.indexOf(winner)].filter((level, k) => levels.every((row) => level <= row[k] + 1e-12)).length;
}

function saidOfAnswer(found) {
  const { members, how, best, shown } = found;
  if (!members.length) return "<p>No problem here is like yours.</p>";
  if (!best) return "<p>No strategy has runs on all problems like yours.</p>";
  const { versus } = best, strategy = D.strategies[best.s], name = escaped(strategy.name);
  const number = functionsAmong(members), more = saidOfNeeds(best, found) + saidOfStopping(best, found);
  let text = `<p><b>${name}</b> does best on the ${countedOnce(members)} here that ${number === 1 ? "is" : "are"} most like yours (${how})${ownCase.evaluations > D.budget ? ` after ${evaluationsSaid(D.budget)}` : ""}${saidOfSecond(best, found)}.${more}`;
  if (versus) text += ` ${saidOfGain(best.s, versus.chance.mean, shown, members, more ? name : "It")}`;
  text += `</p><p>${saidOfCase(best.s, versus, members, found.rows.filter((row) => row.versus).length)}`;
  text += ` ${saidOfUntold(best.s, shown)}${saidOfHeadline(found)}</p>`;
  return `${text}<p class="more">${cautions(strategy).map(escaped).join(" ")}</p>${saidOfLines(strategy)}<details class="notes"><summary>How this was computed</summary>${computedFor(found).map((each) => `<p>${each}</p>`).join("")}</details>`;
}

/** What is to be kept in mind: how long it takes, and that it may have been read before its end. */
function cautions(strategy) {
  return [
    `A suggestion took it ${briefSeconds(strategy.step)} here, an evaluation takes you ${briefSeconds(ownCase.minutes * 60)}.`,
    strategy.plans && ownCase.evaluations < D.budget ? "It plans for its budget, and was read before its end here." : "",
  ].filter(Boolean);
}

/** The lines of Python that use a strategy, in a fold. */
function saidOfLines(strategy) {
  const lines = linesFor(strategy, ownCase);
  const two = hasOwnSpace(strategy) || lines.every((line) => line.startsWith("#")) ? "" : '<p class="more">The lines are those of the library, for two parameters or data of your own: put in yours.</p>';
  return `<details class="lines"><summary>Lines of Python that use it</summary>${two}<div class="code"><button type="button" class="chip copy">copy</button><pre tabindex="0"><code>${lines.map(escaped).join("\n")}</code></pre></div></details>`;
}

/** The numbers behind the answer of the case. */
function computedFor({ members, needed, best: { versus }, won, shown, scaled: averaged }) {
  const computed = [], variants = functionsAmong(members) < members.length;
  if (versus) computed.push(`Chance to beat ${escaped(D.comparatorName)}: ${[decimals(versus.chance.mean, 2), interval(versus.chance.low, versus.chance.high, 2)].filter(Boolean).join(" ")}${versus.sign === "?" ? "" : `, ${saidOfP(versus.p)} (Holm)`}. It has the lowest ${averaged.length ? "mean regret" : "mean rank"} of all on ${won} of the ${countedOnce(averaged.length ? averaged : members)}.`);
  const called = members.map((p) => D.problems[p].name).join(", ");
  computed.push(`Problems like yours are the nearest by their number of parameters: as many as tests of all pairs need (${needed}), or all if there are fewer. Here they are ${counted(members.length, "problem")}${variants ? " with their variants, which count once" : ""}: ${escaped(called)}.`);
  computed.push(`Read at ${evaluationsSaid(D.grid[shown.budget])}${shown.axis === "seconds" ? `, in the time that ${escaped(D.comparatorName)} takes for them: configurations that take longer to evaluate and strategies' own time count, so numbers can differ from those by evaluations` : ""}; means, chances and the test are those of the ranking, on these problems alone${variants ? ", but that the numbers of a function's variants are averaged first: the test is over different problems" : ""}.`);
  return computed;
}

/** What a strategy needs that the case has not said it has, and the best one that needs nothing. */
function saidOfNeeds(best, found) {
  const { needs, early } = D.strategies[best.s];
  if (!needs || (early && ownCase.early)) return "";
  const other = found.rows.find((row) => row.place !== NONE && !D.strategies[row.s].needs);
  return ` <b>${escaped(needs)}</b>${other ? ` Of those that need nothing more than values, ${saidOfOther(other, best, found)}` : ""}`;
}

/** That the best one cuts no training short, where the case can be stopped early, and the best one that does. */
function saidOfStopping(best, found) {
  if (!ownCase.early || D.strategies[best.s].cuts) return "";
  const other = found.rows.find((row) => row.place !== NONE && D.strategies[row.s].cuts);
  const others = other ? `Of those that do, ${saidOfOther(other, best, found)}` : "None that does has runs on all of these.";
  return ` It stops nothing early: it trains each configuration in full, and so do the lines below. ${others}`;
}

/** That another one does best of some, and its number beside that of the best of all; equal ones are told once. */
function saidOfOther(other, best, found) {
  const name = `<b>${escaped(nameOf(other.s))}</b>`;
  return other.text === best.text ? `${name} does best, and as well as ${escaped(nameOf(best.s))}: the ${ranksBy(found)} of both is ${best.text}.`
    : `${name} does best: its ${ranksBy(found)} is ${other.text} against ${best.text}.`;
}

const ranksBy = (found) => (found.scaled.length ? "mean regret" : "mean rank");

/** Who comes second; empty: nobody. */
function saidOfSecond(best, found) {
  const second = found.rows[1];
  if (!second || second.place === NONE) return "";
  const name = `<b>${escaped(nameOf(second.s))}</b>`;
  return second.text === best.text ? `, as well as ${name} (the ${ranksBy(found)} of both is ${best.text})`
    : `, ahead of ${name} (${ranksBy(found)} ${best.text} against ${second.text})`;
}

/** How sure that is, on the problems like the case alone. */
function saidOfCase(s, versus, members, rivals) {
  const other = unlike().join("; "), no = `${said("asked")} ${said("open")}`;
  const unlikely = other && `<b>${no}</b> ${other[0].toUpperCase()}${other.slice(1)}.`;
  if (!versus) return unlikely;
  const problems = functionsAmong(members);
  const { word, why } = saidOfSure(versus, countedOnce(members), nameOf(s));
  const needed = problemsNeeded(rivals);
  const few = versus.sign === "?" && problems < needed, because = few ? said("few", { needed: countedOnce(members, needed), problems }) : why;
  if (other) return `${unlikely} For runs as they were here: ${word === said("open") ? "" : `${word} `}${because}`;
  return `<b>${said("asked")} ${word}</b> ${because}`;
}

/** The strategy that the headline names first: the first that is better, or the first of all. */
function headline() {
  const { rows } = standingsOf(INITIAL);
  return (rows.find((row) => row.place !== NONE && row.versus?.sign === "better") ?? rows[0])?.s;
}

/** How the strategy of the headline does on problems like the case; empty: it leads there, too. */
function saidOfHeadline(found) {
  const { members, best, shown } = found, usual = headline(), row = found.rows.find((each) => each.s === usual);
  if (usual === undefined || usual === best.s) return "";
  const name = `<b>${escaped(nameOf(usual))}</b>`;
  if (!row || row.place === NONE) return ` ${name}, which is first on all problems, was not run on all of these.`;
  const raw = endsAt(shown, shown.budget, comparable);
  const chance = ofTen(mean(eachFunction(members, members.map((p) => chanceOn(raw, best.s, usual, p)))));
  const level = row.text === best.text ? `does as well there: the ${ranksBy(found)} of both is ${best.text}` : `has place ${row.place} there: its ${ranksBy(found)} is ${row.text} against ${best.text}`;
  return ` ${name}, which the headline names, ${level}, and ${escaped(nameOf(best.s))} beats it in ${chance}.`;
}

let linesOpen = null; // at first they are folded on a phone

/** The answer of the case, or what to do for one. */
function showAnswer(canvas) {
  const fields = canvas.querySelectorAll(".asked input"), place = canvas.querySelector(".answer");
  linesOpen = place.querySelector(".lines")?.open ?? linesOpen ?? !narrow.matches;
  place.innerHTML = takeCase(fields) ? saidOfAnswer(answer()) : "<p>There is an answer once the fields above are right.</p>";
  const lines = place.querySelector(".lines");
  if (lines) lines.open = linesOpen;
}

function drawCase(canvas) {
  if (!canvas.querySelector(".asked")) {
    canvas.innerHTML = `<div class="asked">${caseFields()}</div><div class="answer" aria-live="polite"></div>`;
    canvas.addEventListener("click", (event) => {
      if (event.target.matches(".copy")) copyLines(event.target);
    });
    canvas.querySelector(".asked").addEventListener("input", () => {
      showAnswer(canvas);
      remember();
    });
  }
  showCase(canvas.querySelectorAll(".asked input"));
  showAnswer(canvas);
}

register("case", { everywhere: true, draw: drawCase, csv: () => [["problem"], ...answer().members.map((p) => [D.problems[p].name])], svg: () => svgTable([["problem"], ...answer().members.map((p) => [D.problems[p].name])]) });
