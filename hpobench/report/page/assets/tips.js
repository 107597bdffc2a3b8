// Terms are explained where they stand: under the pointer, and for who uses the keyboard.

const MEANINGS = new Map([...document.querySelectorAll("#glossary dt")].map((term) =>
  [term.textContent, term.nextElementSibling.textContent]));

function explainTerms() {
  const tip = Object.assign(document.createElement("div"), { id: "tip", hidden: true });
  tip.setAttribute("role", "tooltip");
  document.body.append(tip);
  const show = (element) => {
    tip.textContent = MEANINGS.get(element.dataset.term);
    tip.hidden = false;
    const box = element.getBoundingClientRect();
    const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(left, 8) + scrollX}px`;
    tip.style.top = `${box.bottom + scrollY + 6}px`;
  };
  for (const element of document.querySelectorAll("[data-term]")) {
    if (!MEANINGS.has(element.dataset.term)) continue;
    element.tabIndex = 0;
    element.setAttribute("aria-describedby", "tip");
    for (const event of ["pointerenter", "focus"]) element.addEventListener(event, () => show(element));
    for (const event of ["pointerleave", "blur"]) element.addEventListener(event, () => { tip.hidden = true; });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
}
