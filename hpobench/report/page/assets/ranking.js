// The ranking beside the curves: at first as it was printed, and made anew for any other choice.

const table = document.getElementById("standings");
const printed = table ? table.innerHTML : "";
const UNKNOWN_RANGE = "ranges are worked out beforehand, of all strategies, for the named groups, at the full budget and counted in evaluations";

function drawRanking(_, shown) {
  if (!table) return;
  const anew = !isInitial(shown), focused = focusedIn(table);
  table.innerHTML = anew ? standingsOf(shown).rows.map((row, i, rows) => line(row, rows)).join("") : printed;
  if (anew) table.innerHTML += shown.out.map(outLine).join("");
  for (const row of table.querySelectorAll("tr")) makeButtons(row, shown);
  if (focused) table.querySelector(focused)?.focus({ preventScroll: true });
  document.getElementById("ranked").textContent = saidOfNone(shown) || saidOfRanking(shown);
}

/** What the ranking's numbers are, and why some are not there. */
function saidOfRanking(shown) {
  const { scaled: averaged, members, complete, rows } = standingsOf(shown);
  const over = counted((averaged.length ? averaged : members).length, "problem");
  const unranged = complete.length && rows.every((row) => !row.range);
  return [
    `${averaged.length ? "Mean regret" : "Mean rank"} over ${over}; ${touching ? "tap a name to see what it is" : "click a name to leave it out, “only” to see it alone"}.`,
    unranged ? `No range (${NONE}): ${rangesAreKnown(shown) ? "it takes more problems" : UNKNOWN_RANGE}.` : "",
    shown.axis === "evaluations" || narrow.matches ? "" : `No worth (${NONE}): it is counted in evaluations, not in time.`,
    isOut(D.comparator) ? `${D.comparatorName} is left out, so nothing is compared with it${D.unit === D.comparator && rows.some((row) => row.worth) ? "; worth is counted in what it is expected to reach, which takes no run of it" : ""}.` : "",
  ].filter(Boolean).join(" ");
}

/** What selects the button that the keyboard is at, since it is made anew; null: it is at none. */
function focusedIn(part) {
  const button = part.querySelector("button:focus-visible");
  return button && `tr[data-strategy="${button.closest("tr").dataset.strategy}"] button.${button.classList[0]}`;
}

/** Turn a strategy's name into a button that leaves it out, with one beside it that shows it alone. */
function makeButtons(row, shown) {
  const s = Number(row.dataset.strategy), place = row.querySelector(".name");
  row.classList.toggle("held", heldStrategy() === s);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "name";
  button.textContent = nameOf(s);
  button.dataset.about = s;
  button.setAttribute("aria-pressed", String(!shown.out.includes(s)));
  button.addEventListener("click", (event) => choose(s, event));
  const only = Object.assign(document.createElement("button"), { type: "button", className: "only", textContent: isAlone(s) ? "all" : "only", hidden: D.order.length < 2 });
  only.setAttribute("aria-label", isAlone(s) ? "show all" : `show only ${nameOf(s)}`);
  only.addEventListener("click", () => showOnly(s));
  row.addEventListener("pointerenter", () => highlight(s));
  row.addEventListener("pointerleave", () => highlight(null));
  place.replaceWith(button, only);
}

function ends(rows) {
  const every = rows.flatMap((row) => [row.mean, row.low, row.high]).filter((value) => Number.isFinite(value));
  return [Math.min(0, ...every), Math.max(1e-9, ...every)];
}

function bars(row, rows) {
  if (Number.isNaN(row.mean)) return "";
  const [low, high] = ends(rows);
  const at = (value) => round(100 * (2 + 96 * (value - low) / (high - low))) / 100;
  const wide = Number.isNaN(row.low) || row.low === undefined ? "" :
    `<line x1="${at(row.low)}" x2="${at(row.high)}" y1="7" y2="7" style="${styleOf(row.s)}"/>`;
  return `<svg class="whisker" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">${wide}<rect x="${at(row.mean) - 1.5}" y="2" width="3" height="10" style="${styleOf(row.s)}"/></svg>`;
}

const isOut = (s) => s !== null && state.out.includes(s);

function line(row, rows) {
  const { s, versus, worth } = row;
  const range = row.range ? (row.range[0] === row.range[1] ? `${row.range[0]}` : `${row.range[0]}–${row.range[1]}`) : NONE;
  const sign = s === D.comparator ? "" : versus ? versus.sign : isOut(D.comparator) ? NONE : "?";
  const words = versus ? `${D.signs[versus.sign]}; chance to be better ${decimals(versus.chance.mean, 2)} ${interval(versus.chance.low, versus.chance.high, 2)}${Number.isNaN(versus.p) || versus.sign === "?" ? "" : `, ${saidOfP(versus.p)} (Holm)`}` : sign === NONE ? `${D.comparatorName} is left out` : "";
  const [worthText, aboutWorth] = worthOfRow(s, worth);
  return `<tr data-strategy="${s}"${row.place.replace("=", "") === "1" ? ' class="first"' : ""}>
<th scope="row" class="l">${dot(s)}<span class="name"></span></th>
<td><span class="place${row.range ? "" : " nothing"}" title="${row.range ? `place ${row.place}` : `place ${row.place}; ${UNKNOWN_RANGE}`}">${range}</span></td>
<td class="l w">${bars(row, rows)}<span class="mean" title="${Number.isNaN(row.low) ? "" : `95 % interval ${interval(row.low, row.high)}`}">${row.text}</span></td>
<td class="s worth" title="${aboutWorth}">${worthText}</td>
<td class="s">${briefSeconds(D.strategies[s].step)}</td>
<td class="l"><span class="sign ${{ better: "better", worse: "worse" }[sign] ?? "even"}" title="${escaped(words)}">${sign}</span></td></tr>`;
}

const outLine = (s) => `<tr data-strategy="${s}" class="off"><th scope="row" class="l">${dot(s)}<span class="name"></span></th>
<td colspan="2" class="l nothing">left out; ${byHand("click")} to take it in</td><td class="s"></td><td class="s"></td><td></td></tr>`; // as many columns as are shown on a phone

register("ranking", {
  draw: drawRanking,
  csv: (shown) => [
    ["strategy", "place", "best place", "worst place", "mean", "low", "high", "worth at least", "worth at most", "worth low", "worth high", "chance", "chance low", "chance high", "p (Holm)", "against"],
    ...standingsOf(shown).rows.map((row) => [nameOf(row.s), row.place, row.range?.[0], row.range?.[1], row.mean, row.low, row.high, ...(row.worth && row.s === D.unit ? [1, 1, 1, 1] : [row.worth?.least, row.worth?.most, row.worth?.low, row.worth?.high]),
      row.versus?.chance.mean, row.versus?.chance.low, row.versus?.chance.high, row.versus?.p, row.versus?.sign]),
  ],
  svg: (shown) => {
    const { rows } = standingsOf(shown), [low, high] = ends(rows);
    const x = padded([low, high], 190, 460);
    const body = rows.map((row, i) => {
      const y = 20 + 22 * i;
      const mark = Number.isNaN(row.mean) ? "" : whisker(x, y, { low: NaN, high: NaN, ...row }, styleOf(row.s));
      return `<text class="strong" x="180" y="${y + 4}" text-anchor="end">${escaped(shortened(nameOf(row.s), 26))}</text>${mark}<text class="strong" x="475" y="${y + 4}">${row.text} ${interval(row.low ?? NaN, row.high ?? NaN)}</text>`;
    }).join("");
    const bottom = 20 + 22 * rows.length;
    return svg(640, bottom + 40, "Ranking", frame({ x, y: () => 0, yTicks: [], left: 190, right: 460, top: 0, bottom, xName: "mean regret", yName: "" }) + body);
  },
});
