// The problems: a table to sort, and a card of the one that is chosen.

const COLUMNS = [
  ["problem", (row) => row.name], ["family", (row) => row.family], ["parameters", (row) => row.dimensions],
  ["kinds", (row) => row.kinds], ["has", (row) => row.has], ["seeds", (row) => row.seeds],
  ["best", (row) => row.best], ["its regret", (row) => row.regret], ["gain", (row) => row.gain],
];
const WIDE = new Set(["kinds", "has", "seeds", "family"]); // left out on a phone
const NUMERIC = new Set(["parameters", "seeds", "its regret", "gain"]);
const SHORT = { float: "real", int: "whole", ordinal: "ordinal", categorical: "categorical" };
let justChosen = false;

/** The column by which an address sorts, "gain" or "-gain" for falling numbers; null: there is none. */
function sortedColumn(sort) {
  const down = sort.startsWith("-"), column = COLUMNS.findIndex(([name]) => name === sort.slice(down ? 1 : 0));
  return column < 0 ? null : { column, down };
}

function problemRows(shown) {
  const who = shownStrategies(shown), raw = endsAt(shown, shown.budget, comparable), finals = endsAt(shown, shown.budget, bounded);
  const rows = shownMembers(shown).map((p) => {
    const problem = D.problems[p], there = who.filter((s) => ran[s][p]);
    const level = (s) => mean((scaled[p] ? finals : raw)[s][p]);
    const best = there.length ? there.reduce((a, b) => (level(b) < level(a) ? b : a)) : null;
    const c = D.comparator;
    return {
      p, name: problem.name, family: problem.family, dimensions: problem.dimensions,
      kinds: Object.entries(problem.kinds).map(([kind, count]) => `${count} ${SHORT[kind] ?? kind}`).join(", "),
      has: [...problem.has, problem.split === "held-out" ? "held-out" : ""].filter((each) => each && each !== "categorical").join(", "),
      seeds: problem.planned, best: best === null ? "" : nameOf(best), of: best,
      regret: best === null || !scaled[p] ? NaN : level(best),
      gain: best === null || c === null || !ran[c][p] || !scaled[p] ? NaN : -differenceOn(finals, best, c, p),
    };
  });
  const sortedBy = sortedColumn(shown.sort), [, value] = COLUMNS[sortedBy.column];
  const order = (a, b) => (typeof a === "number" ? (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b) : String(a).localeCompare(String(b)));
  rows.sort((a, b) => (sortedBy.down ? -1 : 1) * order(value(a), value(b)));
  return rows;
}

const cellOf = (name, value) => (name === "its regret" || name === "gain" ? (Number.isNaN(value) ? NONE : decimals(value)) : value);

const classOf = (name) => `${NUMERIC.has(name) ? "r" : "l"}${WIDE.has(name) ? " s" : ""}`;

function drawProblems(canvas, shown) {
  const rows = problemRows(shown), sortedBy = sortedColumn(shown.sort);
  const heads = COLUMNS.map(([name], i) => `<th scope="col" class="${classOf(name)}" aria-sort="${sortedBy.column === i ? (sortedBy.down ? "descending" : "ascending") : "none"}"><button type="button" data-column="${i}">${name}${sortedBy.column === i ? (sortedBy.down ? " ↓" : " ↑") : ""}</button></th>`);
  const lines = rows.map((row) => `<tr data-p="${row.p}"${shown.problem === row.p ? ' class="chosen"' : ""}>${COLUMNS.map(([name, value], i) => {
    const text = escaped(cellOf(name, value(row)));
    if (!i) return `<td class="l"><button type="button" class="open" data-p="${row.p}" aria-expanded="${shown.problem === row.p}">${text}</button></td>`;
    return `<td class="${classOf(name)}">${name === "best" && row.of !== null ? dot(row.of) : ""}${text}</td>`;
  }).join("")}</tr>`);
  canvas.innerHTML = `<div class="wide" tabindex="0" role="region" aria-label="Problems"><table class="tablelike"><thead><tr>${heads.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table></div><div class="cardbox" id="card" aria-live="polite" hidden></div>`;
  canvas.querySelector("thead").addEventListener("click", (event) => {
    const column = event.target.closest("button")?.dataset.column;
    if (column === undefined) return;
    update({ sort: `${sortedBy.column === Number(column) && !sortedBy.down ? "-" : ""}${COLUMNS[column][0]}` });
  });
  canvas.querySelector("tbody").addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    justChosen = true;
    if (row) update({ problem: shown.problem === Number(row.dataset.p) ? null : Number(row.dataset.p) });
  });
  if (shown.problem === null) return;
  const card = document.getElementById("card");
  drawCard(card, shown, shown.problem);
  if (justChosen) card.scrollIntoView({ block: "nearest" });
  justChosen = false;
}

register("problems", {
  draw: drawProblems,
  csv: (shown) => [COLUMNS.map(([name]) => name), ...problemRows(shown).map((row) => COLUMNS.map(([, value]) => value(row)))],
  svg: (shown) => svgTable([COLUMNS.map(([name]) => name), ...problemRows(shown).map((row) => COLUMNS.map(([name, value]) => cellOf(name, value(row))))]),
});
