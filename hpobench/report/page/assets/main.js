// The start: what was printed gives way to the views, and the state is read from the address.

document.documentElement.classList.add("js");
for (const fold of document.querySelectorAll(".printed")) fold.open = false;
for (const { element } of views.values()) element.hidden = false;
buildControls();
offerExports();
explainTerms();
watchWidths(document);
for (const each of document.querySelectorAll(".said")) {
  each.textContent = (touching && each.dataset.touched) || byHand(each.textContent);
}
const narrow = matchMedia("(max-width: 40rem)");
narrow.addEventListener("change", placeCase);
placeCase();
if (narrow.matches) foldParts();
state = restored();
for (const { element } of views.values()) watcher.observe(element);
redraw();
const target = targetOf(location.hash);
if (target) jumpTo(target);
document.querySelector("main").addEventListener("click", (event) => { // also to where the address leads already
  const place = document.getElementById(event.target.closest("a[href^='#']")?.hash.slice(1));
  if (!place) return;
  unfold(place);
  drawBefore(place);
});
addEventListener("hashchange", () => {
  if (location.hash.includes("=")) { state = restored(); redraw(); }
  const place = targetOf(location.hash);
  if (place) jumpTo(place);
});
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth !== width) { width = innerWidth; watchWidths(document); redraw(); }
});
let foldAgain = () => {};
addEventListener("beforeprint", () => { // on paper nothing can be opened, and every view is as wide as the page
  printing(true);
  foldAgain = unfoldAll();
});
addEventListener("afterprint", () => {
  foldAgain();
  printing(false);
});
/** On a phone one's own case comes between the table and the chart. */
function placeCase() {
  const ownCase = document.getElementById("view-case");
  if (narrow.matches) document.getElementById("ranking").after(ownCase);
  else document.querySelector(".two").after(ownCase);
}
globalThis.hpobench = { update, standingsOf, initial: INITIAL, ranked, pairsOf, untoldFrom, alikeProblems, problemsNeeded, wilcoxon, said: saidHere, besidesDefault, fileOf, views, data: D, about, ofTen, state: () => state, redrawn: drawNear };
document.documentElement.dataset.ready = "yes";
