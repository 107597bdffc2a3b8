// Does the order hang on a problem? And a chart of marks with spans, which several views share.

/** A chart of marks with spans, a line for each row: {label, mean, low, high, style, note}. */
function spans(canvas, rows, xName, label, letters = 28) {
  const width = widthOf(canvas), small = width < 480, left = small ? 128 : 22 + 6.2 * letters;
  const right = width - (small ? 26 + 6 * Math.max(...rows.map((row) => row.note.length)) : 130);
  const every = rows.flatMap((row) => [row.mean, row.low, row.high]).filter(Number.isFinite);
  const x = padded([Math.min(0, ...every), Math.max(...every, 1e-9)], left, right);
  let bottom = 2;
  const body = rows.map((row) => {
    const lines = inLines(row.label, small ? 18 : letters), height = rowHeight(lines), y = bottom + height / 2;
    bottom += height;
    return `${rowName(lines, left - 10, y)}${Number.isNaN(row.mean) ? "" : whisker(x, y, row, row.style, `${row.label}: ${decimals(row.mean)} ${interval(row.low, row.high)}`.trim())}<text x="${right + 12}" y="${y + 4}">${escaped(row.note)}</text>`;
  }).join("");
  canvas.innerHTML = svg(width, bottom + 46, label, frame({ x, y: () => 0, yTicks: [], xTicks: x.ticks(small ? 3 : 6), left, right, top: 0, bottom, xName, yName: "" }) + body);
}

/** A chart of a strategy's numbers in each row, {s, values, mean, note}, with a line at the mean if there is one. */
function strips(canvas, rows, { within, xName, label }) {
  const width = widthOf(canvas), left = width < 420 ? 110 : 160;
  const right = width - 14 - 6 * Math.max(...rows.map((row) => row.note.length));
  const every = [...within, ...rows.flatMap((row) => row.values)];
  const x = padded([Math.min(...every), Math.max(...every)], left, right);
  let bottom = 4;
  const body = rows.map(({ s, values, mean: centre, note }) => {
    const lines = inLines(nameOf(s), left < 120 ? 16 : 25), height = rowHeight(lines, 20), y = bottom + height / 2;
    bottom += height;
    const line = Number.isFinite(centre) ? `<line class="bar" x1="${round(x(centre))}" x2="${round(x(centre))}" y1="${y - 7}" y2="${y + 7}"/>` : "";
    return `${rowName(lines, left - 10, y)}<g style="${styleOf(s)}">`
      + values.map((value) => `<circle class="mark" cx="${round(x(value))}" cy="${y}" r="3" opacity=".55"><title>${decimals(value, 4)}</title></circle>`).join("")
      + `${line}</g><text x="${right + 10}" y="${y + 4}">${escaped(note)}</text>`;
  }).join("");
  canvas.innerHTML = svg(width, bottom + 42, label, frame({ x, y: () => 0, yTicks: [], xTicks: x.ticks(4), left, right, top: 0, bottom, xName, yName: "" }) + body);
}

/** The mean of each complete strategy, and the lowest and highest without one problem. */
function withoutEach(shown) {
  const { complete, scaled: problems, rows } = standingsOf(shown);
  const finals = endsAt(shown, shown.budget, bounded);
  if (problems.length < 2) return [];
  const means = new Map(complete.map((s) => [s, problems.map((p) => mean(finals[s][p]))]));
  const total = new Map(complete.map((s) => [s, means.get(s).reduce((a, b) => a + b, 0)]));
  const left = problems.map((_, k) => new Map(complete.map((s) =>
    [s, (total.get(s) - means.get(s)[k]) / (problems.length - 1)])));
  const firsts = left.map((row) => complete.reduce((a, b) => (row.get(b) < row.get(a) ? b : a)));
  return rows.filter((row) => complete.includes(row.s)).map((row) => {
    const every = left.map((each) => each.get(row.s));
    return { s: row.s, mean: row.mean, low: Math.min(...every), high: Math.max(...every), first: firsts.filter((s) => s === row.s).length, of: problems.length };
  });
}

register("robustness", {
  draw: (canvas, shown) => {
    const rows = withoutEach(shown);
    if (!rows.length) { nothing(canvas, "It takes two problems with regrets, and strategies with runs on all."); return; }
    spans(canvas, rows.map((row) => ({
      ...row, label: nameOf(row.s), style: styleOf(row.s), note: row.first ? `first ${row.first} of ${row.of}` : "",
    })), "mean regret without one problem", "Means without one problem");
  },
  csv: (shown) => [["strategy", "mean", "lowest without one", "highest without one", "times first", "of"],
    ...withoutEach(shown).map((row) => [nameOf(row.s), row.mean, row.low, row.high, row.first, row.of])],
});
