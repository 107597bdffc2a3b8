// Quality against own time: how long a strategy thinks, and what that buys.

const thinkers = (shown) => standingsOf(shown).rows.filter((row) =>
  Number.isFinite(row.mean) && D.strategies[row.s].own !== null);

register("own-time", {
  draw: (canvas, shown) => {
    const rows = thinkers(shown);
    if (!rows.length) { nothing(canvas, "No seconds were measured."); return; }
    const width = widthOf(canvas), height = 320, left = 42, right = width - 20, top = 22, bottom = height - 42;
    const own = rows.map((row) => D.strategies[row.s].own);
    const x = logarithmic([Math.min(...own) / 1.6, Math.max(...own) * 1.6], [left, right]);
    const [low, high] = ends(rows), y = linear([low, high * 1.02], [bottom, top]);
    const heights = apart(rows.map((row) => y(row.mean)), rows.map(() => LINE), top, bottom);
    const body = rows.map((row, i) => {
      const at = round(x(D.strategies[row.s].own)), level = round(y(row.mean));
      const bar = Number.isNaN(row.low ?? NaN) ? "" : `<line class="bar" x1="${at}" x2="${at}" y1="${round(y(row.low))}" y2="${round(y(row.high))}" opacity=".45"/>`;
      return `<g style="${styleOf(row.s)}">${bar}<circle class="mark" cx="${at}" cy="${level}" r="4.5"/>`
        + `<text class="strong" x="${at + (at > right - 150 ? -9 : 9)}" text-anchor="${at > right - 150 ? "end" : "start"}" y="${round(heights[i]) + 4}">${escaped(shortened(nameOf(row.s), 24))}</text></g>`;
    }).join("");
    const names = { xTicks: x.ticks().filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6)), xName: "own seconds in a run", yName: "mean regret" };
    canvas.innerHTML = svg(width, height, "Mean regret against own seconds", frame({ x, y, left, right, top, bottom, ...names }) + body);
  },
  csv: (shown) => [["strategy", "own seconds in a run", "mean regret", "low", "high"],
    ...thinkers(shown).map((row) => [nameOf(row.s), D.strategies[row.s].own, row.mean, row.low, row.high])],
});
