// The ranking for any choice of problems, strategies, budget and axis, by the report's formulas.

const MOST_KEPT = 4;

/** What is worked out for a state's problems, strategies, budget and axis; it is kept for the last few. */
function keptByState(work) {
  const kept = new Map();
  return (shown) => {
    const key = JSON.stringify([shown.budget, shown.group, shown.out, shown.axis, shown.price, shown.members, shown.once]);
    if (!kept.has(key)) {
      if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value);
      kept.set(key, work(shown));
    }
    return kept.get(key);
  };
}

/** The standings of a state. */
const standingsOf = keptByState(ranked);

/** The standings of a state that may name its `members` one by one, and count a function `once`. */
function ranked(shown) {
  const members = shownMembers(shown), averaged = scaledOf(members);
  const who = shownStrategies(shown).filter((s) => members.some((p) => ran[s][p]));
  const complete = completeOn(who, members);
  const ends = endsAt(shown, shown.budget, bounded), raw = endsAt(shown, shown.budget, comparable);
  const each = shown.once ? eachFunction : eachProblem;
  const means = meansAt(ends, complete, averaged, each);
  const byRank = averaged.length ? null : ranksAt(raw, complete, members, each);
  const versus = againstComparator(who, { members, averaged, ends, raw, each });
  const number = (s) => (averaged.length ? means.get(s).mean : byRank.get(s));
  const ordered = [...complete].sort((a, b) => number(a) - number(b) || (nameOf(a) < nameOf(b) ? -1 : 1));
  const texts = ordered.map((s) => decimals(number(s), averaged.length ? 3 : 2));
  const standing = places(texts);
  const ranges = rangesOf(shown);
  const rows = ordered.map((s, i) => ({
    s, place: standing[i], text: texts[i], mean: number(s), ...(means.get(s) ?? {}),
    range: ranges?.[s] ?? null, versus: versus.get(s) ?? null,
    worth: worthOf(shown, raw, s, members),
  }));
  for (const s of who.filter((each) => !complete.includes(each))) {
    rows.push({ s, place: NONE, text: NONE, mean: NaN, low: NaN, high: NaN, range: null,
      versus: versus.get(s) ?? null,
      worth: worthOf(shown, raw, s, members) });
  }
  return { members, scaled: averaged, complete, rows };
}

/** What a strategy's evaluations are worth in random ones; null where the axis counts time. */
function worthOf(shown, raw, s, members) {
  if (shown.axis !== "evaluations" || shown.once) return null;
  return censoredMedian(members.map((p) => speedupOn(raw, s, p, shown.budget)));
}

/** Mean regrets with their intervals, by strategy. */
function meansAt(ends, who, problems, each) {
  const least = problems.map((p) => D.problems[p].least), most = problems.map(() => WORST);
  return new Map(who.map((s) => [s, meanOver(each, problems, problems.map((p) => mean(ends[s][p])), least, most)]));
}

function ranksAt(raw, who, problems, each = eachProblem) {
  const tables = problems.map((p) => ranksOn(raw, who, p));
  return new Map(who.map((s, i) => [s, mean(each(problems, tables.map((row) => row[i])))]));
}

/** Each strategy against the comparator: chance, gain, p and sign. */
function againstComparator(who, { members, averaged, ends, raw, each }) {
  const c = D.comparator, found = new Map();
  if (c === null || !who.includes(c)) return found;
  const rivals = who.filter((s) => s !== c);
  const chances = rivals.map((s) => members.map((p) => (ran[s][p] && ran[c][p] ? chanceOn(raw, s, c, p) : NaN)));
  const gains = rivals.map((s) => averaged.map((p) => -differenceOn(ends, s, c, p)));
  const rows = averaged.length ? gains.map((row) => each(averaged, row).map((gain) => -gain))
    : chances.map((row) => each(members, row).map((chance) => 0.5 - chance));
  const tests = family(rows);
  rivals.forEach((s, i) => {
    const chance = meanOver(each, members, chances[i], members.map(() => 0), members.map(() => 1));
    const spans = averaged.map((p) => WORST - D.problems[p].least);
    const gain = meanOver(each, averaged, gains[i], spans.map((span) => -span), spans);
    const p = tests.adjusted[i];
    found.set(s, { chance, gain, p, problems: tests.problems[i], sign: signOf(p, gain.mean, chance.mean, tests.possible[i]) });
  });
  return found;
}

function signOf(p, gain, chance, possible) {
  if (p <= ALPHA) {
    const ahead = chance > 0.5;
    if (gain > 0 || (Number.isNaN(gain) && ahead)) return ahead ? "better" : "=";
    return chance < 0.5 ? "worse" : "=";
  }
  return possible ? "=" : "?";
}

/** The ranges of places, which were worked out beforehand for named groups; null: for no other. */
const rangesOf = (shown) => (rangesAreKnown(shown) ? D.ranges[shown.group] ?? null : null);

const rangesAreKnown = (shown) => !shown.out.length && shown.budget === LAST && shown.axis === "evaluations"
  && D.groups.some(({ key }) => key === shown.group);
