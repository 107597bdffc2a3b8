// Quality against own time: how long a strategy thinks, and what that buys.

const thinkers = (shown) => standingsOf(shown).rows.filter((row) =>
  Number.isFinite(row.mean) && D.strategies[row.s].own !== null);

const box = (x, y, width, height) => ({ left: x, right: x + width, top: y - height / 2, bottom: y + height / 2 });
const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const AROUND = [[1, 0], [-1, 0], [1, -11], [1, 11], [-1, -11], [-1, 11], [1, -22], [1, 22], [-1, -22], [-1, 22]];

/** Where names are written beside marks, by strategy: on no mark and no other name, off bars if that can be. */
function placed(points, marks, bars, { left, right, top, bottom }) {
  const taken = [...marks], found = new Map();
  for (const { s, x, y } of points) {
    const length = 6.4 * nameOf(s).length;
    const places = AROUND.map(([side, lower]) => ({ side, y: y + lower, ...box(side > 0 ? x + 9 : x - 9 - length, y + lower, length, LINE) }))
      .filter((place) => place.left >= left && place.right <= right && place.top >= top - 8 && place.bottom <= bottom && !taken.some((other) => meets(place, other)));
    const free = places.find((place) => !bars.some((other) => meets(place, other))) ?? places[0];
    if (!free) continue;
    taken.push(free);
    found.set(s, free);
  }
  return found;
}

const ATTEMPTS = 4;

/** Names beside marks, where there is room for them. Who found none is placed first in the next attempt. */
function beside(points, ...around) {
  let order = [...points].sort((a, b) => isFaint(a.s) - isFaint(b.s)), most = new Map();
  for (let i = 0; i < ATTEMPTS && most.size < points.length; i++) {
    const found = placed(order, ...around);
    if (found.size > most.size) most = found;
    order = [...order].sort((a, b) => found.has(a.s) - found.has(b.s));
  }
  return [...most].map(([s, { side, left, right, y }]) =>
    `<text class="beside" data-about="${s}" x="${round(side > 0 ? left : right)}" text-anchor="${side > 0 ? "start" : "end"}" y="${round(y) + 4}">${escaped(nameOf(s))}</text>`).join("");
}

register("own-time", {
  draw: (canvas, shown) => {
    const rows = thinkers(shown);
    if (!rows.length) { nothing(canvas, "No seconds were measured."); return; }
    const width = widthOf(canvas), height = 320, left = 42, right = width - 20, top = 22, bottom = height - 42;
    const own = rows.map((row) => D.strategies[row.s].own);
    const x = logarithmic([Math.min(...own) / 1.6, Math.max(...own) * 1.6], [left, right]);
    const [low, high] = ends(rows), y = padded([low, high], bottom, top);
    const at = (row) => round(x(D.strategies[row.s].own)), level = (row) => round(y(row.mean));
    const bars = rows.map((row) => {
      const bar = Number.isNaN(row.low ?? NaN) ? "" : `<line class="bar" x1="${at(row)}" x2="${at(row)}" y1="${round(y(row.low))}" y2="${round(y(row.high))}" opacity=".45"/>`;
      return `<g style="${styleOf(row.s)}" data-about="${row.s}">${bar}<circle class="mark" cx="${at(row)}" cy="${level(row)}" r="4.5"/>${touching ? `<circle class="touch" cx="${at(row)}" cy="${level(row)}" r="12"/>` : ""}</g>`;
    });
    const marks = rows.map((row) => box(at(row) - 6, level(row), 12, 12));
    const lines = rows.filter((row) => !Number.isNaN(row.low ?? NaN)).map((row) => ({ left: at(row) - 1, right: at(row) + 1, top: y(row.high), bottom: y(row.low) }));
    const body = bars.join("") + beside(rows.map((row) => ({ s: row.s, x: at(row), y: level(row) })), marks, lines, { left, right: width, top, bottom });
    const names = { xTicks: x.ticks().filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6)), xName: "own seconds in a run", yName: "mean regret" };
    canvas.innerHTML = svg(width, height, "Mean regret against own seconds", frame({ x, y, left, right, top, bottom, ...names }) + body);
  },
  csv: (shown) => [["strategy", "own seconds in a run", "mean regret", "low", "high"],
    ...thinkers(shown).map((row) => [nameOf(row.s), D.strategies[row.s].own, row.mean, row.low, row.high])],
});
