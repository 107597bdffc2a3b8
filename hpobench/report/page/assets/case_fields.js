// What is asked of one's own case, and what is wrong with what was typed.

const QUESTIONS = [
  ["parameters", "parameters"], ["categorical", "of them categorical"], ["evaluations", "evaluations"],
  ["workers", "at once"], ["minutes", "minutes each"],
];
const MOST_OF_CASE = 1e7;

/** The fields, with a tick where problems are of both kinds, and one where some can be stopped early. */
function caseFields() {
  const some = (has) => D.problems.some((problem) => problem.counts && has(problem));
  const ticks = [
    ...(some(({ madeUp }) => madeUp) && some(({ madeUp }) => !madeUp) ? [["real", "a real model"]] : []),
    ...(some(({ fidelity }) => fidelity) ? [["early", "can be stopped early"]] : []),
  ];
  return QUESTIONS.map(([name, words]) =>
    `<label>${words} <input type="number" name="${name}" min="${name === "categorical" ? 0 : name === "minutes" ? "any" : 1}" step="${name === "minutes" ? "any" : 1}" aria-describedby="fault-${name}"><span class="fault" id="fault-${name}"></span></label>`).join("")
    + ticks.map(([name, words]) => `<label><input type="checkbox" name="${name}" style="width:auto"> ${words}</label>`).join("");
}

/** What is wrong with what is typed into a field: the value, and what would be right; empty: nothing. */
function faultIn({ name, value, validity }) {
  const number = Number(value), given = value !== "" && !validity.badInput;
  const typed = given ? `${value}: ` : "";
  if (name === "minutes") return given && number > 0 && number < MOST_OF_CASE ? "" : `${typed}more than 0 is needed`;
  const least = LEAST_OF_CASE[name], whole = given && Number.isInteger(number) && number >= least && number < MOST_OF_CASE;
  if (!whole) return `${typed}a whole number from ${least} on is needed`;
  return name === "categorical" && number > ownCase.parameters ? `${typed}at most ${ownCase.parameters}, as many as there are parameters` : "";
}

/** Take what is typed into the case, where it is right, and say at each field what is wrong; whether all is right. */
function takeCase(fields) {
  let right = true;
  for (const field of fields) {
    if (field.type === "checkbox") { ownCase[field.name] = field.checked; continue; }
    const fault = faultIn(field);
    if (!fault) ownCase[field.name] = Number(field.value);
    field.setAttribute("aria-invalid", String(Boolean(fault)));
    document.getElementById(`fault-${field.name}`).textContent = fault;
    right &&= !fault;
  }
  return right;
}

/** Show the case in the fields, but for what is wrong there or being typed: an address may have changed it. */
function showCase(fields) {
  for (const field of fields) {
    if (field.type === "checkbox") field.checked = ownCase[field.name];
    else if (field !== document.activeElement && field.getAttribute("aria-invalid") !== "true") field.value = ownCase[field.name];
  }
}
