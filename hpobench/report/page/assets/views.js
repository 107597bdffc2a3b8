// The views: each is drawn when it is near the window, and again when the state changes.

const views = new Map();
const NEAR = "400px";

/**
 * Register a view: `draw(canvas, state, section)`, `csv(state)` and, for one without a picture, `svg`;
 * `everywhere`: it is not about the problems that are chosen.
 */
function register(name, view) {
  const element = document.getElementById(name === "ranking" ? "ranking" : `view-${name}`);
  if (element) views.set(name, { ...view, element, near: false, stale: true });
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const view = [...views.values()].find((each) => each.element === entry.target);
    view.near = entry.isIntersecting;
  }
  drawNear();
}, { rootMargin: NEAR });

const isFolded = ({ element }) => element.closest("details:not([open])") !== null;

function drawNear() {
  for (const view of views.values()) if (view.near && view.stale) drawView(view);
}

function drawView(view) {
  const canvas = view.element.querySelector(".canvas");
  view.stale = false;
  const none = canvas && !view.everywhere && saidOfNone(state);
  if (none) nothing(canvas, none);
  else view.draw(canvas, state, view.element);
  watchWidths(canvas ?? view.element);
}

/** Draw all views that stand before an element, or around it, so that none grows later and moves it; not what is folded. */
function drawBefore(target) {
  const around = Node.DOCUMENT_POSITION_PRECEDING | Node.DOCUMENT_POSITION_CONTAINS;
  for (const view of views.values()) {
    if (!view.stale || isFolded(view) || !(view.element === target || target.compareDocumentPosition(view.element) & around)) continue;
    drawView(view);
  }
}

/** Scroll to an element once all before it has its height: views, and pictures that are not loaded yet. */
async function jumpTo(target) {
  unfold(target);
  const go = () => target.scrollIntoView({ behavior: "instant" });
  drawControls();
  drawBefore(target);
  for (const wide of target.querySelectorAll(".wide, .sheet")) sayMore(wide); // a line more, which is not to move it later
  go();
  const pictures = [...document.images].filter((image) => !image.complete && image.checkVisibility()
    && target.compareDocumentPosition(image) & Node.DOCUMENT_POSITION_PRECEDING);
  if (!pictures.length) return;
  await Promise.allSettled(pictures.map((image) => image.decode()));
  go();
}

/** What an address leads to: a view, a problem's card, a choice, one's own case, or a part of the page; null: its top. */
function targetOf(hash) {
  const words = decodeURIComponent(hash.slice(1));
  if (!words.includes("=")) return words ? document.getElementById(words) : null;
  const linked = views.get(new URLSearchParams(hash.slice(1)).get("view"));
  if (linked) return linked.element;
  if (state.problem !== null && views.has("problems")) {
    unfold(views.get("problems").element);
    drawBefore(views.get("problems").element);
    return document.getElementById("card");
  }
  if (state.sort !== INITIAL.sort && views.has("problems")) return views.get("problems").element;
  if (!isInitial(state) || state.scale !== INITIAL.scale) return bar; // what is chosen is drawn from there on
  return isFirstCase() ? null : document.getElementById("view-case");
}

let asked = 0;

/** Draw all views anew that are near the window, in the next frame. */
function redraw() {
  for (const view of views.values()) view.stale = true;
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(() => {
    drawControls();
    drawNear();
  });
}

/** Whether the page is read with a finger. */
const touching = matchMedia("(pointer: coarse)").matches;

/** A text that speaks of clicks, for who has a mouse or a finger. */
const byHand = (text) => (touching ? text.replace(/\b([Cc])lick/g, (_, c) => (c === "C" ? "Tap" : "tap")) : text);

const nothing = (canvas, reason) => { canvas.innerHTML = `<p class="none">${escaped(reason)}</p>`; };

const PAPER = 690, HALF = 330; // the width of A4 between its margins, and what stands beside another one, in pixels
const widths = { of: new WeakMap(), within: 0, printed: false };

/** Draw all views as wide as paper is, or as the window has room for them once they are seen. */
function printing(printed) {
  widths.printed = printed;
  for (const view of views.values()) view.stale = true;
  for (const view of views.values()) if (printed || !isFolded(view)) drawView(view);
}

/** The width of a canvas; it is measured once for each width of the window, since that takes long. */
function widthOf(canvas) {
  if (widths.printed) return canvas.closest(".pair, .halved") ? HALF : PAPER;
  if (widths.within !== innerWidth) Object.assign(widths, { of: new WeakMap(), within: innerWidth });
  if (!widths.of.get(canvas)) widths.of.set(canvas, canvas.clientWidth);
  return Math.max(widths.of.get(canvas), 280);
}

let heldNow = null;

/** The strategy that stands out in all views; null: none. */
const heldStrategy = () => heldNow;
function hold(s) {
  heldNow = heldNow === s ? null : s;
  redraw();
}

/** Whether a strategy is the only one that is shown. */
const isAlone = (s) => D.order.every((each) => (each === s) !== state.out.includes(each));

/** Show a strategy alone; where it is alone, all of them. */
function showOnly(s) {
  update({ out: isAlone(s) ? [] : D.order.filter((each) => each !== s) });
}

/** What a choice of a strategy does: with Alt or Shift it shows that one alone. */
const choose = (s, event) => (event.altKey || event.shiftKey ? showOnly(s) : toggle(s));

/** Leave a strategy out of all views, or take it in again. */
function toggle(s) {
  const out = state.out.includes(s) ? state.out.filter((each) => each !== s) : [...state.out, s];
  if (D.order.some((each) => !out.includes(each))) update({ out });
}
