// Quality against own time: how long a strategy thinks, and what that buys.

const thinkers = (shown) => standingsOf(shown).rows.filter((row) =>
  Number.isFinite(row.mean) && D.strategies[row.s].own !== null);

const box = (x, y, width, height) => ({ left: x, right: x + width, top: y - height / 2, bottom: y + height / 2 });
const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const AROUND = [[1, 0], [-1, 0], [1, -11], [1, 11], [-1, -11], [-1, 11], [1, -22], [1, 22], [-1, -22], [-1, 22]];

/** Names beside marks, where there is room for them; those in grey come last. */
function beside(points, marks, left, right, top, bottom) {
  const taken = [...marks];
  let out = "";
  for (const { s, x, y } of [...points].sort((a, b) => isFaint(a.s) - isFaint(b.s))) {
    const length = 6.4 * nameOf(s).length;
    const free = AROUND.map(([side, lower]) => ({ side, y: y + lower, ...box(side > 0 ? x + 9 : x - 9 - length, y + lower, length, LINE) }))
      .find((place) => place.left >= left && place.right <= right && place.top >= top - 8 && place.bottom <= bottom && !taken.some((other) => meets(place, other)));
    if (!free) continue;
    taken.push(free);
    out += `<text class="strong" data-about="${s}" x="${round(free.side > 0 ? free.left : free.right)}" text-anchor="${free.side > 0 ? "start" : "end"}" y="${round(free.y) + 4}">${escaped(nameOf(s))}</text>`;
  }
  return out;
}

register("own-time", {
  draw: (canvas, shown) => {
    const rows = thinkers(shown);
    if (!rows.length) { nothing(canvas, "No seconds were measured."); return; }
    const width = widthOf(canvas), height = 320, left = 42, right = width - 20, top = 22, bottom = height - 42;
    const own = rows.map((row) => D.strategies[row.s].own);
    const x = logarithmic([Math.min(...own) / 1.6, Math.max(...own) * 1.6], [left, right]);
    const [low, high] = ends(rows), y = linear([low, high * 1.02], [bottom, top]);
    const at = (row) => round(x(D.strategies[row.s].own)), level = (row) => round(y(row.mean));
    const bars = rows.map((row) => {
      const bar = Number.isNaN(row.low ?? NaN) ? "" : `<line class="bar" x1="${at(row)}" x2="${at(row)}" y1="${round(y(row.low))}" y2="${round(y(row.high))}" opacity=".45"/>`;
      return `<g style="${styleOf(row.s)}" data-about="${row.s}">${bar}<circle class="mark" cx="${at(row)}" cy="${level(row)}" r="4.5"/></g>`;
    });
    const marks = rows.map((row) => box(at(row) - 6, level(row), 12, 12));
    const body = bars.join("") + beside(rows.map((row) => ({ s: row.s, x: at(row), y: level(row) })), marks, left, width, top, bottom);
    const names = { xTicks: x.ticks().filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6)), xName: "own seconds in a run", yName: "mean regret" };
    canvas.innerHTML = svg(width, height, "Mean regret against own seconds", frame({ x, y, left, right, top, bottom, ...names }) + body);
  },
  csv: (shown) => [["strategy", "own seconds in a run", "mean regret", "low", "high"],
    ...thinkers(shown).map((row) => [nameOf(row.s), D.strategies[row.s].own, row.mean, row.low, row.high])],
});
