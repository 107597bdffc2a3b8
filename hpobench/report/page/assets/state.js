// The one state of all views; it is kept in the address, so that a view can be linked.

const LAST = D.grid.length - 1;
const INITIAL = { budget: LAST, group: "all", out: [], axis: "evaluations", price: 60, scale: "linear", problem: null, sort: "problem" };
const AXES = D.clock ? ["evaluations", "time", "seconds"] : ["evaluations"];
let state = { ...INITIAL };
let misread = []; // what the address said that nothing came of

/** The point of the grid nearest to a number of evaluations. */
const pointAt = (spent) => D.grid.reduce((best, value, g) =>
  (Math.abs(value - spent) < Math.abs(D.grid[best] - spent) ? g : best), 0);

const FIRST_CASE = { parameters: 8, categorical: 0, evaluations: D.budget, workers: D.workers, minutes: 1, early: false, real: false };
const LEAST_OF_CASE = { parameters: 1, categorical: 0, evaluations: 1, workers: 1, minutes: Number.MIN_VALUE };
const TICKS = ["early", "real"];
const ownCase = { ...FIRST_CASE };

/** Read one's own case from an address; what is no number there is as at first. */
function restoreCase(said) {
  Object.assign(ownCase, FIRST_CASE, Object.fromEntries(TICKS.map((key) => [key, said.get(key) === "yes"])));
  for (const [key, least] of Object.entries(LEAST_OF_CASE)) {
    const number = Number(said.get(key) ?? NaN);
    if (number >= least && number < 1e7 && (key === "minutes" || Number.isInteger(number))) ownCase[key] = number;
  }
}

const isFirstCase = () => Object.keys(FIRST_CASE).every((key) => ownCase[key] === FIRST_CASE[key]);

/** Read the state from the address; what it doesn't say is as at first. */
function restored() {
  const hash = location.hash.slice(1), said = new URLSearchParams(hash.includes("=") ? hash : ""); // else it names a part of the page
  const found = { ...INITIAL };
  restoreCase(said);
  if (Number(said.get("budget")) > 0) found.budget = pointAt(Number(said.get("budget")));
  if (said.has("group")) found.group = said.get("group"); // a wrong one shows no problem, and that it is wrong
  found.out = restoredOut(said);
  if (AXES.includes(said.get("axis"))) found.axis = said.get("axis");
  if (Number(said.get("price")) > 0) found.price = Number(said.get("price"));
  if (said.get("scale") === "log") found.scale = "log";
  if (sortedColumn(said.get("sort") ?? "")) found.sort = said.get("sort");
  const problem = D.problems.findIndex(({ name }) => name === said.get("problem"));
  if (problem >= 0) found.problem = problem;
  misread = [...said].filter(([key, value]) => !isRead(key, value, found)).map(([key, value]) => `${key}=${value}`);
  return found;
}

/** Whether a state and one's own case are what an address says of them. */
function isRead(key, value, found) {
  const names = () => value.split(",").every((name) => D.strategies.some((each) => each.name === name));
  const reading = {
    view: () => views.has(value), group: () => true, budget: () => Number(value) === D.grid[found.budget],
    only: names, without: names, problem: () => D.problems[found.problem]?.name === value,
    ...Object.fromEntries(["axis", "price", "scale", "sort"].map((field) => [field, () => String(found[field]) === value])),
    ...Object.fromEntries(Object.keys(LEAST_OF_CASE).map((field) => [field, () => ownCase[field] === Number(value)])),
    ...Object.fromEntries(TICKS.map((field) => [field, () => ["yes", "no"].includes(value)])),
  };
  return Object.hasOwn(reading, key) && reading[key]();
}

/** The strategies that an address leaves out: those `without` which, or all but the `only` ones. */
function restoredOut(said) {
  const named = (key) => D.order.filter((s) => `,${said.get(key)},`.includes(`,${nameOf(s)},`));
  if (said.has("without")) return named("without");
  const only = named("only");
  return only.length ? D.order.filter((s) => !only.includes(s)) : [];
}

/** The part of an address that says a state; empty for the state at first. */
function addressOf(shown, view = "") {
  const said = new URLSearchParams();
  if (view) said.set("view", view);
  if (shown.budget !== LAST) said.set("budget", D.grid[shown.budget]);
  if (shown.group !== INITIAL.group) said.set("group", shown.group);
  if (shown.out.length) {
    const kept = shownStrategies(shown), few = kept.length < shown.out.length; // the shorter list
    said.set(few ? "only" : "without", (few ? kept : shown.out).map(nameOf).join(","));
  }
  for (const key of ["axis", "price", "scale", "sort"]) {
    if (shown[key] !== INITIAL[key]) said.set(key, shown[key]);
  }
  if (shown.problem !== null) said.set("problem", D.problems[shown.problem].name);
  for (const key of Object.keys(LEAST_OF_CASE)) if (ownCase[key] !== FIRST_CASE[key]) said.set(key, ownCase[key]);
  for (const key of TICKS) if (ownCase[key]) said.set(key, "yes");
  return said.toString();
}

const isInitial = (shown) =>
  shown.budget === LAST && shown.group === INITIAL.group && !shown.out.length && shown.axis === INITIAL.axis;

function update(changes) {
  state = { ...state, ...changes };
  remember();
  redraw();
}

/** Put the state and one's own case into the address. */
function remember() {
  misread = [];
  const address = addressOf(state);
  history.replaceState(null, "", address ? `#${address}` : location.pathname + location.search);
}

const COMPARE = {
  "<=": (a, b) => a <= b, ">=": (a, b) => a >= b, "<": (a, b) => a < b, ">": (a, b) => a > b,
  "=": (a, b) => a === b,
};

/** The problems of a group, as the command line names it, that count; null: there is no such group. */
function membersOf(group) {
  const terms = group.split("&").map((term) => term.trim());
  const families = new Set(D.problems.map((problem) => problem.family));
  const tests = terms.map((term) => {
    const compared = term.match(/^dimensions\s*(<=|>=|<|>|=)\s*(\d{1,6})$/);
    if (compared) return (problem) => COMPARE[compared[1]](problem.dimensions, Number(compared[2]));
    if (term === "all" || term === "everything") return () => true;
    if (["development", "held-out", "own"].includes(term)) return (problem) => problem.split === term;
    if (families.has(term)) return (problem) => problem.family === term;
    if (D.properties.includes(term)) return (problem) => problem.has.includes(term);
    return null;
  });
  if (tests.includes(null)) return null;
  return D.problems.map((_, p) => p)
    .filter((p) => D.problems[p].counts && tests.every((test) => test(D.problems[p])));
}

/** The problems that are shown; a state may name them one by one. */
const shownMembers = (shown) => shown.members ?? membersOf(shown.group) ?? [];

/** Why no problem is shown; empty: some are. */
function saidOfNone(shown) {
  if (shownMembers(shown).length) return "";
  return membersOf(shown.group) === null
    ? `There is no group of problems “${shown.group}”, so nothing is shown. Groups are such as ${listed([...D.groups.slice(1, 4).map(({ key }) => key), "dimensions<=6"])}, or several joined by &.`
    : `No problem is in the group “${shown.group}”.`;
}

/** The problems that averages are over: those with regrets, if they are at least half of all. */
function scaledOf(members) {
  const anchored = members.filter((p) => scaled[p]);
  return 2 * anchored.length >= members.length ? anchored : [];
}

const shownStrategies = (shown) => D.order.filter((s) => !shown.out.includes(s));
const completeOn = (who, members) => who.filter((s) => members.length && members.every((p) => ran[s][p]));
