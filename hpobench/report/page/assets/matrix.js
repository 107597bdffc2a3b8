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
 * From which of the others no test of all pairs tells a strategy. All pairs are tested only where its
 * own p-values leave open what Holm's method makes of them: at most ALPHA, but not ALPHA by all pairs.
 */
function untoldFrom(shown, s) {
  const { rows, complete } = standingsOf(shown), inAll = new Set(complete);
  const most = complete.length * (complete.length - 1) / 2;
  const others = rows.map((row) => row.s).filter((b) => b !== s);
  let p = new Map(others.map((b) => [b, inAll.has(s) && inAll.has(b) ? wilcoxon(differencesOf(shown, s, b)) : NaN]));
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

function drawMatrix(canvas, shown) {
  const { who, pairs } = pairsOf(shown);
  if (who.length < 2) { nothing(canvas, "It takes two strategies."); return; }
  const width = Math.min(widthOf(canvas), 60 * who.length + 190);
  const left = width < 480 ? 108 : 175, size = Math.min((width - left) / who.length, 56), top = 30;
  const names = who.map((s, i) => inLines(`${nameOf(s)} ${i + 1}`, left < 120 ? 16 : 25));
  const high = Math.max(22, Math.min(size, 30), ...names.map((lines) => rowHeight(lines))), place = new Map(who.map((s, i) => [s, i]));
  let body = who.map((s, i) => rowName(names[i], left - 8, top + high * (i + 0.5))
    + (size >= 15 || i % 5 === 4 ? `<text x="${left + size * (i + 0.5)}" y="${top - 8}" text-anchor="middle">${i + 1}<title>${escaped(nameOf(s))}</title></text>` : "")).join("");
  const cell = (a, b, chance, p, problems) => {
    const x = left + size * place.get(b), y = top + high * place.get(a);
    if (Number.isNaN(chance)) return "";
    const strength = Math.min(Math.abs(chance - 0.5) * 1.3, 0.62);
    const told = p <= ALPHA ? "•" : "";
    const words = `${nameOf(a)} against ${nameOf(b)}: ${decimals(chance, 2)}, ${counted(problems, "problem")}${Number.isNaN(p) ? "" : `, ${saidOfP(p)} (Holm)`}`;
    return `<g><title>${escaped(words)}</title><rect x="${x + 1}" y="${y + 1}" width="${size - 2}" height="${high - 2}" rx="3" fill="${chance > 0.5 ? BETTER : WORSE}" opacity="${strength}"/>`
      + `<text class="strong" x="${x + size / 2}" y="${y + high / 2 + 4}" text-anchor="middle">${size >= 34 ? decimals(chance, 2) : ""}${told}</text></g>`;
  };
  for (const { a, b, chance, p, problems } of pairs) body += cell(a, b, chance, p, problems) + cell(b, a, 1 - chance, p, problems);
  canvas.innerHTML = svg(width, top + high * who.length + 6, "Chances of all pairs", body);
  canvas.firstElementChild.style.maxWidth = `${width}px`;
}

register("matrix", {
  draw: drawMatrix,
  csv: (shown) => [["strategy", "against", "chance to be better", "problems", "p (Holm over all pairs)"],
    ...pairsOf(shown).pairs.map(({ a, b, chance, problems, p }) => [nameOf(a), nameOf(b), chance, problems, p])],
});
