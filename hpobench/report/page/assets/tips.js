// What a word or a strategy is, where it stands: under the pointer, at the focus, or at a tap.

const MEANINGS = new Map([...document.querySelectorAll("#glossary dt")].map((term) =>
  [term.textContent, term.nextElementSibling.textContent]));
const EXPLAINED = "[data-term], [data-about], [data-says]", TAPPED = `${EXPLAINED}, [title]`;
const tip = Object.assign(document.createElement("div"), { id: "tip", hidden: true });

function meaningOf(element) {
  const { term, about: s, says } = element.dataset;
  if (says) return says;
  if (term) return MEANINGS.get(term) ?? "";
  if (s !== undefined) return `${[nameOf(s), D.strategies[s].summary].filter(Boolean).join(": ")} ${D.strategies[s].needs}`.trim();
  return element.getAttribute("title");
}

/** What is offered at a tap on a strategy: words and what they do. */
const offersFor = (s) => [
  [state.out.includes(s) ? "take it in" : "leave it out", toggle],
  [isAlone(s) ? "show all" : "show only this one", showOnly],
];

/** Show what an element is; at a tap on a strategy, offer to leave it out, to take it in or to show it alone. */
function showTip(element, offered = false) {
  const { about: s } = element.dataset;
  tip.textContent = meaningOf(element);
  tip.classList.toggle("offers", offered && s !== undefined);
  for (const [words, action] of offered && s !== undefined ? offersFor(Number(s)) : []) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
    button.addEventListener("click", () => { tip.hidden = true; action(Number(s)); });
    tip.append(button);
  }
  tip.hidden = !tip.textContent;
  element.setAttribute("aria-describedby", "tip");
  const box = element.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
  tip.style.left = `${Math.max(left, 8) + scrollX}px`;
  tip.style.top = `${box.bottom + scrollY + 6}px`;
}

const SCROLLED = touching ? "swipe sideways for more →" : "scroll sideways for more →";

/** What stands above a table that is wider than its place: how much of it is seen at once. */
function saidOfMore(wide) {
  const heads = [...wide.querySelectorAll("thead th")], { left, right } = wide.getBoundingClientRect();
  const seen = heads.map((head) => head.getBoundingClientRect()).filter((box, i) => !i || (box.left >= left && box.right <= right + 1));
  return heads.length ? `${seen.length} of ${heads.length} columns are seen; ${SCROLLED}` : SCROLLED;
}

/** Say above a table or figure that is wider than its place that it scrolls. */
function sayMore(wide) {
  const more = wide.scrollWidth > wide.clientWidth + 1;
  if (more) wide.dataset.more = saidOfMore(wide);
  else delete wide.dataset.more;
  if (wide.matches(".sheet")) wide.tabIndex = more ? 0 : -1; // so that a keyboard scrolls it; tables always can
}

/** Each table and figure is measured once seen. */
const widthWatcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) sayMore(target);
});

/** Watch the tables and figures of a part of the page; those that are watched are measured again. */
function watchWidths(part) {
  for (const wide of part.querySelectorAll(".wide, .sheet")) {
    widthWatcher.unobserve(wide);
    widthWatcher.observe(wide);
  }
}

function explainTerms() {
  tip.setAttribute("role", "tooltip");
  document.body.append(tip);
  for (const element of document.querySelectorAll("[data-term]")) {
    if (meaningOf(element)) element.tabIndex = 0;
  }
  const of = (event, which = EXPLAINED) => (event.target instanceof Element ? event.target.closest(which) : null);
  const follow = (event) => {
    if (event.pointerType === "touch" || tip.contains(event.target)) return;
    const element = of(event);
    if (element) showTip(element);
    else tip.hidden = true;
  };
  document.addEventListener("pointerover", follow);
  document.addEventListener("focusin", follow);
  document.addEventListener("click", (event) => { // before those that leave a strategy out
    if (event.pointerType !== "touch" || tip.contains(event.target)) return;
    const element = of(event, TAPPED);
    tip.hidden = true;
    const control = event.target.closest("a, button, input, label, select, summary");
    if (!element || (control && element.dataset.about === undefined)) return;
    event.stopPropagation();
    showTip(element, true);
  }, { capture: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
}
