// Drawing: axes, labels that do not overlap, and colours.

const escaped = (text) => String(text).replace(/[&<>"]/g, (letter) =>
  ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);

const nameOf = (s) => D.strategies[s].name;
const round = (value) => Math.round(value * 10) / 10;

function shortened(text, letters) {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}

const MOST_LINES = 4, LINE = 12;

/** A name in lines of at most so many letters, broken after its marks where that can be. */
function inLines(text, letters) {
  const lines = [""];
  for (let part of text.match(/[^-\s_,:;=+/]*[-\s_,:;=+/]*/g).filter(Boolean)) {
    while (lines.at(-1).length + part.trimEnd().length > letters) {
      if (lines.at(-1)) lines.push("");
      if (part.trimEnd().length > letters) {
        lines[lines.length - 1] = part.slice(0, letters);
        part = part.slice(letters);
      }
    }
    lines[lines.length - 1] += part;
  }
  const shown = lines.map((line) => line.trim()).filter(Boolean);
  if (shown.length <= MOST_LINES) return shown;
  return [...shown.slice(0, MOST_LINES - 1), `${shown[MOST_LINES - 1].slice(0, letters - 1)}…`];
}

/** The inside of a text that is in lines, centred at a height. */
const spanned = (lines, x, y) => lines.map((line, i) =>
  `<tspan x="${x}" y="${round(y + 4 + LINE * (i - (lines.length - 1) / 2))}">${escaped(line)}</tspan>`).join("");

/** The name of a row, left of what is drawn, in as many lines as it needs. */
const rowName = (lines, x, y, title = "") =>
  `<text class="strong" text-anchor="end">${spanned(lines, x, y)}${title ? `<title>${escaped(title)}</title>` : ""}</text>`;

/** The height of a row whose name has so many lines. */
const rowHeight = (lines, least = 22) => Math.max(least, LINE * lines.length + 7);

/** A scale from numbers to pixels. */
function linear([from, to], [start, end]) {
  const size = to > from ? (end - start) / (to - from) : 0;
  const scale = (value) => start + (value - from) * size;
  scale.back = (pixel) => (size ? from + (pixel - start) / size : from);
  scale.ticks = (count) => ticks(from, to, count);
  return scale;
}

const PAD = 10;

/** A scale between two edges of a chart, on which no mark ends at an edge, as if it were cut. */
function padded(domain, start, end) {
  const inward = end > start ? PAD : -PAD;
  return linear(domain, [start + inward, end - inward]);
}

function logarithmic([from, to], range) {
  const inner = linear([Math.log10(from), Math.log10(to)], range);
  const scale = (value) => inner(Math.log10(Math.max(value, from)));
  scale.back = (pixel) => 10 ** inner.back(pixel);
  scale.ticks = () => {
    const found = [];
    const steps = to / from > 1e4 ? [1] : to / from > 30 ? [1, 3] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; power++) {
      for (const step of steps) {
        const value = step * 10 ** power;
        if (value >= from * 0.999 && value <= to * 1.001) found.push(value);
      }
    }
    return found;
  };
  return scale;
}

function ticks(from, to, count = 5) {
  const rough = (to - from) / count;
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const found = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-6; k++) found.push(k * step);
  return found;
}

const tickText = (value) => {
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e5)) return value.toExponential(0).replace("-", MINUS).replace("e", "e");
  return String(Number(value.toPrecision(3))).replace("-", MINUS);
};

/** A number of evaluations with its noun. */
const evaluationsSaid = (spent) => `${tickText(spent)} evaluation${tickText(spent) === "1" ? "" : "s"}`;

/** The frame of a chart: grid lines, tick labels and the names of both axes. */
function frame({ x, y, left, right, top, bottom, xName, yName, xTicks, yTicks }) {
  let out = "";
  for (const value of yTicks ?? y.ticks(5)) {
    const at = round(y(value));
    out += `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/>`
      + `<text x="${left - 6}" y="${at + 4}" text-anchor="end">${tickText(value)}</text>`;
  }
  for (const value of xTicks ?? x.ticks(6)) {
    out += `<text x="${round(x(value))}" y="${bottom + 16}" text-anchor="middle">${tickText(value)}</text>`;
  }
  out += `<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`;
  out += `<text x="${(left + right) / 2}" y="${bottom + 33}" text-anchor="middle">${escaped(xName)}</text>`;
  if (yName) out += `<text x="${left - 34}" y="${top - 8}">${escaped(yName)}</text>`;
  return out;
}

/** Heights of labels of some sizes, moved apart so that they do not overlap, within a range. */
function apart(heights, sizes, top, bottom) {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const needed = order.slice(1).reduce((sum, i, k) => sum + (sizes[i] + sizes[order[k]]) / 2, 0);
  const share = Math.min(1, (bottom - top) / Math.max(needed, 1));
  const gap = (i, j) => share * (sizes[i] + sizes[j]) / 2;
  const found = [...heights];
  order.forEach((i, k) => {
    found[i] = Math.max(found[i], k ? found[order[k - 1]] + gap(i, order[k - 1]) : top);
  });
  for (let k = order.length - 1; k >= 0; k--) {
    const i = order[k];
    found[i] = Math.min(found[i], k < order.length - 1 ? found[order[k + 1]] - gap(i, order[k + 1]) : bottom);
  }
  return found;
}

/** A staircase through points, as the data of a path; NaN: a gap. */
function stairs(xs, ys, x, y) {
  let data = "";
  let open = false;
  xs.forEach((value, i) => {
    if (Number.isNaN(ys[i])) { open = false; return; }
    const at = round(x(value)), height = round(y(ys[i]));
    data += open ? `H${at}V${height}` : `M${at} ${height}`;
    open = true;
  });
  return data;
}

/** The area between two staircases. */
function between(xs, lows, highs, x, y) {
  const there = xs.map((_, i) => i).filter((i) => !Number.isNaN(lows[i]));
  if (there.length < 2) return "";
  let up = "", down = "";
  there.forEach((i, k) => {
    const at = round(x(xs[i])), next = k + 1 < there.length ? round(x(xs[there[k + 1]])) : at;
    up += `${k ? "V" : `M${at} `}${round(y(highs[i]))}H${next}`;
    down = `H${next}V${round(y(lows[i]))}H${at}${down}`;
  });
  return `${up}${down}Z`;
}

const svg = (width, height, label, body) =>
  `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">${body}</svg>`;

/** A horizontal mark with its interval, hollow where there is none; `says` tells its numbers under the pointer. */
function whisker(x, y, row, style, says = "") {
  const bar = Number.isNaN(row.low) ? ""
    : `<line class="bar" x1="${round(x(row.low))}" x2="${round(x(row.high))}" y1="${y}" y2="${y}"/>`;
  const mark = `<circle class="mark${bar ? "" : " hollow"}" cx="${round(x(row.mean))}" cy="${y}" r="4"/>`;
  const [from, to] = (bar ? [row.low, row.high] : [row.mean, row.mean]).map((end) => round(x(end)));
  const near = says && `<rect class="touch" x="${from - 6}" y="${y - 6}" width="${round(to - from + 12)}" height="12"/>`;
  return `<g style="${style}"${says && ` data-says="${escaped(says)}"`}>${near}${bar}${mark}</g>`;
}

/** A table drawn, for those views that are tables: rows of texts, the first one the heading. */
function svgTable(rows) {
  const widths = rows[0].map((_, j) => 14 + 7 * Math.max(...rows.map((row) => String(row[j]).length)));
  let body = "";
  rows.forEach((row, i) => {
    let left = 0;
    row.forEach((cell, j) => {
      body += `<text class="strong" x="${left}" y="${16 + 20 * i}"${i ? "" : ' font-weight="600"'}>${escaped(cell)}</text>`;
      left += widths[j];
    });
  });
  return svg(widths.reduce((a, b) => a + b, 0), 20 * rows.length + 8, "table", body);
}
