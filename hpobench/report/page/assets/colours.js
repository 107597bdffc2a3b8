// The colour of each strategy, which is its own as long as it can be; the others are grey.

const GREY = "#B4B4B4", TOP = 5, LABELLED = 12;
let colouring = { of: null, looks: new Map() };

/** The looks of all strategies for the choice that is shown: {colour, dash, faint}. */
function looksNow() {
  if (colouring.of !== state) colouring = { of: state, looks: looksFor(state) };
  return colouring.looks;
}

/** Colours for grey ones, beside those of the palette that nobody has; more are made of hues. */
const SPARE = ["#00838F", "#7A7A00", "#6A3D9A", "#AD1457", "#1B5E20", "#4E6E8E", "#C49A6C", "#2E3A87"];
const GOLDEN = 137.5; // degrees between hues that lie apart, however many there are

/** The colour that each grey strategy gets when it comes among the first: always the same. */
const spares = (() => {
  const had = new Set(D.strategies.map(({ colour }) => colour));
  const free = [...D.palette.filter((colour) => !had.has(colour)), ...SPARE];
  const grey = D.order.filter((s) => D.strategies[s].faint && s !== D.comparator);
  return new Map(grey.map((s, k) => [s, free[k] ?? `hsl(${Math.round(GOLDEN * k) % 360} 45% 45%)`]));
})();

/** Each keeps its colour in every choice; a grey one gets its own while it is among the first ones. */
function looksFor(shown) {
  const looks = new Map(D.strategies.map(({ colour, dash, faint }, s) => [s, { colour, dash, faint }]));
  const order = standingsOf(shown).rows.map((row) => row.s).filter((s) => s !== D.comparator);
  for (const s of order.slice(0, TOP)) {
    if (spares.has(s)) looks.set(s, { colour: spares.get(s), dash: "", faint: false });
  }
  return looks;
}

const INKS = { "#000000": "var(--ink)", [GREY]: "var(--grey)" };
const colourOf = (s) => INKS[looksNow().get(s).colour] ?? looksNow().get(s).colour;
const styleOf = (s) => `--colour: ${colourOf(s)}`;
const dashOf = (s) => (looksNow().get(s).dash ? ` stroke-dasharray="${looksNow().get(s).dash}"` : "");
const isFaint = (s) => looksNow().get(s).faint && s !== heldStrategy();
const dot = (s) => `<i class="dot" style="${styleOf(s)}"></i>`;
