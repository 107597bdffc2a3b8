// What a word or a strategy is, where it stands: under the pointer, at the focus, or at a tap.

const MEANINGS = new Map([...document.querySelectorAll("#glossary dt")].map((term) =>
  [term.textContent, term.nextElementSibling.textContent]));
const EXPLAINED = "[data-term], [data-about]", TAPPED = `${EXPLAINED}, [title]`;
const tip = Object.assign(document.createElement("div"), { id: "tip", hidden: true });

function meaningOf(element) {
  const { term, about: s } = element.dataset;
  if (term) return MEANINGS.get(term) ?? "";
  if (s !== undefined) return [nameOf(s), D.strategies[s].summary].filter(Boolean).join(": ");
  return element.getAttribute("title");
}

/** Show what an element is; at a tap on a strategy, offer to leave it out or to take it in. */
function showTip(element, offered = false) {
  const { about: s } = element.dataset;
  tip.textContent = meaningOf(element);
  tip.classList.toggle("offers", offered && s !== undefined);
  if (offered && s !== undefined) {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.textContent = state.out.includes(Number(s)) ? "take it in" : "leave it out";
    button.addEventListener("click", () => { tip.hidden = true; toggle(Number(s)); });
    tip.append(button);
  }
  tip.hidden = !tip.textContent;
  element.setAttribute("aria-describedby", "tip");
  const box = element.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
  tip.style.left = `${Math.max(left, 8) + scrollX}px`;
  tip.style.top = `${box.bottom + scrollY + 6}px`;
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
