// The answer's sentences, which are those of the report, for any choice of problems.

/** A sentence of the report with its parts, which may be HTML. */
const said = (name, parts = {}) => D.sayings[name].replace(/\{(\w+)\}/g, (_, key) => parts[key]);

/** What a strategy gains on some problems: in how many of ten runs it beats the others. */
function saidOfGain(s, chance, shown, members, who) {
  if (Number.isNaN(chance)) return `${said("apart", { who: escaped(nameOf(s)), rival: escaped(D.comparatorName) })}.`;
  const beaten = said("beats", { who, rival: escaped(D.comparatorName), runs: ofTen(chance) });
  if (D.default === null || [s, D.comparator].includes(D.default)) return `${beaten}.`;
  const raw = endsAt(shown, shown.budget, comparable);
  const each = shown.once ? eachFunction : eachProblem;
  const also = mean(each(members, members.map((p) => (ran[s][p] && ran[D.default][p] ? chanceOn(raw, s, D.default, p) : NaN))));
  return Number.isNaN(also) ? `${beaten}.` : besidesDefault(beaten, also);
}

/** The same with how often it beats the default, or is beaten by it. */
const besidesDefault = (beaten, chance) =>
  `${said(chance < 0.5 ? "lost" : "also", { beaten, rival: D.theDefault, runs: ofTen(Math.max(chance, 1 - chance)) })}.`;

/** How sure it is that a strategy beats the comparator: a word, and why. */
function saidOfSure(versus, problems, name) {
  const { sign } = versus;
  const parts = { who: escaped(name), rival: escaped(D.comparatorName), problems, since: "" };
  const word = sign === "better" ? (D.notice ? "unproven" : "proven") : "open";
  return { word: said(word), why: said(sign === "?" && !versus.problems ? (Number.isNaN(versus.chance.mean) ? "unshared" : "unscaled") : sign, parts) };
}
