// The controls of all views: budget, axis, group of problems, and what is shown just now.

const PRICES = [0.01, 0.1, 1, 10, 60, 600, 3600, 36000];
const AXIS_NAMES = { evaluations: "evaluations", time: "simulated time", seconds: "real time" };
const AXIS_TIPS = {
  evaluations: "Evaluations at the highest fidelity; a cheaper one counts as its share.",
  time: "The simulated clock, on which evaluations have their durations and workers run side by side.",
  seconds: "Real time, if an evaluation takes as long as you say: the strategies' own time counts.",
};
const MOST_NAMED = 3;
let bar = null;

const chip = (key, value, text, title = "") =>
  `<button type="button" class="chip" data-${key}="${escaped(value)}" aria-pressed="false"${title ? ` title="${escaped(title)}"` : ""}>${escaped(text)}</button>`;

function buildControls() {
  bar = document.getElementById("controls");
  bar.hidden = false;
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "What is shown");
  const axes = AXES.map((axis) => chip("axis", axis, AXIS_NAMES[axis], AXIS_TIPS[axis])).join("");
  const first = D.groups.filter(({ prime }) => prime), rest = D.groups.filter(({ prime }) => !prime);
  const groups = first.map(({ key, name, members }) =>
    chip("group", key, name, counted(members.length, "problem"))).join("");
  const more = rest.map(({ key, name, members }) =>
    `<option value="${escaped(key)}">${escaped(name)} (${members.length})</option>`).join("");
  bar.innerHTML = `<button type="button" class="chip" id="set-open" aria-expanded="false" aria-controls="set-row"></button><div class="row" id="set-row">
<label>Budget <input type="range" id="set-budget" min="0" max="${LAST}" step="1"> <output id="set-spent"></output></label>
<span class="set">Axis <span class="chips">${axes}</span></span>
<label id="set-priced">an evaluation takes <input type="range" id="set-price" min="0" max="${PRICES.length - 1}" step="1"> <output id="set-seconds"></output></label>
<span class="chips">${chip("scale", "log", "logarithmic")}</span>
<span class="set">Problems <span class="chips">${groups}</span></span>
<select id="set-more" aria-label="more groups of problems"${rest.length ? "" : " hidden"}><option value="">more …</option>${more}</select>
<input type="text" id="set-filter" placeholder="dimensions<=6 &amp; noisy" aria-label="problems by property" title="As on the command line: fidelity, gradient, conditional, categorical, noisy, trained, held-out, a family, dimensions>=8; join several with &amp;">
<button type="button" class="chip" id="set-reset">reset</button>
</div><p class="here" id="set-here" aria-live="polite"></p>`;
  const on = (id, event, action) => document.getElementById(id).addEventListener(event, action);
  on("set-budget", "input", (event) => update({ budget: Number(event.target.value) }));
  on("set-price", "input", (event) => update({ price: PRICES[Number(event.target.value)] }));
  on("set-more", "change", (event) => update({ group: event.target.value || "all" }));
  on("set-filter", "change", (event) => filterBy(event.target));
  on("set-open", "click", (event) => {
    event.target.setAttribute("aria-expanded", String(bar.classList.toggle("open")));
  });
  on("set-reset", "click", () => update({ ...INITIAL }));
  bar.addEventListener("click", (event) => {
    const { axis, group, scale } = event.target.dataset;
    if (axis) update({ axis });
    if (group) update({ group });
    if (scale) update({ scale: state.scale === "log" ? "linear" : "log" });
  });
}

const filterBy = (input) => update({ group: input.value.trim() || INITIAL.group });

/** The name of the group of problems that is shown. */
const groupName = (shown) => D.groups.find(({ key }) => key === shown.group)?.name ?? shown.group;

function drawControls() {
  const none = saidOfNone(state), wrong = membersOf(state.group) === null;
  for (const button of bar.querySelectorAll(".chip[aria-pressed]")) {
    const [[key, value]] = Object.entries(button.dataset);
    button.setAttribute("aria-pressed", String(String(state[key]) === value));
  }
  const more = document.getElementById("set-more"), field = document.getElementById("set-filter");
  more.value = [...more.options].some((option) => option.value === state.group) ? state.group : "";
  if (!D.groups.some(({ key }) => key === state.group)) field.value = state.group;
  else if (document.activeElement !== field) field.value = "";
  field.classList.toggle("wrong", wrong);
  field.setAttribute("aria-invalid", String(wrong));
  document.getElementById("set-open").textContent = `Shown: ${none ? "no problems" : `${groupName(state)} (${counted(shownMembers(state).length, "problem")})`}, ${spentText()}, ${AXIS_NAMES[state.axis]}. Choose …`;
  document.getElementById("set-budget").value = state.budget;
  document.getElementById("set-budget").setAttribute("aria-valuetext", evaluationsSaid(D.grid[state.budget]));
  document.getElementById("set-spent").textContent = spentText();
  document.getElementById("set-priced").hidden = state.axis !== "seconds";
  document.getElementById("set-price").value = PRICES.indexOf(state.price);
  document.getElementById("set-seconds").textContent = briefSeconds(state.price);
  document.getElementById("set-reset").hidden = isInitial(state) && state.scale === "linear";
  document.documentElement.classList.toggle("chosen", !isInitial(state)); // printed captions say that they are of the whole study
  document.getElementById("set-here").innerHTML = [escaped(saidOfMisread()), none ? escaped(none) : saidHere()].filter(Boolean).join(" ");
}

const spentText = () => (state.axis === "evaluations"
  ? `${tickText(D.grid[state.budget])} of ${tickText(D.budget)}`
  : `${Math.round(100 * D.grid[state.budget] / D.budget)} % of the time`);

/** What the address says that the page has not, so that it shows what it shows without; empty: nothing. */
const saidOfMisread = () => (misread.length
  ? `The address says what this page does not have: ${misread.join(", ")}.` : "");

/** What comes first for the choice that is shown, in a sentence. */
function saidHere() {
  const shown = state;
  if (isInitial(state)) return "";
  const found = standingsOf(state);
  const share = percent(D.grid[state.budget] / D.budget);
  const when = {
    evaluations: state.budget === LAST ? "" : ` after ${evaluationsSaid(D.grid[state.budget])}`,
    time: ` after ${share} of the time that ${D.comparatorName} takes`,
    seconds: ` after ${share} of the time that ${D.comparatorName} takes, ${briefSeconds(state.price)} an evaluation`,
  }[state.axis];
  const where = `On ${counted(found.members.length, "problem")}${escaped(when)}`;
  const first = found.rows.filter((row) => row.place.replace("=", "") === "1");
  if (!first.length) return `${where}: no strategy has runs on all of them.`;
  const names = listed(first.map((row) => `<b>${escaped(nameOf(row.s))}</b>`));
  const signs = new Set(first.filter(({ versus }) => versus).map(({ versus }) => versus.sign)); // the comparator has none
  const words = signs.size === 1 ? `; against ${escaped(D.comparatorName)}: ${D.signs[[...signs][0]]}` : "";
  const by = found.scaled.length ? "mean regret" : "mean rank", tied = first.length > 1, rounded = tied && first.some((row) => row.mean !== first[0].mean);
  return `${where}: ${names} ${tied ? "have" : "has"} the lowest ${by}, ${first[0].text}${rounded ? " when rounded" : ""}${words}.${tied ? "" : ` ${saidOfUntold(first[0].s, shown)}`}`;
}

/** From which of the others, of those that have runs on all problems, no test tells the first one. */
function saidOfUntold(s, shown) {
  const { rows, complete } = standingsOf(shown), members = shownMembers(shown);
  if (complete.length < 2) return "";
  const problems = shown.once ? functionsAmong(members) : members.length;
  const needed = problemsNeeded(complete.length * (complete.length - 1) / 2);
  if (problems < needed) return `To tell it from any other, a test of all pairs needs ${counted(needed, problems < members.length ? "different problem" : "problem")}.`;
  const others = untoldFrom(shown, s).map(nameOf), more = others.length - MOST_NAMED;
  if (!others.length) return `Tests of all pairs tell it from all others${rows.length > complete.length ? " that have runs on all of them" : ""}.`;
  if (others.length === complete.length - 1) return "No test of all pairs tells it from any other, so this may be luck.";
  return `No test of all pairs tells it from ${escaped(listed([...others.slice(0, MOST_NAMED), ...(more > 0 ? [`${more} more`] : [])]))}.`;
}
