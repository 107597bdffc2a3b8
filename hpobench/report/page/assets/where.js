// Where each wins: the regret gained on the comparator, by property of the problems; a function counts once.

const AT_ONCE = 4, FEWEST_SHOWN = 3;

function gainsBy(shown) {
  const c = D.comparator;
  if (c === null) return [];
  const order = standingsOf(shown).rows.map((row) => row.s).filter((s) => s !== c);
  const kept = heldStrategy();
  const who = kept !== null && kept !== c ? [kept] : order.slice(0, AT_ONCE);
  const finals = endsAt(shown, shown.budget, bounded);
  const inside = new Set(shownMembers(shown));
  return D.groups.map(({ key, name, members }) => {
    const averaged = scaledOf(members.filter((p) => inside.has(p)));
    const spans = averaged.map((p) => WORST - D.problems[p].least);
    const rows = who.map((s) => ({
      s, ...meanOver(eachFunction, averaged, averaged.map((p) => (ran[s][p] && ran[c][p] ? -differenceOn(finals, s, c, p) : NaN)), spans.map((span) => -span), spans),
    })).filter((row) => row.problems);
    return { key, name, rows, problems: averaged.length };
  }).filter((group) => group.rows.some((row) => row.problems >= FEWEST_SHOWN));
}

register("where", {
  draw: (canvas, shown) => {
    const groups = gainsBy(shown);
    if (!groups.length) { nothing(canvas, `${D.comparatorName} was not run, or nothing shares its problems.`); return; }
    const width = widthOf(canvas), left = width < 480 ? 110 : 150, right = width - 16, step = 11;
    const who = [...new Set(groups.flatMap((group) => group.rows.map((row) => row.s)))];
    const every = groups.flatMap((group) => group.rows.flatMap((row) => [row.mean, row.low, row.high])).filter(Number.isFinite);
    const x = padded([Math.min(0, ...every), Math.max(0, ...every)], left, right);
    const perLine = width < 480 ? 2 : 4, names = who.map((s) => inLines(nameOf(s), Math.floor(width / perLine / 6.4) - 3));
    const legend = rowHeight(names.reduce((a, b) => (b.length > a.length ? b : a)), 18), lines = Math.ceil(who.length / perLine);
    let body = who.map((s, i) => {
      const at = 8 + (i % perLine) * (width / perLine), level = 12 + legend * Math.floor(i / perLine);
      return `<g style="${styleOf(s)}"><circle class="mark" cx="${at}" cy="${level}" r="4"/><text class="strong">${spanned(names[i], at + 9, level)}</text></g>`;
    }).join("");
    let y = legend * lines + 18;
    const top = y - 8;
    for (const group of groups) {
      const counting = Math.max(...group.rows.map((row) => row.problems));
      const name = inLines(`${group.name} (${counting}${counting === group.problems ? "" : ` of ${group.problems}`})`, left < 120 ? 16 : 22);
      const height = Math.max(group.rows.length * step, LINE * name.length);
      body += rowName(name, left - 10, y + height / 2 - 3);
      group.rows.forEach((row, i) => { body += whisker(x, y + i * step + 3, row, styleOf(row.s), `${nameOf(row.s)}, ${group.name}: ${decimals(row.mean)} ${interval(row.low, row.high)}`.trim()); });
      y += height + 9;
      body += `<line class="grid" x1="${left}" x2="${right}" y1="${y - 6}" y2="${y - 6}"/>`;
    }
    const zero = round(x(0));
    body = `<line class="rule" x1="${zero}" x2="${zero}" y1="${top}" y2="${y}"/>${body}`;
    canvas.innerHTML = svg(width, y + 42, "Regret gained by property", frame({ x, y: () => 0, yTicks: [], left, right, top, bottom: y, xName: `regret gained on ${D.comparatorName}`, yName: "" }) + body);
  },
  csv: (shown) => [["property", "strategy", "gain", "low", "high", "functions", "problems"],
    ...gainsBy(shown).flatMap((group) => group.rows.map((row) => [group.name, nameOf(row.s), row.mean, row.low, row.high, row.problems, group.problems]))],
});
