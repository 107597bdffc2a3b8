// Who beats whom: the chance of each strategy against each other one, with tests of all pairs.

const BETTER = "#2f74c0", WORSE = "#c9762b";

/** What is tested of two strategies, by problem: differences of regrets, or of a chance from one half. */
function differencesOf(shown, a, b) {
  const members = shownMembers(shown), averaged = scaledOf(members);
  const each = shown.once ? eachFunction : eachProblem;
  if (averaged.length) {
    const ends = endsAt(shown, shown.budget, bounded);
    return each(averaged, averaged.map((p) => differenceOn(ends, a, b, p)));
  }
  const raw = endsAt(shown, shown.budget, comparable);
  return each(members, members.map((p) => (ran[a][p] && ran[b][p] ? 0.5 - chanceOn(raw, a, b, p) : NaN)));
}

/**
 * From which others with runs on all problems no test of all pairs tells a strategy. All pairs are tested only where its
 * own p-values leave open what Holm's method makes of them: at most ALPHA, but not ALPHA by all pairs.
 */
function untoldFrom(shown, s) {
  const { rows, complete } = standingsOf(shown), most = complete.length * (complete.length - 1) / 2;
  const others = rows.map((row) => row.s).filter((b) => b !== s && complete.includes(b));
  let p = new Map(others.map((b) => [b, wilcoxon(differencesOf(shown, s, b))]));
  if (others.some((b) => p.get(b) <= ALPHA && p.get(b) > ALPHA / most)) {
    p = new Map(pairsOf(shown).pairs.filter(({ a, b }) => [a, b].includes(s)).map((pair) => [pair.a === s ? pair.b : pair.a, pair.p]));
  }
  return others.filter((b) => !(p.get(b) <= ALPHA));
}

/** All pairs of strategies, with the tests of those that have runs on every problem; they are kept. */
const pairsOf = keptByState((shown) => {
  const members = shownMembers(shown), raw = endsAt(shown, shown.budget, comparable);
  const { rows, complete } = standingsOf(shown), who = rows.map((row) => row.s);
  const pairs = [];
  who.forEach((a, i) => who.slice(i + 1).forEach((b) => {
    const chances = members.map((p) => (ran[a][p] && ran[b][p] ? chanceOn(raw, a, b, p) : NaN));
    pairs.push({ a, b, chance: mean(chances), problems: chances.filter((each) => !Number.isNaN(each)).length, p: NaN });
  }));
  const inAll = new Set(complete), tested = pairs.filter(({ a, b }) => inAll.has(a) && inAll.has(b));
  const tests = family(tested.map(({ a, b }) => differencesOf(shown, a, b)));
  tested.forEach((pair, i) => { pair.p = tests.adjusted[i]; });
  return { who, pairs };
});

const LEAST_CELL = 26, BRACKETED = 36, KEY = [
  [BETTER, "the row's strategy is better"], [WORSE, "the column's is better"], [null, "told apart by a test of all pairs"],
], FEW = ["( )", "not over all of these problems, as one did not run on all"];

function drawMatrix(canvas, shown) {
  const { who, pairs } = pairsOf(shown);
  if (who.length < 2) { nothing(canvas, "It takes two strategies."); return; }
  const room = Math.min(widthOf(canvas), 60 * who.length + 190), left = room < 480 ? 108 : 175, top = 30;
  const size = Math.max(LEAST_CELL, Math.min((room - left) / who.length, 56)), width = Math.max(room, left + size * who.length);
  const members = shownMembers(shown), few = who.map((s) => members.filter((p) => ran[s][p]).length)
    .map((count) => (count < members.length ? ` (${count} of ${members.length})` : ""));
  const names = who.map((s, i) => inLines(`${nameOf(s)}${few[i]} ${i + 1}`, left < 120 ? 15 : 25));
  const high = Math.max(LEAST_CELL, Math.min(size, 30), ...names.map((lines) => rowHeight(lines))), place = new Map(who.map((s, i) => [s, i]));
  let body = who.map((s, i) => rowName(names[i], left - 8, top + high * (i + 0.5))
    + `<text data-about="${s}" x="${left + size * (i + 0.5)}" y="${top - 8}" text-anchor="middle">${few[i] ? `(${i + 1})` : i + 1}</text>`).join("");
  const cell = (a, b, chance, p, problems) => {
    const x = left + size * place.get(b), y = top + high * place.get(a);
    if (Number.isNaN(chance)) return "";
    const strength = Math.min(Math.abs(chance - 0.5) * 1.3, 0.62);
    return `<g data-says="${escaped(saidOfPair(a, b, chance, p, problems))}"><rect x="${round(x) + 1}" y="${round(y) + 1}" width="${round(size) - 2}" height="${round(high) - 2}" rx="3" fill="${chance > 0.5 ? BETTER : WORSE}" opacity="${strength}"/>`
      + `<text class="strong" x="${round(x + size / 2)}" y="${round(y + high / 2) + 4}" text-anchor="middle">${problems < members.length && size > BRACKETED ? `(${decimals(100 * chance, 0)})` : decimals(100 * chance, 0)}</text>${p <= ALPHA ? told(x + size - 6, y + 6) : ""}</g>`;
  };
  for (const { a, b, chance, p, problems } of pairs) body += cell(a, b, chance, p, problems) + cell(b, a, 1 - chance, p, problems);
  const bottom = top + high * who.length + 14, key = few.some(Boolean) ? [...KEY, FEW] : KEY;
  const picture = svg(width, bottom + 18 * key.length, "Chances of all pairs, in percent", body + keyAt(bottom, key));
  canvas.innerHTML = `<div class="wide" tabindex="0" role="region" aria-label="Chances of all pairs">${picture}</div>`;
}

const told = (x, y) => `<circle class="told" cx="${round(x)}" cy="${round(y)}" r="2"/>`;

/** What the colours, the dot and brackets mean, a line for each. */
const keyAt = (top, key) => key.map(([sign, words], i) => {
  const y = top + 18 * i, box = `<rect x="2" y="${y}" width="12" height="12" rx="2" fill="${sign}" opacity=".5"/>`;
  return `${sign === null ? told(8, y + 6) : sign === FEW[0] ? `<text x="1" y="${y + 10}">${sign}</text>` : box}<text x="20" y="${y + 10}">${words}</text>`;
}).join("");

/** A cell at length: who against whom, how often the first is better, on how much, and the test. */
function saidOfPair(a, b, chance, p, problems) {
  const test = Number.isNaN(p) ? "not tested, as the problems are too few" : `${saidOfP(p)} (Holm over all pairs)`;
  return `${nameOf(a)} against ${nameOf(b)}: better in ${decimals(100 * chance, 0)} % of pairs of runs, over ${counted(problems, "problem")}; ${test}`;
}

register("matrix", {
  draw: drawMatrix,
  csv: (shown) => [["strategy", "against", "chance to be better", "problems", "p (Holm over all pairs)"],
    ...pairsOf(shown).pairs.map(({ a, b, chance, problems, p }) => [nameOf(a), nameOf(b), chance, problems, p])],
});
