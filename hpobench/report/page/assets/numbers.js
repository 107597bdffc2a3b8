// Numbers: as texts, exactly as the report's tables write them, and the quantiles of Student's t.

const NONE = "–", MINUS = "−";

/** A finite number with so many decimals; halves of its shortest form are rounded away from 0. */
function fixed(value, digits) {
  const scaled = Math.abs(value) * 10 ** digits;
  if (scaled < 1e9 && Math.abs(scaled % 1 - 0.5) > 1e-3) { // it is no half, and need not be taken apart
    const text = Math.abs(value).toFixed(digits);
    return value < 0 && Number(text) ? MINUS + text : text;
  }
  const [mantissa, exponent = "0"] = Math.abs(value).toExponential().split("e");
  const places = Number(exponent) + digits + 1; // how many digits of the mantissa are kept
  const all = mantissa.replace(".", "");
  let kept = places > 0 ? BigInt(all.slice(0, places).padEnd(places, "0")) : 0n;
  if (places >= 0 && (all[places] ?? "0") >= "5") kept += 1n;
  const text = kept.toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const shown = digits ? `${whole}.${text.slice(-digits)}` : whole;
  return value < 0 && kept > 0n ? MINUS + shown : shown;
}

function decimals(value, digits = 3) {
  if (Number.isNaN(value)) return "n/a";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : MINUS + "∞";
  return Math.abs(value) < 1e7 ? fixed(value, digits) : value.toExponential(2);
}

/** A factor as the table of the primary comparison writes it. */
const factor = (value) => decimals(value, value >= 1 || !value ? 1 : 2);

/** A factor in two digits, as a reader remembers it. */
function about(value) {
  if (!(value > 0) || value === Infinity || value < 9.95) return decimals(value, value >= 0.995 || !value ? 1 : 2);
  const size = 10 ** Math.max(Math.floor(Math.log10(value)) - 1, 0);
  return String(Number(decimals(value / size, 0)) * size);
}

/** How many of ten runs a chance is; it is never said to be all or none that is not. */
function ofTen(chance) {
  const tens = Math.floor(10 * chance + 0.5 + 1e-9);
  if (tens === 10 && chance < 0.995) return "more than 9 of 10 runs";
  if (tens === 0 && chance > 0.005) return "fewer than 1 of 10 runs";
  return `${tens} of 10 runs`;
}

const interval = (low, high, digits = 3) =>
  Number.isNaN(low) ? "" : `[${decimals(low, digits)}, ${decimals(high, digits)}]`;

const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

const percent = (share) => `${Math.round(100 * share)} %`;

function saidOfP(p) {
  return p < 0.001 ? "p < 0.001" : `p = ${decimals(p)}`;
}

/** Seconds in two digits, in a unit that suits them. */
function briefSeconds(seconds) {
  if (seconds === null || Number.isNaN(seconds)) return NONE;
  const two = (value) => String(Number(about(value)));
  if (seconds >= 3600) return `${two(seconds / 3600)} h`;
  if (seconds >= 60) return `${two(seconds / 60)} min`;
  if (seconds >= 1) return `${two(seconds)} s`;
  return seconds >= 1e-3 ? `${two(seconds * 1e3)} ms` : `${two(seconds * 1e6)} µs`;
}

const listed = (names) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** ln of the gamma function (Lanczos, g = 7). */
function lnGamma(x) {
  const c = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
    1.5056327351493116e-7];
  const y = x - 1;
  let sum = c[0];
  for (let i = 1; i < 9; i++) sum += c[i] / (y + i);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The regularised incomplete beta function, by Lentz's continued fraction. */
function incompleteBeta(x, a, b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let f = 1, c = 1, d = 0;
  for (let i = 0; i <= 500; i++) {
    const m = i >> 1;
    const numerator = i === 0 ? 1 : i % 2
      ? -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
      : (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + numerator * d;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = 1 + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    f *= c * d;
    if (Math.abs(1 - c * d) < 1e-15) break;
  }
  return front * (f - 1);
}

const quantilesOfT = new Map();

/** The 97.5 % quantile of Student's t. */
function studentT(freedom) {
  if (!quantilesOfT.has(freedom)) {
    let low = 0, high = 1000; // P(|T| > t) = I_{f/(f+t²)}(f/2, 1/2)
    for (let i = 0; i < 80; i++) {
      const t = (low + high) / 2;
      if (incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) > 0.05) low = t;
      else high = t;
    }
    quantilesOfT.set(freedom, (low + high) / 2);
  }
  return quantilesOfT.get(freedom);
}
