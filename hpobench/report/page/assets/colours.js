// The colour of each strategy, which is its own as long as it can be; the others are grey.

const GREY = "#B4B4B4", TOP = 5, LABELLED = 12;
let colouring = { of: null, looks: new Map() };

/** The looks of all strategies for the choice that is shown: {colour, dash, faint}. */
function looksNow() {
  if (colouring.of !== state) colouring = { of: state, looks: looksFor(state) };
  return colouring.looks;
}

/** Give free colours to the first ones that are grey, or those of the last ones that have some. */
function looksFor(shown) {
  const looks = new Map(D.strategies.map(({ colour, dash, faint }, s) => [s, { colour, dash, faint }]));
  for (const s of shown.out) if (s !== D.comparator) looks.set(s, { colour: GREY, dash: "", faint: true });
  const order = standingsOf(shown).rows.map((row) => row.s).filter((s) => s !== D.comparator);
  const used = new Set(order.map((s) => looks.get(s).colour));
  const free = D.palette.filter((colour) => !used.has(colour));
  order.forEach((s, i) => {
    if (!looks.get(s).faint) return;
    const last = i < TOP ? order.findLast((other, k) => k >= TOP && !looks.get(other).faint) : undefined;
    const colour = free.shift() ?? looks.get(last)?.colour;
    if (!colour) return;
    if (looks.get(last)?.colour === colour) looks.set(last, { ...looks.get(s) });
    looks.set(s, { colour, dash: "", faint: false });
  });
  return looks;
}

const INKS = { "#000000": "var(--ink)", [GREY]: "var(--grey)" };
const colourOf = (s) => INKS[looksNow().get(s).colour] ?? looksNow().get(s).colour;
const styleOf = (s) => `--colour: ${colourOf(s)}`;
const dashOf = (s) => (looksNow().get(s).dash ? ` stroke-dasharray="${looksNow().get(s).dash}"` : "");
const isFaint = (s) => looksNow().get(s).faint && s !== heldStrategy();
const dot = (s) => `<i class="dot" style="${styleOf(s)}"></i>`;
